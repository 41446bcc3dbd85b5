"""Divides an utterance into sentences, as its punctuation has them."""

from collections.abc import Iterator, Sequence

from rules.model import SpokenWord

LEAST_WORDS = 3
"""Words of a sentence: "okay then" means nothing on its own."""


def sentences(words: Sequence[SpokenWord], at_least: int = LEAST_WORDS) -> Iterator[Sequence[SpokenWord]]:
    """The sentences of an utterance that have so many words, as Whisper's full stops divide it."""
    start = 0
    for place, word in enumerate(words, start=1):
        if word.text.endswith((".", "?", "!", "…")) or place == len(words):
            if place - start >= at_least:
                yield words[start:place]
            start = place
