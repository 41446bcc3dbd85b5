"""A whole call whose words cannot keep up: what is given up, and that nothing else is."""

import functools
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing

import pytest

from audio.block import AudioBlock, Samples
from audio.values import ToneSample, Utterance, Word
from audio.words.transcribe import Transcriber
from monitor.call.events import CallEvent, Gap
from monitor.pipeline.load_shedding import LoadStep
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from rules.load import load
from rules.model import Firing
from tests.monitor.long_call import LevelModel, sound
from tests.waiting import until

MINUTES = 2


class HeldRecognizer:
    """Hears how loud and long a sound is, as soon as it is let."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def final(self, samples: Samples, *, quick: bool = False, **_context: object) -> Sequence[Word]:
        del quick
        assert self.let_go.wait(30)
        return [Word(0.0, 0.5, f"{len(samples)}-{abs(samples).max():.4f}", 0.9)]

    def partial(self, samples: Samples) -> str:
        assert self.let_go.wait(30)
        return f"{len(samples)}"


@pytest.fixture(autouse=True)
def speech_by_level(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audio.measure.speech.SpeechModel", LevelModel)


def pieces() -> Iterator[AudioBlock]:
    for block in sound(MINUTES / 60):
        for start in range(0, len(block.samples), 8_000):
            yield AudioBlock(block.speaker, block.start + start, block.samples[start : start + 8_000])


def in_order() -> Iterator[AudioBlock]:
    """Half a second of the agent, then of the customer, as a sound card gives it."""
    return iter(sorted(pieces(), key=lambda block: (block.start, block.speaker)))


def said(pipeline: Pipeline) -> list[CallEvent]:
    events = [event for block in in_order() for event in pipeline.feed(block)]
    return [*events, *pipeline.flush(), *pipeline.after_call()]


def of(kind: type, events: Sequence[object]) -> list[str]:
    return sorted(repr(event) for event in events if isinstance(event, kind))


@functools.cache
def from_file() -> list[CallEvent]:
    free = HeldRecognizer()
    free.let_go.set()
    with closing(Pipeline(("agent", "customer"), load((), metrics=BY_NAME), lambda: Transcriber(free))) as pipeline:
        return said(pipeline)


def overloaded(most_behind_s: float) -> tuple[list[CallEvent], set[LoadStep]]:
    """Hear the call with words that are held up until they are so far behind, again and again."""
    held, steps, events = HeldRecognizer(), set[LoadStep](), list[CallEvent]()
    pipeline = Pipeline(
        ("agent", "customer"), load((), metrics=BY_NAME), lambda: Transcriber(held), live=True, gives_up=True
    )
    with closing(pipeline):
        pipeline.wait_until_loaded()
        for block in in_order():
            events += pipeline.feed(block)
            steps.add(pipeline.words_step)
            if pipeline.words_behind_s > most_behind_s:
                held.let_go.set()
                until(lambda: pipeline.background.settled, "all words so far are there or given up")
                held.let_go.clear()
        held.let_go.set()
        events += [*pipeline.flush(), *pipeline.after_call()]
    return events, steps


@pytest.mark.slow
def test_words_that_come_late_are_the_words_of_the_file() -> None:
    events, steps = overloaded(most_behind_s=4.0)
    assert LoadStep.NO_PARTIALS in steps
    assert max(steps) < LoadStep.CUSTOMER_LATER
    expected = from_file()
    for kind in (Utterance, ToneSample, Firing, Gap):
        assert of(kind, events) == of(kind, expected)
    assert len(of(Utterance, events)) >= 6 * MINUTES - 1


@pytest.mark.slow
def test_words_that_are_put_off_are_gaps_first_and_words_in_the_end_and_the_tone_is_never_late() -> None:
    events, steps = overloaded(most_behind_s=25.0)
    assert LoadStep.CUSTOMER_LATER in steps
    expected = from_file()
    assert of(ToneSample, events) == of(ToneSample, expected)
    assert of(Utterance, events) == of(Utterance, expected)
    gaps = [event for event in events if isinstance(event, Gap)]
    assert gaps
    assert {gap.what for gap in gaps} == {"words"}
    assert all("after the call" in gap.why for gap in gaps)
    times = {(event.speaker, event.start_s) for event in events if isinstance(event, Utterance)}
    assert {(gap.speaker, round(gap.start_s, 3)) for gap in gaps} <= times
