"""Hours of digital silence: a muted headset, or a call that nobody ended.

After three seconds the screen says that there is no sound from the microphone, after a minute the same for the
customer's line. There are no prompts and no invented words, all of it is kept as one stretch of dead air, and memory
does not grow. The first word afterwards is heard as usual.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
import soundfile

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples
from audio.measure.frames import FRAME
from audio.measure.speech import speech_frames
from audio.measure.speech_model import SpeechModel
from audio.values import DeadAir, ToneSample, Utterance, Word
from audio.words.transcribe import Transcriber
from monitor.call.events import Health
from monitor.call.folder import CallWriter
from monitor.call.info import new_info, read_info
from monitor.call.log import read_events
from monitor.live.parts import CallParts, SessionParts
from monitor.live.session import Session
from monitor.live.writer_thread import WritingThread
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from rules.load import load
from rules.model import Firing
from tests.faults.test_sound_offset import speech

MINUTES = 5


class InventsWords:
    """Whisper, given silence."""

    def final(self, samples: Samples, *, quick: bool = False, **_context: object) -> Sequence[Word]:
        del samples, quick
        return [Word(0.0, 0.5, "Thank you.", 0.9)]

    def partial(self, samples: Samples) -> NoReturn:
        raise AssertionError(f"{len(samples)} samples of silence were to be made words of")


def silence() -> Iterator[AudioBlock]:
    for start in range(0, 60 * MINUTES * SAMPLE_RATE_HZ, 10 * SAMPLE_RATE_HZ):
        for speaker in ("agent", "customer"):
            yield AudioBlock(speaker, start, np.zeros(10 * SAMPLE_RATE_HZ, np.float32))


@pytest.mark.slow
def test_it_is_one_stretch_of_dead_air_and_nothing_else(tmp_path: Path) -> None:
    rulebook = load(metrics=BY_NAME)
    info = new_info("made", ("agent", "customer"), "scripted", rulebook.fingerprint)
    pipeline = Pipeline(info.speakers, rulebook, lambda: Transcriber(InventsWords()), live=True)
    writer = CallWriter(tmp_path, info)
    session = Session(lambda: SessionParts(silence(), lambda _: CallParts(pipeline, WritingThread(writer)), 0.0))
    session.run(lambda _: None)
    assert session.failure is None
    events = list(read_events(writer.folder))
    assert [event for event in events if isinstance(event, DeadAir)] == [DeadAir(0.0, 60.0 * MINUTES)]
    assert [event for event in events if isinstance(event, Utterance | Firing)] == []
    assert [(event.part, event.fine) for event in events if isinstance(event, Health)] == [
        ("microphone", False),
        ("customer line", False),
    ]
    assert sum(isinstance(event, ToneSample) for event in events) == 2 * 600 * MINUTES
    assert read_info(writer.folder).duration_s == 60.0 * MINUTES
    assert soundfile.info(writer.folder / "audio.flac").duration == 60.0 * MINUTES


def test_a_word_after_minutes_of_it_is_found_as_well_as_one_at_the_start() -> None:
    said = speech()[: 20 * SAMPLE_RATE_HZ]
    quiet = np.zeros(120 * SAMPLE_RATE_HZ // FRAME * FRAME, np.float32)
    at_once = [frame.speech for frame in speech_frames(said)]
    later = [frame.speech for frame in speech_frames(np.concatenate([quiet, said]))][len(quiet) // FRAME :]
    assert sum(at_once) > 100
    assert np.mean(np.array(at_once) == np.array(later)) > 0.97


def test_the_model_is_spared_silence_that_it_knows_by_heart() -> None:
    model, quiet = SpeechModel(), np.zeros(FRAME, np.float32)
    heard = [model.probability(quiet) for _ in range(2_000)]
    assert len(set(heard[1_900:])) == 1
    assert max(heard) < 0.5
