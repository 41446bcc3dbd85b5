"""What a command asks of a session: where the sound comes from, and what happens to its calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.call.info import CallDetails

if TYPE_CHECKING:  # the screen is up sooner without
    from pathlib import Path

    from audio.engines import Engine
    from audio.files.headerless import RawFormat
    from audio.files.recording import AgentChannel
    from audio.files.storage import Storage
    from monitor.settings.config import Settings


@dataclass(frozen=True, slots=True)
class PlayedFile:
    """A recording that is played as if it were the call."""

    path: Path
    speed: float = 1.0
    """Times real time; 0 for as fast as it goes."""
    agent: AgentChannel = "left"
    """The agent's channel."""
    known: CallDetails = field(default_factory=CallDetails)
    """What is known of the call."""
    raw: RawFormat | None = None
    """How it is read if it has no header and no suffix that says so."""
    storage: Storage | None = None
    """How it is opened, if not as a file."""


@dataclass(frozen=True, slots=True)
class SoundCards:
    """The devices of this machine, each as `audio.devices.choose.choose` accepts it; empty for the setting."""

    agent: str = ""
    """The microphone."""
    customer: str = ""
    """The other side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOptions:
    """All that a command passes to a session."""

    source: PlayedFile | SoundCards
    settings: Settings
    """Read once, by the command."""
    record: bool = True
    """Whether the sound is kept in the calls' folders."""
    auto: bool | None = None
    """Whether the customer's speech starts a call, and silence ends one; else one starts at once, and the next on
    request. None: as the settings have it where the customer has a device, and not for a recording."""
    plain: bool = False
    """Print lines instead of showing the screen; so does a standard output that is not a terminal."""
    calls: Path | None = None
    """The folder of all calls; the default one if None."""
    model: str = "default"
    """The Whisper model."""
    engine: Engine = "swift"
    """What measures tone."""
    rules: tuple[Path, ...] = ()
    """A team's rule files."""
    prometheus_port: int | None = None
    """Port on 127.0.0.1 that Prometheus may read; None for no port."""

    @property
    def starts_by_speech(self) -> bool | None:
        """Whether the customer's speech starts a call; None if it does where the customer is heard."""
        if self.auto is not None:
            return self.auto
        return None if isinstance(self.source, SoundCards) and self.settings.calls.auto else False

    @property
    def has_a_pace(self) -> bool:
        """Whether the sound comes at a certain pace; else it comes as fast as it can be processed."""
        return not (isinstance(self.source, PlayedFile) and self.source.speed == 0)
