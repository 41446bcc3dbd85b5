from collections.abc import Sequence

import pytest

from audio.block import Samples
from audio.measure import pitch, speech
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

    def load_pitch(engine: pitch.Engine) -> pitch.Detector:
        ready.append("pitch")
        return pitch.detector(engine)

    def load_words() -> Transcriber:
        ready.append("words")
        return Transcriber(Deaf())

    monkeypatch.setattr("monitor.pipeline.measure.SpeechModel", load_speech)
    monkeypatch.setattr("monitor.pipeline.measure.detector", load_pitch)

    pipeline = Pipeline(("agent",), load((), metrics=BY_NAME), load_words)
    pipeline.wait_until_loaded()
    pipeline.close()
    assert ready == ["speech", "pitch", "words"]


def test_both_speakers_are_measured_by_one_pitch_detector() -> None:
    assert pitch.detector("swift") is pitch.detector("swift")
