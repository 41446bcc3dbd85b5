"""The list of saved calls as lines of coloured text: pure, so that every state can be tested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from monitor.base.clock import clock
from monitor.base.counts import count
from monitor.base.lines import Ink, Line, Span, fit, length, wrap
from monitor.call.outcomes import outcome_text, outcome_without
from monitor.call.state import CallState
from monitor.catalogue.filter_text import written
from monitor.catalogue.hits import Hit
from monitor.catalogue.query import Count, Details, Filter, Order
from monitor.catalogue.rows import DISPUTED, SEVERITIES, CallRow, FlagRow, PromptRow
from monitor.supervisor.call_notes import access_line, hit_line, note_lines
from monitor.supervisor.plain_list import BOOKMARK, STATE_WORDS, on_hold, sound_state, who

SIGNS: dict[str, tuple[str, Ink]] = {
    "": ("  ", "dim"),
    "note": ("· ", "note"),
    "prompt": ("► ", "prompt"),
    "urgent": ("!!", "urgent"),
}
"""Sign and ink of a flag by its severity, as on the agent's screen."""
STATES: dict[CallState, str] = {"ended": " ", "open": "●", "broken off": "×"}
VERDICTS = {"confirm": "confirmed", "dismiss": "dismissed", "dispute": "disputed"}
WIDE = 100
"""From this many columns on there is room for prompts and tags."""
WORST = 28
"""Columns of the worst flag then."""
NARROW = 72
"""Below this many columns, length and number of flags make room for the worst flag."""
FLAG_LINES = 2
"""Most rows of flags in the details."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_KEYS = "enter replay  r reviewed  / filter  w worst or newest  ? help  q quit"
_HELP = (
    "↑ ↓ page home end   choose           !!  urgent flag",
    "enter               open the replay  ►   prompt",
    "r                   mark reviewed    ·   note",
    "u                   undo that        ✓   reviewed",
    "v                   view the notes   ●   in progress",
    "w                   worst or newest  ×   broken off",
    "/                   filter",
    "s                   save the filter; @NAME uses it",
    "",
    "Filters: agent:NAME  customer:NAME  tag:TAG  reviewer:NAME",
    "rule:RULE  severity:note  urgent  unreviewed  held",
    "flagged (the agent's bookmark)  since:DAY  until:DAY",
    "tag:disputed  flags that the agent disputes",
    "length:5m..10m  kind:recording  attribute:queue=billing",
    'and words that were said: refund  "my router"  cancel*',
    "DAY is 2026-03-01, today, yesterday, monday, 7d or 12h.",
    "Unreviewed calls come first, then the severest flag, then",
    "the most of such flags in 10 minutes, unless dismissed.",
    "? closes this.",
)


ALL = Filter()
NONE = Count(0, 0)


@dataclass(frozen=True, slots=True)
class CallListView:
    """All that the screen shows."""

    today: date
    wanted: Filter = ALL
    order: Order = "worst"
    found: Count = NONE
    unsearched: int = 0
    """Sealed calls, which cannot be searched for words."""
    first: int = 0
    """Position in the whole list of the first call on the screen."""
    calls: tuple[CallRow, ...] = ()
    """The calls on the screen."""
    states: tuple[CallState, ...] = ()
    """Their states."""
    cursor: int = 0
    """Position in the whole list of the chosen call."""
    details: Details | None = None
    """Of the chosen call."""
    hits: tuple[Hit, ...] = ()
    """Where the words of the filter were said in the chosen call."""
    searched: Filter = ALL
    """The filter of these hits."""
    accesses: tuple[str, ...] = ()
    """What others did with the chosen call, for the agent who wants her own."""
    text: str = ""
    """The filter as it was written."""
    message: str = ""
    """What has just happened or gone wrong."""
    trouble: bool = False
    """Whether the message is an error."""

    @property
    def chosen(self) -> CallRow | None:
        """The call under the cursor."""
        place = self.cursor - self.first
        return self.calls[place] if 0 <= place < len(self.calls) else None


def head_line(view: CallListView, width: int) -> Line:
    """Say how many calls there are, and in which order they are."""
    left: Line = (
        (f" {view.found.calls:,} call{'' if view.found.calls == 1 else 's'}", "strong"),
        (f"  {view.found.unreviewed:,} not reviewed", "plain"),
    )
    if view.unsearched:
        left = (*left, (f"  {count(view.unsearched, 'sealed call')} not searched for words", "note"))
    right = f"{view.order} first "
    return (*left, (" " * (width - length(left) - len(right)), "plain"), (right, "dim"))


def filter_line(view: CallListView, width: int) -> Line:
    """Say what has just happened; otherwise show the filter."""
    if view.message and not view.trouble:
        return ((fit(f" {view.message}", width), "note"),)
    if view.wanted == ALL:
        return ((" all calls; / filters", "dim"),)
    return ((" filter ", "dim"), (fit(view.text or written(view.wanted), width - 8), "plain"))


def heading_line(width: int) -> Line:
    """Name the columns."""
    return (("   " + "".join(_columns("when", "agent", "length", "flags", width)) + "  worst flag", "usual"),)


def call_lines(view: CallListView, width: int) -> Iterator[Line]:
    """Draw the calls on the screen, one a line."""
    if not view.calls:
        said = "No calls match this filter." if view.wanted != ALL else "No calls have been saved yet."
        yield (("   " + said, "dim"),)
    for place, (call, state) in enumerate(zip(view.calls, view.states, strict=True), view.first):
        yield _call_line(call, state, view.today, width, chosen=place == view.cursor)


def _call_line(call: CallRow, state: CallState, today: date, width: int, *, chosen: bool) -> Line:
    ink: Ink = "strong" if chosen else "dim" if call.reviewed else "plain"
    started, rest = _columns(when(call, today), who(call) or "–", clock(call.duration_s), str(call.flags or "–"), width)
    sign, sign_ink = SIGNS[SEVERITIES[call.worst]]
    spans: list[Span] = [
        ("✓" if call.reviewed else " ", "note"),
        (STATES[state] + " ", "strong" if state == "open" else "dim"),
        (started, "cursor" if chosen else ink),
        (f"{rest}  ", ink),
        (f"{sign} ", sign_ink),
    ]
    room = width - length(tuple(spans))
    disputed = f" {DISPUTED}" if width < WIDE and DISPUTED in call.tags.split() else ""
    worst = _worst(call, min(room, WORST) if width >= WIDE else room - len(disputed)) + disputed
    spans.append((worst, ink))
    held = ["on hold"] if on_hold(call, today) else []
    if width >= WIDE and (call.prompts or call.tags or held):
        shown = [_prompts(call)] if call.prompts else []
        blank = " " * (WORST - length(((worst, ink),)) + 2)
        more = blank + "  ".join([*held, *shown, *call.tags.split()])
        spans.append((fit(more, room - length(((worst, ink),))), "dim"))
    return tuple(spans)


def _worst(call: CallRow, room: int) -> str:
    """The worst flag and its time; its name is cut before its time is."""
    if state := sound_state(call):
        return fit(state, room)
    if call.worst_at_s is None:
        return ""
    more = f" ×{call.worst_count}" if call.worst_count > 1 else ""
    when = f" {clock(call.worst_at_s)}{more}"
    return fit(fit(call.worst_rule or BOOKMARK, max(room - len(when), 0)) + when, room)


def _prompts(call: CallRow) -> str:
    """How many prompts came up, and how many of those that the agent is known to have seen were followed."""
    prompts = count(call.prompts, "prompt")
    if call.kind == "recording":
        return f"{prompts} would have come up"
    if not call.shown:
        return f"{prompts}, none confirmed seen"
    seen = "" if call.shown == call.prompts else f" {call.shown} confirmed seen,"
    return f"{prompts},{seen} {call.followed} followed"


def _outcome(prompt: PromptRow, call: CallRow) -> str:
    if call.kind == "recording":
        return outcome_without(prompt.after)
    return outcome_text(prompt.outcome, seen=prompt.seen)


def detail_lines(view: CallListView, width: int) -> Iterator[Line]:
    """Describe the chosen call, or say what went wrong."""
    call, details = view.chosen, view.details
    if view.trouble:
        yield from (((" ", "plain"), *line) for line in wrap(((view.message, "trouble"),), width - 2))
        return
    if not call or not details:
        return
    state = view.states[view.cursor - view.first]
    file = call.source if call.kind == "recording" else ""
    facts = [long_when(call), call.agent or "no agent named", call.customer, file, _state(call, state)]
    yield ((fit(" " + " · ".join(filter(None, facts)), width), "strong"),)
    talk_s = call.agent_talk_s + call.customer_talk_s
    talk = [f"agent did {100 * call.agent_talk_s / talk_s:.0f} % of the talking"] if talk_s else []
    outcomes = Counter(_outcome(prompt, call) for prompt in details.prompts)
    due = " would have come up" if call.kind == "recording" else ""
    shown = [f"{count(call.prompts, 'prompt')}{due}: {', '.join(f'{n} {name}' for name, n in outcomes.items())}"]
    reviewed = [f"reviewed by {call.reviewed_by or 'somebody'}"] if call.reviewed else []
    tags = [f"tags {call.tags}"] if call.tags else []
    heard = [sound_state(call)] if sound_state(call) else talk
    if call.separated:
        heard.append("two voices told apart, everything is estimated")
    facts = [*heard, *(shown if outcomes else ["no prompts"]), *reviewed, *tags]
    yield ((fit(" " + " · ".join(facts), width), "dim"),)
    if on_hold(call, view.today):
        why = "; ".join(filter(None, (call.hold_reason, call.hold_by and f"by {call.hold_by}")))
        yield ((fit(f" on hold until {call.hold_until}" + (f" ({why})" if why else ""), width), "note"),)
    yield from access_line(view.accesses, width)
    yield from hit_line(view.hits, width)
    yield from _flag_lines(details.flags, width)
    yield from note_lines(details.marks, width)


def help_lines() -> Iterator[Line]:
    """Explain the keys, the signs and the filter."""
    return (((f" {text}", "plain"),) for text in _HELP)


def brief(call: CallRow, today: date) -> str:
    """Name a call in a few words."""
    return f"{' '.join(when(call, today).split())}, {who(call) or 'no agent named'}"


def keys_line(width: int) -> Line:
    """Name the keys, or only the main ones if they do not fit."""
    return ((f" {_KEYS if len(_KEYS) < width else 'enter replay  / filter  ? help'}", "dim"),)


def when(call: CallRow, today: date) -> str:
    """Say when a call was, in twelve columns, in its local time."""
    started = datetime.fromisoformat(call.started)
    time = f"{started:%H:%M}"
    if started.date() == today:
        return f"today  {time}"
    month = _MONTHS[started.month - 1]
    return (
        f"{started.day:02} {month} {time}" if started.year == today.year else f"{started.day:02} {month} {started.year}"
    )


def long_when(call: CallRow) -> str:
    """Say when a call was, with its year."""
    started = datetime.fromisoformat(call.started)
    return f"{started.day} {_MONTHS[started.month - 1]} {started.year} {started:%H:%M}"


def _columns(started: str, agent: str, long: str, flags: str, width: int) -> tuple[str, str]:
    if width < NARROW:
        return f"{started:<12}", f"  {fit(agent, 10):<10}"
    name = 20 if width >= WIDE else 16
    return f"{started:<12}", f"  {fit(agent, name):<{name}}  {long:>7}  {flags:>5}"


def _state(call: CallRow, state: CallState) -> str:
    said = f"{clock(call.duration_s)} {'long' if state == 'ended' else STATE_WORDS[state]}"
    return f"{said}, {count(call.damaged, 'line')} of its log unreadable" if call.damaged else said


def _flag(flag: FlagRow) -> Line:
    sign, ink = SIGNS[SEVERITIES[flag.severity]]
    verdict = f" {VERDICTS[flag.verdict]}" if flag.verdict else ""
    said = f" {clock(flag.at_s)} {flag.rule or BOOKMARK}{verdict}"
    return (sign.strip(), ink), (said, "dim" if flag.verdict == "dismiss" else "plain")


def _flag_lines(flags: tuple[FlagRow, ...], width: int) -> Iterator[Line]:
    """List as many flags as fit, none of them cut."""
    lines: list[Line] = [()]
    for flag in flags:
        said = _flag(flag)
        apart: Line = ((" " * 3 if lines[-1] else " ", "plain"),)
        if length((*lines[-1], *apart, *said)) > width - 2:
            lines.append(())
            apart = ((" ", "plain"),)
        lines[-1] += (*apart, *said)
    for number, line in enumerate(lines[:FLAG_LINES], 1):
        cut: Line = ((" …", "dim"),) if number == FLAG_LINES < len(lines) else ()
        yield (*line, *cut)
