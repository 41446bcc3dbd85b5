"""Answers as they are given without a screen: by options or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import get_args

import msgspec

from monitor.base.clock import seconds
from monitor.call.scorecard.card import Answer
from monitor.scorecards.errors import AnswerError

_ANSWERS: dict[str, Answer | None] = {**{one: one for one in get_args(Answer)}, "n.a.": "na", "n/a": "na", "": None}


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person gives, by the id of the item."""

    answers: dict[str, Answer | None] = field(default_factory=dict)
    """None takes an answer back."""
    notes: dict[str, str] = field(default_factory=dict)
    moments_s: dict[str, float] = field(default_factory=dict)
    """What the notes are about."""


@dataclass(frozen=True, slots=True)
class _Given:
    answer: str | None = None
    note: str | None = None
    at_s: float | None = None


def read_answers(answers: Iterable[str], notes: Iterable[str], moments: Iterable[str], as_json: bytes = b"") -> Answers:
    """Read what options and a JSON object say; options count where both do.

    Args:
        answers: each "item=answer".
        notes: each "item=text".
        moments: each "item=time".
        as_json: {"item": {"answer": …, "note": …, "at_s": …}}; empty for none.

    Raises:
        AnswerError: one of them cannot be read.
    """
    read = _from_json(as_json) if as_json else Answers()
    for name, text in _pairs(answers, "--answer"):
        read.answers[name] = _answer(name, text)
    read.notes.update(_pairs(notes, "--note"))
    for name, text in _pairs(moments, "--at"):
        read.moments_s[name] = _seconds(name, text)
    return read


def _from_json(content: bytes) -> Answers:
    try:
        given = msgspec.json.decode(content, type=dict[str, _Given])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise AnswerError(
            f'The answers can\'t be read ({error}). Write {{"item": {{"answer": "yes", "note": "…"}}}}.'
        ) from error
    return Answers(
        {name: _answer(name, one.answer) for name, one in given.items() if one.answer is not None},
        {name: one.note for name, one in given.items() if one.note is not None},
        {name: one.at_s for name, one in given.items() if one.at_s is not None and one.at_s >= 0},
    )


def _answer(name: str, text: str) -> Answer | None:
    try:
        return _ANSWERS[text.strip().lower()]
    except KeyError:
        raise AnswerError(f'"{text}" is no answer to "{name}". Choose from yes, partly, no and na.') from None


def _pairs(texts: Iterable[str], option: str) -> Iterator[tuple[str, str]]:
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise AnswerError(f'"{text}" names no item. Write {option} ITEM=… with the id in brackets on the card.')
        yield name.strip(), value.strip()


def _seconds(name: str, text: str) -> float:
    found = seconds(text)
    if found is None:
        raise AnswerError(f'"{text}" is not a time for "{name}". Write seconds, m:ss or h:mm:ss.')
    return found
