"""What a report counts: questions, apologies, promises and all else that is said and never prompts."""

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from rules.language.due_dates import find
from rules.language.phrases import Match
from rules.language.tokens import as_said
from rules.model import Noticed
from rules.rulebook import Item
from rules.utterance_reader import Heard

BREATH_WORDS = 16
"""So far behind the beginning of a promise its time is looked for."""


class Noticing:
    """Notices the report items of one call.

    Args:
        items: what to notice.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self._items = tuple(items)
        self._framed: dict[str, tuple[int, Match | None]] = {}
        """Of items that ask for shared words: the turn in which the phrase was said, until they are there."""

    def feed(self, heard: Heard) -> Iterator[Noticed]:
        """Take an utterance; what was said in it, item by item."""
        for item in self._items:
            if item.speaker != heard.speaker:
                continue
            found = [match for name in item.phrases for match in heard.found.get(name, ())]
            said = [match for match in found if match.probability >= item.min_probability]
            if item.shared_words:
                said = self._with_shared_words(item, heard, said)
            for match in sorted(said, key=attrgetter("start_s", "end_s")):
                yield _with_due(item, heard, match) if item.due else _noticed(item, match)

    def _with_shared_words(self, item: Item, heard: Heard, said: Sequence[Match]) -> list[Match]:
        """The phrase of this turn, once, as soon as enough words of the customer's stand beside it."""
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
    return Noticed(item.id, item.speaker, match.start_s, match.end_s, match.text)


def _with_due(item: Item, heard: Heard, match: Match) -> Noticed:
    """The whole of a promise: its words as far as it says when, or to the end of the clause."""
    words = [word for word in heard.words if word.start_s >= match.start_s][:BREATH_WORDS]
    due = find(words)
    spoken = sum(word.end_s <= match.end_s for word in words)
    while 0 < spoken < len(words) and not words[spoken - 1].ends_clause:
        spoken += 1
    spoken = max(spoken, due.stop)
    if not spoken:
        return _noticed(item, match)
    return Noticed(
        item.id, item.speaker, match.start_s, words[spoken - 1].end_s, as_said(words[:spoken]), as_said(words[due])
    )
