"""The wall as lines of coloured text: pure, so that every state can be tested."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.base.clock import clock
from monitor.base.counts import count
from monitor.base.lines import Ink, Line, Span, fit, length, wrap
from monitor.pipeline.metrics import BY_NAME, Metric
from monitor.wall.wall_messages import Moment
from monitor.wall.wall_state import Shown
from monitor.wall.wall_texts import care, is_alarm, name, seconds, why
from monitor.wall.wall_view import WallView

VOLUME, RATE = BY_NAME["level_over_baseline_db"], BY_NAME["rate_over_baseline_pct"]
WIDE = 110
"""From this many columns on there is room for words instead of signs."""
_RECORDING = {"on": "●", "off": "○", "paused": "‖"}
_CONSENT = {"given": "✓", "not needed": "✓", "refused": "×", "unknown": "?"}
_KEYS = "↑ ↓ choose  f follow  t take  ? help  q quit"
_HELP = (
    "↑ ↓                choose a call        !!  help, safety, urgent",
    "f or enter         follow, or stop      ►   a flag in force",
    "t                  take care, let go    →   takes care",
    "q                  quit                 ◦   follows",
    "",
    "● recorded  ○ not recorded  ‖ paused    ✓ consent  × refused  ? not known",
    "├ ┤ usual for this agent                volume ±12 dB, rate ±40 %",
    "",
    "Worst first. A line moves up every 10 s at most; help and safety at once.",
    "Stale: the desk says nothing. Gone: its connection broke.",
    "The agent sees who follows her call, and it is in the call's record.",
    "The wall keeps nothing: a call that ends leaves it.",
)


@dataclass(frozen=True, slots=True)
class _Columns:
    agent: int
    why: int
    gauge: int


def head_line(view: WallView, width: int) -> Line:
    """Whose calls, how many, how many need somebody, and whether the broker is there."""
    rows = view.rows
    live = sum(row.life == "live" for row in rows)
    need = sum(row.life == "live" and (is_alarm(row) or _is_urgent(row)) for row in rows)
    counted = f"{count(live, 'call')} in progress" + (f", {need} to look at" if need else "")
    other = [f"{sum(row.life == life for row in rows)} {life}" for life in ("stale", "gone")]
    counted = ", ".join([counted, *(text for text in other if not text.startswith("0"))])
    left = f" Wall  {view.team or 'all teams'}  "
    if view.connected:
        return (left, "strong"), (fit(counted, width - len(left)), "plain")
    since = f" for {seconds(view.now_s - view.lost_s)}" if view.lost_s is not None else ""
    text = f"no connection{since}" if view.trouble or view.lost_s is not None else "connecting"
    return (left, "strong"), (fit(text, width - len(left)), "trouble")


def note_line(view: WallView, width: int) -> Line:
    """The most important thing that is wrong."""
    notes = view.notes
    return ((fit(f" {notes[0]}", width), "trouble"),) if notes else ()


def heading_line(width: int) -> Line:
    """What the columns hold."""
    columns = _columns(width)
    cells = (("agent", columns.agent), ("call", 8), ("why", columns.why))
    text = "".join(f"{head:<{cells}}" for head, cells in cells)
    gauges = "".join(f"{metric.title:<{columns.gauge + 2}}" for metric in (VOLUME, RATE))
    return ((fit(f"    {text}{gauges}", width), "dim"),)


def call_lines(view: WallView, width: int, height: int) -> tuple[Line, ...]:
    """A line for each call, as many as fit; the chosen one is always among them."""
    rows, chosen = view.rows, view.chosen
    if not rows:
        text = "No call is in progress." if view.connected else ""
        return ((), ((f"    {text}", "dim"),))
    # Whoever looks at a line far below still sees who asks for help.
    alarms = sum(row.life == "live" and is_alarm(row) for row in rows)
    pinned = min(alarms, height // 2)
    place, room = rows.index(chosen) if chosen else 0, height - pinned
    first = max(pinned, min(place - room // 2, len(rows) - room))
    return tuple(_call_line(row, view, width) for row in (*rows[:pinned], *rows[first : first + room]))


def detail_lines(view: WallView, width: int, height: int) -> tuple[Line, ...]:
    """The call that is followed."""
    followed = view.followed
    if followed is None:
        text = " The call that you followed is over." if view.following else " f follows the chosen call."
        return ((), ((text, "dim"),))
    head: Line = ((f" You follow {name(followed)}. The agent sees it.", "strong"),)
    if view.detail is None:
        return ((), ((fit(f" The desk of {name(followed)} has not answered yet.", width), "dim"),))
    talk_s = view.detail.talk_s
    share = talk_s.get("agent", 0.0) / (sum(talk_s.values()) or 1.0)
    words = "The agent shares the words." if view.detail.words else "No words: the agent has not shared them."
    about: Line = ((fit(f" The agent has talked {100 * share:.0f} % of the time. {words}", width), "dim"),)
    lines = [line for moment in view.detail.moments for line in _moment_lines(moment, width)]
    return (), head, about, *lines[-max(height - 3, 0) :]


def help_lines() -> tuple[Line, ...]:
    """What keys and signs mean."""
    return tuple(((f" {text}", "plain"),) for text in _HELP)


def keys_line(view: WallView, width: int) -> Line:
    """The keys."""
    chosen = view.chosen
    mine = chosen is not None and chosen.state.taken_by == view.supervisor
    keys = _KEYS.replace("t take", "t let go") if mine else _KEYS
    return ((fit(f" {keys}", width), "dim"),)


def _columns(width: int) -> _Columns:
    return _Columns(18, 28, 13) if width >= WIDE else _Columns(15, 22, 9)


def _call_line(row: Shown, view: WallView, width: int) -> Line:
    columns, state = _columns(width), row.state
    sign, ink = _sign(row)
    lit = ink if row.life == "live" else "dim"
    is_chosen = view.chosen is not None and view.chosen.call == row.call
    plain: Ink = "dim" if row.life != "live" else "plain"
    spans: list[Span] = [
        ("▌" if is_chosen else " ", "strong"),
        (f"{sign} ", lit),
        (_cell(name(row), columns.agent), "strong" if is_chosen and row.life == "live" else plain),
        (f"{clock(state.at_s):<8}", plain),
        (_reason(row, columns.why), lit),
    ]
    for metric, value in ((VOLUME, state.level_over_db), (RATE, state.rate_over_pct)):
        spans += [*_gauge(metric, value if row.life == "live" else None, columns.gauge), ("  ", "plain")]
    kept = f"{_RECORDING[state.recording]}{_CONSENT[state.consent]} "
    spans.append((kept, "prompt" if state.consent == "refused" and state.recording == "on" else "dim"))
    spans.append((fit(_care(row, width), max(width - length(tuple(spans)), 0)), plain))
    return tuple(spans)


def _sign(row: Shown) -> tuple[str, Ink]:
    state = row.state
    if is_alarm(row) or state.severity == "urgent":
        return "!!", "urgent" if is_alarm(row) or _is_urgent(row) else "dim"
    if state.severity:
        return "► ", "dim" if state.taken_by else "prompt"
    return "  ", "plain"


def _is_urgent(row: Shown) -> bool:
    """Whether it is urgent, and nobody takes care."""
    return row.state.severity == "urgent" and not row.state.taken_by


def _reason(row: Shown, cells: int) -> str:
    """The reason and since when; what does not fit is cut from the reason."""
    reason, since = why(row)
    return f"{' '.join(filter(None, (fit(reason, cells - 2 - len(since)), since))):<{cells}}"


def _care(row: Shown, width: int) -> str:
    if width >= WIDE:
        return care(row)
    state = row.state
    taken = f"→{state.taken_by}" if state.taken_by else ""
    return " ".join(filter(None, (taken, *(f"◦{name}" for name in state.followed_by))))


def _gauge(metric: Metric, value: float | None, width: int) -> Line:
    """A gauge as on the agent's screen, in so few cells: the usual between its marks, and where the agent is."""
    low, high = (_place(edge, metric, width) for edge in metric.band or metric.scale)
    cells = ["─" if low <= cell <= high else "·" for cell in range(width)]
    cells[low], cells[width // 2], cells[high] = "├", "┼", "┤"
    if value is None:
        return (("".join(cells), "usual"),)
    place = _place(value, metric, width)
    least, most = metric.band or metric.scale
    far = not least < value < most
    mark: Span = ("◆", "prompt") if far else ("●", "strong")
    return ("".join(cells[:place]), "usual"), mark, ("".join(cells[place + 1 :]), "usual")


def _place(value: float, metric: Metric, cells: int) -> int:
    low, high = metric.scale
    return round((min(max(value, low), high) - low) / (high - low) * (cells - 1))


def _moment_lines(moment: Moment, width: int) -> Iterator[Line]:
    inks: dict[str, Ink] = {"agent": "you", "customer": "customer", "prompt": "plain", "flag": "plain"}
    what = f"urgent {moment.kind}" if moment.severity == "urgent" else moment.kind
    head = f" {clock(moment.at_s):>6}  {what:<13}  "
    for number, line in enumerate(wrap(((moment.text, inks[moment.kind]),), max(width - len(head) - 1, 8))):
        yield ((head if number == 0 else " " * len(head), "dim"), *line)


def _cell(text: str, cells: int) -> str:
    return f"{fit(text, cells - 1):<{cells}}"
