"""The card guard: sound and words wait until they are known to be harmless, and are masked if they are not."""

from __future__ import annotations

import math
import sys
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Speaker, seconds
from audio.measure.key_tones import KeyTone, KeyTones
from audio.values import Utterance
from monitor.call.events import CallEvent, Ended, from_lines, to_line
from monitor.call.sink import LateEventSink
from monitor.privacy import spool
from monitor.privacy.card_words import CardWords, SaidWord, Secret
from monitor.privacy.event_words import WordEvents, span_s
from monitor.privacy.masks import Masks
from monitor.privacy.secret_words import SecretWords
from monitor.privacy.spool import Spool
from monitor.privacy.spool_folder import spool_folder
from monitor.privacy.stretches import AROUND_S, TOGETHER_S, Why

HOLD_BACK_S = 10.0
"""How long everything waits, in media time; longer while a number may continue or words are not known yet."""
LONGEST_S = 60.0
"""The longest wait for words. After it the sound is written, but none of a number that is still being spoken."""


@dataclass(frozen=True, slots=True)
class _WaitingEvent:
    """An event that waits."""

    place: int
    at_s: float
    """When it was reported: it contains nothing that was spoken later."""
    event: CallEvent


class CardGuard:
    """A sink that passes on to another what may be kept.

    Sound and events with words wait for at least ten seconds, see `HOLD_BACK_S` and `LONGEST_S`; all other events pass
    at once. When something is passed on depends only on the events: the same events give the same log.

    Args:
        writer: used by nothing else from here on.
        words: finds secret words; None to hold nothing back and to mask only pauses.
        keys: detect telephone keys, for each speaker.
        held: holds a copy of what waits, so that a kill does not lose it.
        longest_s: the longest wait for words.
    """

    def __init__(
        self,
        writer: LateEventSink,
        words: CardWords | None = None,
        keys: Mapping[Speaker, KeyTones] | None = None,
        held: Spool | None = None,
        longest_s: float = LONGEST_S,
    ) -> None:
        self.folder = writer.folder
        """Of the call."""
        self._writer = writer
        self._secret_words = SecretWords(words, longest_s) if words else None
        self._longest_s = longest_s
        self._keys = keys or {}
        self._spool = held
        self._masks = Masks(self._keep)
        self._word_events = WordEvents()
        self._sound: dict[Speaker, deque[spool.Sound]] = defaultdict(deque)
        self._sound_bytes = 0
        """Of all of it."""
        self._events: deque[_WaitingEvent] = deque()
        self._heard_s = 0.0
        self._let_go_s = 0.0
        self._said = self._written = 0
        self._over = False

    @property
    def recording(self) -> Literal["on", "off", "paused"]:
        """Whether sound is being kept."""
        return "off" if self._writer.recording == "off" else "paused" if self.paused else "on"

    @property
    def paused(self) -> bool:
        """Whether neither sound nor words are being kept."""
        return self._masks.paused

    def hear(self, block: AudioBlock) -> None:
        """Keep sound, except what turns out to be secret."""
        self._heard_s = max(self._heard_s, seconds(block.end))
        if self._writer.recording == "off":
            self._writer.hear(block)
            return
        if block.speaker in self._keys:
            self._hide_keys(self._keys[block.speaker].feed(block))
        sound = spool.Sound.of(block)
        self._sound[block.speaker].append(sound)
        self._sound_bytes += len(sound.pcm)
        self._keep(sound)
        self._let_go()

    def note(self, event: CallEvent) -> None:
        """Keep an event, except words that must not be kept."""
        if isinstance(event, Ended):
            self._decide_all()
        self._listen(event)
        if self._word_events.feed(event):
            at_s = self._secret_words.now_s if self._secret_words else 0.0
            self._events.append(_WaitingEvent(self._said, max(at_s, span_s(event)[1]), event))
            self._keep(spool.EventLine(self._said, to_line(event)))
            self._said += 1
        else:
            self._tell(event)
        self._let_go()

    def pause(self) -> None:
        """Keep neither sound nor words from here on, nor those of the last seconds."""
        self._masks.pause(self._heard_s - HOLD_BACK_S if self._secret_words else self._heard_s)

    def resume(self) -> None:
        """Keep them again."""
        self._tell(self._masks.resume(self._heard_s))

    def sync(self) -> None:
        """Write to the disk what may be kept by now."""
        self._writer.sync()
        if self._spool and self._spool.has_grown(self._sound_bytes):
            sound = [waiting for own in self._sound.values() for waiting in own]
            said = (spool.EventLine(waiting.place, to_line(waiting.event)) for waiting in self._events)
            self._spool.replace((*self._masks.records(), *sound, *said))

    def close(self) -> None:
        """The call is over: decide about the rest, and write it to the disk."""
        self._decide_all()
        self._writer.close()
        if self._spool:
            self._spool.remove()

    def take_up(self, waiting: Iterable[spool.Record], before: Iterable[Utterance], written: int) -> None:
        """Continue a call that broke off.

        Args:
            waiting: what was waiting then.
            before: the last utterances that were written, as context for the words that follow.
            written: how many events were written.
        """
        self._said = self._written = written
        for spoken in before:
            self._listen(spoken)
        for record in waiting:
            match record:
                case spool.Sound():
                    self.hear(record.block)
                case spool.EventLine(place, line):
                    for event in from_lines([line]):
                        self._word_events.feed(event)
                        self._events.append(_WaitingEvent(place, math.inf, event))
                        self._said += 1
                        self._listen(event)
                case spool.HiddenSound() | spool.HiddenWords():
                    self._masks.take_up(record)
                case _:
                    pass

    def hide(self, start_s: float, end_s: float, why: Why) -> None:
        """Drop the sound of a stretch, as far as it is not written yet."""
        start_s = max(start_s, self._let_go_s)
        if start_s < end_s:
            self._masks.hide(start_s, end_s, why)

    def _listen(self, event: CallEvent) -> None:
        if self._secret_words:
            self._hide_words(self._secret_words.feed(event))

    def _hide_keys(self, tones: Iterable[KeyTone]) -> None:
        for tone in tones:
            self.hide(tone.start_s - AROUND_S, tone.end_s + AROUND_S, "keys")

    def _hide_words(self, secrets: Iterable[Secret]) -> None:
        for secret in secrets:
            self._masks.hide_words(secret)
            for word in secret.words:
                self.hide(word.start_s - AROUND_S, word.end_s + AROUND_S, secret.why)

    def _hide_open(self, open_s: float, until_s: float) -> None:
        """Drop the words and sound of a number that lasts so long that they can wait no longer."""
        self.hide(open_s - AROUND_S, until_s, "long number")
        for waiting in self._events:
            if isinstance(spoken := waiting.event, Utterance):
                said = tuple(SaidWord.of(word) for word in spoken.words if open_s <= word.start_s < until_s)
                self._masks.hide_words(Secret(spoken.speaker, open_s, until_s, "long number", said))

    def _decided_s(self) -> float:
        """Up to this time it is known what must not be kept."""
        if self._secret_words is None or self._over:
            return math.inf
        now_s, open_s = self._secret_words.now_s, self._secret_words.open_since_s
        longest_s = now_s - self._longest_s
        if open_s - AROUND_S < longest_s:
            self._hide_open(open_s, longest_s)
        return max(min(now_s - HOLD_BACK_S, self._secret_words.undecided_s, open_s - AROUND_S), longest_s)

    def _decide_all(self) -> None:
        if self._over:
            return
        for keys in self._keys.values():
            self._hide_keys(keys.flush())
        if self._secret_words:
            self._hide_words(self._secret_words.flush())
        if self.paused:
            self.resume()
        self._over = True
        self._let_go()

    def _let_go(self) -> None:
        """Write what is decided."""
        self._let_go_s = max(self._let_go_s, self._decided_s())
        # What lies between two close stretches is hidden with them, and the second may not be known yet.
        until = sys.maxsize if math.isinf(self._let_go_s) else int((self._let_go_s - TOGETHER_S) * SAMPLE_RATE_HZ)
        for own in self._sound.values():
            while own and own[0].start < until:
                sound = own.popleft()
                if sound.end > until:
                    sound, rest = sound.cut(until)
                    own.appendleft(rest)
                self._sound_bytes -= len(sound.pcm)
                self._writer.hear(self._masks.block(sound.block))
        while self._events and self._events[0].at_s <= self._let_go_s:
            waited = self._events.popleft()
            in_place = waited.place == self._written
            self._writer.note(self._masks.event(waited.event), None if in_place else waited.place)
            self._written += 1
        for gap in self._masks.behind(self._let_go_s, self._heard_s):
            self._tell(gap)

    def _tell(self, event: CallEvent) -> None:
        """Write an event at once."""
        self._writer.note(event)
        self._said += 1
        self._written += 1

    def _keep(self, record: spool.Record) -> None:
        if self._spool:
            self._spool.add(record)


def guarded(
    writer: LateEventSink, speakers: Sequence[Speaker], *, on: bool, live: bool, words: bool = True
) -> CardGuard:
    """Put the card guard in front of the writer of a call.

    Args:
        writer: of the call.
        speakers: in the call.
        on: whether it looks for secrets; else it only drops what is said during pauses.
        live: whether the call can be heard only once, so that a kill must not lose what waits.
        words: whether words will come; else nothing waits longer than a pause by the `p` key needs.
    """
    if not on:
        return CardGuard(writer)
    held = Spool(writer.folder, tuple(speakers), spool_folder()) if live else None
    keys = {speaker: KeyTones(speaker) for speaker in speakers}
    return CardGuard(writer, CardWords(), keys, held, LONGEST_S if words else HOLD_BACK_S)
