"""What people say for themselves, now: not what others said, how others are or how it was."""

from collections.abc import Iterator, Mapping, Sequence

from rules.language.phrases import Match, PhraseList, phrase_list
from rules.language.tokens import ENGLISH, Spelling, Token

REPORTED = frozenset({"acknowledgement", "apology", "frustration", "insult", "manager-request", "ownership"})
"""Lists whose phrases do not count where somebody else's words are told."""
STATES = frozenset({"frustration"})
"""Lists whose phrases do not count where they are about somebody else, or about what is over."""
DENIED = frozenset({"insult", "manager-request"})
"""Lists for which a sentence with a negation in it does not count by its meaning: a phrase has a rule of its own."""
DISPUTED = frozenset({"paraphrase"})
"""Lists for which a sentence that contradicts the customer does not count by its meaning, whatever it takes up."""


class Firsthand:
    """Drops matches that are not the speaker's own, or not about now.

    Args:
        words: the phrase lists; `reported`, `others`, `past` and `disputes` are used if they are there.
        negators: words that deny.
        spelling: of their language.
    """

    def __init__(
        self, words: Mapping[str, tuple[str, ...]], negators: frozenset[str], spelling: Spelling = ENGLISH
    ) -> None:
        self._elsewhere = [phrase_list(words.get(name, ()), spelling) for name in ("reported", "others", "past")]
        self._reported = self._elsewhere[0]
        self._disputes = phrase_list(words.get("disputes", ()), spelling)
        self._negators = negators

    def keep(self, name: str, matches: Sequence[Match], words: Sequence[Token]) -> Iterator[Match]:
        """The matches of a list that count.

        Args:
            name: of the list.
            matches: of one utterance.
            words: of the utterance.
        """
        frames = self._elsewhere if name in STATES else [self._reported] if name in REPORTED else []
        for match in matches:
            place = next((n for n, word in enumerate(words) if word.start_s >= match.start_s), 0)
            before = _sentence_start(words, place)
            end = next((n for n, word in enumerate(words) if word.start_s >= match.end_s), len(words))
            until = end if match.because else place
            told = any(_begins_in(frame, words, before, max(until, before + 1)) for frame in frames)
            if not told and not (match.because and self._denies(name, words, place, end)):
                yield match

    def _denies(self, name: str, words: Sequence[Token], start: int, end: int) -> bool:
        """Whether a sentence takes back what it would count for."""
        if name in DENIED:
            return any(word.text in self._negators for word in words[start:end])
        return name in DISPUTED and _begins_in(self._disputes, words, start, end)


def _sentence_start(words: Sequence[Token], place: int) -> int:
    """Where the clause chain that leads to a place begins: behind the last pause that the punctuation shows."""
    while place > 0 and not words[place - 1].ends_sentence:
        place -= 1
    return place


def _begins_in(frame: PhraseList, words: Sequence[Token], start: int, end: int) -> bool:
    return any(frame.length_at(words, place) for place in range(start, min(end, len(words))))
