"""What reaches the writer behind the guard, whatever is said, however it is cut and however late the words are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Speaker
from audio.measure.key_tones import KeyTones
from audio.values import PitchSample, ToneSample, Turn, Utterance, Word
from monitor.call.events import CallEvent, Ended, Gap, Mark, PromptShown, from_lines, in_order, to_line
from monitor.privacy.card_words import CardWords, SaidWord
from monitor.privacy.guard import HOLD_BACK_S, LONGEST_S, CardGuard, guarded
from rules.model import Firing, Noticed, Prompt
from tests.sounds import dtmf

SPEAKERS: tuple[Speaker, ...] = ("agent", "customer")
CARD = "4111 1111 1111 1111"
LOUD = 3_277
"""Every sample of a made call, as the recording has it."""


@dataclass
class Kept:
    """A writer in memory, that knows when it got what."""

    record: bool = True
    folder: Path = Path("made")
    sound: dict[Speaker, list[np.ndarray]] = field(default_factory=lambda: {speaker: [] for speaker in SPEAKERS})
    lines: list[bytes] = field(default_factory=list)
    closed: bool = False

    @property
    def recording(self) -> str:
        return "on" if self.record else "off"

    def hear(self, block: AudioBlock) -> None:
        assert block.start == self.heard(block.speaker)
        self.sound[block.speaker].append((block.samples * 32767).round().astype(np.int16))

    def note(self, event: CallEvent, place: int | None = None) -> None:
        self.lines.append(to_line(event, place))

    def sync(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True

    def heard(self, speaker: Speaker) -> int:
        return sum(map(len, self.sound[speaker]))

    def heard_s(self) -> float:
        return min(map(self.heard, SPEAKERS)) / SAMPLE_RATE_HZ

    def silent(self, speaker: Speaker = "agent") -> list[tuple[float, float]]:
        """Where nothing is kept, in seconds."""
        quiet = np.concatenate([np.zeros(0, np.int16), *self.sound[speaker]]) == 0
        edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]))) / SAMPLE_RATE_HZ
        return [(float(start_s), float(end_s)) for start_s, end_s in edges.reshape(-1, 2)]

    @property
    def events(self) -> list[CallEvent]:
        return list(from_lines(in_order(self.lines)))

    def of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]


def said(text: str, start_s: float, speaker: Speaker = "customer", word_s: float = 0.4) -> Utterance:
    words = tuple(
        Word(round(start_s + word_s * place, 3), round(start_s + word_s * (place + 0.8), 3), word, 0.9)
        for place, word in enumerate(text.split())
    )
    end_s = round(start_s + word_s * len(words), 3)
    return Utterance(speaker, start_s, end_s, words, end_s + 0.45)


def tone(step: int, speaker: Speaker, utterances: Sequence[Utterance]) -> ToneSample:
    at_s = step / 10 + 0.05
    speaks = any(one.speaker == speaker and one.start_s <= at_s < one.end_s for one in utterances)
    return ToneSample(speaker, step / 10, (step + 1) / 10, speaking=speaks)


def run(  # noqa: PLR0913 - what differs between calls
    length_s: float,
    utterances: Sequence[Utterance],
    more: Sequence[tuple[float, CallEvent]] = (),
    *,
    late_s: Sequence[float] = (),
    block_s: float = 0.5,
    record: bool = True,
) -> Kept:
    """A call of constant sound, whose words come so late after the sound by which they end."""
    kept = Kept(record)
    guarded = guard(kept)
    timed = [*more, *((step.end_s, step) for step in tones(length_s, utterances))]
    lateness = [*late_s, *[0.0] * len(utterances)]
    timed += [(one.known_s + late, one) for one, late in zip(utterances, lateness, strict=False)]
    coming = sorted(timed, key=lambda one: one[0])
    for block in blocks(length_s, block_s):
        guarded.hear(block)
        while block.speaker == SPEAKERS[-1] and coming and coming[0][0] <= block.end / SAMPLE_RATE_HZ:
            guarded.note(coming.pop(0)[1])
    for _, event in coming:
        guarded.note(event)
    guarded.note(Ended(length_s, "end of sound"))
    guarded.close()
    assert kept.closed
    return kept


def tones(length_s: float, utterances: Sequence[Utterance]) -> Iterator[ToneSample]:
    """Who speaks when."""
    for step in range(round(length_s * 10)):
        for speaker in SPEAKERS:
            at_s = step / 10 + 0.05
            speaks = any(one.speaker == speaker and one.start_s <= at_s < one.end_s for one in utterances)
            yield ToneSample(speaker, step / 10, (step + 1) / 10, speaking=speaks)


def blocks(length_s: float, block_s: float) -> Iterator[AudioBlock]:
    length, size = round(length_s * SAMPLE_RATE_HZ), round(block_s * SAMPLE_RATE_HZ)
    for start in range(0, length, size):
        for speaker in SPEAKERS:
            sound = np.full(min(size, length - start), LOUD / 32767, np.float32)
            yield AudioBlock(speaker, start, sound)


def guard(kept: Kept) -> CardGuard:
    return CardGuard(kept, CardWords())


def test_a_card_number_reaches_nobody_and_all_else_does() -> None:
    lines = [said("Hello there.", 1.0, "agent"), said(f"It is {CARD} thanks.", 4.0), said("Lovely.", 8.0, "agent")]
    kept = run(30.0, lines)
    assert [one.text for one in kept.of(Utterance)] == ["Hello there.", "It is •••• •••• •••• •••• thanks.", "Lovely."]
    (silent,) = kept.silent()
    assert silent == pytest.approx((4.8 - 0.3, 4.8 + 3 * 0.4 + 0.32 + 0.3), abs=1e-3)
    assert kept.silent("customer") == [silent]
    assert kept.of(Gap) == [
        Gap(*(round(at_s, 3) for at_s in silent), "sound", "A card number was spoken here and is not kept.")
    ]
    assert kept.heard_s() == 30.0
    assert kept.events[-1] == Ended(30.0, "end of sound")


@pytest.mark.slow
def test_nothing_is_written_before_it_is_known_what_it_is() -> None:
    """At every moment: sound and words are ten seconds behind, numbers are not."""
    kept = Kept()
    guarded = guard(kept)
    spoken = [said("Good morning to you.", 2.0), said(CARD, 20.0)]
    steps = {step: [tone for tone in tones(60, spoken) if tone.start_s == step / 10] for step in range(600)}
    for block in blocks(60.0, 0.1):
        guarded.hear(block)
        if block.speaker == "customer":
            for one in spoken:
                if one.known_s <= block.end / SAMPLE_RATE_HZ < one.known_s + 0.1:
                    guarded.note(one)
            for step in steps[round(block.start / 1600)]:
                guarded.note(step)
            now_s = block.end / SAMPLE_RATE_HZ
            if block.end % 16_000:
                continue
            assert kept.of(ToneSample)[-1].end_s == pytest.approx(now_s)
            assert kept.heard_s() <= max(0.0, now_s - HOLD_BACK_S) + 1e-6
            assert all(one.end_s <= now_s - HOLD_BACK_S + 0.01 for one in kept.of(Utterance))
            assert not any(b"11" in line for line in kept.lines if b"utterance" in line)
            assert kept.heard_s() >= now_s - 2 * HOLD_BACK_S - 8
    assert [one.text for one in kept.of(Utterance)] == ["Good morning to you.", "•••• •••• •••• ••••"]


def test_words_that_come_late_hold_their_sound_back_for_a_minute_at_most() -> None:
    spoken = said(CARD, 5.0)
    kept = run(100.0, [spoken], late_s=[40.0])
    assert kept.silent() == [pytest.approx((4.7, 5.0 + 3 * 0.4 + 0.32 + 0.3), abs=1e-3)]
    kept = run(100.0, [spoken], late_s=[LONGEST_S + 5])
    assert kept.silent() == []
    assert kept.of(Gap) == []
    assert [one.text for one in kept.of(Utterance)] == ["•••• •••• •••• ••••"]


def test_speech_that_becomes_no_words_is_not_waited_for_longer_than_a_minute() -> None:
    kept = Kept()
    guarded = guard(kept)
    for tone in tones(90.0, [said("mumble mumble mumble", 3.0)]):
        for block in blocks(0.1, 0.1):
            if block.speaker == tone.speaker:
                start = round(tone.start_s * SAMPLE_RATE_HZ)
                guarded.hear(AudioBlock(tone.speaker, start, block.samples))
        guarded.note(tone)
    assert kept.heard_s() == pytest.approx(90.0 - HOLD_BACK_S - 1.0, abs=0.2)


def test_where_no_words_will_come_speech_waits_as_long_as_silence() -> None:
    kept = Kept()
    guard = guarded(kept, SPEAKERS, on=True, live=False, words=False)
    for tone in tones(40.0, [said("mumble mumble mumble", 3.0)]):
        start = round(tone.start_s * SAMPLE_RATE_HZ)
        guard.hear(AudioBlock(tone.speaker, start, np.full(1600, LOUD / 32767, np.float32)))
        guard.note(tone)
    assert kept.heard_s() == pytest.approx(40.0 - HOLD_BACK_S - 1.0, abs=0.2)


def test_numbers_are_written_at_once_and_read_in_the_order_in_which_all_was_said() -> None:
    more = [(3.0, Turn("agent", 0.0, 3.0)), (9.0, Mark(9.0, "flag")), (12.0, Mark(11.9, "note", "four one one"))]
    more += [(step / 10, PitchSample("agent", step / 10, step / 10 + 0.1, 120.0)) for step in range(10, 50)]
    lines = [said("One two.", 1.0), said("Hello.", 4.0, "agent"), said("Bye.", 14.0)]
    kept, straight = run(20.0, lines, more), Kept()
    plain = CardGuard(straight)
    for event in kept.events:
        plain.note(event)
    assert kept.lines != straight.lines
    assert in_order(kept.lines) != kept.lines
    assert kept.events == straight.events


def test_a_pause_takes_the_seconds_before_with_it() -> None:
    kept = Kept()
    guarded = guard(kept)
    spoken = [said("My name is Sam.", 1.0), said("the code is", 22.0), said("in the pause", 31.0), said("Fine.", 50.0)]
    waiting = [*spoken]
    tones_left = list(tones(70.0, spoken))
    for block in blocks(70.0, 0.5):
        if (block.speaker, block.start) == ("agent", 30 * SAMPLE_RATE_HZ):
            guarded.pause()
            assert guarded.recording == "paused"
        if (block.speaker, block.start) == ("agent", 40 * SAMPLE_RATE_HZ):
            guarded.resume()
            assert guarded.recording == "on"
        guarded.hear(block)
        while tones_left and block.speaker == "customer" and tones_left[0].end_s <= block.end / SAMPLE_RATE_HZ:
            guarded.note(tones_left.pop(0))
        while waiting and waiting[0].known_s <= block.end / SAMPLE_RATE_HZ:
            guarded.note(waiting.pop(0))
    guarded.close()
    assert kept.silent() == [(20.0, 40.0)]
    assert kept.silent("customer") == [(20.0, 40.0)]
    assert [one.text for one in kept.of(Utterance)] == ["My name is Sam.", "Fine."]
    assert sorted(kept.of(Gap), key=lambda gap: gap.start_s) == [
        Gap(20.0, 40.0, "sound", "The agent paused the recording."),
        Gap(22.0, spoken[1].end_s, "words", "The agent paused the recording."),
        Gap(31.0, spoken[2].end_s, "words", "The agent paused the recording."),
    ]


def test_what_quotes_a_secret_is_masked_and_stays() -> None:
    prompt = Prompt("paraphrase", "paraphrase", "prompt", "Paraphrase", "“4111 1111”", "Say “card 1111”", 8.0)
    firing = Firing(
        "paraphrase", "customer", 7.5, None, None, None, "prompt", "paraphrase", ("4111 1111",), 0.0, ("card", "1111")
    )
    more = [
        (8.0, firing),
        (8.0, PromptShown(prompt, 0.1)),
        (8.5, Noticed("promise", "agent", 8.0, 8.4, "I will charge 1111 1111 1111", "by noon")),
        (9.0, Mark(9.0, "note", "1111 one two")),
    ]
    kept = run(30.0, [said(f"my card is {CARD}", 3.0)], more)
    assert not any(b"1111" in line for line in kept.lines)
    assert kept.of(Firing)[0].key_words == ("card", "••••")
    assert kept.of(PromptShown)[0].prompt.fact == "“•••• ••••”"
    assert kept.of(Noticed)[0].due == "by noon"
    assert kept.of(Mark)[0].text == "•••• one two"


def test_measured_numbers_of_prompts_stay_and_are_written_at_once() -> None:
    firing = Firing("slow-down", "agent", 8.0, 5.9, 4.8, 5.0, "prompt", "slow_down", metric="rate")
    prompt = Prompt("slow-down", "slow_down", "prompt", "Slow down", "5.9 for 1111", "Pause", 8.0)
    kept = run(30.0, [said(CARD, 3.0)], [(8.0, firing), (8.0, PromptShown(prompt))])
    assert kept.of(PromptShown)[0].prompt == prompt
    written = [line[:18] for line in kept.lines]
    assert written.index(b'{"event":"prompt_s') < written.index(b'{"event":"utteranc')


def test_keys_are_silent_in_both_channels() -> None:
    kept = Kept()
    guarded = CardGuard(kept, CardWords(), {speaker: KeyTones(speaker) for speaker in SPEAKERS})
    sound = np.full(30 * SAMPLE_RATE_HZ, 0.001, np.float32)
    for at_s, key in ((5.0, "1"), (5.4, "9"), (5.8, "0"), (20.0, "5")):
        start = round(at_s * SAMPLE_RATE_HZ)
        sound[start : start + 3_200] = dtmf(key, 0.2)
    for start in range(0, len(sound), 8_000):
        for speaker in SPEAKERS:
            piece = sound[start : start + 8_000] if speaker == "customer" else np.full(8_000, 0.1, np.float32)
            guarded.hear(AudioBlock(speaker, start, piece))
    guarded.close()
    expected = [pytest.approx((4.7, 6.3), abs=0.05), pytest.approx((19.7, 20.5), abs=0.05)]
    assert kept.silent("agent") == expected
    assert kept.silent("customer") == expected
    assert [gap.why for gap in kept.of(Gap)] == ["Telephone keys were pressed here; they are not kept."] * 2


def test_a_number_that_goes_on_for_more_than_a_minute_is_not_kept_either() -> None:
    dribble = [said("4 1", 5.0 + 9 * place) for place in range(9)]
    kept = run(130.0, dribble)
    assert not any(character in "41" for one in kept.of(Utterance) for character in one.text)
    for one in dribble:
        assert any(start_s <= one.words[0].start_s and one.words[-1].end_s <= end_s for start_s, end_s in kept.silent())


def test_without_a_recording_the_words_are_masked_all_the_same() -> None:
    kept = run(30.0, [said(CARD, 5.0)], record=False)
    assert [one.text for one in kept.of(Utterance)] == ["•••• •••• •••• ••••"]


def test_switched_off_it_writes_all_at_once_and_pauses_from_the_press_on() -> None:
    kept = Kept()
    plain = CardGuard(kept)
    for block in blocks(3.0, 1.0):
        if block.speaker == "agent" and block.start == SAMPLE_RATE_HZ:
            plain.pause()
        if block.speaker == "agent" and block.start == 2 * SAMPLE_RATE_HZ:
            plain.resume()
        plain.hear(block)
        assert kept.heard(block.speaker) == block.end
    plain.note(said(CARD, 2.1))
    assert [one.text for one in kept.of(Utterance)] == [CARD]
    assert kept.silent() == [(1.0, 2.0)]


DIGITS = st.sampled_from(["4111", "11", "7", "four", "one", "2222"])
TALK = st.sampled_from(["hello", "router", "it", "is", "thanks", "broken"])


@pytest.mark.slow
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.data())
def test_no_digit_of_a_secret_is_ever_written_and_all_else_is(data: st.DataObject) -> None:
    utterances, at_s = [], 1.0
    for speaker, words, pause_s in data.draw(
        st.lists(
            st.tuples(
                st.sampled_from(SPEAKERS),
                st.lists(st.one_of(TALK, DIGITS), min_size=1, max_size=8),
                st.floats(0.6, 6.0),
            ),
            min_size=1,
            max_size=8,
        )
    ):
        utterances.append(said(" ".join(words), round(at_s, 2), speaker))
        at_s = utterances[-1].end_s + pause_s
    latest_s = data.draw(st.sampled_from([HOLD_BACK_S, 2 * HOLD_BACK_S]))
    late_s = data.draw(st.lists(st.floats(0, latest_s), min_size=len(utterances), max_size=len(utterances)))
    block_s = data.draw(st.sampled_from([0.032, 0.5, 3.0, 10.0]))
    length_s = round(at_s + 3.0, 1)
    kept = run(length_s, utterances, late_s=late_s, block_s=block_s)
    reference = run(length_s, utterances)

    judge = CardWords()
    secrets = [secret for one in utterances for secret in judge.feed(one.speaker, _saids(one))] + list(judge.flush())
    hidden = {(secret.speaker, word.start_s): word for secret in secrets for word in secret.words}
    written = {(one.speaker, word.start_s): word.text for one in kept.of(Utterance) for word in one.words}
    for key, word in hidden.items():
        assert "•" in written[key]
        assert any(start_s <= word.start_s and word.end_s <= end_s for start_s, end_s in kept.silent(key[0]))
    assert {kept.heard(speaker) for speaker in SPEAKERS} == {round(length_s * SAMPLE_RATE_HZ)}
    if latest_s == HOLD_BACK_S:  # words that come later may be masked for a number that they do not belong to
        plain = {(one.speaker, word.start_s): word.text for one in utterances for word in one.words}
        assert {key: text for key, text in written.items() if key not in hidden} == {
            key: text for key, text in plain.items() if key not in hidden
        }
        assert [kept.silent(speaker) for speaker in SPEAKERS] == [reference.silent(speaker) for speaker in SPEAKERS]
        assert sorted(kept.of(Utterance), key=_order) == sorted(reference.of(Utterance), key=_order)
        assert kept.of(Gap) == reference.of(Gap)
        for speaker, silent in ((speaker, kept.silent(speaker)) for speaker in SPEAKERS):
            for start_s, end_s in silent:
                assert any(start_s < word.end_s and word.start_s < end_s for word in hidden.values()), speaker


@pytest.mark.slow
@pytest.mark.parametrize("block_s", [0.032, 0.7, 10.0, 60.0])
def test_how_the_sound_is_cut_changes_no_byte(block_s: float) -> None:
    lines = [said("Hello there.", 1.0, "agent"), said(f"It is {CARD} thanks.", 4.0), said("Lovely.", 28.0, "agent")]
    more = [(9.0, Mark(9.0, "flag")), (9.1, Mark(9.1, "note", "well"))]
    assert run(60.0, lines, more, block_s=block_s).lines == run(60.0, lines, more).lines


def _order(one: Utterance) -> tuple[float, str]:
    return one.start_s, one.speaker


def _saids(one: Utterance) -> list[SaidWord]:
    return [SaidWord(word.start_s, word.end_s, word.text) for word in one.words]
