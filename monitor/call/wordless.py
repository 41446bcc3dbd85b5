"""Removes what was said from a call's events and leaves the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from audio.values import (
    Backchannel,
    DeadAir,
    HeardAgain,
    Interruption,
    PitchSample,
    ToneSample,
    Turn,
    Usual,
    Utterance,
)
from monitor.call.coaching.agreed import ActionAgreed, ActionClosed, CoachingEvent
from monitor.call.events import CallEvent, Ended, Gap, Health, Mark, PromptCleared, PromptShown
from monitor.call.info import Edited
from monitor.call.supervision.supervisor_events import HelpRequest, SupervisorAction, WordsShared
from monitor.call.telephone.telephone_events import AgentChanged, Hold, KeysPressed
from rules.model import Checklist, Easing, Firing, Noticed, Prompt, Ticked

WORDLESS = (
    ToneSample,
    PitchSample,
    Usual,
    Turn,
    Interruption,
    Backchannel,
    DeadAir,
    Easing,
    Ticked,
    Checklist,
    Edited,
    Gap,
    Health,
    Ended,
    Hold,
    AgentChanged,
    KeysPressed,
    HelpRequest,
    SupervisorAction,
    WordsShared,
)
"""Events that hold no words of a call; `_stripped` says what is left of the others."""

_LABELS = ("tag", "reviewed")
"""Marks whose text is a label."""


def without_words(events: Sequence[CallEvent]) -> list[CallEvent]:
    """Remove spoken words from events, and what people wrote about them.

    Utterances keep their times, flags their numbers, prompts their outcomes, actions their measure and days, marks all
    but notes and reasons. The text of a prompt stays only if every flag of its rule is there and was raised by measures
    only: others may quote the customer. An event of an unknown kind is left out.

    Args:
        events: all of one call.
    """
    firings = [event for event in events if isinstance(event, Firing)]
    quoting = {one.rule for one in firings if quotes(one)}
    measured = {firing.rule for firing in firings} - quoting
    stripped = (_stripped(event, measured) for event in events)
    return [event for event in stripped if event is not None]


def quotes(firing: Firing) -> bool:
    """Whether a flag may hold words of the call, and so may the prompts of its rule."""
    said = (firing.evidence, firing.because, firing.key_words, firing.say_back)
    return firing.value is None or any(said)


def _stripped(event: CallEvent, measured: set[str]) -> CallEvent | None:
    match event:
        case Utterance() | HeardAgain():
            return replace(event, words=())
        case Firing():
            return replace(event, evidence=(), because=(), key_words=(), say_back="")
        case Noticed():
            return replace(event, text="", due="")
        case PromptShown() | PromptCleared():
            return event if event.prompt.rule in measured else replace(event, prompt=_unquoted(event.prompt))
        case Mark() | ActionAgreed() | ActionClosed():
            return _without_notes(event)
    return event if isinstance(event, WORDLESS) else None


def _unquoted(prompt: Prompt) -> Prompt:
    return replace(prompt, title=prompt.action.replace("_", " ").capitalize(), fact="", advice="")


def _without_notes(event: Mark | CoachingEvent) -> Mark | CoachingEvent:
    """Remove what people wrote about a call."""
    match event:
        case ActionAgreed():
            return replace(event, behaviour="")
        case ActionClosed():
            return replace(event, why="")
        case _:
            return event if event.kind in _LABELS else replace(event, text="")
