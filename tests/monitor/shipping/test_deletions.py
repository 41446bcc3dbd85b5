"""What is deleted here is deleted in the store first; what can't be is noted, said, and done later."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from monitor.call import hold, marks
from monitor.call.events import Mark
from monitor.call.hold import Hold
from monitor.objects.bucket import Bucket
from tests.made_calls import info, make, said
from tests.stores.desks import Desk, desk, in_store, whole_calls

obstore = pytest.importorskip("obstore")

NOW = datetime.now().astimezone()


def aged(own: Desk, days: int, *, name: str = "aaaaaa") -> Path:
    """A call of so many days ago, with sound and a note."""
    about = replace(info(started=NOW - timedelta(days)), customer="4711")
    folder = make(own.calls, [said("secret words")], about, [Mark(1.0, "note", "a secret note")], name=name)
    (folder / "audio.flac").write_bytes(b"sound")
    return folder


def files(store: Path) -> list[str]:
    return sorted(name.rpartition("/")[2] for name in in_store(store) if name.startswith("calls/"))


def test_purge_deletes_sound_and_then_words_and_then_the_call_from_the_store(sam: Desk, store: Path) -> None:
    for days, name in ((40, "aaaaaa"), (100, "bbbbbb"), (400, "cccccc")):
        aged(sam, days, name=name)
    sam.ok("ship")
    sam.ok("purge")
    assert files(store) == ["call.toml"] * 2 + ["events.jsonl"] * 2 + ["marks.jsonl"] * 2
    wordless = b"".join(path.read_bytes() for path in store.glob("calls/*/*bbbbbb*/*"))
    assert b"secret" not in wordless
    assert [name for name in in_store(store) if name.startswith("forgotten/")]
    assert whole_calls(store, sam.calls) == 2
    assert "Shipped no calls." in sam.ok("ship")


def test_words_do_not_come_back_by_a_note_that_somebody_made_before(sam: Desk, robin: Desk, store: Path) -> None:
    folder = aged(sam, 80)
    sam.ok("ship")
    robin.ok("calls", "--team", "--plain")
    (copy,) = robin.copies.glob("*/*aaaaaa")
    marks.add(copy, Mark(2.0, "note", "another secret"))
    robin.ok("ship")
    moved = folder.with_name(folder.name)
    settings = sam.home / "config/tone-monitor/config.toml"
    settings.write_text(settings.read_text() + "[retention]\ntranscript_days = 60\n")
    sam.ok("purge")
    robin.ok("calls", "--team", "--plain")
    sam.ok("ship")
    robin.ok("calls", "--team", "--plain")
    for place in (moved, store, copy):
        content = b"".join(path.read_bytes() for path in place.rglob("*") if path.is_file())
        assert b"secret" not in content


def test_forgetting_while_the_store_is_away_says_so_and_is_done_later(sam: Desk, store: Path) -> None:
    aged(sam, 1)
    sam.ok("ship")
    store.rename(store.with_name("away"))
    done = sam.run("forget", "aaaaaa", "--yes")
    assert done.exit_code == 1
    assert "The copies of 1 call in" in done.output
    assert "are not deleted yet" in done.output
    assert "Calls of other desks may be missed." in done.output
    assert list(sam.calls.glob("*/*aaaaaa")) == []
    store.with_name("away").rename(store)
    assert files(store)
    sam.ok("ship")
    assert files(store) == []
    assert [name for name in in_store(store) if name.startswith("forgotten/")]


def test_a_supervisor_who_forgets_while_the_store_is_away_does_not_see_the_call_again(
    sam: Desk, robin: Desk, store: Path
) -> None:
    aged(sam, 1)
    sam.ok("ship")
    robin.ok("calls", "--team", "--plain")
    store.rename(store.with_name("away"))
    assert robin.run("forget", "--customer", "4711", "--yes").exit_code == 1
    store.with_name("away").rename(store)
    assert "Sam Porter" not in robin.ok("calls", "--team", "--plain")
    assert files(store) == []


def test_a_store_that_keeps_versions_is_refused_before_anything_is_shipped(
    sam: Desk, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aged(sam, 1)
    monkeypatch.setattr(Bucket, "holds", lambda _self, _one: True)
    done = sam.run("ship")
    assert done.exit_code == 1
    assert "keeps old versions, so a call that is forgotten could still be read." in done.output
    assert files(store) == []


def test_a_store_that_keeps_versions_since_then_is_never_said_to_have_forgotten(
    sam: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    aged(sam, 1)
    sam.ok("ship")
    monkeypatch.setattr(Bucket, "holds", lambda _self, _one: True)
    done = sam.run("forget", "aaaaaa", "--yes")
    assert done.exit_code == 1
    assert "keeps old versions" in done.output
    assert "are not deleted yet" in done.output


def test_a_call_on_hold_at_its_desk_outlives_the_teams_forgetting(sam: Desk, robin: Desk, store: Path) -> None:
    folder = aged(sam, 1)
    sam.ok("ship")
    robin.ok("forget", "aaaaaa", "--yes")
    hold.put(folder, Hold((NOW + timedelta(9)).date(), "complaint", "Kim", NOW.isoformat()))
    done = sam.run("ship")
    assert done.exit_code == 1
    assert "The team has forgotten" in done.output
    assert "on hold until" in done.output
    assert folder.exists()
    assert files(store) == []


def test_a_call_that_was_never_shipped_leaves_no_trace_in_the_store(sam: Desk, store: Path) -> None:
    aged(sam, 1)
    sam.ok("forget", "aaaaaa", "--yes")
    assert not [name for name in in_store(store) if not name.startswith("deletions/")]


def test_a_backup_is_restored_onto_an_empty_machine_and_what_was_forgotten_stays_so(
    sam: Desk, store: Path, homes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("aaaaaa", "bbbbbb", "cccccc"):
        aged(sam, 1, name=name)
    sam.ok("ship")
    copytree(sam.calls, homes / "backup")
    sam.ok("forget", "aaaaaa", "--yes")
    for path in (sam.calls, sam.home / "config", sam.home / "cache"):
        rmtree(path, ignore_errors=True)
    empty = desk(homes / "empty", store, monkeypatch)
    copytree(homes / "backup", empty.calls)
    assert "Deleted 1 call that the team has forgotten." in empty.ok("ship")
    assert [folder.name[-6:] for folder in sorted(empty.calls.glob("20*/*"))] == ["bbbbbb", "cccccc"]
    assert whole_calls(store, empty.calls) == 2
    assert "aaaaaa" not in empty.ok("calls", "--plain")
    deletions = [json.loads(line) for line in (empty.calls / "deletions.jsonl").read_bytes().splitlines()]
    assert {one["why"] for one in deletions} == {"asked for", "forgotten by the team"}


def test_a_machine_without_any_backup_finds_its_calls_in_the_store(sam: Desk, robin: Desk) -> None:
    aged(sam, 1)
    sam.ok("ship")
    rmtree(sam.calls)
    assert "secret words" in robin.ok("replay", "aaaaaa", "--plain")


def test_clocks_ten_minutes_apart_lose_no_note(sam: Desk, robin: Desk) -> None:
    folder = aged(sam, 1)
    sam.ok("ship")
    robin.ok("calls", "--team", "--plain")
    (copy,) = robin.copies.glob("*/*aaaaaa")
    marks.add(copy, Mark(2.0, "tag", "late", "Robin", (NOW + timedelta(minutes=10)).isoformat()))
    marks.add(folder, Mark(2.0, "tag", "early", "Sam", (NOW - timedelta(minutes=10)).isoformat()))
    robin.ok("ship")
    sam.ok("ship")
    robin.ok("calls", "--team", "--plain")
    for place in (folder, copy):
        assert {"late", "early"} <= {mark.text for mark in marks.read(place)}


def test_a_store_without_the_right_to_delete_is_a_sentence_and_tried_again(
    sam: Desk, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aged(sam, 1)
    sam.ok("ship")

    def denied(*_: object) -> None:
        raise obstore.exceptions.PermissionDeniedError("403 Forbidden: AccessDenied")

    with monkeypatch.context() as patch:
        patch.setattr(obstore, "delete", denied)
        done = sam.run("forget", "aaaaaa", "--yes")
    assert done.exit_code == 1
    assert "access denied. Allow these credentials to list, read, write and delete." in done.output
    sam.ok("ship")
    assert files(store) == []
