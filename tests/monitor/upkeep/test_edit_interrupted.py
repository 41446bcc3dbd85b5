"""Corrections that a kill or a power loss interrupts: nothing is lost, and the same command does the rest."""

import shutil
from pathlib import Path

import pytest

from monitor.call import hold, marks
from monitor.call.events import Mark
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.catalogue import query
from monitor.catalogue.catalogue import Catalogue, open_catalogue
from monitor.catalogue.query import Filter
from monitor.catalogue.reindex import reindex
from monitor.doctor.folders import check
from monitor.upkeep.edit import edit
from tests.faults.power import losses
from tests.made_calls import make, said

LATER_S = 4e9
"""A day long after all calls, as file times count it."""

NOTE = Mark(3.0, "note", "listen", by="Robin")


def correct(root: Path, name: str, *written: str) -> None:
    edit(root, name, written, by="Robin", catalogue_url="", analyze_again=not_asked_for)


def not_asked_for(folder: Path, channel: str) -> None:
    pytest.fail(f"Analyses {folder} again, with {channel}.")


def listed(root: Path) -> list[tuple[str, str]]:
    """Folders and agents in the catalogue, without looking at the folders."""
    with open_catalogue(root) as catalogue:
        return [(call.folder, call.agent) for call in query.calls(catalogue, Filter())]


def test_power_lost_at_any_step_loses_nothing_and_the_same_command_does_the_rest(tmp_path: Path) -> None:
    root = tmp_path / "calls"
    kept = make(tmp_path / "kept", [said("my refund")], made=[NOTE])
    events = list(read_events(kept))
    wanted = ["agent=Ada Byron", "started=2025-11-30T09:00", "hold=2999-01-01", "reason=4711"]
    there: set[str] = set()

    def again() -> None:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(kept, root / "2026-03-02" / kept.name)
        with open_catalogue(root) as catalogue:
            reindex(catalogue)

    def look() -> None:
        (folder,) = root.glob("*/*/")
        there.add(folder.parent.name)
        assert read_info(folder).agent in {"Sam Porter", "Ada Byron"}
        assert list(read_events(folder)) == events
        assert marks.read(folder) == (NOTE,)
        correct(root, kept.name, *wanted)
        (folder,) = root.glob("*/*/")
        assert (folder.parent.name, read_info(folder).agent) == ("2025-11-30", "Ada Byron")
        assert hold.read(folder)
        assert {one.field for one in marks.edits(folder)} >= {"agent", "started", "hold"}
        assert listed(root) == [(f"2025-11-30/{kept.name}", "Ada Byron")]

    assert losses(again, lambda: correct(root, kept.name, *wanted), look) >= 6
    assert there == {"2026-03-02", "2025-11-30"}


def test_a_program_killed_before_the_list_knew_leaves_one_row_after_the_next_correction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> Catalogue:
        raise KeyboardInterrupt

    folder = make(tmp_path)
    with open_catalogue(tmp_path) as catalogue:
        reindex(catalogue)
    with monkeypatch.context() as patch:
        patch.setattr("monitor.upkeep.edit.open_catalogue", killed)
        with pytest.raises(KeyboardInterrupt):
            correct(tmp_path, folder.name, "started=2025-11-30T09:00")
    assert listed(tmp_path) == [(f"2026-03-02/{folder.name}", "Sam Porter")]
    correct(tmp_path, folder.name, "started=2025-11-30T09:00")
    assert listed(tmp_path) == [(f"2025-11-30/{folder.name}", "Sam Porter")]


def test_doctor_finishes_a_move_that_was_interrupted(tmp_path: Path) -> None:
    folder = make(tmp_path)
    with open_catalogue(tmp_path) as catalogue:
        reindex(catalogue)
    correct(tmp_path, folder.name, "started=2025-11-30T09:00")
    moved = tmp_path / "2025-11-30" / folder.name
    folder.parent.mkdir()
    moved.rename(folder)
    moved.parent.rmdir()
    (found,) = [one for one in check([folder], LATER_S, repairs=False) if one.verdict != "ok"]
    assert "old day" in found.told
    assert "--no-repair" in found.told
    (found,) = [one for one in check([folder], LATER_S, repairs=True) if one.verdict != "ok"]
    assert str(moved) in found.told
    assert not folder.exists()
    assert listed(tmp_path) == [(f"2025-11-30/{folder.name}", "Sam Porter")]
    assert {one.verdict for one in check([moved], LATER_S, repairs=True)} == {"ok"}
