"""Rows are packed into parts and taken out of them: every call is there once, before, meanwhile and after."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.archive import packing
from monitor.archive.errors import LakeError
from monitor.archive.lake import Lake
from monitor.archive.packing import compact, remove
from monitor.archive.query import ask
from monitor.cli import main
from tests.monitor.archive.made_rows import call_id, filled, row


def calls(lake: Lake) -> list[tuple[str, float]]:
    return sorted(ask(lake, "SELECT call, agent_articulation_rate_sps FROM calls").rows)


def files(lake: Lake) -> set[str]:
    return {path.relative_to(lake.folder).parts[0] for path in lake.folder.rglob("*.parquet")}


def test_a_compaction_packs_a_part_a_month_and_changes_no_answer(tmp_path: Path) -> None:
    lake = filled(tmp_path)
    before = calls(lake)
    whole = lake.row(call_id(lake, "call 1"))
    done = compact(lake)
    assert (done.calls, done.parts, files(lake)) == (6, 2, {"parts", "logs"})
    assert [part.name[:7] for part in lake.packed()] == ["2026-03", "2026-04"]
    assert calls(lake) == before
    assert lake.row(call_id(lake, "call 1")) == whole


def test_a_new_row_of_a_packed_call_outweighs_the_old_one_and_takes_its_place(tmp_path: Path) -> None:
    lake = filled(tmp_path)
    compact(lake)
    lake.put(row(lake, "call 1", 40))  # its start was corrected: another month
    expected = calls(lake)
    assert len(expected) == 6
    assert compact(lake).calls == 1
    assert calls(lake) == expected
    assert [part.name[:7] for part in lake.packed()] == ["2026-03", "2026-04", "2026-05"]
    assert compact(lake) == packing.Compacted(0, 3)


@pytest.mark.parametrize("step", ["_commit", "_remove_packed"])
def test_a_compaction_that_is_killed_loses_nothing_and_counts_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    lake = filled(tmp_path)
    before = calls(lake)
    with monkeypatch.context() as patch:
        patch.setattr(packing, step, killed)
        with pytest.raises(KeyboardInterrupt):
            compact(lake)
    assert calls(lake) == before
    compact(lake)
    assert calls(lake) == before
    assert {path.stem for path in lake.parts.iterdir()} == {path.stem for path in lake.packed()}


def killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_row_that_is_written_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = filled(tmp_path)
    commit: Callable[..., None] = vars(packing)["_commit"]

    def rewritten_first(*arguments: object) -> None:
        lake.put(row(lake, "call 1", 1, agent_articulation_rate_sps=9.9))
        commit(*arguments)

    monkeypatch.setattr(packing, "_commit", rewritten_first)
    compact(lake)
    assert (call_id(lake, "call 1"), 9.9) in calls(lake)
    assert len(calls(lake)) == 6


def test_a_call_is_taken_out_of_its_part_and_of_its_own_file(tmp_path: Path) -> None:
    lake = filled(tmp_path)
    compact(lake)
    lake.put(row(lake, "call 1", 1))
    gone = call_id(lake, "call 1")
    assert remove(lake, {gone, "unknown"}) == 1
    assert lake.row(gone) is None
    assert len(calls(lake)) == 5
    assert not any(gone.encode() in path.read_bytes() for path in tmp_path.rglob("*.parquet"))


def test_taking_out_the_last_call_of_a_month_takes_its_part_away(tmp_path: Path) -> None:
    lake = filled(tmp_path, calls=1)
    compact(lake)
    assert remove(lake, {call_id(lake, "call 0")}) == 1
    assert (lake.packed(), files(lake)) == ((), set())


def test_two_compactions_at_once_are_a_sentence(tmp_path: Path) -> None:
    lake = filled(tmp_path, calls=1)
    with lake.working_on(packing.PACKING), pytest.raises(LakeError, match="Try again when it has finished"):
        compact(lake)


def test_a_full_disk_is_a_sentence_and_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = filled(tmp_path, calls=2)
    before = calls(lake)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(packing, "_flush", full)
    with pytest.raises(LakeError, match="No space left on device"):
        compact(lake)
    assert calls(lake) == before
    assert list(lake.parts.iterdir()) == []


def test_the_command_says_what_it_packed(tmp_path: Path) -> None:
    filled(tmp_path)
    done = CliRunner().invoke(main, ["lake", "compact", "--lake", str(tmp_path)])
    assert (done.exit_code, done.stdout) == (0, "Packed 6 calls. The lake has 2 parts.\n")
