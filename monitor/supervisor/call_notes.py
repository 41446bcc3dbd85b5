"""What people noted about a call, and where its words were found, as lines of the list's details."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.base.clock import clock
from monitor.base.lines import Line, Span, fit, length, wrap
from monitor.catalogue.hits import Hit
from monitor.catalogue.rows import MarkRow

NOTE_LINES = 2
"""Most rows of notes in the details."""
ALL_OF_IT = "  v shows all"

_DID = {"note": "noted", "dismiss": "dismissed", "answer": "answered", "dispute": "disputed the flag at"}


def note_lines(marks: Sequence[MarkRow], width: int) -> Iterator[Line]:
    """Show the beginning of what people noted, and the key that shows all of it."""
    spans: list[Span] = []
    for head, text in note_texts(marks):
        spans += [(head, "usual"), (text, "plain")]
    lines = wrap(tuple(spans), max(width - 2, 1))
    for line in lines[: NOTE_LINES - 1] if len(lines) > NOTE_LINES else lines:
        yield ((" ", "plain"), *line)
    if len(lines) > NOTE_LINES:
        begun = "".join(text for text, _ in lines[NOTE_LINES - 1])
        cut = fit(begun + " " * width, width - len(ALL_OF_IT) - 2)
        yield ((" " + cut, "plain"), (ALL_OF_IT, "dim"))


def note_texts(marks: Sequence[MarkRow]) -> tuple[tuple[str, str], ...]:
    """Who noted what and when, and the note itself."""
    return tuple(
        (f"{mark.made_by or 'somebody'} {did} {clock(mark.at_s)}:", mark.text)
        for mark in sorted(marks, key=lambda mark: (mark.at_s, mark.made))
        if mark.text and (did := _DID.get(mark.kind))
    )


def access_texts(accesses: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """What others did with the agent's own call, under one heading."""
    return (("What others did with it:", "\n".join(accesses)),) if accesses else ()


def access_line(accesses: Sequence[str], width: int) -> Iterator[Line]:
    """The last that others did with the agent's own call, and how much more there is."""
    if accesses:
        more = f"  and {len(accesses) - 1} more, v shows all" if len(accesses) > 1 else ""
        yield ((" " + fit(accesses[-1], width - len(more) - 2), "note"), (more, "dim"))


def hit_line(hits: Sequence[Hit], width: int) -> Iterator[Line]:
    """Show the first place where the words of the filter were said, and how many more there are."""
    if not hits:
        return
    first = hits[0]
    more = f"  and {len(hits) - 1} more" if len(hits) > 1 else ""
    head: Span = (f" found {clock(first.at_s)} {first.speaker}: ", "usual")
    yield (head, (fit(first.text, width - length((head,)) - len(more)), "plain"), (more, "dim"))
