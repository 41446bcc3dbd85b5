"""What a session and each of its calls run on, as `monitor.live.wiring` puts it together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

from audio.block import Speaker
from audio.values import Usual
from monitor.call.info import CallDetails
from monitor.settings.prompt_choices import PromptChoices

if TYPE_CHECKING:  # a screen that waits for this module would wait for numpy and onnxruntime
    from pathlib import Path

    from monitor.call.events import LiveEvent
    from monitor.live.measuring import Measuring
    from monitor.live.sound_watch import SoundItem
    from monitor.live.writer_thread import WritingThread
    from monitor.wall.supervision import Supervision
    from rules.model import Prompt

NO_CHOICE = PromptChoices()


@dataclass(frozen=True, slots=True, eq=False)
class CallParts:
    """What one call runs on."""

    pipeline: Measuring
    """New for this call."""
    writer: WritingThread | None = None
    """Keeps the call; None to keep nothing."""
    learn: Callable[[Usual, float], object] = lambda _usual, _spoken_s: None
    """Takes, at the end of the call, the agent's usual values and how many seconds the agent spoke."""
    notify: Callable[[LiveEvent], object] = lambda _event: None
    """Takes all events of the call, for other systems."""
    keep_wrong: Callable[[Prompt], object] = lambda _prompt: None
    """Notes for the agent alone that a prompt was wrong."""
    supervision: Supervision | None = None
    """Between the agent and the supervisors; None where there is nobody to ask for help."""
    usual_known: bool = False
    """Whether a saved profile of the agent's usual is in force."""
    prompting: frozenset[str] | None = None
    """The metrics of the agent on which a rule may prompt; None if that is not known."""
    notes: tuple[str, ...] = ()
    """Sentences about what the call has to do without, reported when it starts."""


@dataclass(frozen=True, slots=True, eq=False)
class SessionParts:
    """What a session of many calls runs on."""

    source: Iterable[SoundItem]
    """The sound, in the order it is heard, on one clock for the whole session."""
    prepare_call: Callable[[CallDetails], CallParts]
    """Creates the parts of a call."""
    speed: float | None = None
    """Speed of a recording, times real time; 0 for as fast as possible; None for sound cards, which set the pace."""
    speakers: tuple[Speaker, ...] = ("agent", "customer")
    devices: Mapping[Speaker, str] = field(default_factory=dict)
    """The sound cards that are listened to, by name; empty for a recording."""
    lag_s: Callable[[], float] = lambda: 0.0
    """How late a sound card delivers its sound."""
    warm_up: Callable[[], object] = lambda: None
    """Loads what all calls share; called while the session waits for its first call."""
    close_source: Callable[[], object] = lambda: None
    """Closes the sound cards."""
    close_notices: Callable[[], object] = lambda: None
    """Closes the connections to other systems; called when the last call is written."""
    choices: PromptChoices = NO_CHOICE
    """The prompts that the agent wants, when the session starts."""
    save_choices: Callable[[PromptChoices, PromptChoices], PromptChoices] = lambda _before, after: after
    """Saves a change of them, and says in what it gives if it can't."""
    second_pass: Callable[[Path, Callable[[], bool]], object] = lambda _folder, _go_on: None
    """Adds better words to a saved call that is over; the function is asked before each piece, and may wait."""
    catch_up: Callable[[Callable[[], bool]], object] = lambda _go_on: None
    """Does the same for earlier calls whose program ended before it was done."""
    follow_team: Callable[[Callable[[], bool], Event], object] | None = None
    """Takes the team's roll-outs until the session ends; None without a team. It asks whether no call is in progress,
    and may wait."""
    prepare_unkept_call: Callable[[CallDetails], CallParts] | None = None
    """Like `prepare_call`, for a call that is not saved because its folder can't be created."""
