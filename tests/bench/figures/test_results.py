"""How figures are saved, combined and compared with the targets."""

import re
from dataclasses import replace
from datetime import date
from math import inf
from pathlib import Path

import pytest

from bench.__main__ import PARTS
from bench.figures.kept import Measured, keep, kept
from bench.figures.machine import Machine, Share, revision, this_machine
from bench.figures.results import PAGE, page, target_table
from bench.figures.table import Row, show
from bench.figures.targets import Section, Target

MACHINE = Machine("a processor", 2, 24, "Linux 6", "3.11.7", {"numpy": "2.4.6"})


def measured(part: str, *rows: Row, day: date = date(2026, 11, 22)) -> Measured:
    return Measured(part, day, "abc1234", 3.2, 0.01, MACHINE, rows)


def lines(*parts: Measured) -> list[str]:
    titles = {"tone": "Tone", "growth": "Growth", "kill": "Kills"}
    return list(page(titles, {part.part: part for part in parts}))


def test_figures_are_kept_and_the_last_ones_count(tmp_path: Path) -> None:
    old, new = measured("tone", Row("pitch", 1.0, "Hz")), measured("tone", Row("pitch", 2.0, "Hz", "≤ 3", "s", "at"))
    keep(old, tmp_path)
    keep(measured("kill"), tmp_path)
    keep(new, tmp_path)
    assert kept(tmp_path) == {"kill": measured("kill"), "tone": new}


def test_what_never_came_is_kept_and_told(tmp_path: Path) -> None:
    keep(measured("tone", Row("until prompted", inf, "s", "≤ 6")), tmp_path)
    assert "| until prompted | never | s | ≤ 6 | **missed** |" in lines(*kept(tmp_path).values())


def test_single_figures_stand_in_a_line_each_with_target_and_verdict() -> None:
    text = lines(measured("tone", Row("delay", 0.4567, "s", "≤ 0.5"), Row("speed", 12345.6, "×", "≥ 20000")))
    assert "| delay | 0.457 | s | ≤ 0.5 | met |" in text
    assert "| speed | 12346 | × | ≥ 20000 | **missed** |" in text


def test_a_series_is_a_table_with_a_column_a_figure() -> None:
    text = lines(
        measured(
            "growth",
            Row("time", 1.5, "s", series="Calls", at="1 call"),
            Row("memory", 90.0, "MB", "≤ 80", series="Calls", at="1 call"),
            Row("time", 3.0, "s", series="Calls", at="2 calls"),
            Row("time", 2.0, "×", series="Calls", at="ratio"),
            Row("alone", 1.0, "s"),
        )
    )
    start = text.index("| Calls | time, s | memory, MB |")
    assert text[start + 1 : start + 6] == [
        "|---|---:|---:|",
        "| 1 call | 1.5 | 90 (missed) |",
        "| 2 calls | 3 |  |",
        "| ratio | 2 × |  |",
        "",
    ]
    assert "| alone | 1 | s |  |  |" in text


def test_what_is_old_or_from_elsewhere_or_missing_says_so() -> None:
    other = replace(MACHINE, python="3.13.0", libraries={"numpy": "2.0"})
    old = replace(measured("tone", Row("a", 1, ""), day=date(2026, 11, 3)), machine=other)
    busy = replace(measured("growth", Row("a", 1, "")), others=0.42)
    text = "\n".join(lines(old, busy))
    assert "3 November 2026, at abc1234, in 3 min: `python -m bench tone`. **Older than the newest figures.**" in text
    assert "Python 3.13.0; numpy 2.0" in text
    assert "**Other programs used 42 % of the machine, so times are too long.**" in text


def test_a_part_without_a_result_is_named_with_the_command_that_measures_it() -> None:
    text = "\n".join(lines(measured("tone", Row("a", 1, ""))))
    assert "There are no figures for growth, kill yet.\n" in text
    assert "`python -m bench --write growth kill`" in text
    assert "Kills" not in text
    complete = lines(measured("tone", Row("a", 1, "")), measured("growth"), measured("kill"))
    assert "Parts without" not in "\n".join(complete)


def target(promise: str, part: str, figures: str, wanted: str = "≤ 1", why: str = "") -> Target:
    return Target(promise, wanted, "s", part, figures, why)


def table(targets: list[Target], *parts: Measured) -> list[str]:
    return list(target_table(Section("Losses", tuple(targets)), {part.part: part for part in parts}))[2:]


def test_every_target_has_a_line_with_day_revision_and_share_of_the_cpu() -> None:
    old = replace(measured("kill", Row("sound lost", 0.5, "s"), day=date(2026, 10, 3)), revision="f00", others=0.3)
    aside = replace(measured("tone", Row("sound heard", 2, "s")), others=0.6, beside=True)
    lost, heard = target("Loss", "kill", "sound lost", why="No."), target("Heard", "tone", "sound .*", wanted="")
    assert table([lost, heard], old, aside) == [
        "| Loss | ≤ 1 s | 0.5 s | met | 3 October 2026, at f00 | 70 % |",
        "| Heard | none | 2 s |  | 22 November 2026, at abc1234 | 40 %, beside another part |",
    ]


def test_what_is_missed_says_why_and_what_nobody_measured_stays_on_the_page() -> None:
    late = target("Late", "kill", "late", why="Too slow.")
    assert table([late], measured("kill", Row("late", 2, "s"))) == [
        "| Late | ≤ 1 s | 2 s | **missed**: Too slow. | 22 November 2026, at abc1234 | 99 % |"
    ]
    assert table([late], measured("kill")) == ["| Late | ≤ 1 s |  | not measured |  |  |"]
    assert table([late]) == table([late], measured("kill"))
    assert table([replace(target("Apart", "", ""), test="tests/pbx.py")]) == [
        "| Apart | ≤ 1 s |  | held by `tests/pbx.py` |  |  |"
    ]
    assert table([target("True", "", "", why="It needs readers.")]) == [
        "| True | ≤ 1 s |  | not measured: It needs readers. |  |  |"
    ]


def test_a_part_that_was_measured_beside_another_says_so() -> None:
    text = "\n".join(lines(replace(measured("tone", Row("a", 1, "")), others=0.5, beside=True)))
    assert "Beside another part, with 50 % of the machine." in text


def test_the_page_is_made_of_the_kept_results() -> None:
    assert PAGE.read_text("utf-8") == "\n".join(page(PARTS, kept())) + "\n"


def test_the_page_describes_the_machine_and_names_none() -> None:
    text = "\n".join(lines(replace(measured("tone", Row("a", 1, "")), machine=this_machine())))
    assert this_machine().cpu in text
    assert "numpy" in text
    assert str(Path.home()) not in text


def test_a_promise_is_as_good_as_the_worst_of_its_figures() -> None:
    rows = (
        Row("loss of sound", 0.9, "s", "≤ 1"),
        Row("loss of words", 1.2, "s", "≤ 1"),
        Row("speed, one", 16, "×", "≥ 15"),
        Row("speed, two", 12, "×", "≥ 15"),
        Row("found", 12, "calls"),
    )
    have = {"tone": measured("tone", *rows)}

    def worst(figures: str, wanted: str = "≤ 1", part: str = "tone") -> Row | None:
        return target("p", part, figures, wanted).worst(have)

    assert worst("loss of .*") == rows[1]
    assert worst("speed, .*", "≥ 15") == rows[3]
    assert worst("found", "") == rows[4]
    assert worst("fou") is None
    assert worst("found", part="kill") is None


def test_the_target_of_the_promise_counts_and_not_the_one_its_part_was_measured_with() -> None:
    have = {"tone": measured("tone", Row("loss", 37, "%", "≤ 38"))}
    row = target("p", "tone", "loss", "≤ 36").worst(have)
    assert row is not None
    assert row.met is False


def test_figures_are_printed_and_given_on(capsys: pytest.CaptureFixture[str]) -> None:
    row = Row("delay", 0.7, "s", "≤ 0.5", "Streaming", "here")
    assert show("Words", [row]) == (row,)
    assert "Streaming, here: delay" in capsys.readouterr().out


def test_what_other_programs_took_is_what_this_one_did_not() -> None:
    earlier, later = Share(100.0, 10.0, 50.0), Share(108.0, 14.0, 52.0)
    assert later.others_since(earlier) == pytest.approx(4.0 / 2.0 / this_machine().cores)
    assert replace(later, ours_s=30.0).others_since(earlier) == 0.0


@pytest.mark.skipif(not Path("/proc/stat").exists(), reason="only Linux says how busy the machine is")
def test_the_machine_is_at_least_as_busy_as_this_program() -> None:
    before = Share.now()
    sum(range(2_000_000))
    after = Share.now()
    assert after.ours_s > before.ours_s
    assert after.busy_s > 0


def test_the_revision_is_a_commit() -> None:
    assert re.fullmatch(r"([0-9a-f]{7,}\+?)?", revision())
