"""The bench of archives, with programs that are made up."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench.figures.table import Row
from bench.instruments.archive_runs import stretches
from bench.parts import archive


def test_no_two_stretches_hold_the_same_sound(tmp_path: Path) -> None:
    folder = stretches(tmp_path / "clips", 600, (1,))
    assert len({hashlib.sha256(path.read_bytes()).digest() for path in folder.iterdir()}) == 600


def test_shards_are_compared_with_one_run_by_the_median_of_interleaved_rounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = stretches(tmp_path / "clips", 2, (1,))
    took_s = iter([40.0, 41.0, 50.0, 60.0, 45.0, 46.8])

    def cpu_s(commands: Sequence[Sequence[str]]) -> float:
        calls = Path(commands[0][commands[0].index("--lake") + 1]) / "calls" / "ab"
        calls.mkdir(parents=True)
        for number in range(2):
            (calls / f"{number}.parquet").touch()
        return next(took_s)

    monkeypatch.setattr(archive, "cpu_s", cpu_s)
    monkeypatch.setattr(archive, "ROUNDS", 3)
    assert list(archive.shard_rows(clips, tmp_path)) == [
        Row("60 clips, --jobs 2: CPU", 45.0, "s"),
        Row("60 clips, two shards: CPU of --jobs 2", pytest.approx(1.04), "×", "≤ 1.05"),
    ]


def test_lakes_without_a_row_for_each_clip_are_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "cpu_s", lambda _: 1.0)
    with pytest.raises(RuntimeError, match="a row for each clip"):
        list(archive.shard_rows(stretches(tmp_path / "clips", 2, (1,)), tmp_path))
