"""The engines that measure tone, by name: swift-f0 with functions of ours, and librosa."""

from typing import Literal, get_args

Engine = Literal["swift", "librosa"]
ENGINES: tuple[Engine, ...] = get_args(Engine)
DEFAULT: Engine = "swift"
"""Right on telephone sound, too."""
