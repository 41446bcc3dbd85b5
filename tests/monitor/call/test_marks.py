import stat
from datetime import datetime
from pathlib import Path

import pytest

from monitor.base.errors import CallFolderError
from monitor.call import marks
from monitor.call.events import Mark

CONFIRMED = Mark(12.5, "confirm", by="Robin", made="2026-03-01T10:00:00+01:00", rule="slow-down")
DISMISSED = Mark(12.5, "dismiss", "The line echoed.", by="Robin", rule="slow-down")


def test_marks_come_back_as_they_were_made_and_nobody_else_reads_them(tmp_path: Path) -> None:
    assert marks.read(tmp_path) == ()
    for mark in (CONFIRMED, DISMISSED):
        marks.add(tmp_path, mark)
    assert marks.read(tmp_path) == (CONFIRMED, DISMISSED)
    assert stat.S_IMODE((tmp_path / marks.FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [marks.FILE]


def test_a_mark_after_a_torn_one_is_whole(tmp_path: Path) -> None:
    marks.add(tmp_path, CONFIRMED)
    with (tmp_path / marks.FILE).open("ab") as file:
        file.write(b'{"event":"mark","at_s":3.0,"ki')
    marks.add(tmp_path, DISMISSED)
    assert marks.read(tmp_path) == (CONFIRMED, DISMISSED)


def test_a_folder_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CallFolderError, match=r"^Can't write the mark to .*marks\.jsonl: the call was moved"):
        marks.add(tmp_path / "gone", CONFIRMED)
    (tmp_path / marks.FILE).mkdir()
    with pytest.raises(CallFolderError, match=r"^Can't read .*marks\.jsonl: "):
        marks.read(tmp_path)


def test_the_latest_verdict_on_a_flag_holds() -> None:
    other = Mark(40.0, "confirm", rule="slow-down")
    assert marks.verdicts([CONFIRMED, other, DISMISSED, Mark(12.5, "note", "Loud room.")]) == {
        ("slow-down", 12.5): DISMISSED,
        ("slow-down", 40.0): other,
    }


def test_a_review_can_be_taken_back() -> None:
    done, undone = Mark(0.0, "reviewed"), Mark(0.0, "reviewed", marks.TAKEN_BACK)
    assert not marks.reviewed([CONFIRMED])
    assert marks.reviewed([done, CONFIRMED])
    assert not marks.reviewed([done, undone])
    assert marks.reviewed([done, undone, done])


def test_a_signed_mark_says_who_made_it_and_when(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "robin")
    signed = marks.signed(Mark(1.0, "note", "Well done."), "")
    assert signed.by == "robin"
    assert datetime.fromisoformat(signed.made).tzinfo is not None
    assert marks.signed(Mark(1.0, "note"), "Robin Reed").by == "Robin Reed"
    assert marks.signed(CONFIRMED, "Sam Porter").by == "Robin"
