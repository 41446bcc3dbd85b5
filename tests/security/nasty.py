"""Calls in which everything that somebody else decides tries to get out of its place."""

from collections.abc import Iterator
from dataclasses import replace

from audio.values import Utterance, Word
from monitor.call.consent import Consent
from monitor.call.events import CallEvent, Ended, Gap, Health, Mark, PromptCleared, PromptShown
from monitor.call.info import CallInfo
from monitor.call.scorecard.card import Answer, Card, CardItem, Found
from rules.model import Checklist, ChecklistStep, Firing, Noticed, Prompt
from tests.report_calls import INFO, events

BITS = (
    "<script>alert(1)</script>",
    "</title></style></svg><img src=x onerror=alert(1)>",
    "\"' onmouseover='alert(1)",
    "&lt;b&gt;&amp;",
    "]]>-->",
    "{{ 7 * 7 }}{% raw %}",
    "$\\frac{1}{$",
    "javascript:alert(1)",
    "\x1b[2J\x1b]0;owned\x07",
    "\x9b31m",
    "\u202egnp.exe\u2066",
    "a\r\n  0:05  PROMPT    forged",
    "\u2028\x00",
    "%s%n",
)
"""What gets out of HTML, SVG, a template, a formula, a terminal, a line, a format."""


def info(text: str) -> CallInfo:
    """Who and when of a call, every text of it the given one."""
    return replace(
        INFO,
        source=text,
        model=text,
        rules=text,
        version=text,
        agent=text,
        customer=text,
        attributes={text: text},
        consent=Consent("given", method=text),
    )


def said(text: str) -> list[CallEvent]:
    """Events of a call, every text of them the given one."""
    whole = [event for event in events() if not isinstance(event, Ended)]
    return [*whole, *_texts(text), Ended(80.0, "end of sound")]


def marks(text: str) -> tuple[Mark, ...]:
    """What people noted of it."""
    return (
        Mark(42.0, "confirm", text, text, "2026-03-03T08:00:00+00:00", "lower-volume"),
        Mark(20.0, "note", text, text),
    )


def card(by: str, text: str) -> Card:
    """A scorecard; each person answers otherwise."""
    answer: Answer = "yes" if by == "Sue" else "no"
    item = CardItem("one", text, text, 1.0, Found("partly", text, 3.0, text), answer, text)
    return Card("de-escalation", text, text, by, text, (item,))


def _texts(text: str) -> Iterator[CallEvent]:
    yield Utterance("customer", 62.0, 64.0, (Word(62.0, 63.0, text, 0.9), Word(63.0, 64.0, text, 0.9)), 64.5)
    yield Noticed("promise", "agent", 62.0, 64.0, text, text)
    yield Firing(text, "customer", 63.0, None, None, None, "urgent", text, (text,), owner=text, protocol=text)
    prompt = Prompt(text, text, "urgent", text, text, text, 63.0)
    yield PromptShown(prompt)
    yield PromptCleared(replace(prompt, until_s=70.0, outcome="no_change", after="no_change"))
    yield Health(70.0, "words", fine=False, note=text)
    yield Gap(75.0, 76.0, "sound", text)
    yield Mark(71.0, "flag", text)
    yield Checklist(text, text, (ChecklistStep(text, text, 12.0),))
