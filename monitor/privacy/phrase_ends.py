"""Finds where phrases of a list end in one speaker's words, word by word."""

from functools import cache

from monitor.privacy.number_run import SaidWord
from rules.language.phrase_files import WORDS, read_list
from rules.language.phrases import PhraseList
from rules.language.tokens import Token, tokens
from rules.model import SpokenWord

PHRASE_PAUSE_S = 3.0
"""A longer pause ends a phrase."""


Span = tuple[float, float]
"""Start and end of a phrase, in seconds."""


class PhraseEnds:
    """Finds the phrases of a list in one speaker's words, however the words were cut into utterances.

    Args:
        name: of the list, without ".txt".
    """

    def __init__(self, name: str) -> None:
        self._phrases = _names(name)
        self._lately: list[Token] = []

    def feed(self, word: SaidWord) -> Span | None:
        """Take the next word; give the phrase that ends with it."""
        phrases = self._phrases
        if self._lately and word.start_s - self._lately[-1].end_s > PHRASE_PAUSE_S:
            self._lately = []
        heard = tokens((SpokenWord(word.start_s, word.end_s, word.text, 1.0),))
        if not heard:
            return None
        self._lately = [*self._lately, *heard][-phrases.longest :]
        for start, token in enumerate(self._lately):
            if phrases.length_at(self._lately, start) == len(self._lately) - start:
                return token.start_s, word.end_s
        return None


@cache
def _names(name: str) -> PhraseList:
    """Of all languages: a number must be masked before it is known which one is spoken."""
    folders = sorted(path.parent for path in WORDS.glob(f"*/{name}.txt"))
    return PhraseList(line for folder in folders for line in read_list(name, [folder], "The card guard"))
