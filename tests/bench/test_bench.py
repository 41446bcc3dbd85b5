"""The bench as a command."""

import pkgutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench import __main__ as bench
from bench import parts
from bench.figures import kept, readme, results
from bench.figures.table import Row
from bench.schedule import Plan


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(results, "PAGE", tmp_path / "RESULTS.md")
    monkeypatch.setattr(bench, "keep", lambda measured: kept.keep(measured, tmp_path / "results"))
    monkeypatch.setattr(readme, "README", tmp_path / "README.md")
    (tmp_path / "README.md").write_text("No figures.\n", encoding="utf-8")
    for module in (bench, results, readme):
        monkeypatch.setattr(module, "kept", lambda: kept.kept(tmp_path / "results"))
    monkeypatch.setitem(
        sys.modules, "bench.parts.kill", SimpleNamespace(rows=lambda: iter([Row("loss", 0.5, "s", "≤ 1.1")]))
    )
    return tmp_path


def nothing_is_written(folder: Path) -> bool:
    return [path.name for path in folder.iterdir()] == ["README.md"]


def test_a_part_is_printed_and_nothing_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench.main(["kill"])
    assert "met" in capsys.readouterr().out
    assert nothing_is_written(folder)


def test_figures_are_kept_and_put_on_the_page_when_asked(folder: Path) -> None:
    bench.main(["--write", "kill"])
    text = (folder / "RESULTS.md").read_text("utf-8")
    assert "| loss | 0.5 | s | ≤ 1.1 | met |" in text
    assert f"{date.today():%Y}" in text  # noqa: DTZ011 - the bench's day is the machine's
    (folder / "RESULTS.md").unlink()
    bench.main(["results"])
    assert (folder / "RESULTS.md").read_text("utf-8") == text


def test_several_parts_do_not_fail_with_each_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Plan, list[str], float]] = []

    def measure_all(plan: Plan, options: list[str], _after: object, longest_min: float) -> dict[str, str]:
        seen.append((plan, options, longest_min))
        return {"tone": "It has no sound.", "live": ""}

    monkeypatch.setattr(bench, "measure_all", measure_all)
    monkeypatch.setattr(results, "told", lambda: "Targets: 1 met.")
    with pytest.raises(SystemExit, match=r"Not measured: tone\."):
        bench.main(["--write", "tone", "live"])
    assert seen == [(Plan(["live"], ["tone"]), ["--save"], bench.LONGEST_MIN)]
    assert nothing_is_written(folder)


def test_all_parts_are_those_that_are_not_long(monkeypatch: pytest.MonkeyPatch) -> None:
    plans: list[Plan] = []
    monkeypatch.setattr(bench, "measure_all", lambda plan, *_: plans.append(plan) or {})
    bench.main([])
    bench.main(["long"])
    everything, longest = ([*plan.alone, *plan.side_by_side] for plan in plans)
    assert {*everything, *longest} == set(bench.PARTS)
    assert not {*everything} & {*longest}
    assert set(plans[0].side_by_side) == set(bench.SIDE_BY_SIDE)


def test_a_part_with_nothing_to_measure_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bench.parts.kill", SimpleNamespace(rows=lambda: iter([])))
    with pytest.raises(SystemExit, match="nothing to measure with"):
        bench.main(["--write", "kill"])
    assert nothing_is_written(folder)


def test_a_part_beside_another_is_saved_as_such_and_leaves_the_page_alone(folder: Path) -> None:
    bench.main(["--save", "--beside", "kill"])
    assert kept.kept(folder / "results")["kill"].beside
    assert not (folder / "RESULTS.md").exists()


@pytest.mark.usefixtures("folder")
def test_there_is_no_page_of_nothing() -> None:
    with pytest.raises(SystemExit, match="There are no figures yet"):
        bench.main(["results"])


def test_an_unknown_part_is_said() -> None:
    with pytest.raises(SystemExit, match="There is no part toen"):
        bench.main(["toen"])


def test_each_part_is_a_module_of_its_own_and_no_module_is_left_out() -> None:
    found = pkgutil.walk_packages(parts.__path__, "bench.parts.")
    modules = {module.name.rpartition(".")[2] for module in found if not module.ispkg}
    assert modules == set(bench.PARTS)
