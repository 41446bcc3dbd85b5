"""What a session and each of its calls run on, as `monitor.live.wiring` puts it together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from audio.block import Speaker
from audio.values import Usual
from monitor.call.info import CallDetails

if TYPE_CHECKING:  # a screen that waits for this module would wait for numpy and onnxruntime
    from monitor.call.events import LiveEvent
    from monitor.live.sound_watch import SoundItem
    from monitor.live.writer_thread import WritingThread
    from monitor.pipeline.pipeline import Pipeline


@dataclass(frozen=True, slots=True, eq=False)
class CallParts:
    """What one call runs on."""

    pipeline: Pipeline
    """Fresh for this call."""
    writer: WritingThread | None = None
    """Keeps the call; None to keep nothing."""
    learn: Callable[[Usual, float], object] = lambda _usual, _spoken_s: None
    """Takes, at the end of the call, what was usual for the agent, and how many seconds they spoke."""
    notify: Callable[[LiveEvent], object] = lambda _event: None
    """Takes everything the call says, for those outside this program."""
    notes: tuple[str, ...] = ()
    """Sentences on what the call has to do without; said when it starts."""


@dataclass(frozen=True, slots=True, eq=False)
class SessionParts:
    """What a session of many calls runs on."""

    source: Iterable[SoundItem]
    """The sound, in the order in which it is heard, on one clock for the whole session."""
    prepare_call: Callable[[CallDetails], CallParts]
    """Puts the parts of a call together."""
    speed: float | None = None
    """Seconds of a recording that pass in one; 0 for as fast as it goes; None for sound cards, which set the pace."""
    speakers: tuple[Speaker, ...] = ("agent", "customer")
    devices: Mapping[Speaker, str] = field(default_factory=dict)
    """The sound cards that are listened to, by name; empty for a recording."""
    lag_s: Callable[[], float] = lambda: 0.0
    """How far a sound card's sound is behind when it is handed out."""
    warm_up: Callable[[], object] = lambda: None
    """Loads what all calls share; called while the session waits for its first call."""
    close_source: Callable[[], object] = lambda: None
    """Lets go of the sound cards."""
    close_notices: Callable[[], object] = lambda: None
    """Ends what goes to others; called when the last call is written."""
    prepare_unkept_call: Callable[[CallDetails], CallParts] | None = None
    """The same as `prepare_call` for a call of which nothing is kept, where its folder can't be made."""
