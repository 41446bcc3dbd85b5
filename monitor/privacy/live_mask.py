"""Masks numbers in what leaves the program at once: the lines of a live call, and notices to other systems."""

from __future__ import annotations

import copy
from typing import TypeVar, cast

from audio.values import Utterance
from monitor.call.events import CallEvent, SessionState
from monitor.privacy.card_words import CardWords, Hidden, SaidWord, Secret
from monitor.privacy.event_words import masked_event
from rules.language.digits import in_numbers
from rules.model import Speaker

SOME = 5
"""Digits of a number that goes on, from which on they are masked before it is known what becomes of it."""
LATE_S = 60.0
"""So late words come at the most."""

Event = TypeVar("Event")


class LiveMask:
    """Masks what a session says. Nothing waits, so what only turns out later to be secret has left by then."""

    def __init__(self) -> None:
        self._begin()

    def masked(self, said: Event) -> Event:
        """Mask the next thing that is said; what holds no words stays as it is."""
        if isinstance(said, SessionState) and said.state == "call":
            self._begin()
        hidden: set[Hidden] = set()
        if isinstance(said, Utterance):
            hidden = self._hidden(said)
        return cast("Event", masked_event(said, hidden, self._spoken)) if isinstance(said, CallEvent) else said

    def _begin(self) -> None:
        self._words = CardWords()
        self._open: dict[Speaker, list[SaidWord]] = {}
        self._spoken: set[str] = set()

    def _hidden(self, spoken: Utterance) -> set[Hidden]:
        """The words of an utterance that are secret, or would be if nothing followed, or may be soon."""
        words = list(map(SaidWord.of, spoken.words))
        found = [*self._words.pass_time(spoken.start_s - LATE_S), *self._words.feed(spoken.speaker, words)]
        found += [*copy.deepcopy(self._words).flush(), *self._open_number(spoken.speaker, words)]
        self._spoken.update(*(secret.spoken for secret in found))
        return set().union(*(secret.hidden for secret in found))

    def _open_number(self, speaker: Speaker, words: list[SaidWord]) -> list[Secret]:
        """The digits of a number that is not over yet, if there are enough of them."""
        since_s = self._words.open_since_s
        own = [] if since_s is None else [*self._open.get(speaker, ()), *words]
        own = [word for word in own if since_s is not None and word.start_s >= since_s]
        self._open[speaker] = own
        inside = in_numbers([word.text for word in own], SOME)
        number = tuple(word for word, is_inside in zip(own, inside, strict=True) if is_inside)
        return [Secret(speaker, number[0].start_s, number[-1].end_s, "long number", number)] if number else []
