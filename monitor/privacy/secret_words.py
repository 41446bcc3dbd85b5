"""The secret words of a call, from its events: found in the order of speech, however late the words come."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from audio.values import ToneSample, Utterance
from monitor.call.events import CallEvent
from monitor.privacy.card_words import CardWords, SaidWord, Secret
from monitor.privacy.untranscribed import UntranscribedSpeech

BEFORE_S = 0.6
"""Words begin that much before speech is noticed, at the most."""


class SecretWords:
    """Feed it the events of a call; words that come late are heard in the order in which they were spoken.

    Args:
        words: knows what is secret.
        longest_s: so long words are awaited.
    """

    def __init__(self, words: CardWords, longest_s: float) -> None:
        self.now_s = 0.0
        """Up to here it is known who spoke."""
        self._words = words
        self._longest_s = longest_s
        self._awaited = UntranscribedSpeech()
        self._unheard: list[tuple[float, str, float, int, Utterance]] = []
        self._arrived = 0

    def feed(self, event: CallEvent) -> Iterator[Secret]:
        """Take the next event."""
        self._awaited.feed(event)
        if isinstance(event, Utterance):
            self._arrived += 1
            order = event.end_s, event.speaker, event.start_s, self._arrived
            heapq.heappush(self._unheard, (*order, event))
        elif isinstance(event, ToneSample):
            self.now_s = max(self.now_s, event.end_s)
            self._awaited.give_up(self.now_s - self._longest_s)
        else:
            return
        yield from self._hear(self._awaited.since_s(self.now_s))
        yield from self._words.pass_time(self.undecided_s)

    def flush(self) -> Iterator[Secret]:
        """All words are known."""
        yield from self._hear(float("inf"))
        yield from self._words.flush()

    @property
    def undecided_s(self) -> float:
        """From when on anything may still turn out to be secret."""
        since_s = self._awaited.since_s(self.now_s)
        return min(
            [since_s if since_s == self.now_s else since_s - BEFORE_S, *(event.start_s for *_, event in self._unheard)],
        )

    @property
    def open_since_s(self) -> float:
        """From when on digits that were said may still turn out to be secret."""
        since_s = self._words.open_since_s
        return float("inf") if since_s is None else since_s

    def _hear(self, known_s: float) -> Iterator[Secret]:
        while self._unheard and self._unheard[0][0] <= known_s:
            *_, spoken = heapq.heappop(self._unheard)
            yield from self._words.feed(spoken.speaker, list(map(SaidWord.of, spoken.words)))
