"""Whisper crashes, fails on a piece of sound, stops answering or leaks.

Whisper runs in a process of its own. When that process crashes or is killed, what it had not answered is asked again of
a new one; a sound that takes the process down twice is given up as a gap. So is one that takes more than ten seconds
and more than six times its length, and one on which Whisper fails. The status line says that words are missing, and
when they are back. The tone continues, rules that need words are judged with the words that are known, and the end of a
call never waits for a stuck model. After four times within an hour there are no more words, and the screen says what to
do.

`tests/monitor/whisper` shows the same for single sounds.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from itertools import count

import numpy as np
import pytest

from audio.block import AudioBlock, Samples
from audio.values import ToneSample, Utterance
from audio.words.model import ModelError
from audio.words.transcribe import Transcriber
from audio.words.utterances import Cut
from monitor.call.events import CallEvent, Ended, Gap, Health
from monitor.live.live_call import LiveCall
from monitor.live.parts import CallParts
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from monitor.pipeline.transcription import Transcription
from monitor.pipeline.whisper_model import SharedModel
from monitor.whisper.recognizer import ProcessRecognizer
from rules.load import load
from tests.monitor.long_call import LevelModel, sound
from tests.monitor.whisper.conftest import client, odd, starts  # noqa: F401 - fixtures
from tests.monitor.whisper.odd_whisper import CRASHES
from tests.waiting import until


def cut(samples: int, end_s: float = 10.0) -> Cut:
    end = round(16_000 * end_s)
    return Cut("agent", end - samples, end, end, np.zeros(samples, np.float32))


def in_order(minutes: float) -> Iterator[AudioBlock]:
    """Half a second of the agent, then of the customer, as a sound card gives it."""
    pieces = [
        AudioBlock(block.speaker, block.start + start, block.samples[start : start + 8_000])
        for block in sound(minutes / 60)
        for start in range(0, len(block.samples), 8_000)
    ]
    yield from sorted(pieces, key=lambda block: (block.start, block.speaker))


class Disturbed(ProcessRecognizer):
    """Sends other sounds in place of some: those at which the model goes wrong."""

    def final(self, samples: Samples, **options: object) -> object:  # type: ignore[override]
        number = next(finals)
        if number == 2:
            os.kill(self.client.pid or 0, signal.SIGKILL)
        samples = np.zeros(CRASHES if number == 5 else len(samples), np.float32)
        return ProcessRecognizer.final(self, samples, **options)


finals = count()


@pytest.mark.slow
def test_a_call_goes_on_without_the_words_and_they_come_back(
    odd: ProcessRecognizer,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("audio.measure.speech.SpeechModel", LevelModel)
    disturbed = Disturbed(odd.client, odd.model)
    shown: list[object] = []
    pipeline = Pipeline(("agent", "customer"), load((), metrics=BY_NAME), SharedModel(disturbed), live=True)
    pipeline.wait_until_loaded()
    call = LiveCall(CallParts(pipeline), shown.append)
    background = pipeline.background
    assert background
    for block in in_order(1.5):
        call.hear(block)
        until(lambda: background.settled, "all words so far are there or given up")
    call.end("stopped")
    events: list[CallEvent] = shown  # type: ignore[assignment]
    (gap,) = (event for event in events if isinstance(event, Gap) and event.what == "words")
    assert gap.why == "Whisper crashed twice at the same words; the words are lost."
    told = [event for event in events if isinstance(event, Health) and event.part == "words"]
    assert [event.fine for event in told] in ([False, True], [False, True] * 2), "the kill may pass unnoticed"
    assert "Whisper has stopped and is restarting" in told[0].note
    assert len([event for event in events if isinstance(event, Utterance)]) == 8
    tone = [event.end_s for event in events if isinstance(event, ToneSample) and event.speaker == "agent"]
    assert np.diff(tone) == pytest.approx(0.1, abs=1e-6)
    assert isinstance(events[-1], Ended)


def test_a_model_that_is_given_up_while_a_call_lasts_is_said_until_it_is_back() -> None:
    errors: list[Exception | None] = [ModelError("There is no model any more."), None]

    class Recognizer:
        def final(self, samples: Samples, *, quick: bool = False, **_context: object) -> tuple[()]:
            if error := errors.pop(0):
                raise error
            assert len(samples) == 5
            assert not quick
            return ()

    with closing(Transcription(lambda: Transcriber(Recognizer()))) as background:  # type: ignore[arg-type]
        for trouble in ("There is no model any more.", "None"):
            words = background.feed(cut(5))
            assert words
            words.exception(20)
            until(lambda trouble=trouble: str(background.trouble) == trouble, "it is said")
