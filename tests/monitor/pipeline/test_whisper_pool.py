from collections.abc import Sequence
from threading import Event, Thread

import numpy as np
import pytest

from audio.block import Samples, Speaker
from audio.values import Word
from audio.words.transcribe import Transcriber
from audio.words.utterances import Cut
from monitor.pipeline.transcription import Transcription
from monitor.pipeline.whisper_pool import Task, WhisperPool
from tests.waiting import until

HELD = 100
"""Samples of the utterance that takes long."""


class Recognizer:
    """Hears how long a sound is; one takes until it is let go."""

    def __init__(self) -> None:
        self.let_go = Event()

    def final(self, samples: Samples, **_context: object) -> Sequence[Word]:
        if len(samples) == HELD:
            assert self.let_go.wait(60)
        return [Word(0.0, 0.1, f"{len(samples)}", 0.9)]


def cut(number: int, samples: int, speaker: Speaker = "agent") -> Cut:
    start = 100_000 * number
    return Cut(speaker, start, start + samples, start + samples, np.zeros(samples, np.float32))


def test_no_worker_waits_for_an_utterance_that_another_is_at_work_on() -> None:
    recognizer = Recognizer()
    background = Transcription(lambda: Transcriber(recognizer))  # type: ignore[arg-type]
    try:
        first, second, other = (
            background.feed(one) for one in (cut(0, HELD), cut(1, 200), cut(2, 300, speaker="customer"))
        )
        assert first
        assert second
        assert other
        assert other.result(20).text == "300"
        assert [first.done(), second.done()] == [False, False]
        recognizer.let_go.set()
        assert (first.result(20).text, second.result(20).text) == ("100", "200")
    finally:
        recognizer.let_go.set()
        background.close()


@pytest.mark.parametrize("fails", [False, True], ids=["done", "failed"])
def test_a_task_starts_when_the_one_before_it_has_ended_however_it_ended(*, fails: bool) -> None:
    order: list[str] = []

    def work(name: str) -> None:
        order.append(name)
        if fails and name == "first":
            raise ValueError

    pool = WhisperPool(lambda: Transcriber(Recognizer()))  # type: ignore[arg-type]
    first = Task(lambda _: work("first"), (1, 0))
    second = Task(lambda _: work("second"), (0, 0), first.done)
    try:
        pool.put(second)
        pool.put(first)
        second.done.result(20)
    finally:
        pool.close()
    assert order == ["first", "second"]


def test_what_waits_for_another_is_dropped_when_the_call_ends() -> None:
    let_go, begun = Event(), Event()

    def work(_: Transcriber) -> None:
        begun.set()
        let_go.wait(60)

    pool = WhisperPool(lambda: Transcriber(Recognizer()))  # type: ignore[arg-type]
    held = Task(work, (0, 0))
    behind = Task(lambda _: None, (0, 1), held.done)
    pool.put(held)
    pool.put(behind)
    assert begun.wait(20)
    closing = Thread(target=pool.close)
    closing.start()
    until(behind.done.cancelled, "what waits is dropped")
    let_go.set()
    closing.join()
    assert held.done.done()
