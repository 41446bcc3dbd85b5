"""The detail: the prompt that was up, or would have been, at the cursor, and the evidence for the selected flag."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from audio.values import Interruption
from monitor.agent.card_widget import card_lines
from monitor.base.clock import clock
from monitor.base.lines import Ink, Line, fit, length, wrap
from monitor.call.events import Gap, Mark
from monitor.call.marks import is_withdrawn
from monitor.call.outcomes import MAYBE_SEEN, SILENT, outcome_text, prompt_outcome_text
from monitor.call.supervision.supervisor_events import (
    HelpRequest,
    SupervisorAction,
    SupervisorEvent,
    WordsShared,
    supervisor_text,
)
from monitor.call.telephone.telephone_events import Hold
from monitor.call.text import instruction
from monitor.replay.moments import Moment, card_at
from monitor.replay.pane import ReplayLines, printable, rows_of
from monitor.replay.view import ReplayView
from rules.model import Firing

CARD_ROWS = 5
_AT_REST = {"listening", "waiting"}
NEAR_S = 2.0
"""Marks this close to the cursor are shown."""

_SAID = {
    "confirm": "confirmed",
    "dismiss": "dismissed",
    "note": "note",
    "tag": "tag",
    "flag": "bookmark",
    "wrong": "wrong prompt",
    "answer": "answer",
    "dispute": "disputed",
    "withdraw": "dispute withdrawn",
}


def detail_lines(view: ReplayView, width: int, height: int) -> tuple[Line, ...]:
    """Draw the card if a prompt or a warning was up, or in a recording would have been, and describe the flag."""
    card = card_at(view.log, view.shown, view.at_s)
    recording = view.log.kind == "recording"
    card = replace(card, title=printable(card.title), fact=printable(card.fact), advice=printable(card.advice))
    if card.state in _AT_REST:
        top: tuple[Line, ...] = () if recording else (((" agent's screen: ", "dim"), (card.title, "plain")),)
    else:
        edge: Line = ((_whose_card(view), "dim"),)
        top = card_lines(card, width, CARD_ROWS, (edge, ((clock(view.at_s), "dim"),)))
    texts = _texts(view, carded=len(top) > 1)
    lines = [line for text, ink in texts for line in wrap(((printable(text), ink),), max(width - 2, 1))]
    return (*top, *rows_of(lines))[:height]


def note_texts(marks: Sequence[Mark]) -> tuple[tuple[str, str], ...]:
    """Who noted what, where in the call and when, and the note itself."""
    return tuple(
        (f"{clock(mark.at_s)}  {_mark(replace(mark, text=''))}{', withdrawn' * is_withdrawn(mark, marks)}", mark.text)
        for mark in marks
        if mark.text and mark.kind in {"note", "confirm", "dismiss", "answer", "dispute"}
    )


def _whose_card(view: ReplayView) -> str:
    """Who had the card before their eyes."""
    if view.log.kind == "recording":
        return "would have come up"
    up = next((one.prompt for one in reversed(view.shown) if one.is_up(view.at_s)), None)
    if up and up.silent:
        return SILENT
    if up and up.outcome and not up.seen:
        return MAYBE_SEEN if up.seen is None else outcome_text("unseen", seen=False)
    return "agent's screen"


def _between_agent_and_supervisors(view: ReplayView) -> Iterator[tuple[str, Ink]]:
    log = view.log
    events: tuple[SupervisorEvent, ...]
    events = (*log.of(HelpRequest), *log.of(SupervisorAction), *log.of(WordsShared))
    for event in events:
        if abs(event.at_s - view.at_s) <= NEAR_S:
            yield f"{clock(event.at_s)} {supervisor_text(event)}", "plain"


def _texts(view: ReplayView, *, carded: bool) -> Iterator[tuple[str, Ink]]:
    if (holds := [hold for hold in view.log.of(Hold) if hold.at_s <= view.at_s]) and holds[-1].on:
        yield f"The customer is on hold since {clock(holds[-1].at_s)}", "trouble"
    for gap in view.log.of(Gap):
        if gap.start_s <= view.at_s <= gap.end_s:
            yield f"× {gap.what} missing {clock(gap.start_s)}–{clock(gap.end_s)}: {gap.why}", "trouble"
    moment = view.moment
    if moment:
        yield from _moment(moment, view, carded=carded)
    elif view.moments:
        yield f"First flag at {clock(view.moments[0].start_s)}. Press f to go there.", "dim"
    else:
        yield "No flags in this call.", "dim"
    for mark in view.log.marks:
        if (
            mark.kind in {"note", "tag", "answer"}
            and mark.at_s - NEAR_S <= view.at_s <= (mark.end_s or mark.at_s) + NEAR_S
        ):
            yield _mark(mark), "plain"
    yield from _between_agent_and_supervisors(view)
    for event in view.log.of(Interruption):
        if event.start_s - NEAR_S <= view.at_s <= event.end_s:
            yield f"The {event.by} interrupted at {clock(event.start_s)}.", "dim"


def _moment(moment: Moment, view: ReplayView, *, carded: bool) -> Iterator[tuple[str, Ink]]:
    at_s, recording = view.at_s, view.log.kind == "recording"
    ago = f", {at_s - moment.start_s:.0f} s ago" if at_s - moment.start_s >= 1 else ""
    if not moment.rule:
        yield f"F bookmarked by the agent at {clock(moment.start_s)}{ago}", "strong"
        return
    firing, shown = moment.firing, moment.shown
    severity = firing.severity if firing else shown.prompt.severity if shown else ""
    yield f"◆ {moment.rule} ({severity}) at {clock(moment.start_s)}{ago}", "strong"
    if moment.verdict:
        yield _mark(moment.verdict), "note"
    if firing:
        yield from ((text, "plain") for text in _evidence(firing))
    if shown is None:
        yield "No prompt would have come up for it." if recording else "No prompt came up for it.", "dim"
        return
    prompt = shown.prompt
    until = f"–{clock(prompt.until_s)}" if prompt.until_s is not None else ""
    after = f"{shown.from_s - moment.start_s:.1f} s after the flag"
    if not recording:
        after += f", {shown.delay_s:.2f} s of it screen delay"
    came = "would have come up" if recording or prompt.silent else "shown" if prompt.seen else "came up"
    yield f"{came} {clock(shown.from_s)}{until} ({after}): {prompt_outcome_text(prompt)}", "plain"
    if not carded:
        yield f"said: {instruction(prompt)}", "dim"


def _evidence(firing: Firing) -> Iterator[str]:
    """What was measured or heard, and who is responsible for it."""
    numbers = (("value", firing.value), ("usual", firing.baseline), ("limit", firing.limit))
    parts = [f"{name} {value:.4g}" for name, value in numbers if value is not None]
    if firing.held_s:
        parts.append(f"for {firing.held_s:.1f} s")
    if parts:
        yield ", ".join(parts)
    if firing.evidence:
        yield "heard: " + " / ".join(f"“{words}”" for words in firing.evidence)
    if firing.because:
        yield "because of: " + " / ".join(f"“{words}”" for words in firing.because)
    if firing.key_words:
        yield "key words: " + ", ".join(firing.key_words)
    if firing.owner or firing.protocol:
        yield f"{firing.owner}: {firing.protocol}".strip(": ")


def _mark(mark: Mark) -> str:
    by = f" by {mark.by}" if mark.by else ""
    when = f" on {mark.made[:10]}" if mark.made else ""
    return f"{_SAID.get(mark.kind, mark.kind)}{by}{when}{': ' + mark.text if mark.text else ''}"


class DetailPane(ReplayLines):
    """Card and evidence."""

    def draw(self, view: ReplayView, width: int, height: int) -> tuple[Line, ...]:
        """Draw both as far as they fit."""
        return tuple(_within(line, width) for line in detail_lines(view, width, height))


def _within(line: Line, width: int) -> Line:
    """Cut a line that is too long for a narrow pane."""
    return line if length(line) <= width else ((fit("".join(text for text, _ in line), width), line[0][1]),)
