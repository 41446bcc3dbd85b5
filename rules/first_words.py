"""Counts what agents say when a call begins."""

from rules.language.language import Language
from rules.language.phrases import Listener, phrase_list
from rules.language.tokens import tokens
from rules.model import SpokenWord
from rules.rulebook import Rulebook

FIRST_WORDS = "agent-first-words"
"""The phrase list."""


def agents_words(rulebook: Rulebook, words: tuple[SpokenWord, ...]) -> int:
    """How many of the phrases an utterance holds, in whichever language has most."""
    languages = (rulebook.english, *rulebook.languages.others.values())
    return max((_count(language, words) for language in languages if language), default=0)


def _count(language: Language, words: tuple[SpokenWord, ...]) -> int:
    listener = Listener(phrase_list(language.words[FIRST_WORDS], language.spelling))
    return len(list(listener.feed(tokens(words, language.spelling))))
