"""Where in a call the words of a query were said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from audio.block import Speaker
from audio.values import HeardAgain, Utterance
from monitor.call.by_kind import by_kind
from monitor.call.log import LogReader, sort_lines
from monitor.call.transcript import transcript
from monitor.catalogue.search import Term, terms, words_of

AROUND = 5
"""Words that are shown before and after those that were found."""

_SPOKEN = b'{"event":"utterance",', b'{"event":"heard_again",'


@dataclass(frozen=True, slots=True)
class Found:
    """Words that were searched for."""

    line: int
    """Number of the utterance."""
    first: int
    last: int
    """Numbers of the first and the last word found."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in a call that a query finds."""

    at_s: float
    """When the first of its words was said."""
    speaker: Speaker
    text: str
    """The words as they were said, with some before and after them."""


def find(query: str, utterances: Sequence[Utterance]) -> tuple[Found, ...]:
    """Find every place where a part of a query was said, in the order of the utterances.

    Args:
        query: see `search.terms`; a call matches if all its parts are found.
        utterances: of one call.
    """
    wanted = terms(query)
    return tuple(found for line, spoken in enumerate(utterances) for found in _in_one(wanted, line, spoken))


def in_call(folder: Path, query: str) -> tuple[Hit, ...]:
    """Read from a call's log where the parts of a query were said.

    Raises:
        CallFolderError: there is no log, or it cannot be read.
    """
    reader = LogReader(folder)
    lines = sort_lines([*reader.lines(), *reader.rest()]).others
    said = by_kind(reader.events([line for line in lines if line.startswith(_SPOKEN)]))
    spoken = transcript(said.of(Utterance), said.of(HeardAgain))
    return tuple(_hit(found, spoken[found.line]) for found in find(query, spoken))


def _in_one(wanted: Sequence[Term], line: int, spoken: Utterance) -> Iterator[Found]:
    normal = [(text, place) for place, word in enumerate(spoken.words) for text in words_of(word.text)]
    texts = [text for text, _ in normal]
    stretches = {
        (normal[at][1], normal[at + len(one.words) - 1][1])
        for one in wanted
        for at in range(len(texts) - len(one.words) + 1)
        if one.fits(texts[at : at + len(one.words)])
    }
    separate = [now for before, now in pairwise([(-1, -1), *sorted(stretches)]) if now[0] > before[1]]
    return (Found(line, first, last) for first, last in separate)


def _hit(found: Found, spoken: Utterance) -> Hit:
    first, last = max(found.first - AROUND, 0), min(found.last + AROUND, len(spoken.words) - 1)
    said = " ".join(word.text.strip() for word in spoken.words[first : last + 1])
    text = f"{'… ' if first else ''}{said}{' …' if last < len(spoken.words) - 1 else ''}"
    return Hit(spoken.words[found.first].start_s, spoken.speaker, text)
