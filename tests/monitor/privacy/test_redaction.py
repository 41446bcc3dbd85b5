"""Long numbers: which are masked in the words, and that they are gone from all that leaves the calls folder."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from audio.block import SAMPLE_RATE_HZ
from monitor.call.events import Mark, PromptShown
from monitor.cli import main
from monitor.export.formats import FORMATS
from monitor.privacy.redaction import AROUND_S, quoted, redacted, silenced
from monitor.report.stored_call import kept
from rules.model import Firing, Noticed
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
    assert len(left) == 6 + 2 * 4 + 2
    for path in left:  # those of Parquet are packed, and hold the tables that CSV holds
        assert path.suffix == ".parquet" or not SECRET.search(path.read_bytes().decode("utf-8", "replace")), path.name
    assert SECRET.search(run("export", "--to", "json", "--keep-digits"))


def test_a_number_goes_on_while_the_other_confirms_it() -> None:
    told = kept("a/b", INFO, [*events(), *SAID])
    texts = [spoken.text for spoken in told.analysis.utterances if 30.0 <= spoken.start_s < 36.0]
    assert texts == ["It is •••• ••••", "Mm-hm.", "•••• •••• yes"]
    assert told.silent == ((31.0 - AROUND_S, 34.33 + AROUND_S),)


def test_masking_again_changes_nothing() -> None:
    once = redacted(kept("a/b", INFO, [*events(), *SAID]).analysis)
    assert redacted(once.analysis).analysis == once.analysis
    assert once.stretches == ()


@given(st.floats(0, 10), st.floats(0, 10), st.floats(0, 5))
def test_what_must_not_be_heard_is_silent_and_nothing_else(start_s: float, from_s: float, long_s: float) -> None:
    sound = np.ones((SAMPLE_RATE_HZ, 2), np.float32)
    at_s = start_s + np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    inside = (at_s > from_s + 1e-4) & (at_s < from_s + long_s - 1e-4)
    outside = (at_s < from_s - 1e-4) | (at_s > from_s + long_s + 1e-4)
    out = silenced(sound, start_s, [(from_s, from_s + long_s)])
    assert not out[inside].any()
    assert out[outside].all()
    assert sound.all()


def test_a_text_without_long_numbers_stays_as_it_is() -> None:
    assert quoted("5.9  usual\n4.8") == "5.9  usual\n4.8"


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
