from collections.abc import Sequence

import pytest

from audio.block import Samples
from audio.engines import Engine
from audio.measure import pitch, speech
from audio.measure.engine import ToneEngine, tone_engine
from audio.values import Word
from audio.words.transcribe import Transcriber
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from rules.load import load


class Deaf:
    def final(self, samples: Samples, *, quick: bool = False) -> Sequence[Word]:
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
