"""Room on the disk, by package, and which packages our code reaches."""

from pathlib import Path

from bench.instruments.reached import imported, needs
from bench.parts.pace.installation import LARGEST, room_rows


def test_the_room_of_all_packages_and_the_largest_unreached_one_have_targets() -> None:
    measured = {f"used-{number}": number * 1_000_000 for number in range(20)} | {"unused": 31_000_000, "small": 1}
    rows = list(room_rows(measured, {name for name in measured if name.startswith("used")}))
    assert (rows[0].value, rows[0].met) == (221.000001, True)
    assert [row.at for row in rows if row.series] == ["unused", *(f"used-{n}" for n in range(19, 19 - LARGEST + 1, -1))]
    assert (rows[-1].label, rows[-1].met) == ("largest package that no import of ours loads (unused)", False)


def test_nothing_unreached_takes_no_room() -> None:
    assert list(room_rows({"numpy": 5}, {"numpy"}))[-1].value == 0


def test_imports_in_functions_count_and_ours_and_pythons_do_not(tmp_path: Path) -> None:
    code = "import os, numpy.linalg\nfrom monitor import cli\ndef f():\n    from av.audio import frame\n"
    (tmp_path / "module.py").write_text(code, "utf-8")
    assert imported([tmp_path]) == {"numpy", "av"}


def test_needs_are_followed_to_the_end() -> None:
    assert {"librosa", "numba", "llvmlite", "scipy"} <= set(needs("librosa"))
