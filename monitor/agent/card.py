"""What the card says: the one message to the agent."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from monitor.agent.view import AgentView
from monitor.base.clock import clock
from monitor.base.counts import count

State = Literal["waiting", "listening", "note", "prompt", "urgent", "snoozed", "trouble", "paused", "ending", "ended"]
"""What a card is about."""

_TROUBLES: dict[str, str] = {
    "microphone": "Check your microphone",
    "customer line": "Check the line",
    "recording": "Not recording",
}
"""Titles of the troubles that get a card of their own, by part; missing words appear only in the status line."""
_ENDS = {"end of sound": "Call ended", "stopped": "Call ended", "error": "Stopped by an error"}


@dataclass(frozen=True, slots=True)
class Card:
    """One short message; fact and advice may quote the customer, so tracebacks leave them out."""

    state: State
    title: str
    fact: str = field(default="", repr=False)
    advice: str = field(default="", repr=False)


def card_of(view: AgentView) -> Card:
    """Choose the message: a prompt comes before everything but the end of the call."""
    return next(_cards(view))


def _cards(view: AgentView) -> Iterator[Card]:
    """Yield all messages, the most urgent first."""
    progress = view.progress
    if view.session == "waiting":
        yield from _troubles(view)
    if view.ended:
        yield Card("ended", _ENDS[view.ended.why], *_summary(view))
    if view.quitting or view.session == "ending":
        next_step = "Press q again to quit now." if view.quitting else _next_call(view)
        yield Card("ending", "Ending the call", "Saving the last words.", next_step)
    if view.session == "waiting":
        yield Card("waiting", "Waiting for a call", "Nothing is being saved.", _next_call(view))
    if view.prompt:
        yield Card(view.prompt.severity, view.prompt.title, view.prompt.fact, view.prompt.advice)
    yield from _troubles(view)
    if progress.recording == "paused":
        yield Card("paused", "Recording paused", "Sound and words are not being saved.", "p resumes recording.")
    if progress.snoozed_until_s is not None:
        yield Card("snoozed", "Snoozed", *_snooze(progress.snoozed_until_s))
    if progress.heard_s == 0:
        yield Card("waiting", "Waiting for sound", "No sound has arrived yet.", "You need no keys; ? lists them.")
    notes = [trouble.note for trouble in view.troubles]
    if not view.usual_known:
        notes.append("Learning your usual voice.")
    yield Card("listening", "Listening", " ".join(notes))


def _troubles(view: AgentView) -> Iterator[Card]:
    for trouble in view.troubles:
        if trouble.part in _TROUBLES:
            yield Card("trouble", _TROUBLES[trouble.part], trouble.note)


def _next_call(view: AgentView) -> str:
    if not view.between_calls:
        return "q quits."
    return "A call starts when the customer speaks." if view.auto else "s starts a call."


def _snooze(until_s: float) -> tuple[str, str]:
    if math.isinf(until_s):
        return "No prompts for the rest of the call.", "m brings them back."
    return f"Prompts come back at {clock(until_s)}.", "m snoozes for longer."


def _summary(view: AgentView) -> tuple[str, str]:
    spoken_s = view.agent.spoken_s + view.customer.spoken_s
    share = f". You did {100 * view.agent.spoken_s / spoken_s:.0f} % of the talking." if spoken_s else "."
    followed = f", {view.followed} followed" if view.shown else ""
    summary = view.earned or f"{count(view.shown, 'prompt')}{followed}; {count(view.flags, 'bookmark')}."
    if view.break_due:
        summary = f"{view.loud_before + 1} loud calls in a row: take a short break."
    return f"{clock(view.progress.heard_s)} long{share}", f"{summary} {_next_call(view)}"
