import threading
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from audio.block import SAMPLE_RATE_HZ, Samples, Speaker
from audio.values import PartialWords, Word
from audio.words.transcribe import LEAD_IN, Transcriber
from audio.words.utterances import Cut, Growing, Pausing, Resumed
from monitor.pipeline.load_shedding import CALM_S, LoadStep
from monitor.pipeline.transcription import Transcription
from monitor.whisper.errors import WordsLateError
from tests.waiting import until


class SlowRecognizer:
    """Hears how long a sound is; takes as long for it as it is let."""

    def __init__(self) -> None:
        self.free = threading.Semaphore(0)
        self.asked: list[tuple[int, bool]] = []
        """Samples of the sounds begun so far, and whether it had to be quick."""
        self.answered = 0

    def final(self, samples: Samples, *, quick: bool = False, lead: int = 0, **_context: str) -> Sequence[Word]:
        self.asked.append((len(samples) - lead, quick))
        assert self.free.acquire(timeout=20)
        self.answered += 1
        return [Word(0.0, 0.1, f"{len(samples) - lead}", 0.9)]

    def partial(self, samples: Samples) -> str:
        return f"{len(samples)} so far"


@pytest.fixture
def slow() -> Iterator[SlowRecognizer]:
    recognizer = SlowRecognizer()
    yield recognizer
    recognizer.free.release(1_000)


def live(slow: SlowRecognizer, *, gives_up: bool = True) -> Transcription:
    background = Transcription(lambda: Transcriber(slow), partials=True, early=True, gives_up=gives_up)
    background.wait_until_loaded()
    background.advance(0)
    return background


def at(time_s: float) -> int:
    return round(time_s * SAMPLE_RATE_HZ)


def cut(end_s: float, *, samples: int = 100, speaker: Speaker = "agent") -> Cut:
    return Cut(speaker, at(end_s) - samples, at(end_s), at(end_s), np.zeros(samples, np.float32))


def growing(speaker: Speaker, samples: int = 50) -> Growing:
    return Growing(speaker, 0, np.zeros(samples, np.float32))


def test_the_agents_words_come_before_the_customers(slow: SlowRecognizer) -> None:
    background = live(slow)
    for number, speaker in enumerate(("customer", "customer", "customer", "agent", "customer", "agent")):
        background.feed(cut(float(number), samples=number + 1, speaker=speaker))
        until(lambda number=number: len(slow.asked) == min(number + 1, 2), "a worker that is free has begun")
    for begun in range(3, 7):
        slow.free.release()
        until(lambda begun=begun: len(slow.asked) == begun, "the next sound is begun")
    assert [samples for samples, _ in slow.asked[2:]] == [4, 6, 3, 5]
    slow.free.release(9)
    background.close()


def test_late_words_are_looked_for_quickly_and_then_as_well_as_ever_again(slow: SlowRecognizer) -> None:
    background = live(slow)
    background.feed(cut(0.0, samples=1))
    until(lambda: len(slow.asked) == 1, "the first sound is begun")
    background.advance(at(1.5))
    assert background.step == LoadStep.QUICK
    background.feed(cut(1.5, samples=2))
    until(lambda: len(slow.asked) == 2, "the second sound is begun")
    slow.free.release(2)
    until(lambda: slow.answered == 2, "both are answered")
    time_s = 2.0
    while background.step != LoadStep.ALL and time_s < 60:
        time_s += 0.1
        background.advance(at(time_s))
    assert time_s == pytest.approx(2.0 + CALM_S, abs=0.5)
    background.feed(cut(time_s, samples=3))
    until(lambda: len(slow.asked) == 3, "the third sound is begun")
    assert [quick for _, quick in slow.asked] == [False, True, False]
    slow.free.release()
    background.close()


def test_sound_that_is_measured_two_seconds_late_has_words_wait_until_after_the_call(slow: SlowRecognizer) -> None:
    background = live(slow)
    words = [background.feed(cut(0.1, samples=number)) for number in (1, 2, 3)]
    until(lambda: len(slow.asked) == 2, "both workers are busy")
    background.lag_s = 1.9
    background.advance(at(0.2))
    assert background.step == LoadStep.ALL
    background.lag_s = 2.1
    background.advance(at(0.3))
    assert background.step == LoadStep.ALL_LATER
    assert words[2] is not None
    assert isinstance(words[2].exception(), WordsLateError)
    slow.free.release(9)
    background.close()


@pytest.mark.parametrize(
    ("step", "begun"),
    [
        (LoadStep.QUICK, {"agent", "customer"}),
        (LoadStep.NO_CUSTOMER_PARTIALS, {"agent"}),
        (LoadStep.NO_PARTIALS, set()),
    ],
)
def test_partial_words_go_first_the_customers_before_the_agents(
    slow: SlowRecognizer, step: LoadStep, begun: set[Speaker]
) -> None:
    background = live(slow)
    background.step = step
    for speaker in ("agent", "customer"):
        background.feed(growing(speaker))
    until(lambda: background.settled, "the partial words are there")
    background.close()
    assert {words.speaker for words in background.partials()} == begun


def test_a_smaller_model_stands_in_while_words_are_late(slow: SlowRecognizer) -> None:
    smaller = SlowRecognizer()
    background = Transcription(lambda: Transcriber(slow, smaller), gives_up=True)
    background.wait_until_loaded()
    for step, samples in ((LoadStep.NO_PARTIALS, 1), (LoadStep.SMALLER_MODEL, 2), (LoadStep.ALL, 3)):
        background.step = step
        words = background.feed(cut(1.0, samples=samples))
        assert words
        for recognizer in (slow, smaller):
            recognizer.free.release()
        assert words.result(20).text == str(samples)
    background.close()
    assert [samples for samples, _ in slow.asked] == [1, 3]
    assert smaller.asked == [(2, True)]


def test_nothing_is_begun_early_while_partial_words_are_given_up(slow: SlowRecognizer) -> None:
    background = live(slow)
    background.feed(Pausing(cut(1.0, samples=1)))
    background.feed(Resumed("agent"))
    background.step = LoadStep.NO_PARTIALS
    background.feed(Pausing(cut(2.0, samples=2)))
    slow.free.release(9)
    last = background.feed(cut(3.0, samples=3, speaker="customer"))
    assert last.result(20).text == "3", "the customer's words come after all of the agent's"
    background.close()
    assert 2 not in [samples for samples, _ in slow.asked]


def test_words_that_are_put_off_leave_a_gap_and_come_after_the_call(slow: SlowRecognizer) -> None:
    background = live(slow)
    words = {
        number: background.feed(cut(0.1 * number, samples=number, speaker=speaker))
        for number, speaker in enumerate(("agent", "agent", "customer", "agent", "customer"), start=1)
    }
    until(lambda: len(slow.asked) == 2, "the second sound is begun")
    background.advance(at(9.0))
    assert background.step == LoadStep.CUSTOMER_LATER
    assert [number for number, word in words.items() if word.done()] == [3, 5]
    with pytest.raises(WordsLateError, match="after the call"):
        words[3].result()
    background.advance(at(16.0))
    assert background.step == LoadStep.ALL_LATER
    assert [number for number, word in words.items() if word.done()] == [3, 4, 5]
    slow.free.release(9)
    assert [words[number].result().text for number in (1, 2)] == ["1", "2"]
    assert [utterance.text for utterance in background.after_call()] == ["3", "5", "4"]
    background.close()


def test_more_than_can_be_kept_for_later_is_lost(slow: SlowRecognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.pipeline.transcription.MOST_PUT_OFF", 150)
    background = live(slow)
    words = [background.feed(cut(0.1, samples=100)) for _ in range(4)]
    until(lambda: len(slow.asked) == 2, "the second sound is begun")
    background.advance(at(20.0))
    assert sorted(str(word.exception()).split("The words ")[1] for word in words if word.done()) == [
        "are lost.",
        "will be transcribed after the call, if there is time.",
    ]
    slow.free.release(9)
    background.close()


def test_a_model_that_takes_long_to_load_is_no_overload(slow: SlowRecognizer) -> None:
    loaded = threading.Event()

    def load() -> Transcriber:
        assert loaded.wait(20)
        return Transcriber(slow)

    background = Transcription(load, partials=True, gives_up=True)
    background.feed(cut(1.0))
    background.advance(at(30.0))
    assert background.step == LoadStep.ALL
    loaded.set()
    background.wait_until_loaded()
    background.advance(at(30.1))
    assert background.step == LoadStep.ALL
    background.advance(at(32.0))
    assert background.step == LoadStep.QUICK
    slow.free.release(9)
    background.close()


def test_words_that_must_not_be_given_up_come_later_and_later_and_are_all_there(slow: SlowRecognizer) -> None:
    background = live(slow, gives_up=False)
    words = [background.feed(cut(float(number), samples=number + 1)) for number in range(9)]
    background.advance(at(1_000.0))
    assert background.step == LoadStep.ALL
    slow.free.release(9)
    assert [word.result(20).text for word in words] == [str(number + 1) for number in range(9)]
    assert not any(quick for _, quick in slow.asked)
    background.close()


class Remembering:
    """Hears one word, and remembers what it was told of what was said before."""

    def __init__(self) -> None:
        self.contexts: list[dict[str, object]] = []

    def final(self, samples: Samples, *, quick: bool = False, **context: object) -> Sequence[Word]:
        del samples, quick
        self.contexts.append(context)
        return [Word(0.0, 0.1, f"word{len(self.contexts)}", 0.9)]


def test_each_speakers_words_are_heard_after_what_the_same_speaker_said() -> None:
    recognizer = Remembering()
    background = Transcription(lambda: Transcriber(recognizer))  # type: ignore[arg-type]
    try:
        for number, speaker in enumerate(("agent", "customer", "agent", "agent")):
            start = 100_000 * number
            cut = Cut(speaker, start, start + 16_000, start + 20_000, np.zeros(16_000, np.float32))
            words = background.feed(cut)
            assert words is not None
            words.result(20)
    finally:
        background.close()
    assert recognizer.contexts == [{}, {}, {"before": "word1"}, {"before": "word1 word3"}]


def test_words_up_to_a_pause_are_shown_when_the_speaker_goes_on_and_not_heard_again(slow: SlowRecognizer) -> None:
    background = live(slow)
    background.feed(Pausing(cut(1.0, samples=at(1.0))))
    until(lambda: len(slow.asked) == 1, "what was said before the pause is being heard")
    background.feed(Resumed("agent"))
    slow.free.release()
    assert until_partial(background).tentative == f"{at(1.0)}"
    assert not list(background.partials()), "once is enough"
    background.feed(growing("agent", samples=at(2.0)))
    after = until_partial(background)
    assert (after.solid, after.tentative) == (f"{at(1.0)}", f"{at(1.0) + LEAD_IN} so far")
    background.close()


def test_what_was_not_begun_in_a_pause_is_heard_with_what_follows_it(slow: SlowRecognizer) -> None:
    background = live(slow)
    background.feed(cut(1.0, speaker="customer"))
    background.feed(cut(2.0, speaker="customer"))
    until(lambda: len(slow.asked) == 2, "both workers are busy")
    background.feed(Pausing(cut(1.0, samples=at(1.0))))
    background.feed(Resumed("agent"))
    slow.free.release(2)
    until(lambda: background.settled, "nobody waits for words")
    background.advance(at(2.0))
    background.feed(growing("agent", samples=at(2.0)))
    assert until_partial(background).tentative == f"{at(2.0)} so far"
    background.close()


def test_words_up_to_a_pause_that_come_after_longer_ones_are_not_shown(slow: SlowRecognizer) -> None:
    background = live(slow)
    background.feed(Pausing(cut(1.0, samples=at(1.0))))
    until(lambda: len(slow.asked) == 1, "what was said before the pause is being heard")
    background.feed(Resumed("agent"))
    background.feed(growing("agent", samples=at(2.0)))
    assert until_partial(background).tentative == f"{at(2.0)} so far"
    slow.free.release()
    background.close()
    assert not list(background.partials())


def until_partial(background: Transcription) -> PartialWords:
    shown: list[PartialWords] = []
    until(lambda: bool(shown) or bool(shown.extend(background.partials())), "the words so far are shown")
    return shown[0]
