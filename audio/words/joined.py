"""Joins the utterances of a call to pieces as long as Whisper takes, for a second pass with more context."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples, Speaker, seconds
from audio.values import HeardAgain, Utterance, Word
from audio.words.spoken_language import FOREIGN

LONGEST = 28 * SAMPLE_RATE_HZ
"""Samples of a piece: Whisper takes 30 s, and hears the end of a sound better with silence behind it."""
SHORT_PAUSE = 2 * SAMPLE_RATE_HZ
"""A pause up to 2 s stays as it is: it tells Whisper where a sentence ends."""
AROUND = 2 * SAMPLE_RATE_HZ // 5
"""0.4 s of sound are kept beside a longer one: voice activity comes late on soft sounds."""

_NO_WORD = Word(0.0, 0.0, "", 0.0)


@dataclass(frozen=True, slots=True)
class Stretch:
    """An utterance, and the sound around it."""

    utterance: Utterance
    start: int
    """Index of the first sample, counted from the start of the call."""
    end: int
    """Index just behind the last sample."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Utterances of one speaker that are transcribed together, without the long pauses between them."""

    speaker: Speaker
    stretches: tuple[Stretch, ...]
    """In the order in which they were spoken; none overlap."""

    @property
    def length(self) -> int:
        """Samples of the joined sound."""
        return sum(one.end - one.start for one in self.stretches)

    @property
    def language(self) -> str:
        """Code of the language of all its utterances; empty for English."""
        return self.stretches[0].utterance.language

    @property
    def text(self) -> str:
        """What was made out in its utterances one by one."""
        return " ".join(one.utterance.text for one in self.stretches if one.utterance.words)

    @property
    def probability(self) -> float:
        """Mean probability of its words; an utterance without words counts as one word at 0."""
        found = [word.probability for one in self.stretches for word in one.utterance.words or (_NO_WORD,)]
        return sum(found) / len(found)

    def heard_again(self, words: Iterable[Word]) -> tuple[HeardAgain, ...]:
        """Give each utterance its words.

        Args:
            words: of the joined sound, in order, timed from its first sample.

        Returns:
            One for each utterance, with words that stay inside it and do not overlap.
        """
        found: list[list[Word]] = [[] for _ in self.stretches]
        begins_s = [seconds(at) for at in accumulate((one.end - one.start for one in self.stretches), initial=0)]
        for word in words:
            middle_s = (word.start_s + word.end_s) / 2
            number = min(max(bisect_right(begins_s, middle_s) - 1, 0), len(found) - 1)
            stretch, whole = self.stretches[number], self.stretches[number].utterance
            free_s = found[number][-1].end_s if found[number] else whole.start_s
            shift_s = seconds(stretch.start) - begins_s[number]
            start_s = round(min(max(word.start_s + shift_s, free_s), whole.end_s), 3)
            end_s = round(min(max(word.end_s + shift_s, start_s), whole.end_s), 3)
            found[number].append(Word(start_s, end_s, word.text, round(word.probability, 3)))
        return tuple(
            HeardAgain(self.speaker, one.utterance.start_s, one.utterance.end_s, tuple(own))
            for one, own in zip(self.stretches, found, strict=True)
        )


def pieces(utterances: Iterable[Utterance], longest: int = LONGEST) -> tuple[Piece, ...]:
    """Join the utterances of one speaker that are in one language; those without words for it are left out.

    Args:
        utterances: of one speaker, in any order; one that begins inside another is left out.
        longest: samples of a piece at most, as long as no single utterance is longer.
    """
    found: list[Piece] = []
    known = (one for one in utterances if one.language != FOREIGN)
    for stretch in _stretches(sorted(known, key=lambda one: one.start_s)):
        last = found[-1] if found else None
        is_alike = last is not None and last.language == stretch.utterance.language
        if last and is_alike and last.length + stretch.end - stretch.start <= longest:
            found[-1] = Piece(last.speaker, (*last.stretches, stretch))
        else:
            found.append(Piece(stretch.utterance.speaker, (stretch,)))
    return tuple(found)


def _stretches(utterances: Sequence[Utterance]) -> Iterator[Stretch]:
    apart: list[Utterance] = []
    for one in utterances:
        if not apart or one.start_s >= apart[-1].end_s:
            apart.append(one)
    edges = [(round(one.start_s * SAMPLE_RATE_HZ), round(one.end_s * SAMPLE_RATE_HZ)) for one in apart]
    far = 2 * SHORT_PAUSE
    befores = [-far, *(end for _, end in edges)]
    behinds = [*(start for start, _ in edges[1:]), edges[-1][1] + far] if edges else []
    for one, (start, end), before, behind in zip(apart, edges, befores, behinds, strict=False):
        yield Stretch(one, max(start - _beside(start - before), 0), end + _beside(behind - end))


def _beside(pause: int) -> int:
    """How much of a pause belongs to the utterance on one side of it; both get as much."""
    return pause // 2 if pause <= SHORT_PAUSE else AROUND


@dataclass
class JoinedSound:
    """Cuts the sound of pieces out of a call that is read from its start.

    Args:
        pieces: of each speaker, in the order in which they were spoken.
    """

    pieces: Mapping[Speaker, Sequence[Piece]]
    _waiting: dict[Speaker, deque[Piece]] = field(init=False)
    _sound: dict[Speaker, list[Samples]] = field(init=False)

    def __post_init__(self) -> None:
        self._waiting = {speaker: deque(own) for speaker, own in self.pieces.items()}
        self._sound = {speaker: [] for speaker in self.pieces}

    @property
    def is_complete(self) -> bool:
        """Whether all pieces have been given, so that no more sound is needed."""
        return not any(self._waiting.values())

    def feed(self, block: AudioBlock) -> Iterator[tuple[Piece, Samples]]:
        """Take the next sound of a speaker; give the pieces that are complete, with their sound."""
        own = self._waiting.get(block.speaker)
        while own:
            piece, sound = own[0], self._sound[block.speaker]
            for stretch in piece.stretches:
                part = block.samples[max(stretch.start - block.start, 0) : max(stretch.end - block.start, 0)]
                sound += [part] if len(part) else []
            if block.end < piece.stretches[-1].end:
                return
            yield own.popleft(), np.concatenate(sound)
            self._sound[block.speaker] = []

    def flush(self) -> Iterator[tuple[Piece, Samples]]:
        """The sound has ended: give the pieces that go to its very end."""
        for speaker, own in self._waiting.items():
            while own:
                sound, self._sound[speaker] = self._sound[speaker], []
                piece = own.popleft()
                if sound:
                    yield piece, np.concatenate(sound)
