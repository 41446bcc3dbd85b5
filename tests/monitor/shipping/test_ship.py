"""What is shipped, in which order, and what is left alone: calls in progress, others' objects, the store of a kill."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from monitor.call import lock, marks
from monitor.call.events import Mark
from monitor.call.info import read_info, write_info
from monitor.objects.bucket import Bucket, connect
from monitor.shipping import closed_calls, record, shipment
from monitor.shipping.background import between_calls
from monitor.shipping.send import Pace, StoppedError
from tests.made_calls import info, make
from tests.stores.desks import Desk, desk, in_store, whole_calls

obstore = pytest.importorskip("obstore")


def put_in_order(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files, as they are put."""
    put: list[str] = []
    before = Bucket.put

    def noted(self: Bucket, key: str, *rest: object) -> object:
        put.append(key.rpartition("/")[2])
        return before(self, key, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Bucket, "put", noted)
    return put


def test_sound_goes_first_and_call_toml_last(sam: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    put = put_in_order(monkeypatch)
    sam.call()
    sam.ok("ship")
    assert put[1:] == ["audio.flac", "events.jsonl", "marks.jsonl", "call.toml"]


def test_only_what_has_changed_is_shipped_again(sam: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = sam.call()
    sam.ok("ship")
    marks.add(folder, Mark(1.0, "tag", "billing"))
    put = put_in_order(monkeypatch)
    assert "Shipped 1 call." in sam.ok("ship")
    assert put[1:] == ["marks.jsonl"]
    assert "Shipped no calls." in sam.ok("ship")


def test_a_recording_that_was_compressed_later_replaces_its_parts(sam: Desk, store: Path) -> None:
    folder = sam.call()
    (folder / "audio.flac").rename(folder / "audio.wav")
    sam.ok("ship")
    (folder / "audio.wav").rename(folder / "audio.flac")
    sam.ok("ship")
    assert [name.rpartition("/")[2] for name in in_store(store) if "audio" in name] == ["audio.flac"]


def test_a_call_that_is_in_progress_or_broke_off_is_not_shipped(sam: Desk, store: Path) -> None:
    broken = make(sam.calls, about=info(closed=False), name="bbbbbb")
    ended = sam.call(name="cccccc")
    with lock.hold(broken), lock.hold(ended):
        sam.ok("ship", "--now")
    assert not [name for name in in_store(store) if name.startswith("calls/")]


def test_shipping_waits_until_the_call_in_progress_is_over(tmp_path: Path) -> None:
    today = date(2026, 3, 2)
    folder = make(tmp_path, about=info(closed=False))
    said: list[str] = []
    with lock.hold(folder):
        assert closed_calls.in_progress(tmp_path, today)
        assert not closed_calls.in_progress(tmp_path, date(2026, 5, 1))
    assert not closed_calls.in_progress(tmp_path, today)
    between_calls(tmp_path, lambda: said.append("waits")).wait()
    assert said == []


def test_what_a_killed_run_has_put_is_known_again_although_the_call_has_changed_since(
    sam: Desk, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = sam.call()
    monkeypatch.setattr(record, "write", fails_when_sent(record.write))
    with pytest.raises(KeyboardInterrupt):
        shipment.ship(sam.store, sam.calls, "", Pace())
    assert [name for name in in_store(store) if "audio" in name]
    monkeypatch.undo()
    (folder / "audio.flac").write_bytes(b"trimmed")
    sam.ok("ship")
    assert whole_calls(store, sam.calls) == 1


def fails_when_sent(write: object) -> object:
    """Like a kill after an object was put, before that was noted."""

    def fails(root: Path, known: record.Record) -> None:
        if known.sent:
            raise KeyboardInterrupt
        write(root, known)  # type: ignore[operator]

    return fails


def test_a_run_that_is_stopped_within_a_large_file_puts_none_of_it(sam: Desk, store: Path) -> None:
    folder = sam.call()
    (folder / "audio.flac").write_bytes(b"x" * (20 << 20))
    waits = iter(range(3))

    def stops() -> None:
        if next(waits, None) is None:
            raise StoppedError

    with pytest.raises(StoppedError):
        shipment.ship(sam.store, sam.calls, "", Pace(stops))
    assert not [name for name in in_store(store) if name.startswith("calls/")]
    sam.ok("ship")
    assert whole_calls(store, sam.calls) == 1


def test_an_object_of_somebody_else_stays_and_the_other_calls_are_shipped(sam: Desk, store: Path) -> None:
    taken = sam.call(name="aaaaaa")
    sam.call(name="bbbbbb")
    sam.ok("ship")
    (theirs,) = store.glob("calls/*/*aaaaaa*/events.jsonl")
    theirs.write_bytes(b"somebody else's")
    with (taken / "events.jsonl").open("ab") as file:
        file.write(b"\n")
    sam.call(name="cccccc")
    done = sam.run("ship")
    assert done.exit_code == 1
    assert "holds something that was not put there from here." in done.output
    assert "Shipped 1 call." in done.output
    assert theirs.read_bytes() == b"somebody else's"


def test_two_desks_whose_agents_have_one_name_do_not_touch_each_others_calls(
    sam: Desk, store: Path, homes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = desk(homes / "other", store, monkeypatch)
    for one in (sam, other):
        one.call("mine", name="aaaaaa", agent="Sam Porter")
        one.ok("ship")
    (mine,) = sam.calls.glob("*/*aaaaaa")
    marks.add(mine, Mark(1.0, "tag", "mine alone"))
    sam.ok("ship")
    other.ok("ship")
    assert len(list(store.glob("calls/*/*aaaaaa*/call.toml"))) == 2
    (theirs,) = other.calls.glob("*/*aaaaaa")
    assert marks.read(theirs) == ()


def test_a_damaged_record_costs_nothing_but_another_look(sam: Desk, store: Path) -> None:
    sam.call()
    sam.ok("ship")
    (known,) = (sam.calls / record.FOLDER).glob("*.json")
    known.write_bytes(b"{")
    assert "Shipped 1 call." in sam.ok("ship")
    assert whole_calls(store, sam.calls) == 1


def test_a_store_that_was_restored_from_a_backup_is_known_again(sam: Desk, store: Path) -> None:
    folder = sam.call()
    sam.ok("ship")
    for path in list(store.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            path.unlink()
            path.write_bytes(content)
    write_info(folder, replace(read_info(folder), customer="4711"))
    assert "Shipped 1 call." in sam.ok("ship")
    assert connect(sam.store).get(next(name for name in in_store(store) if "call.toml" in name))
    assert whole_calls(store, sam.calls) == 1


def test_without_a_store_in_the_settings_it_is_said_where_to_set_it(sam: Desk) -> None:
    (sam.home / "config/tone-monitor/config.toml").write_text("")
    assert "Set objects.url in the settings" in sam.run("ship").output
    assert "Set objects.url in the settings" in sam.run("calls", "--team").output


def test_a_restored_desk_takes_the_lines_back_that_only_the_store_has(sam: Desk, store: Path) -> None:
    folder = sam.call()
    sam.ok("ship")
    backup = {path: path.read_bytes() for path in sam.calls.rglob("*") if path.is_file()}
    marks.add(folder, Mark(1.0, "tag", "after the backup"))
    sam.ok("ship")
    for path, content in backup.items():
        path.write_bytes(content)
    marks.add(folder, Mark(2.0, "tag", "after the restore"))
    sam.ok("ship")
    assert {mark.text for mark in marks.read(folder)} == {"after the backup", "after the restore"}
    assert whole_calls(store, sam.calls) == 1


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        ("No space left on device (os error 28)", "is full. Free some space there"),
        ("Read-only file system (os error 30)", "it is read-only. Make it writable."),
        ("error sending request", "Can't reach"),
    ],
)
def test_a_store_that_takes_nothing_costs_nothing_but_time(
    sam: Desk, store: Path, monkeypatch: pytest.MonkeyPatch, failure: str, said: str
) -> None:
    sam.call()

    def fails(*_: object, **__: object) -> None:
        raise obstore.exceptions.GenericError(failure)

    with monkeypatch.context() as patch:
        patch.setattr(obstore, "put", fails)
        done = sam.run("ship")
    assert done.exit_code == 1
    assert said in done.output
    assert in_store(store) == set()
    sam.ok("ship")
    assert whole_calls(store, sam.calls) == 1


def test_a_store_that_fills_up_within_a_call_leaves_no_half_call(
    sam: Desk, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam.call(name="aaaaaa")
    sam.call(name="bbbbbb")
    room, put = iter(range(4)), obstore.put

    def fills_up(*arguments: object, **named: object) -> object:
        if next(room, None) is None:
            raise obstore.exceptions.GenericError("No space left on device (os error 28)")
        return put(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(obstore, "put", fills_up)
        done = sam.run("ship")
    assert "is full" in done.output
    assert whole_calls(store, sam.calls) == 0
    sam.ok("ship")
    assert whole_calls(store, sam.calls) == 2
