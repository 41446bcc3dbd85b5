"""The transcript, which follows the cursor: the current line near the top, the current word in bold."""

from collections.abc import Iterator
from dataclasses import dataclass

from textual import events

from audio.values import Utterance
from monitor.base.clock import clock
from monitor.base.lines import Ink, Line, Span, wrap
from monitor.call.transcript import shown_word
from monitor.replay.pane import ReplayLines, printable
from monitor.replay.view import ReplayView

HEAD = 18
"""Cells left of the words: when, and who."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the transcript."""

    line: Line
    times_s: tuple[float, ...]
    """When each of its words begins, in order."""
    start_s: float
    """When its utterance begins."""


def transcript_rows(view: ReplayView, width: int, height: int) -> tuple[Row, ...]:
    """Write the utterances around the cursor, the current one on the third row or, if it is long, its current word."""
    lines = view.transcript.lines
    if not lines:
        return (Row(((" There is no transcript.", "dim"),), (), 0.0),)
    line = view.transcript.line_at(view.at_s)
    here = -1 if line is None else line
    above = [row for number in range(max(here - 2, 0), max(here, 0)) for row in _rows(view, number, here, width)]
    current = list(_rows(view, here, here, width)) if here >= 0 else []
    below: list[Row] = []
    number = here + 1
    while number < len(lines) and len(below) < height:
        below += _rows(view, number, here, width)
        number += 1
    lead = min(2, max(height - 3, 0), len(above))
    spoken = next((at for at, row in enumerate(current) if any(ink == "strong" for _, ink in row.line[1:])), 0)
    rows = [*above[len(above) - lead :], *current]
    first = max(lead + spoken + 2 - height, 0)
    return tuple([*rows, *below][first : first + height])


def _rows(view: ReplayView, number: int, here: int, width: int) -> Iterator[Row]:
    spoken = view.transcript.lines[number]
    inks = _inks(view, number, here)
    spans = [(printable(shown_word(word)) or "–", ink) for word, ink in zip(spoken.words, inks, strict=True)]
    sign = "►" if number == here else " "
    who: Ink = "you" if spoken.speaker == "agent" else "customer"
    about = "~" if view.log.info is not None and view.log.info.separated else ""  # estimated
    name = "both" if view.log.mixed else about + spoken.speaker
    head: Span = (f"{sign}{clock(spoken.start_s):>7} {name:<9}", who)
    times_s = _times(spoken, spans)
    for at, line in enumerate(wrap(tuple(spans), max(width - HEAD - 1, 1))):
        yield Row((head if at == 0 else (" " * HEAD, who), *line), tuple(next(times_s) for _ in line), spoken.start_s)


def _inks(view: ReplayView, number: int, here: int) -> list[Ink]:
    words = view.transcript.lines[number].words
    inks: list[Ink] = ["plain" if number == here else "dim"] * len(words)
    at = view.transcript.word_at(view.at_s, number) if number == here else None
    if at is not None:
        inks[at] = "strong"
    for found in view.found:
        if found.line == number:
            inks[found.first : found.last + 1] = ["found"] * (found.last + 1 - found.first)
    return inks


def _times(spoken: Utterance, spans: list[Span]) -> Iterator[float]:
    """When each piece from `wrap` begins: a word with a blank in it gives more than one piece."""
    for word, (text, _) in zip(spoken.words, spans, strict=True):
        for _ in text.split():
            yield word.start_s


class TranscriptPane(ReplayLines):
    """The words around the cursor; a click on one goes to it."""

    def draw(self, view: ReplayView, width: int, height: int) -> tuple[Line, ...]:
        """Write as many rows as fit."""
        self._rows = transcript_rows(view, width, height)
        return tuple(row.line for row in self._rows)

    def on_click(self, event: events.Click) -> None:
        """Go to the word that was clicked, or to the start of its utterance."""
        if event.y >= len(self._rows):
            return
        row = self._rows[event.y]
        right, at_s = HEAD, row.start_s
        for (text, _), start_s in zip(row.line[1:], row.times_s, strict=False):
            if event.x >= right:
                at_s = start_s
            right += len(text)
        self.post_message(self.Sought(at_s))
