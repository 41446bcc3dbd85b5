"""Inputs that once did what no input may do are fed again."""

from pathlib import Path

import pytest

from fuzz.targets import TARGETS, run

INPUTS = sorted((Path(__file__).parent / "fuzz_inputs").iterdir())


@pytest.mark.parametrize("kept", INPUTS, ids=lambda path: path.name)
def test_what_was_found_stays_harmless_and_prints_nothing(
    kept: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    target = TARGETS[kept.name.rpartition("-")[0]]
    path = tmp_path / target.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(kept.read_bytes())
    run(target, path)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", TARGETS)
def test_good_inputs_are_read(name: str, tmp_path: Path) -> None:
    target = TARGETS[name]
    path = tmp_path / target.file
    path.parent.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds():
        path.write_bytes(seed)
        target.run(path)
