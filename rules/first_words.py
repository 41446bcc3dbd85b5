"""Counts what agents say when a call begins."""

from rules.language.phrases import Listener, phrase_list
from rules.language.tokens import tokens
from rules.model import SpokenWord
from rules.rulebook import Rulebook

FIRST_WORDS = "agent-first-words"
"""The phrase list."""


def agents_words(rulebook: Rulebook, words: tuple[SpokenWord, ...]) -> int:
    """How many of the phrases an utterance holds."""
    listener = Listener(phrase_list(rulebook.words[FIRST_WORDS]))
    return len(list(listener.feed(tokens(words))))
