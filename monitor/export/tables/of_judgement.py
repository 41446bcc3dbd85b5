"""Tables of what the rules made of a call: flags, prompts and their outcomes, checklists, promises."""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from operator import itemgetter

from monitor.call.events import Mark
from monitor.call.marks import disputes, verdicts
from monitor.export.source import Source
from monitor.export.tables.column import END, RULE, SPEAKER, START, Column, Row, Table, moment
from rules.model import Severity
from rules.promises import ledger

BOOKMARK_SEVERITY: Severity = "prompt"
"""Of the agent's bookmark."""

_ACTION = Column("action", "text", "The kind of prompt.")
_SEVERITY = Column("severity", "text", "note, prompt or urgent.")
_BECAME = (
    Column("seen", "yes or no", "Whether a screen confirmed that it showed it; empty where that is not known."),
    Column(
        "outcome",
        "text",
        "What became of it: followed, partly, not_yet, no_change, not_applicable, or unseen where nobody saw it.",
    ),
    Column("after", "text", "What the agent did next, whether the prompt was seen or not."),
    Column("taken_down", "text", "Why it left the screen: eased, time, dismissed, snoozed or call_ended."),
    Column("silent", "yes or no", "Whether it was due, but the experiment kept it from the screen."),
)
_SINCE = Column("since_s", "number", "When it came up, from the start of the call.")
_UNTIL = Column("until_s", "number", "When it went, from the start of the call.")
_DUE_TEXT = Column("due_text", "free text", "When it is due, in the speaker's words.")


def _flags(source: Source) -> list[Row]:
    made, zone = source.analysis.marks, source.info.started.tzinfo
    fired = [
        {
            "at_s": row.start_s,
            "set_by": "rule",
            "rule": row.rule,
            "speaker": row.speaker,
            "severity": row.severity,
            "value": row.value,
            "baseline": row.baseline,
            "limit": row.limit,
            **_verdict(made, row.rule, row.start_s, zone),
        }
        for row in source.analysis.firings
    ]
    bookmarks = [
        {
            "at_s": mark.at_s,
            "set_by": "agent",
            "speaker": "agent",
            "severity": BOOKMARK_SEVERITY,
            **_verdict(made, "", mark.at_s, zone),
        }
        for mark in made
        if mark.kind == "flag"
    ]
    return sorted([*fired, *bookmarks], key=itemgetter("at_s"))


def _verdict(made: Sequence[Mark], rule: str, at_s: float, zone: tzinfo | None) -> Row:
    disputed = disputes(made).get((rule, at_s))
    dispute = {"disputed": True, "dispute_text": disputed.text} if disputed else {"disputed": False}
    mark = verdicts(made).get((rule, at_s))
    if mark is None:
        return dispute
    return dispute | {
        "verdict": mark.kind,
        "verdict_by": mark.by,
        "verdict_at": moment(mark.made, zone),
        "verdict_text": mark.text,
    }


FLAGS = Table(
    "flags",
    "One row each time a rule fired or the agent set a bookmark.",
    (
        Column("at_s", "number", "When, from the start of the call."),
        Column("set_by", "text", "rule, or agent for the agent's bookmark."),
        Column("rule", "text", "Id of the rule; empty for a bookmark."),
        SPEAKER,
        _SEVERITY,
        Column("value", "number", "The reading at which it fired, in the unit of the rule's metric; empty for words."),
        Column("baseline", "number", "The speaker's usual in the same unit, where it is known."),
        Column("limit", "number", "The value from which the rule's condition holds."),
        Column("verdict", "text", "confirm or dismiss; empty if nobody has judged it."),
        Column("verdict_by", "free text", "Who judged it last."),
        Column("verdict_at", "time", "When."),
        Column("verdict_text", "free text", "Why."),
        Column("disputed", "yes or no", "Whether the agent disputes it, and nobody has judged it since."),
        Column("dispute_text", "free text", "Why."),
    ),
    _flags,
)


def _prompts(source: Source) -> Iterator[Row]:
    columns = [column.name for column in PROMPTS.own_columns]
    for prompt in source.analysis.prompts:
        yield {name: getattr(prompt, name) for name in columns}


PROMPTS = Table(
    "prompts",
    "One row for each prompt, with its words.",
    (
        RULE,
        _ACTION,
        _SEVERITY,
        _SINCE,
        _UNTIL,
        Column("title", "free text", "What to do."),
        Column("fact", "free text", "What was measured or said; it may quote the customer."),
        Column("advice", "free text", "How to do it."),
        *_BECAME,
    ),
    _prompts,
)


def _outcomes(source: Source) -> Iterator[Row]:
    columns = [column.name for column in OUTCOMES.own_columns]
    for prompt in source.analysis.prompts:
        lasted_s = None if prompt.until_s is None else round(prompt.until_s - prompt.since_s, 3)
        yield {name: lasted_s if name == "lasted_s" else getattr(prompt, name) for name in columns}


OUTCOMES = Table(
    "outcomes",
    "One row for each prompt, without any words: for statistics.",
    (RULE, _ACTION, _SEVERITY, _SINCE, Column("lasted_s", "number", "How long it was up."), *_BECAME),
    _outcomes,
)


def _checklists(source: Source) -> Iterator[Row]:
    for checklist, steps in source.analysis.checklists.items():
        for step in steps:
            yield {
                "checklist": checklist,
                "step": step.id,
                "title": step.title,
                "done": step.at_s is not None,
                "at_s": step.at_s,
            }


CHECKLISTS = Table(
    "checklists",
    "One row for each step of a checklist, done or not.",
    (
        Column("checklist", "text", "Id of the checklist."),
        Column("step", "text", "Id of the step."),
        Column("title", "free text", "The step as reports name it."),
        Column("done", "yes or no", "Whether it was heard."),
        Column("at_s", "number", "When it was first heard, from the start of the call."),
    ),
    _checklists,
)


def _promises(source: Source) -> Iterator[Row]:
    started = source.info.started
    for entry in ledger(source.analysis.noticed, started):
        due = entry.due
        yield {
            "at_s": entry.said_s,
            "promise": entry.item,
            "text": entry.text,
            "due_text": entry.due_text,
            "due_day": due.day if due else None,
            "due_at": datetime.combine(due.day, due.at, started.tzinfo) if due and due.at else None,
        }


PROMISES = Table(
    "promises",
    "One row for each promise or follow-up, with the day on which it is due.",
    (
        Column("at_s", "number", "When it was said, from the start of the call."),
        Column("promise", "text", "promise, guarantee or follow-up."),
        Column("text", "free text", "The words."),
        _DUE_TEXT,
        Column("due_day", "day", "The day that these words mean; empty if they can mean several."),
        Column("due_at", "time", "The time on that day, if one was said."),
    ),
    _promises,
)

NOTICED = Table(
    "noticed",
    "One row for each thing that a report counts: a question, an apology, a promise.",
    (
        Column("item", "text", "Id of the report item, see `docs/rules.md`."),
        SPEAKER,
        START,
        END,
        Column("text", "free text", "The words."),
        _DUE_TEXT,
    ),
    lambda source: (
        {
            "item": one.item,
            "speaker": one.speaker,
            "start_s": one.start_s,
            "end_s": one.end_s,
            "text": one.text,
            "due_text": one.due,
        }
        for one in source.analysis.noticed
    ),
)
