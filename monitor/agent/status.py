"""The status line: how long the call has been, whether it is recorded, and what is wrong."""

import math
from collections.abc import Sequence
from itertools import chain

from rich.cells import cell_len

from monitor.agent.card import card_of
from monitor.agent.lines import AgentLines
from monitor.agent.view import AgentView
from monitor.base.clock import clock
from monitor.base.counts import count
from monitor.base.lines import Line, Span, fit, length

BEHIND_S = 1.0
WORDS_BEHIND_S = 3.0
"""From this delay on, the line says how far the meters or the words are behind."""

_RECORDING = {"on": "● recording", "off": "○ not recording", "paused": "‖ recording paused"}


def status_ends(view: AgentView, width: int) -> tuple[Line, Line]:
    """Write the state of the call for the left end of a row, and what needs attention for the right end.

    What does not fit goes in this order: bookmarks, all that needs attention but the first, the clock. Whether the call
    is recorded stays.
    """
    clock_span, recording, bookmarks = _left(view)
    notes = _notes(view)
    lefts = [[clock_span, recording, bookmarks], [clock_span, recording]]
    fitting = ((left, notes) for left in lefts)
    fewer = (([clock_span, recording], notes[:number]) for number in range(len(notes) - 1, 0, -1))
    last = [recording if recording[0] else clock_span]
    for spans, shown in chain(fitting, fewer, [(last, notes[:1])]):
        left, right = _spaced(spans), " · ".join(shown)
        if length(left) + (2 + cell_len(right) if right else 0) <= width:
            break
    left = left if length(left) <= width else tuple((fit(text, width), ink) for text, ink in left)
    room = width - length(left) - 2
    right = fit(right, room) if room > 0 else ""
    return left, ((right, "trouble" if view.troubles else "plain"),)


def _left(view: AgentView) -> tuple[Span, Span, Span]:
    """Write clock, state of the recording and bookmarks; what there is nothing of stays empty."""
    progress = view.progress
    in_call = progress.heard_s and not view.ended and not view.between_calls
    state = "off" if progress.recording == "on" and _fails(view) else progress.recording
    recording = _RECORDING[state] if in_call else ""
    return (
        (clock(progress.heard_s) if progress.heard_s else "", "strong"),
        (recording, "trouble" if _fails(view) else "plain" if progress.recording == "paused" else "dim"),
        (count(view.flags, "bookmark") if view.flags else "", "dim"),
    )


def _fails(view: AgentView) -> bool:
    """Whether the call cannot be kept just now."""
    return any(trouble.part == "recording" for trouble in view.troubles)


def _spaced(spans: Sequence[Span]) -> Line:
    written = [(text, ink) for text, ink in spans if text]
    return tuple((text if at == 0 else f"  {text}", ink) for at, (text, ink) in enumerate(written))


def _notes(view: AgentView) -> list[str]:
    """Write what needs attention, the most urgent first; a snooze before a trouble that the card tells anyway."""
    progress = view.progress
    if view.ended:
        return []
    notes = [*view.supervisors.status, *(["Muted?"] if view.muted else [])]
    said = {"recording", "microphone"} if view.muted else {"recording"}
    notes += [f"! {trouble.part}" for trouble in view.troubles if trouble.part not in said]
    if progress.snoozed_until_s is not None:
        notes.insert(len(notes) if card_of(view).state == "snoozed" else 0, _snooze(progress.snoozed_until_s))
    if progress.behind_s >= BEHIND_S:
        notes.append(f"meters {int(progress.behind_s)} s behind")
    if progress.words_behind_s >= WORDS_BEHIND_S:
        notes.append(f"words {int(progress.words_behind_s)} s behind")
    return notes


def _snooze(until_s: float) -> str:
    return "snoozed for this call" if math.isinf(until_s) else f"snoozed until {clock(until_s)}"


class Status(AgentLines):
    """The status line in a row of its own."""

    def draw(self, view: AgentView, width: int, height: int) -> tuple[Line, ...]:  # noqa: ARG002  # it is one
        """Draw the one line, a blank on either side."""
        left, right = status_ends(view, width - 2)
        blank = " " * (width - 2 - length(left) - length(right))
        return (((" ", "plain"), *left, (blank, "plain"), *right),)
