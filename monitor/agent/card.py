"""What the card says: the one message to the agent."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from monitor.agent.view import ENDED, SESSION, AgentView
from monitor.base.clock import clock
from monitor.base.counts import count
from monitor.call.events import Ended, Health

State = Literal[
    "waiting", "listening", "note", "question", "prompt", "urgent", "snoozed", "trouble", "paused", "ending", "ended"
]
"""What a card is about."""

_TROUBLES: dict[tuple[str, str | None], tuple[str, str]] = {
    ("microphone", None): ("Check your microphone", ""),
    ("microphone", "gone"): ("Check your microphone", ""),
    ("microphone", "silent"): ("Are you muted?", "Unmute yourself, then answer."),
    ("microphone", "clipped"): ("Turn microphone down", "Lower its level in the sound settings."),
    ("echo", None): ("Echo in your microphone", "Use a headset."),
    ("customer line", None): ("Check the line", ""),
    ("customer line", "gone"): ("Check the line", ""),
    ("customer line", "silent"): ("Check the line", "If you hear them, check the softphone."),
    ("recording", None): ("Not recording", ""),
}
"""Titles and advice of the troubles that get a card of their own, by part and cause; without advice, the note has it.
Missing words appear only in the status line."""
_NEWS: dict[tuple[str, str | None], str] = {
    ("recording", None): "Recording again",
    ("voice", "gain"): "Microphone level changed",
    ("voice", "gain control"): "Gain control",
    ("voice", "other voice"): "Another voice",
}
"""Titles of what is shown for a while and needs nothing done."""
OVER = "call over"
"""Stands for the question whether the call is over."""
_ENDS = {"end of sound": "Call ended", "stopped": "Call ended", "error": "Stopped by an error"}


@dataclass(frozen=True, slots=True)
class Card:
    """One short message; fact and advice may quote the customer, so tracebacks leave them out."""

    state: State
    title: str
    fact: str = field(default="", repr=False)
    advice: str = field(default="", repr=False)
    part: str = ""
    """What `space` takes down with it; empty for what stays."""


def card_of(view: AgentView) -> Card:
    """Choose the message: a prompt comes before everything but the end of the call and news of the recording."""
    return next(_cards(view))


def _cards(view: AgentView) -> Iterator[Card]:
    """Yield all messages, the most urgent first."""
    if view.session == "waiting":
        yield from _troubles(view)
    if view.ended and ENDED not in view.put_away:
        part = ENDED if view.between_calls else ""
        yield Card("ended", *_summary(view, view.ended), part=part)
    if view.quitting or view.session == "ending":
        next_step = "Press q again to quit now." if view.quitting else _next_call(view)
        yield Card("ending", "Ending the call", "Saving the last words.", next_step)
    if view.session == "waiting":
        yield from _session_note(view)
        yield Card("waiting", "Waiting for a call", "Nothing is being saved.", _next_call(view))
    yield from _in_call(view)


def _in_call(view: AgentView) -> Iterator[Card]:
    prompt = view.prompt
    if not prompt or prompt.severity != "urgent":
        yield from _news(view)
        yield from _supervisors(view, news=True)
        yield from _question(view)
    if prompt:
        yield Card(prompt.severity, prompt.title, prompt.fact, prompt.advice, part="prompt")
    yield from _troubles(view)
    if view.news and view.news.part == "voice":
        yield from _noted(view, view.news)
    yield from _supervisors(view, news=False)
    if view.progress.recording == "paused":
        yield Card("paused", "Recording paused", "Sound and words are not being saved.", "p resumes recording.")
    if view.progress.snoozed_until_s is not None:
        yield Card("snoozed", "Snoozed", *_snooze(view.progress.snoozed_until_s))
    if view.unanswered:
        yield from (_trouble(trouble) for trouble in _on_show(view) if trouble.cause == "silent")
    yield from _session_note(view)
    if view.progress.heard_s == 0:
        yield Card("waiting", "Waiting for sound", "No sound has arrived yet.", "You need no keys; ? lists them.")
    yield Card("listening", "Listening", " ".join(_notes(view)))


def _notes(view: AgentView) -> Iterator[str]:
    yield from (trouble.note for trouble in view.troubles if trouble.part == "words")
    if not view.usual_known:
        yield "Learning your usual voice."
    elif not view.agent.spoken_s:
        yield "Your usual voice is known."


def _on_show(view: AgentView) -> Iterator[Health]:
    return (trouble for trouble in view.troubles if trouble.part not in view.put_away)


def _troubles(view: AgentView) -> Iterator[Card]:
    """Yield the troubles that get a card; a muted microphone does only while the customer waits for an answer."""
    for trouble in _on_show(view):
        if (trouble.part, trouble.cause) in _TROUBLES and not (trouble.part == "microphone" and view.muted):
            yield _trouble(trouble)


def _trouble(trouble: Health) -> Card:
    title, advice = _TROUBLES[trouble.part, trouble.cause]
    # The card's own advice stands in for the note's, which is its second sentence.
    fact, advice = (trouble.note.partition(". ")[0].rstrip(".") + ".", advice) if advice else ("", trouble.note)
    return Card("trouble", title, fact, advice, part=trouble.part)


def _news(view: AgentView) -> Iterator[Card]:
    """Yield what has just become of the recording."""
    for trouble in _on_show(view):
        if trouble.part == "recording" and view.is_news(trouble):
            yield _trouble(trouble)
    if view.news and view.news.part == "recording":
        yield from _noted(view, view.news)


def _noted(view: AgentView, news: Health) -> Iterator[Card]:
    if view.is_news(news):
        yield Card("note", _NEWS[news.part, news.cause], "", news.note, part="news")


def _supervisors(view: AgentView, *, news: bool) -> Iterator[Card]:
    """Yield what is new of supervisors while it is news; later, when nothing else is to be said."""
    if (card := view.supervisors.card) and view.supervisors.is_new(view.progress.heard_s) == news:
        yield Card("note", *card, part="supervisors")


def _question(view: AgentView) -> Iterator[Card]:
    """Ask whether the call is over; nobody has spoken for so long that an ordinary prompt is about the past."""
    if (asked := view.call_over) and asked.ends_s is not None:
        fact = f"Silent since {clock(asked.since_s)}. It ends at {clock(asked.ends_s)}."
        yield Card("question", "Call over?", fact, "e ends it, space keeps it going.", part=OVER)


def _session_note(view: AgentView) -> Iterator[Card]:
    told = view.session_note
    if told and not (told.between_calls and (view.session == "call" or SESSION in view.put_away)):
        yield Card("note", told.title, told.note, told.advice, part=SESSION)


def _next_call(view: AgentView) -> str:
    if not view.between_calls:
        return "q quits."
    if view.remote:
        return "Your next call appears here."
    return "A call starts when the customer speaks." if view.auto else "s starts a call."


def _snooze(until_s: float) -> tuple[str, str]:
    if math.isinf(until_s):
        return "No prompts for the rest of the call.", "m brings them back."
    return f"Prompts come back at {clock(until_s)}.", "m snoozes for longer."


def _summary(view: AgentView, ended: Ended) -> tuple[str, str, str]:
    spoken_s = view.agent.spoken_s + view.customer.spoken_s
    share = f" · you talked {100 * view.agent.spoken_s / spoken_s:.0f} %" if spoken_s else ""
    followed = f", {view.followed} followed" if view.shown else ""
    counts = view.earned or f"{count(view.shown, 'prompt').capitalize()}{followed}; {count(view.flags, 'bookmark')}."
    if view.break_due:
        counts = f"{view.loud_before + 1} loud calls in a row: take a short break."
    note = view.session_note
    last = f"{note.title}: {note.note}" if note and note.between_calls else _next_call(view)
    return f"{_ENDS[ended.why]} · {clock(view.progress.heard_s)}{share}", counts, last
