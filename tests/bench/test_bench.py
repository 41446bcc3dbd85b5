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
from bench.figures import kept, results
from bench.figures.table import Row


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(results, "PAGE", tmp_path / "RESULTS.md")
    monkeypatch.setattr(bench, "keep", lambda measured: kept.keep(measured, tmp_path / "results"))
    for module in (bench, results):
        monkeypatch.setattr(module, "kept", lambda: kept.kept(tmp_path / "results"))
    monkeypatch.setitem(
        sys.modules, "bench.parts.kill", SimpleNamespace(rows=lambda: iter([Row("loss", 0.5, "s", "≤ 1.1")]))
    )
    return tmp_path


def test_a_part_is_printed_and_nothing_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench.main(["kill"])
    assert "met" in capsys.readouterr().out
    assert not list(folder.iterdir())


def test_figures_are_kept_and_put_on_the_page_when_asked(folder: Path) -> None:
    bench.main(["--write", "kill"])
    text = (folder / "RESULTS.md").read_text("utf-8")
    assert "| loss | 0.5 | s | ≤ 1.1 | met |" in text
    assert f"{date.today():%Y}" in text  # noqa: DTZ011 - the bench's day is the machine's
    (folder / "RESULTS.md").unlink()
    bench.main(["results"])
    assert (folder / "RESULTS.md").read_text("utf-8") == text


def test_several_parts_do_not_fail_with_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def run(command: list[str], *, check: bool) -> SimpleNamespace:
        assert not check
        ran.append(command[-1])
        return SimpleNamespace(returncode=command[-1] == "tone")

    monkeypatch.setattr(bench.subprocess, "run", run)
    with pytest.raises(SystemExit, match=r"Not measured: tone\."):
        bench.main(["tone", "kill"])
    assert ran == ["tone", "kill"]


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
