"""How calls are sealed in this process: said once by what runs it, and the same from then on.

Everything that opens a file of a call may need the key, so it is not handed from one function to the next. A command,
`monitor.analyze` and a worker process say it here before they open a call. Nothing else reads these settings: a call
cannot begin sealed and go on plain because somebody changed the settings file meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.settings.config import Privacy


def defaults() -> Privacy:
    """What counts where nothing was said: new calls are plain, and the key is in the keyring."""
    from monitor.settings.config import Privacy  # asked for when the first call is opened

    return Privacy()


_said: list[Callable[[], Privacy]] = [defaults]


def use(look_up: Callable[[], Privacy]) -> None:
    """Say how calls are sealed from here on.

    Args:
        look_up: gives whether new calls are sealed, and where the key is; called when that is needed, and gives the
            same each time.
    """
    _said[0] = look_up


def in_use() -> Privacy:
    """Whether new calls are sealed, and where the key is.

    Raises:
        ConfigError: the settings cannot be used.
    """
    return _said[0]()
