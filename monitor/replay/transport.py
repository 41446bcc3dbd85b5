"""The lines around the replay: which call it is, and how it plays."""

from monitor.base.clock import clock
from monitor.base.counts import count
from monitor.base.lines import Line, Span, fit, length
from monitor.pipeline.one_track import TWO_PEOPLE
from monitor.replay.pane import ReplayLines, printable
from monitor.replay.view import ReplayView

SEPARATED = "estimated: voices of one track"
"""Shown beside a call whose speakers were told apart."""
LONGEST_FILE = 30
"""Columns of the name of a recording."""


def status_line(view: ReplayView, width: int) -> Line:
    """Write which call this is, and on the right what is missing from it."""
    info = view.log.info
    who = [name for name in (info.agent, info.customer) if name] if info else []
    started = [f"{info.started:%Y-%m-%d %H:%M}"] if info else []
    if view.log.mixed:
        started.append(TWO_PEOPLE.lower())
    elif info and info.separated:
        started.append(SEPARATED)
    texts = [*started, *map(printable, who), clock(view.log.duration_s), count(len(view.moments), "flag")]
    if view.reviewed:
        texts.append("✓ reviewed")
    if view.following:
        texts.append("● following")
    if info and info.kind == "recording":
        texts.append(fit(printable(info.source), LONGEST_FILE))
    left: list[Span] = [(" " + view.log.folder.name, "strong"), ("  " + " · ".join(texts), "dim")]
    room = width - length(tuple(left)) - 3
    right = fit(" ".join(view.notes), max(room, 0))
    blank = max(width - length(tuple(left)) - len(right) - 1, 0)
    return (*left, (" " * blank, "plain"), (right, "trouble"))


def transport_line(view: ReplayView, width: int) -> Line:
    """Write where the cursor is, how it plays, and the result of the last key."""
    tenth = int(view.at_s * 10) % 10
    left: list[Span] = [
        (" ► " if view.playing else " ‖ ", "strong"),
        (f"{clock(view.at_s)}.{tenth}", "strong"),
        (f" / {clock(view.log.duration_s)}  ×{view.speed:g}  {view.mix}", "plain"),
    ]
    if view.in_s is not None or view.out_s is not None:
        in_s, out_s = view.stretch_s
        left.append((f"  clip {clock(in_s)}–{clock(out_s)}", "both"))
    silent = "" if view.output else "no sound output"
    right = fit(printable(view.said) or silent, max(width - length(tuple(left)) - 3, 0))
    blank = max(width - length(tuple(left)) - length(((right, "plain"),)) - 1, 0)
    return (*left, (" " * blank, "plain"), (right, "strong" if view.said else "trouble"))


class ReplayStatus(ReplayLines):
    """One line about the call."""

    def draw(self, view: ReplayView, width: int, height: int) -> tuple[Line, ...]:  # noqa: ARG002  # it is one
        """Draw the line."""
        return (status_line(view, width),)


class Transport(ReplayLines):
    """One line about the playback."""

    def draw(self, view: ReplayView, width: int, height: int) -> tuple[Line, ...]:  # noqa: ARG002  # it is one
        """Draw the line."""
        return (transport_line(view, width),)
