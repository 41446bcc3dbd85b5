"""What someone talked about: their content words and the clause to paraphrase, without a dictionary."""

from collections import deque
from collections.abc import Iterable, Iterator

from rules.language.digits import read
from rules.language.paraphrase import say_back
from rules.language.tokens import ENGLISH, Spelling, Token

WINDOW_S = 60.0
"""How many seconds of their own speech are remembered."""
KEY_WORDS = 3
CLEAR = 0.7
"""Probability from which a word is reliable enough to be shown."""

_SHORTEST = 3


class Content:
    """One speaker's last minute of speech.

    Args:
        stop_words: words without content of their own, normalised.
        spelling: of the language.
    """

    def __init__(self, stop_words: Iterable[str], spelling: Spelling = ENGLISH) -> None:
        self._stop_words = frozenset(stop_words)
        self._spelling = spelling
        self._utterances: deque[tuple[float, tuple[Token, ...]]] = deque()

    def feed(self, words: tuple[Token, ...], duration_s: float) -> None:
        """Remember an utterance."""
        self._utterances.append((duration_s, words))
        while sum(seconds for seconds, _ in self._utterances) - self._utterances[0][0] >= WINDOW_S:
            self._utterances.popleft()

    def shared(self, words: Iterable[Token]) -> int:
        """How many different content words were taken up, in whatever form: "charges" takes up "charged"."""
        return len(self._stems(self._spoken()) & self._stems(words))

    def matter(self) -> frozenset[str]:
        """Stems of all content words: what it is about."""
        return frozenset(self._stems(self._spoken()))

    def key_words(self) -> tuple[str, ...]:
        """The words most said, longer ones first among equals, in the order they came up.

        Words are shown as transcribed, and only those with a high probability.
        """
        clear: dict[str, list[str]] = {}
        for word in self._spoken():
            if word.probability >= CLEAR and self._has_content(word.text) and self._may_be_noun(word):
                clear.setdefault(self._stem(word.text), []).append(word.surface)
        best = sorted(clear, key=lambda word: (-len(clear[word]), -len(word)))[:KEY_WORDS]
        return tuple(max(clear[word]) for word in clear if word in best)

    def say_back(self) -> str:
        """The clause to paraphrase; empty if none is safe."""
        return say_back((words for _, words in self._utterances), self._has_content)

    def _spoken(self) -> Iterator[Token]:
        return (word for _, words in self._utterances for word in words)

    def _stems(self, words: Iterable[Token]) -> set[str]:
        return {self._stem(word.text) for word in words if self._has_content(word.text)}

    def _stem(self, word: str) -> str:
        return stem(word, self._spelling)

    def _may_be_noun(self, word: Token) -> bool:
        return not self._spelling.nouns_have_capitals or (word.surface[:1].isupper() and not word.begins_clause)

    def _has_content(self, word: str) -> bool:
        is_word = len(word) >= _SHORTEST and word.isalpha() and word not in self._stop_words
        return is_word and read(word).kind not in {"digits", "tens", "repeat"}


def stem(word: str, spelling: Spelling = ENGLISH) -> str:
    """Remove common endings, only to compare: for English after Harman's S-stemmer (1991), with -ing, -ed and -e."""
    for suffix, instead in spelling.suffixes:
        if word.endswith(suffix) and not word.endswith("ss") and len(word) - len(suffix) >= _SHORTEST:
            return word.removesuffix(suffix) + instead
    return word
