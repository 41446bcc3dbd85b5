"""What a report counts: questions, apologies, promises and everything else that never prompts."""

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from rules.language.due_dates import find
from rules.language.phrases import Match
from rules.language.tokens import as_said
from rules.model import Noticed
from rules.rulebook import Item
from rules.utterance_reader import ReadUtterance

BREATH_WORDS = 16
"""How far after the start of a promise its due time is searched."""


class ReportItems:
    """Notices the report items of one call.

    Args:
        items: what to notice.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self._items = tuple(items)
        self._framed: dict[str, tuple[int, Match | None]] = {}
        """For items that need shared words: the turn in which the phrase was said, until it has them."""

    def feed(self, heard: ReadUtterance) -> Iterator[Noticed]:
        """Take an utterance; return the items in it."""
        for item in self._items:
            if item.speaker != heard.speaker:
                continue
            found = [match for name in item.phrases for match in heard.found.get(name, ())]
            said = [match for match in found if match.probability >= item.min_probability]
            if item.shared_words:
                said = self._with_shared_words(item, heard, said)
            for match in sorted(said, key=attrgetter("start_s", "end_s")):
                yield _with_due(item, heard, match) if item.due else _noticed(item, match)

    def _with_shared_words(self, item: Item, heard: ReadUtterance, said: Sequence[Match]) -> list[Match]:
        """The phrase of this turn, once, as soon as the turn has enough of the customer's words."""
        if heard.turn is None:
            return []
        number, first = self._framed.get(item.id, (0, None))
        if number != heard.turn.number and said:
            number, first = self._framed[item.id] = heard.turn.number, said[0]
        if number != heard.turn.number or first is None or heard.shared_words < item.shared_words:
            return []
        self._framed[item.id] = number, None
        return [first]


def _noticed(item: Item, match: Match) -> Noticed:
    return Noticed(item.id, item.speaker, match.start_s, match.end_s, match.text, classified=match.classified)


def _with_due(item: Item, heard: ReadUtterance, match: Match) -> Noticed:
    """The full promise: its words up to its due time, or to the end of the clause."""
    words = [word for word in heard.words if word.start_s >= match.start_s][:BREATH_WORDS]
    due = heard.dates.find(words) if heard.dates else find(words)
    spoken = sum(word.end_s <= match.end_s for word in words)
    while 0 < spoken < len(words) and not words[spoken - 1].ends_clause:
        spoken += 1
    spoken = max(spoken, due.stop)
    if not spoken:
        return _noticed(item, match)
    return Noticed(
        *(item.id, item.speaker, match.start_s, words[spoken - 1].end_s),
        *(as_said(words[:spoken]), as_said(words[due])),
        classified=match.classified,
    )
