from collections.abc import Sequence
from contextlib import closing

import numpy as np
import pytest

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples
from audio.engines import Engine
from audio.measure import pitch, speech
from audio.measure.echo import EchoPath
from audio.measure.engine import ToneEngine, tone_engine
from audio.measure.frames import FRAME
from audio.values import Utterance, Word
from audio.words.transcribe import Transcriber
from monitor.pipeline.measure import MeasureStage
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from monitor.pipeline.transcription import Transcription
from rules.load import load
from tests import rooms, sounds
from tests.audio_files import recording


class Deaf:
    def final(self, samples: Samples, *, quick: bool = False, **_context: object) -> Sequence[Word]:
        del samples, quick
        return ()

    def partial(self, samples: Samples) -> str:
        del samples
        return ""


def test_the_tone_is_ready_before_whisper_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    ready = []

    def load_speech() -> speech.SpeechModel:
        ready.append("speech")
        return speech.SpeechModel()

    def load_engine(name: Engine) -> ToneEngine:
        ready.append("tone")
        return tone_engine(name)

    def load_words() -> Transcriber:
        ready.append("words")
        return Transcriber(Deaf())

    monkeypatch.setattr("monitor.pipeline.measure.SpeechModel", load_speech)
    monkeypatch.setattr("monitor.pipeline.measure.tone_engine", load_engine)

    pipeline = Pipeline(("agent",), load((), metrics=BY_NAME), load_words)
    pipeline.wait_until_loaded()
    pipeline.close()
    assert ready[:2] == ["speech", "tone"], "another one of them is ready made"


def test_both_speakers_are_measured_by_one_pitch_detector() -> None:
    assert pitch.detector("swift") is pitch.detector("swift")


class Eager(Deaf):
    """Hears a word in everything."""

    def final(self, samples: Samples, *, quick: bool = False, **_context: object) -> Sequence[Word]:
        del quick
        return (Word(0.0, len(samples) / SAMPLE_RATE_HZ, "word", 1.0),)


@pytest.mark.slow
def test_an_echo_has_no_words_even_where_the_room_was_not_known_yet() -> None:
    customer = sounds.at_level(recording("read_speech/librispeech/1089-134691-0002.flac"), -22)[: 5 * SAMPLE_RATE_HZ]
    sides = {"agent": rooms.echo(customer, -6, 80), "customer": customer}
    pipeline = Pipeline(("agent", "customer"), load(metrics=BY_NAME), lambda: Transcriber(Eager()))
    said = [event for speaker in sides for event in pipeline.feed(AudioBlock(speaker, 0, sides[speaker]))]
    said += pipeline.flush()
    pipeline.close()
    spoken = [event.speaker for event in said if isinstance(event, Utterance) and event.words]
    assert "customer" in spoken
    assert "agent" not in spoken


def test_an_echo_is_looked_for_by_what_is_known_at_its_end_however_much_sound_comes_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    customer = sounds.at_level(recording("read_speech/librispeech/1089-134691-0002.flac"), -22)[:SAMPLE_RATE_HZ]
    sound = np.concatenate([customer, sounds.silence(1.5)])
    moments: list[int] = []
    monkeypatch.setattr(EchoPath, "explained", lambda path, *_frames: moments.append(path._count) or 0.0)  # noqa: SLF001
    found = []
    for block in (len(sound), FRAME):
        moments.clear()
        with closing(Transcription(lambda: Transcriber(Eager()))) as background:
            measure = MeasureStage(("agent", "customer"), background)
            for at in range(0, len(sound), block):
                for speaker, side in (("agent", sound), ("customer", 0 * sound)):
                    list(measure.feed(AudioBlock(speaker, at, side[at : at + block])))
        found.append(tuple(moments))
    assert found[0] == found[1] != ()
