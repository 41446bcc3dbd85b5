"""The status line: how long the call has been, whether it is recorded, and what is wrong."""

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

    If they do not fit, the left end shrinks first, down to the clock.
    """
    progress = view.progress
    left: list[Span] = [(clock(progress.heard_s) if progress.heard_s else "", "strong")]
    if progress.heard_s and not view.ended and not view.between_calls:
        left.append(("  " + _RECORDING[progress.recording], "plain" if progress.recording == "paused" else "dim"))
    if view.flags:
        left.append((f"  {count(view.flags, 'bookmark')}", "dim"))
    right = " · ".join(_notes(view))
    while len(left) > 1 and length((*left, ("  " + right, "plain"))) > width:
        left.pop()
    right = fit(right, max(width - length(tuple(left)) - 2, 0))
    return tuple(left), ((right, "trouble" if view.troubles else "plain"),)


def _notes(view: AgentView) -> list[str]:
    progress = view.progress
    if view.ended:
        return []
    notes = [f"! {trouble.part}" for trouble in view.troubles]
    if progress.behind_s >= BEHIND_S:
        notes.append(f"meters {int(progress.behind_s)} s behind")
    if progress.words_behind_s >= WORDS_BEHIND_S:
        notes.append(f"words {int(progress.words_behind_s)} s behind")
    if progress.snoozed_until_s is not None:
        notes.append("snoozed")
    return notes


class Status(AgentLines):
    """The status line in a row of its own."""

    def draw(self, view: AgentView, width: int, height: int) -> tuple[Line, ...]:  # noqa: ARG002  # it is one
        """Draw the one line, a blank on either side."""
        left, right = status_ends(view, width - 2)
        blank = " " * (width - 2 - length(left) - length(right))
        return (((" ", "plain"), *left, (blank, "plain"), *right),)
