from collections.abc import Sequence

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


def test_the_tone_is_ready_before_whisper_is_loaded() -> None:
    speech._session.cache_clear()
    pitch._swift.cache_clear()
    ready = []

    def load_words() -> Transcriber:
        ready.append((speech._session.cache_info().currsize, pitch._swift.cache_info().currsize))
        return Transcriber(Deaf())

    pipeline = Pipeline(("agent",), load((), metrics=BY_NAME), load_words)
    pipeline.wait_until_loaded()
    pipeline.close()
    assert ready == [(1, 1)]


def test_both_speakers_are_measured_by_one_pitch_detector() -> None:
    assert pitch.detector("swift") is pitch.detector("swift")
