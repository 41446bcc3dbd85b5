"""Two desks and a supervisor: calls are shipped, found, replayed, noted and forgotten everywhere."""

import stat
from pathlib import Path

import pytest

from monitor.access import entries
from monitor.call import marks
from monitor.call.events import Mark
from monitor.objects.bucket import connect
from monitor.shipping import cache
from tests.stores.desks import Desk, desk, in_store

pytest.importorskip("obstore")


@pytest.fixture
def machines(homes: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Desk, Desk, Desk]:
    first, second, supervisor = (desk(homes / name, store, monkeypatch) for name in ("first", "second", "robin"))
    first.call("the router is broken", name="aaaaaa", agent="Sam Porter")
    second.call("my invoice is wrong", name="bbbbbb", agent="Kim Lee")
    assert "Shipped 1 call." in first.ok("ship")
    assert "Shipped 1 call." in second.ok("ship")
    return first, second, supervisor


def test_a_supervisor_finds_the_calls_of_all_desks_without_their_sound(machines: tuple[Desk, Desk, Desk]) -> None:
    *_, supervisor = machines
    listed = supervisor.ok("calls", "--team", "--plain")
    assert "Sam Porter" in listed
    assert "Kim Lee" in listed
    assert "invoice" in supervisor.ok("calls", "--team", "--plain", "--words", "invoice")
    assert list(supervisor.copies.rglob("audio*")) == []
    assert stat.S_IMODE(supervisor.copies.stat().st_mode) == 0o700
    assert "Porter" not in supervisor.ok("calls", "--plain")


def test_object_names_hold_no_word_and_no_person(machines: tuple[Desk, Desk, Desk], store: Path) -> None:
    first, *_ = machines
    folder = next(first.calls.glob("*/*aaaaaa"))
    (folder / "Sam Porter and the router.html").write_text("a report")
    marks.add(folder, Mark(1.0, "note", text="angry customer"))
    first.ok("ship")
    names = " ".join(in_store(store)).casefold()
    assert not any(word in names for word in ("sam", "porter", "router", "angry", "html"))


def test_a_shipped_call_is_replayed_reported_and_exported_on_another_machine(
    machines: tuple[Desk, Desk, Desk],
) -> None:
    *_, supervisor = machines
    assert "the router is broken" in supervisor.ok("replay", "aaaaaa", "--plain")
    assert "Call of Monday 2 March 2026" in supervisor.ok("report", "aaaaaa", "--text")
    assert "invoice" in supervisor.ok("export", "bbbbbb", "--to", "json")
    assert "invoice" in supervisor.ok("export", "--all", "--shipped", "--to", "csv")
    assert "2 calls" in supervisor.ok("report", "--team", "--shipped", "--text")


def test_the_sound_is_fetched_when_it_is_needed(machines: tuple[Desk, Desk, Desk]) -> None:
    first, _, supervisor = machines
    supervisor.ok("calls", "--team", "--plain")
    copy = next(supervisor.copies.glob("*/*aaaaaa"))
    cache.fetch_sound(connect(first.store), supervisor.copies, copy)
    assert (copy / "audio.flac").read_bytes() == next(first.calls.glob("*/*aaaaaa/audio.flac")).read_bytes()


def test_a_note_on_a_copy_reaches_the_desk_and_the_other_way_round(
    machines: tuple[Desk, Desk, Desk], store: Path
) -> None:
    first, _, supervisor = machines
    supervisor.ok("calls", "--team", "--plain")
    copy, own = next(supervisor.copies.glob("*/*aaaaaa")), next(first.calls.glob("*/*aaaaaa"))
    marks.add(copy, Mark(3.0, "tag", text="praise", by="Robin", made="2026-03-02T12:00:00+00:00"))
    marks.add(own, Mark(0.0, "tag", text="router", by="Sam", made="2026-03-02T11:50:00+00:00"))
    supervisor.ok("ship")
    assert "Added notes of others to 1 call." in first.ok("ship")
    assert {mark.text for mark in marks.read(own)} == {"praise", "router"}
    assert own.name in first.ok("calls", "--plain", "--tag", "praise")
    supervisor.ok("calls", "--team", "--plain")
    assert {mark.text for mark in marks.read(copy)} == {"praise", "router"}
    assert not [name for name in in_store(store) if name.startswith("notes/")]
    assert "notes" not in first.ok("ship")


def test_the_desk_of_a_call_learns_who_opened_a_copy_of_it(machines: tuple[Desk, Desk, Desk]) -> None:
    first, _, supervisor = machines
    supervisor.ok("calls", "--team", "--plain", "--words", "router")
    supervisor.ok("replay", "aaaaaa", "--plain")
    supervisor.ok("export", "aaaaaa", "--to", "json")
    supervisor.ok("export", "--all", "--shipped", "--to", "csv")
    supervisor.ok("report", "aaaaaa", "--text")
    assert "Added notes of others to 1 call." in first.ok("ship")
    own = next(first.calls.glob("*/*aaaaaa"))
    assert {one.kind for one in entries.read(own)} == {"searched", "opened", "exported", "reported"}


def test_a_forgotten_call_is_gone_from_the_store_from_its_desk_and_from_every_copy(
    machines: tuple[Desk, Desk, Desk], store: Path
) -> None:
    first, second, supervisor = machines
    second.ok("calls", "--team", "--plain")
    assert "permanently" not in supervisor.ok("forget", "Sam Porter", "--yes")
    assert [name for name in in_store(store) if "aaaaaa" in name and not name.startswith("forgotten/")] == []
    assert "Sam Porter" not in supervisor.ok("calls", "--team", "--plain")
    assert "Sam Porter" not in second.ok("calls", "--team", "--plain")
    assert "Deleted 1 call that the team has forgotten." in first.ok("ship")
    assert list(first.calls.glob("*/*aaaaaa")) == []
    assert "forgotten by the team" in (first.calls / "deletions.jsonl").read_text()
    assert any(name.startswith("deletions/") for name in in_store(store))
    for machine in machines:
        assert [path for path in machine.home.rglob("*aaaaaa*") if "bbbbbb" not in path.name] == []


def test_a_scorecard_on_a_copy_reaches_the_desk(machines: tuple[Desk, Desk, Desk]) -> None:
    first, _, supervisor = machines
    supervisor.ok("calls", "--team", "--plain")
    copy, own = next(supervisor.copies.glob("*/*aaaaaa")), next(first.calls.glob("*/*aaaaaa"))
    (copy / "scorecard-0123abcd.json").write_bytes(b"a card")
    supervisor.ok("ship")
    first.ok("ship")
    assert (own / "scorecard-0123abcd.json").read_bytes() == b"a card"
    (copy / "scorecard-0123abcd.json").write_bytes(b"another answer")
    supervisor.ok("calls", "--team", "--plain")
    first.ok("ship")
    assert (own / "scorecard-0123abcd.json").read_bytes() == b"another answer"
    supervisor.ok("calls", "--team", "--plain")
    assert (copy / "scorecard-0123abcd.json").read_bytes() == b"another answer"
