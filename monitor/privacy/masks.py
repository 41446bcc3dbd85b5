"""All that must not be kept of a call, as far as it is known: sound, words, and what quotes them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

from audio.block import AudioBlock
from monitor.call.events import CallEvent, Gap
from monitor.privacy import spool
from monitor.privacy.card_words import Hidden, Secret
from monitor.privacy.event_words import masked_event, span_s, wordless
from monitor.privacy.stretches import SENTENCES, HiddenStretch, HiddenStretches, Why, silenced

QUOTED_S = 180.0
"""So long after a number was spoken what the rules take from it is masked, too."""


class Masks:
    """Masks blocks and events.

    Args:
        keep: told of all that is hidden, for whoever goes on with the call after a kill.
    """

    def __init__(self, keep: Callable[[spool.Record], object]) -> None:
        self._keep = keep
        self._stretches = HiddenStretches()
        self._pauses: list[HiddenStretch] = []
        self._hidden: set[Hidden] = set()
        self._spoken: list[tuple[float, frozenset[str]]] = []

    @property
    def paused(self) -> bool:
        """Whether nothing is kept just now."""
        return bool(self._pauses) and math.isinf(self._pauses[-1].end_s)

    def pause(self, from_s: float) -> None:
        """Keep nothing from there on, as far as no pause before took it in already."""
        self._pauses.append(HiddenStretch(max([from_s, *(one.end_s for one in self._pauses)]), math.inf, "pause"))
        self._keep(_hidden_sound(self._pauses[-1]))

    def resume(self, at_s: float) -> Gap:
        """Keep all again from there on; return what is said of the pause."""
        self._pauses[-1] = HiddenStretch(self._pauses[-1].start_s, at_s, "pause")
        self._keep(_hidden_sound(self._pauses[-1]))
        return _gap(self._pauses[-1])

    def hide(self, start_s: float, end_s: float, why: Why) -> None:
        """Keep nothing of the sound of a stretch."""
        self._stretches.add(start_s, end_s, why)
        self._keep(spool.HiddenSound(start_s, end_s, why))

    def hide_words(self, secret: Secret) -> None:
        """Keep no word of a secret, neither where it was said nor where it is quoted."""
        self.take_up(spool.HiddenWords(tuple(secret.hidden), tuple(secret.spoken), secret.end_s + QUOTED_S))

    def take_up(self, record: spool.HiddenSound | spool.HiddenWords) -> None:
        """Hide what was hidden before."""
        match record:
            case spool.HiddenWords(words, spoken, until_s):
                self._hidden.update(words)
                self._spoken.append((until_s, frozenset(spoken)))
                self._keep(record)
            case spool.HiddenSound(start_s, end_s, "pause"):
                self._pauses = [one for one in self._pauses if one.start_s != start_s]
                self._pauses.append(HiddenStretch(start_s, end_s, "pause"))
            case spool.HiddenSound(start_s, end_s, why):
                self.hide(start_s, end_s, why)

    def block(self, block: AudioBlock) -> AudioBlock:
        """The block with silence where nothing is kept."""
        samples = silenced(block.samples, block.start, (*self._stretches, *self._pauses))
        return block if samples is block.samples else replace(block, samples=samples)

    def event(self, event: CallEvent) -> CallEvent:
        """The event without the words that must not be kept."""
        start_s, end_s = span_s(event)
        if any(start_s < pause.end_s and end_s > pause.start_s for pause in self._pauses):
            return wordless(event, SENTENCES["pause"])
        spoken = [words for until_s, words in self._spoken if start_s <= until_s]
        return masked_event(event, self._hidden, frozenset[str]().union(*spoken))

    def behind(self, until_s: float, heard_s: float) -> Iterator[Gap]:
        """What the log says of stretches to which nothing can be added any more, as all up to `until_s` is known."""
        for stretch in self._stretches.behind(until_s):
            yield _gap(HiddenStretch(stretch.start_s, min(stretch.end_s, heard_s), stretch.why))

    def records(self) -> Iterator[spool.Record]:
        """All of it, for whoever goes on with the call after a kill."""
        yield from map(_hidden_sound, (*self._stretches, *self._pauses))
        spoken = frozenset[str]().union(*(words for _, words in self._spoken))
        until_s = max((until_s for until_s, _ in self._spoken), default=0.0)
        yield spool.HiddenWords(tuple(self._hidden), tuple(spoken), until_s)


def _hidden_sound(stretch: HiddenStretch) -> spool.HiddenSound:
    return spool.HiddenSound(stretch.start_s, stretch.end_s, stretch.why)


def _gap(stretch: HiddenStretch) -> Gap:
    return Gap(round(stretch.start_s, 3), round(stretch.end_s, 3), "sound", SENTENCES[stretch.why])
