"""What a worker is started with."""

import msgspec

from audio.engines import DEFAULT, Engine


class WorkerOptions(msgspec.Struct, frozen=True):
    """What all workers of a server have in common."""

    model: str = "default"
    rules: tuple[str, ...] = ()
    engine: Engine = DEFAULT
    calls: str = ""
    """The folder of all calls; the default one if empty."""
    record: bool = True
