"""What was said in a call, as people read it: with the words of the second pass, where there was one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from audio.values import HeardAgain, Utterance, Word
from rules.language.digits import MASK

UNSURE = 0.5
"""Whisper's probability below which a word is shown as unsure: about half of those words are wrong."""


def transcript(utterances: Iterable[Utterance], heard_again: Sequence[HeardAgain]) -> list[Utterance]:
    """The utterances that have words, in the order in which they began.

    Args:
        utterances: as they were judged, in any order.
        heard_again: what the second pass made of them; an utterance that it left out keeps its words.
    """
    better = {(one.speaker, one.start_s): one.words for one in heard_again}
    spoken = (replace(one, words=better.get((one.speaker, one.start_s), one.words)) for one in utterances)
    return sorted((one for one in spoken if one.words), key=lambda one: (one.start_s, one.speaker))


def shown(words: Iterable[Word]) -> str:
    """Words for people to read; those that may have been misheard stand in brackets, as "[fifteen?]"."""
    return " ".join(map(shown_word, words))


def shown_word(word: Word) -> str:
    """The same for one word."""
    if word.probability >= UNSURE or MASK in word.text:
        return word.text
    bare = word.text.rstrip(",.;:?!…")
    return f"[{bare}?]{word.text[len(bare) :]}" if bare else word.text
