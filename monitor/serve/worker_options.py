"""What a worker is started with."""

from dataclasses import dataclass, field

from audio.engines import DEFAULT, Engine
from monitor.settings.config import Settings


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """What all workers of a server have in common."""

    settings: Settings = field(default_factory=Settings)
    model: str = "default"
    rules: tuple[str, ...] = ()
    engine: Engine = DEFAULT
    calls: str = ""
    """The folder of all calls; the default one if empty."""
    record: bool = True
    version: int | None = None
    """Of the team's roll-out by which the settings were read; None if they were read from no file."""
