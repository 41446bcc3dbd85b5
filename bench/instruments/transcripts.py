"""A recording as this program hears it, live and in its second pass, and as plain faster-whisper does."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples, seconds
from audio.measure.frames import FRAME
from audio.measure.speech import speech_frames
from audio.values import Utterance
from audio.words.context import Said
from audio.words.transcribe import Transcriber
from audio.words.utterances import END_FRAMES, PAUSE_FRAMES, TAIL_FRAMES, Cut, UtteranceCutter
from monitor.call.transcript import transcript
from monitor.second_pass.hearing import heard_again

AT_ONCE = 2
"""Recordings that are transcribed at the same time, as the two speakers of a call are."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance as it was transcribed."""

    cut: Cut
    utterance: Utterance
    decode_s: float

    @property
    def length_s(self) -> float:
        """Of the utterance."""
        return len(self.cut.samples) / SAMPLE_RATE_HZ

    @property
    def in_a_pause(self) -> bool:
        """Whether the speaker paused at its end, so that it could be begun before the end was certain."""
        return self.cut.known - self.cut.end <= (END_FRAMES - TAIL_FRAMES) * FRAME

    @property
    def delay_s(self) -> float:
        """From the end of speech to the words: begun early in the pause, given out when it has been long enough."""
        decided_s = seconds(self.cut.known - self.cut.end + TAIL_FRAMES * FRAME)
        return max(decided_s, seconds(PAUSE_FRAMES * FRAME) + self.decode_s)


@dataclass(frozen=True)
class Ear:
    """One Whisper model, in this program and in faster-whisper alone; two threads may use it."""

    name: str
    folder: Path

    @cached_property
    def whisper(self) -> Any:  # noqa: ANN401 - the class is imported late: its import is among what is measured
        """The model as this program uses it."""
        from audio.words.whisper import Whisper

        return Whisper.load(self.folder, workers=AT_ONCE)

    @cached_property
    def plain(self) -> Any:  # noqa: ANN401 - faster-whisper has no types
        """The model as faster-whisper uses it."""
        from faster_whisper import WhisperModel

        return WhisperModel(str(self.folder), device="cpu", compute_type="int8", cpu_threads=1, num_workers=AT_ONCE)

    def live(self, cuts: Sequence[Cut]) -> list[Heard]:
        """What a live call makes of a speaker's utterances."""
        transcriber, last, found = Transcriber(self.whisper), None, list[Heard]()
        for cut in cuts:
            began_s = time.perf_counter()
            utterance = transcriber.utterance(cut, last=last)
            found.append(Heard(cut, utterance, time.perf_counter() - began_s))
            last = Said(cut, utterance.text, last.so_far if last else "")
        return found

    def again(self, sound: Samples, utterances: Sequence[Utterance]) -> list[Utterance]:
        """The transcript after the second pass."""
        blocks = [AudioBlock("agent", 0, sound)]
        better = heard_again(blocks, utterances, lambda: Transcriber(self.whisper), guarded=False)
        return transcript(utterances, better)

    def alone(self, sound: Samples) -> str:
        """What faster-whisper makes of the whole sound, with the options most use."""
        segments, _ = self.plain.transcribe(sound, language="en", beam_size=5, vad_filter=True)
        return " ".join(segment.text for segment in segments)


def utterances_in(sound: Samples) -> list[Cut]:
    """The utterances of a speaker, as a call cuts them."""
    cutter = UtteranceCutter("agent")
    items = [item for frame in speech_frames(sound) for item in cutter.feed(frame)]
    return [item for item in [*items, *cutter.flush()] if isinstance(item, Cut)]
