"""Long numbers: which are masked in the words, and that they are gone from all that leaves the calls folder."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.block import SAMPLE_RATE_HZ, Speaker
from audio.values import HeardAgain, Utterance
from monitor.call.analysis import Analysis, Call
from monitor.call.events import CallEvent, Gap, Mark, PromptShown
from monitor.call.summary import analysis
from monitor.cli import main
from monitor.export import source
from monitor.export.formats import FORMATS
from monitor.export.tables.all_tables import TABLES
from monitor.privacy.event_words import masked_text
from monitor.privacy.guard import LONGEST_S
from monitor.privacy.redaction import redacted
from monitor.privacy.stretches import AROUND_S, TOGETHER_S, HiddenStretch, silenced
from monitor.report.stored_call import kept
from rules.model import Firing, Noticed
from tests.monitor.privacy import test_guard
from tests.monitor.privacy.test_guard import said
from tests.report_calls import INFO, LOUD, events, folder, spoken

SAID = [
    spoken("customer", 30.0, 32.0, "It is 4111 1111"),
    spoken("agent", 32.0, 32.5, "Mm-hm."),
    spoken("customer", 33.0, 35.0, "1111 1111 yes"),
    Noticed("promise", "agent", 60.0, 61.0, "call you on 0171 2345 6789", "by 4111 1111 1111"),
    PromptShown(replace(LOUD, fact="“4111 1111”", advice="Say it back, “so 4111 1111”", since_s=36.0)),
    Firing("paraphrase", "customer", 36.0, None, None, None, "prompt", "paraphrase", ("4111 1111 1111",)),
    Mark(37.0, "note", "card 4111 1111"),
]
SECRET = re.compile(r"1111|2345")
LINES = [
    "It is 4111 1111 1111 1111",
    "4111 1111",
    "1111 1111 yes",
    "okay and the security code",
    "987",
    "double nine four",
    "mm-hm",
    "It was $49.50 on the 3rd of May 2026",
]


def test_nothing_that_leaves_the_calls_folder_has_a_long_number(tmp_path: Path) -> None:
    place = folder(tmp_path, said=[*events(), *SAID])

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(main, [arguments[0], str(place), *arguments[1:]])
        assert done.exit_code == 0, done.stderr
        return done.stdout

    for kind in FORMATS:
        run("export", "--to", kind, "-o", str(tmp_path / "out" / kind))
    run("report", "-o", str(tmp_path / "out" / "page.html"))
    (tmp_path / "out" / "text").write_text(run("report", "--text"), encoding="utf-8")
    left = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(left) == 6 + 2 * len(TABLES) + 2
    for path in left:  # those of Parquet are packed, and hold the tables that CSV holds
        assert path.suffix == ".parquet" or not SECRET.search(path.read_bytes().decode("utf-8", "replace")), path.name
    assert SECRET.search(run("export", "--to", "json", "--keep-digits"))


def test_a_number_goes_on_while_the_other_confirms_it() -> None:
    told = kept("a/b", INFO, [*events(), *SAID])
    texts = [spoken.text for spoken in told.analysis.utterances if 30.0 <= spoken.start_s < 36.0]
    assert texts == ["It is •••• ••••", "Mm-hm.", "•••• •••• yes"]
    assert told.silent == (HiddenStretch(31.0 - AROUND_S, 34.33 + AROUND_S, "card number"),)


def test_masking_again_changes_nothing() -> None:
    once = redacted(kept("a/b", INFO, [*events(), *SAID]).analysis)
    assert redacted(once.analysis).analysis == once.analysis


@pytest.mark.parametrize(
    "lines",
    [
        [("customer", "It is 4111 1111", 5.0), ("agent", "mm-hm", 8.0), ("customer", "1111 1111 yes", 9.0)],
        [("customer", "my card is 4111 1111 1111 1111 okay", 5.0), ("agent", "4111 1111 right", 12.0)],
        [("customer", "4111 1111 1111 1111 and the CVV is 987 thanks", 5.0)],
        [("agent", "the security code please", 4.0), ("customer", "it is nine eight seven", 7.0)],
        [("customer", "you can call 0171 2345 6789 after 5", 5.0), ("customer", "I paid $49.50 in 2026", 12.0)],
    ],
)
def test_what_leaves_is_masked_as_what_is_kept(lines: list[tuple[Speaker, str, float]]) -> None:
    utterances = [said(text, start_s, speaker) for speaker, text, start_s in lines]
    guarded = test_guard.run(40.0, utterances)
    told = redacted(in_numbers(utterances))
    on_disk = sorted((one.start_s, one.speaker, one.text) for one in guarded.of(Utterance))
    assert sorted((one.start_s, one.speaker, one.text) for one in told.analysis.utterances) == on_disk
    for speaker in ("agent", "customer"):
        sound = np.full((40 * SAMPLE_RATE_HZ, 1), test_guard.LOUD, np.float32)
        left = silenced(sound, 0, told.stretches)[:, 0]
        assert np.array_equal(left, np.concatenate(guarded.sound[speaker]))


@st.composite
def spoken_calls(draw: st.DrawFn) -> list[Utterance]:
    """Numbers, codes and talk of both speakers, any pauses between."""
    lines, at_s = [], 0.0
    for _ in range(draw(st.integers(1, 8))):
        at_s += draw(st.floats(0.1, 6.0))
        speaker = draw(st.sampled_from(("agent", "customer")))
        lines.append(said(draw(st.sampled_from(LINES)), round(at_s, 2), speaker))
        at_s = lines[-1].end_s
    return lines


@given(spoken_calls())
@settings(max_examples=200, deadline=None)
def test_around_every_masked_word_and_between_near_ones_nothing_is_heard(utterances: list[Utterance]) -> None:
    told = redacted(in_numbers(utterances))
    masked = sorted(
        (word.start_s, word.end_s)
        for before, after in zip(utterances, told.analysis.utterances, strict=True)
        for word, other in zip(before.words, after.words, strict=True)
        if word != other
    )
    assert bool(masked) == bool(told.stretches)
    sound = silenced(np.ones((round((utterances[-1].end_s + 1) * SAMPLE_RATE_HZ), 2), np.float32), 0, told.stretches)
    at_s = np.arange(len(sound)) / SAMPLE_RATE_HZ
    for start_s, end_s in masked:
        assert not sound[(at_s > start_s - AROUND_S + 1e-4) & (at_s < end_s + AROUND_S - 1e-4)].any()
    for (_, end_s), (start_s, _) in pairwise(masked):
        if start_s - end_s <= TOGETHER_S:
            assert not sound[(at_s > end_s) & (at_s < start_s)].any()
    away = [start_s - AROUND_S - TOGETHER_S > at_s for start_s, _ in masked[:1]]
    assert all(sound[before].all() for before in away)


def in_numbers(utterances: list[Utterance], others: Sequence[CallEvent] = ()) -> Analysis:
    """The analysis of a call in which nothing else was said."""
    return analysis(Call("made", 60.0, ("agent", "customer"), "made", "abc"), [*utterances, *others])


def test_a_number_that_only_the_second_pass_understood_is_silent_too() -> None:
    live, better = said("it is for a lemon", 5.0, "customer"), said("it is •••• •••• thanks", 5.0, "customer")
    again = HeardAgain("customer", live.start_s, live.end_s, better.words)
    told = redacted(in_numbers([live], [again]))
    first, last = better.words[2], better.words[3]
    (stretch,) = told.stretches
    assert (stretch.start_s, stretch.end_s) == pytest.approx((first.start_s - AROUND_S, last.end_s + AROUND_S))


def test_a_number_whose_words_came_after_its_sound_was_written_is_silent_too() -> None:
    kept = test_guard.run(100.0, [said("4111 1111 1111 1111", 5.0, "customer")], late_s=[LONGEST_S + 5])
    assert kept.silent() == []
    assert len(redacted(in_numbers(kept.of(Utterance), kept.of(Gap))).stretches) == 1


def test_sound_that_the_card_guard_silenced_is_not_silenced_again() -> None:
    kept = test_guard.run(100.0, [said("4111 1111 1111 1111", 5.0, "customer")])
    assert len(kept.silent()) == 1
    assert redacted(in_numbers(kept.of(Utterance), kept.of(Gap))).stretches == ()


def test_a_call_in_which_only_sound_is_silenced_says_that_it_is_redacted(tmp_path: Path) -> None:
    live = spoken("customer", 30.0, 32.0, "it is for a lemon")
    again = HeardAgain("customer", 30.0, 32.0, spoken("customer", 30.0, 32.0, "it is •••• •••• thanks").words)
    place = folder(tmp_path, said=[*events(), live, again])
    assert source.read(place).redacted
    assert not source.read(folder(tmp_path / "other", said=[*events(), live])).redacted


def test_a_text_without_long_numbers_stays_as_it_is() -> None:
    assert masked_text("5.9  usual\n4.8") == "5.9  usual\n4.8"


def test_a_code_is_masked_and_what_quotes_a_piece_of_a_number() -> None:
    told = redacted(
        kept(
            "a/b",
            INFO,
            [
                *events(),
                *SAID,
                spoken("agent", 40.0, 42.0, "What is the CVV?"),
                spoken("customer", 43.0, 44.0, "987 or 988"),
                Noticed("promise", "agent", 61.0, 62.0, "it was 4111 and 987", "on the 12"),
            ],
        ).analysis
    )
    assert "••• or •••" in [utterance.text for utterance in told.analysis.utterances]
    assert ("it was •••• and •••", "on the 12") in [(entry.text, entry.due) for entry in told.analysis.noticed]
