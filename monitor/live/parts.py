"""What a session runs on, as `monitor.live.wiring` gets it ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audio.block import Speaker
from audio.values import Usual
from monitor.call.folder import CallDetails

if TYPE_CHECKING:  # a screen that waits for this module would wait for numpy and onnxruntime
    from monitor.call.events import LiveEvent
    from monitor.live.sound_watch import Heard
    from monitor.pipeline.pipeline import Pipeline
    from monitor.privacy.guard import CardGuard


@dataclass(frozen=True, slots=True, eq=False)
class Begun:
    """What one call needs."""

    pipeline: Pipeline
    """Fresh for this call."""
    writer: CardGuard | None = None
    """Keeps the call; None to keep nothing."""
    learn: Callable[[Usual, float], object] = lambda _usual, _spoken_s: None
    """Told at the end of the call what was usual for the agent, and how many seconds they spoke."""
    tell: Callable[[LiveEvent], object] = lambda _said: None
    """Told everything that is said of the call."""
    usual_known: bool = False
    """Whether a saved profile of the agent's usual is in force."""
    notes: tuple[str, ...] = ()
    """Sentences on what the call is heard without; said at its beginning."""


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """What a session of many calls needs."""

    source: Iterable[Heard]
    """The sound, in the order in which it is heard, on one clock for the whole session."""
    begin: Callable[[CallDetails], Begun]
    """Gets a call ready."""
    speed: float | None = None
    """Seconds of a recording that pass in one; 0 for as fast as it goes; None for sound cards, which set the pace."""
    speakers: tuple[Speaker, ...] = ("agent", "customer")
    lag_s: Callable[[], float] = lambda: 0.0
    """How far a sound card's sound is behind when it is handed out."""
    warm_up: Callable[[], object] = lambda: None
    """Loads what all calls share; asked for while the first call is waited for."""
    close: Callable[[], object] = lambda: None
    """Lets go of the source."""
    over: Callable[[], object] = lambda: None
    """Told when the last call is written."""
    begin_unkept: Callable[[CallDetails], Begun] | None = None
    """The same for a call of which nothing is kept, where the folder of all calls takes none."""
