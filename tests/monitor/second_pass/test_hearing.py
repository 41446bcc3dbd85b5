from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from threading import Barrier

import numpy as np
import pytest

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples, Speaker
from audio.values import HeardAgain, Utterance, Word
from audio.words.transcribe import Transcriber
from monitor.call.events import CallEvent, Gap
from monitor.second_pass.hearing import WELL_HEARD, heard_again
from tests.made_calls import said as well_said

CALL_S = 120


class Recognizer:
    """Hears one line after the other, spread over the sound."""

    def __init__(self, *lines: str) -> None:
        self.heard: list[tuple[Samples, str]] = []
        self._lines = list(lines)

    def again(self, samples: Samples, before: str = "") -> Sequence[Word]:
        self.heard.append((samples, before))
        texts = self._lines.pop(0).split() if self._lines else []
        step_s = len(samples) / SAMPLE_RATE_HZ / max(len(texts), 1)
        return [Word(at * step_s, (at + 1) * step_s, text, 0.9) for at, text in enumerate(texts)]


def sound(speakers: Sequence[Speaker] = ("agent", "customer")) -> Iterator[AudioBlock]:
    for start in range(0, CALL_S * SAMPLE_RATE_HZ, 10 * SAMPLE_RATE_HZ):
        for speaker in speakers:
            yield AudioBlock(speaker, start, np.ones(10 * SAMPLE_RATE_HZ, np.float32))


def unread() -> Iterator[AudioBlock]:
    pytest.fail("The sound is read.")
    yield from sound()


def hear(events: Sequence[CallEvent], *lines: str, guarded: bool = True) -> tuple[tuple[HeardAgain, ...], Recognizer]:
    recognizer = Recognizer(*lines)
    found = heard_again(sound(), events, lambda: Transcriber(recognizer), guarded=guarded)  # type: ignore[arg-type]
    return found, recognizer


def said(text: str, start_s: float, speaker: Speaker = "customer", probability: float = 0.5) -> Utterance:
    """Words of which Whisper was not sure."""
    clear = well_said(text, start_s, speaker)
    return replace(clear, words=tuple(replace(word, probability=probability) for word in clear.words))


def text(one: HeardAgain | Utterance) -> str:
    return " ".join(word.text for word in one.words)


def test_an_utterance_gets_the_words_of_the_second_pass() -> None:
    live = said("fifteen years", 5.0)
    ((better,), _) = hear([live], "fifteen minutes")
    assert (better.speaker, better.start_s, better.end_s) == (live.speaker, live.start_s, live.end_s)
    assert text(better) == "fifteen minutes"


def test_where_nothing_was_recognised_the_first_words_stay() -> None:
    assert hear([said("hello there", 5.0)])[0] == ()


def test_what_was_heard_well_stays_as_it_is_and_costs_nothing() -> None:
    clear = [said("hello there", 5.0, probability=0.95), said("hello", 9.0, "agent", probability=WELL_HEARD)]
    assert heard_again(unread(), clear, lambda: pytest.fail("The model is loaded."), guarded=True) == ()


def test_sound_behind_what_was_heard_badly_is_not_read() -> None:
    def first_seconds() -> Iterator[AudioBlock]:
        yield from islice(sound(), 2)
        pytest.fail("More sound is read.")

    recognizer = Recognizer("better")
    found = heard_again(first_seconds(), [said("worse", 5.0)], lambda: Transcriber(recognizer), guarded=True)  # type: ignore[arg-type]
    assert [text(one) for one in found] == ["better"]


def test_a_piece_is_heard_after_what_was_heard_well_before_it() -> None:
    long = " ".join(["word"] * 20)
    (found, recognizer) = hear([said(f"{long} clear", 5.0, probability=0.95), said(long, 40.0)], "better")
    assert [before for _, before in recognizer.heard] == [f"{long} clear"]
    assert [one.start_s for one in found] == [40.0]


def test_an_utterance_without_words_is_one_that_was_not_heard_well() -> None:
    found, _ = hear([replace(said("", 5.0), end_s=7.0)], "here they are")
    assert [text(one) for one in found] == ["here they are"]


def test_each_speaker_is_heard_after_what_the_same_speaker_said_before() -> None:
    long = " ".join(["word"] * 20)
    utterances = [said(long, 5.0), said(long, 40.0), said("yes", 30.0, "agent")]

    class Distinct(Recognizer):
        def again(self, samples: Samples, before: str = "") -> Sequence[Word]:
            self.heard.append((samples, before))
            return Recognizer("other" if samples[0] < 1 else "second" if before else "first").again(samples)

    quieter = (replace(one, samples=one.samples / 2) if one.speaker == "agent" else one for one in sound())
    recognizer = Distinct()
    heard_again(quieter, utterances, lambda: Transcriber(recognizer), guarded=True)  # type: ignore[arg-type]
    befores = sorted((samples[0] < 1, before) for samples, before in recognizer.heard)
    assert befores == [(False, ""), (False, "first"), (True, "")]


def test_both_speakers_are_heard_at_the_same_time() -> None:
    class Both(Recognizer):
        together = Barrier(2, timeout=60.0)

        def again(self, samples: Samples, before: str = "") -> Sequence[Word]:
            self.together.wait()
            return super().again(samples, before)

    transcriber = Transcriber(Both("yes", "yes"))  # type: ignore[arg-type]
    found = heard_again(sound(), [said("no", 5.0), said("no", 30.0, "agent")], lambda: transcriber, guarded=True)
    assert {one.speaker for one in found} == {"agent", "customer"}


def test_sound_that_is_not_kept_is_not_heard() -> None:
    gap = Gap(7.0, 8.0, "sound", "A card number was spoken here and is not kept.")
    _, recognizer = hear([said("one two three four five", 5.0), gap])
    ((samples, _),) = recognizer.heard
    assert (samples == 0).sum() == SAMPLE_RATE_HZ


def test_masked_words_are_not_heard_again() -> None:
    found, recognizer = hear([said("it is •••• ••••", 5.0)], "it is 4111 1111")
    assert (found, recognizer.heard) == ((), [])


def test_a_number_that_only_the_second_pass_understands_is_masked() -> None:
    live = [said("it is for one won one", 5.0), said("one wonder one won", 12.0)]
    found, _ = hear(live, "it is 4111 1111 1111 1111 thanks")
    assert "1" not in " ".join(map(text, found))
    assert "it is" in text(found[0])
    open_found, _ = hear(live, "it is 4111 1111 1111 1111 thanks", guarded=False)
    assert "4111" in " ".join(map(text, open_found))


def test_a_number_that_begins_in_what_was_heard_well_is_masked_there_too() -> None:
    start = said(" ".join(["word"] * 24) + " 4111 11", 5.0, probability=0.95)
    found, recognizer = hear([start, said("eleven won one", 31.5)], "11 1111 1111 thanks")
    assert len(recognizer.heard) == 1
    assert [one.start_s for one in found] == [5.0, 31.5]
    assert not any(letter.isdigit() for letter in " ".join(map(text, found)))


def test_a_call_that_begins_meanwhile_may_end_the_second_pass() -> None:
    recognizer = Recognizer("better")
    transcriber = Transcriber(recognizer)  # type: ignore[arg-type]
    assert heard_again(sound(), [said("worse", 5.0)], lambda: transcriber, guarded=True, go_on=lambda: False) == ()
    assert recognizer.heard == []
