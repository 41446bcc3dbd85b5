"""Whisper fails on a piece of sound, on all of them, or stops answering.

A piece on which it fails leaves a gap in the words. One that takes more than ten seconds, and more than six times its
length, is given up as a gap, too; the model that does not answer is abandoned and loaded again. The same happens when
three pieces in a row fail. The status line says that words are missing, and when they are back. The tone continues,
rules that need words are judged with the words that are known, and the end of a call never waits for a stuck model.
After four times within an hour there are no more words, and the screen says what to do.
"""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.block import AudioBlock, Samples
from audio.values import ToneSample, Utterance, Word
from audio.words.model import ModelError
from audio.words.transcribe import Transcriber
from audio.words.utterances import Cut
from monitor import sample
from monitor.call.events import CallEvent, Ended, Gap, Health
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.live.live_call import LiveCall
from monitor.live.parts import CallParts
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from monitor.pipeline.transcription import Transcription
from monitor.pipeline.whisper_model import HOUR_S, MOST_RELOADS, SharedModel
from monitor.pipeline.whisper_pool import FILE, LIVE, TICK_S, WhisperPool, WordsLateError
from rules.load import load
from tests.monitor.long_call import LevelModel, sound
from tests.waiting import until

STUCK = 1_000
"""A sound of so many samples is never answered."""
BROKEN = 2_000
"""At one of so many Whisper fails."""


class Recognizer:
    """Hears how long a sound is; some it never answers."""

    def __init__(self, never: Callable[[Samples], bool] = lambda samples: len(samples) == STUCK) -> None:
        self.stuck = threading.Event()
        """Set when it got stuck."""
        self.released = threading.Event()
        self.asked = 0
        """How many sounds have been begun."""
        self._never = never

    def final(self, samples: Samples, *, quick: bool = False) -> Sequence[Word]:
        del quick
        self.asked += 1
        if len(samples) == BROKEN:
            raise IndexError("made to fail")
        if self._never(samples):
            self.stuck.set()
            self.released.wait(60)
        return [Word(0.0, 0.05, str(len(samples)), 0.9)]

    def partial(self, samples: Samples) -> str:
        return str(len(samples))


class Models:
    """Loads recognizers, and keeps them."""

    def __init__(self, *never: Callable[[Samples], bool]) -> None:
        self.loaded: list[Recognizer] = []
        self.now_s = 0.0
        self._never = iter(never)

    def load(self) -> Recognizer:
        never = next(self._never, None)
        self.loaded.append(Recognizer(never) if never else Recognizer())
        return self.loaded[-1]

    def shared(self) -> SharedModel:
        return SharedModel(self.load, lambda: self.now_s)


@pytest.fixture
def models() -> Iterator[Models]:
    models = Models()
    yield models
    for recognizer in models.loaded:
        recognizer.released.set()


@pytest.fixture(autouse=True)
def ticked_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WhisperPool, "watch", lambda _: None)
    monkeypatch.setattr("audio.measure.speech.SpeechModel", LevelModel)


def cut(samples: int, end_s: float = 10.0) -> Cut:
    end = round(16_000 * end_s)
    return Cut("agent", end - samples, end, end, np.zeros(samples, np.float32))


def tick(background: Transcription, seconds: float) -> None:
    for _ in range(round(seconds / TICK_S)):
        background.workers.tick()


def get_stuck(background: Transcription, models: Models) -> None:
    """Feed what is never answered, and wait as long as Whisper is waited for."""
    asked = len(models.loaded)
    words = background.feed(cut(STUCK))
    until(lambda: len(models.loaded) == asked and models.loaded[-1].stuck.is_set(), "the model is stuck")
    tick(background, LIVE.least_s + TICK_S)
    with pytest.raises(WordsLateError, match=r"^Whisper timed out; the words are lost\.$"):
        words.result(1)


def test_a_sound_without_an_answer_is_given_up_and_a_fresh_model_does_the_next(models: Models) -> None:
    with closing(Transcription(models.shared())) as background:
        background.wait_until_loaded()
        stuck = background.feed(cut(STUCK))
        assert models.loaded[0].stuck.wait(5)
        other = background.feed(cut(77))
        assert other.result(5).text == "77", "the other worker continues"
        tick(background, LIVE.least_s)
        assert not stuck.done()
        tick(background, TICK_S)
        assert "timed out" in str(stuck.exception(1))
        assert "timed out and is restarting" in str(background.trouble)
        assert background.feed(cut(78)).result(5).text == "78"
        until(lambda: background.trouble is None, "the words are back")
        assert len(models.loaded) == 2


def test_a_long_sound_may_take_longer_and_a_file_much_longer() -> None:
    assert LIVE.of(1.0) == 10.0
    assert LIVE.of(12.0) == 72.0
    assert FILE.of(1.0) == 120.0


def test_an_answer_that_comes_after_all_changes_nothing(models: Models) -> None:
    before = set(threading.enumerate())
    with closing(Transcription(models.shared())) as background:
        get_stuck(background, models)
        stuck = set(threading.enumerate()) - before
        models.loaded[0].released.set()
        assert background.feed(cut(5)).result(5).text == "5"
        until(lambda: any(not thread.is_alive() for thread in stuck), "the thread that was left behind has ended")


def test_after_too_many_times_the_words_stay_away_for_an_hour(models: Models) -> None:
    shared = models.shared()
    with closing(Transcription(shared)) as background:
        for _ in range(MOST_RELOADS + 1):
            get_stuck(background, models)
        words = background.feed(cut(5))
        with pytest.raises(
            ModelError, match=r"keeps timing out\. Run tone-monitor doctor, or choose a smaller model\.$"
        ):
            words.result(5)
        assert isinstance(background.trouble, ModelError)
    models.now_s = HOUR_S + 1
    with closing(Transcription(shared)) as background:
        assert background.feed(cut(5)).result(5).text == "5"


def test_two_calls_over_one_stuck_model_load_one_fresh_one(models: Models) -> None:
    shared = models.shared()
    with closing(Transcription(shared)) as first, closing(Transcription(shared)) as second:
        stuck = [first.feed(cut(STUCK)), second.feed(cut(STUCK))]
        assert models.loaded[0].stuck.wait(5)
        until(lambda: models.loaded[0].asked == 2, "both sounds are begun")
        for background in (first, second):
            tick(background, LIVE.least_s + TICK_S)
        assert all(words.exception(1) for words in stuck)
        assert first.feed(cut(5)).result(5).text == second.feed(cut(5)).result(5).text == "5"
        assert len(models.loaded) == 2


def test_a_failure_costs_its_words_and_three_in_a_row_a_fresh_model(models: Models) -> None:
    with closing(Transcription(models.shared())) as background:
        for samples, error in ((BROKEN, True), (BROKEN, True), (5, False), (BROKEN, True), (BROKEN, True)):
            words = background.feed(cut(samples))
            assert (words.exception(5) is not None) == error
        assert len(models.loaded) == 1
        assert str(background.feed(cut(BROKEN)).exception(5)) == "Whisper failed with a IndexError."
        assert background.feed(cut(6)).result(5).text == "6"
        assert len(models.loaded) == 2


def test_a_model_that_is_never_loaded_is_given_up(models: Models) -> None:
    released = threading.Event()

    def load_for_ever() -> Transcriber:
        released.wait(60)
        raise ModelError("released")

    with closing(Transcription(load_for_ever)) as background:
        words = background.feed(cut(5))
        tick(background, LIVE.load_s + TICK_S)
        with pytest.raises(ModelError, match="did not load within minutes"):
            words.result(5)
        assert isinstance(background.trouble, ModelError)
    released.set()
    del models


def in_order(minutes: float) -> list[AudioBlock]:
    """Half a second of the agent, then of the customer, as a sound card gives it."""
    pieces = [
        AudioBlock(block.speaker, block.start + start, block.samples[start : start + 8_000])
        for block in sound(minutes / 60)
        for start in range(0, len(block.samples), 8_000)
    ]
    return sorted(pieces, key=lambda block: (block.start, block.speaker))


@pytest.mark.slow
def test_a_call_goes_on_without_the_words_and_they_come_back() -> None:
    second = iter((False, True))
    models = Models(lambda _: next(second, False), lambda _: False)
    shown: list[object] = []
    pipeline = Pipeline(("agent", "customer"), load((), metrics=BY_NAME), models.shared(), live=True, gives_up=True)
    pipeline.wait_until_loaded()
    call = LiveCall(CallParts(pipeline), shown.append)
    background = pipeline.background
    assert background

    def settled() -> bool:
        if models.loaded[0].stuck.is_set() and len(models.loaded) == 1:
            tick(background, LIVE.of(12.0) + TICK_S)
        return background.settled

    for block in in_order(1.5):
        call.hear(block)
        until(settled, "all words so far are there or given up")
    call.end("stopped")
    models.loaded[0].released.set()
    events: list[CallEvent] = shown  # type: ignore[assignment]
    gaps = [event for event in events if isinstance(event, Gap)]
    assert [(gap.what, gap.why) for gap in gaps] == [("words", "Whisper timed out; the words are lost.")]
    assert [event.fine for event in events if isinstance(event, Health) and event.part == "words"] == [False, True]
    later = [event for event in events if isinstance(event, Utterance) and event.start_s > gaps[0].end_s]
    assert len(later) > 3
    tone = [event.end_s for event in events if isinstance(event, ToneSample) and event.speaker == "agent"]
    assert np.diff(tone) == pytest.approx(0.1, abs=1e-6)
    assert isinstance(events[-1], Ended)


PLAY = """
import sys, threading
from pathlib import Path
from monitor.live.options import PlayedFile, SessionOptions
from monitor.live.run import run
from monitor.pipeline import whisper_pool
from monitor.settings.config import settings
from audio.words import whisper

class Stuck:
    def final(self, samples, *, quick=False):
        threading.Event().wait()
    def partial(self, samples):
        threading.Event().wait()

whisper.Whisper.load = classmethod(lambda *_, **__: Stuck())
whisper_pool.TICK_S = 20.0
def watch(self):
    while not self._over.wait(0.05):
        self.tick()
whisper_pool.WhisperPool.watch = watch
source = PlayedFile(Path(sys.argv[1]), speed=0.0)
run(SessionOptions(source=source, settings=settings(), plain=True, calls=Path(sys.argv[2])))
"""
"""The program with a Whisper that never answers, and a watch for which time passes four hundred times as fast."""


@pytest.mark.slow
def test_a_program_whose_whisper_never_answers_ends_and_keeps_the_call(tmp_path: Path) -> None:
    beginning, rate = soundfile.read(sample.CALL, stop=20 * 16_000)
    soundfile.write(tmp_path / "call.wav", beginning, rate)
    ran = subprocess.run(
        [sys.executable, "-c", PLAY, str(tmp_path / "call.wav"), str(tmp_path / "calls")],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert ran.returncode == 0, ran.stderr
    (folder,) = (tmp_path / "calls").glob("*/*/")
    assert read_info(folder).closed
    events = list(read_events(folder))
    assert any(isinstance(event, ToneSample) for event in events)
    assert {event.what for event in events if isinstance(event, Gap)} == {"words"}
    assert not [event for event in events if isinstance(event, Utterance)]
