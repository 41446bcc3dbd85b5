"""Corrections of saved calls: what they change, what they log, and that nothing is lost on the way."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.base.errors import CallFolderError
from monitor.call import hold, lock, marks
from monitor.call.events import Mark
from monitor.call.find import find
from monitor.call.info import read_info, write_info
from monitor.catalogue import query
from monitor.catalogue.catalogue import Catalogue, open_catalogue
from monitor.catalogue.query import Filter
from monitor.catalogue.reindex import reindex
from monitor.report.team.pseudonyms import key, pseudonyms
from monitor.sealed import keys
from tests.made_calls import START, info, make, said
from tests.monitor.upkeep.commands import corrected, run

NOTE = Mark(3.0, "note", "listen", by="Robin")
YEAR_AGO = datetime.now().astimezone() - timedelta(days=365)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    return tmp_path / "calls"


@pytest.fixture
def folder(root: Path) -> Path:
    folder = make(root, [said("my refund")], replace(info(), customer="C1"), [NOTE])
    (folder / "audio.flac").write_bytes(b"sound")
    run("reindex")
    return folder


def listed(root: Path) -> list[dict[str, str]]:
    """What the catalogue says, without looking at the folders."""
    with open_catalogue(root) as catalogue:
        return [{"folder": call.folder, "agent": call.agent, "customer": call.customer} for call in all_of(catalogue)]


def all_of(catalogue: Catalogue) -> tuple[query.CallRow, ...]:
    return query.calls(catalogue, Filter())


def test_people_consent_and_attributes_are_corrected_and_listed_at_once(folder: Path, root: Path) -> None:
    done = corrected(
        folder.name, "agent=Ada Byron", "customer-id=C2", "consent=given", "consent_method=spoken", "attribute.queue=tv"
    )
    assert done.stdout.startswith("Changed agent, customer, consent, consent_method, attribute.queue.\n")
    now = read_info(folder)
    assert (now.agent, now.customer, now.attributes) == ("Ada Byron", "C2", {"queue": "tv"})
    assert (now.consent.status, now.consent.method) == ("given", "spoken")
    assert listed(root) == [{"folder": "2026-03-02/093015-a1b2c3", "agent": "Ada Byron", "customer": "C2"}]
    corrected("a1b2c3", "customer=", "queue=billing")
    assert (read_info(folder).customer, read_info(folder).attributes) == ("", {"queue": "billing"})
    corrected("a1b2c3", "attribute.queue=")
    assert read_info(folder).attributes == {}


def test_the_log_says_who_corrected_what_and_when_but_no_name_and_no_text(folder: Path) -> None:
    corrected(folder.name, "agent=Ada Byron", "customer=C2", "consent=given", "attribute.queue=tv")
    edited = marks.edits(folder)
    assert [(one.field, one.was, one.now) for one in edited] == [
        ("agent", "", ""),
        ("customer", "", ""),
        ("consent", "unknown", "given"),
        ("attribute.queue", "", ""),
    ]
    assert {one.by for one in edited} == {"Robin"}
    assert all(datetime.fromisoformat(one.made).utcoffset() is not None for one in edited)
    assert marks.read(folder) == (NOTE,)
    for value in (b"Sam Porter", b"Ada Byron", b"C1", b"C2", b"tv"):
        assert value not in (folder / marks.FILE).read_bytes() + (folder / "events.jsonl").read_bytes()


def test_a_name_that_was_corrected_is_nowhere_any_more(folder: Path, root: Path) -> None:
    (folder / "report.html").write_text("Calls of Sam Porter")
    corrected(folder.name, "hold=2999-01-01", "reason=4711")
    assert (folder / "report.html").exists()
    assert "Removed report.html" in corrected(folder.name, "agent=Ada Byron", "customer=C2").stdout
    for path in root.rglob("*"):
        assert not path.is_file() or b"Sam Porter" not in path.read_bytes(), path


def test_what_is_so_already_is_not_logged(folder: Path) -> None:
    assert "Nothing to change" in corrected(folder.name, "customer=C1", f"started={START.isoformat()}").stdout
    assert marks.edits(folder) == ()


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (["custmer=C2"], 'did you mean "customer"? Write attribute.NAME=VALUE'),
        (["customer"], "has no “=”"),
        (["customer=C2", "customer_id=C3"], "customer is given twice"),
        (["consent=givn"], 'did you mean "given"'),
        (["started=2026-03-02"], "is no date with a time"),
        (["started=yesterday"], "is no date with a time"),
        (["started=0001-01-01T00:00"], "is no date with a time"),
        (["started=2999-01-01T09:00"], "is in the future"),
        (["customer=" + "x" * 300], "more than 256 characters"),
        (["agent=Ada\nByron"], "or a line break"),
        (["attribute.a b=c"], "is nothing that can be edited"),
        (["hold=2999-01-01"], "A hold needs a reason"),
        (["reason=4711"], "Add hold=DATE"),
        (["hold=soon", "reason=4711"], "is no date"),
        (["hold=2020-01-01", "reason=4711"], "has passed"),
        (["hold=", "reason=4711"], "needs no reason"),
        (["agent=Ada", "consent=no"], "is not one of its values"),
        (["agent_channel=rigth"], 'did you mean "right"'),
        (["agent=Ada", "agent_channel=right"], "is not a recording"),
    ],
)
def test_what_cannot_be_understood_is_one_sentence_and_changes_nothing(
    folder: Path, written: list[str], reason: str
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = run("call", "edit", folder.name, *written)
    assert done.exit_code == 1
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_call_moves_to_the_day_of_its_new_start_and_keeps_its_id_and_marks(folder: Path, root: Path) -> None:
    with open_catalogue(root) as catalogue:
        before = query.details(catalogue, "2026-03-02/093015-a1b2c3")
        corrected(folder.name, "started=2025-11-30T23:59:30+01:00")
        moved = root / "2025-11-30" / folder.name
        assert not folder.parent.exists()
        assert read_info(moved).started.isoformat() == "2025-11-30T23:59:30+01:00"
        assert marks.read(moved) == (NOTE,)
        assert (moved / "audio.flac").read_bytes() == b"sound"
        (row,) = all_of(catalogue)
        assert (row.folder, row.day) == ("2025-11-30/093015-a1b2c3", "2025-11-30")
        assert query.details(catalogue, row.folder) == before
    for named in ("093015-a1b2c3", "a1b2c3", "2026-03-02/093015-a1b2c3", "2025-11-30/093015-a1b2c3"):
        assert find(named, root) == moved
    (edited,) = marks.edits(moved)
    assert (edited.was, edited.now) == ("2026-03-02T09:30:15+00:00", "2025-11-30T23:59:30+01:00")


def test_a_mark_on_a_call_that_has_moved_is_told_and_makes_no_folder(folder: Path) -> None:
    corrected(folder.name, "started=2025-11-30T09:00")
    with pytest.raises(CallFolderError, match="moved to another day or deleted"):
        marks.add(folder, NOTE)
    assert not folder.exists()


def test_a_time_without_an_offset_is_that_of_this_machine(folder: Path, root: Path) -> None:
    corrected(folder.name, "started=2025-07-01T00:30")
    now = read_info(root / "2025-07-01" / folder.name).started
    assert now == datetime(2025, 7, 1, 0, 30).astimezone()
    assert now.utcoffset() is not None


def test_the_days_other_calls_stay_and_a_call_in_the_way_is_not_replaced(folder: Path, root: Path) -> None:
    other = make(root, about=info(START - timedelta(days=1)))
    beside = make(root, name="beside")
    done = run("call", "edit", folder, f"started={other.parent.name}T10:00")
    assert done.exit_code == 1
    assert "is there already" in done.stderr
    assert folder.exists()
    assert read_info(other).started == START - timedelta(days=1)
    assert beside.exists()


def test_no_other_program_sees_the_call_twice_or_not_at_all(folder: Path, root: Path) -> None:
    with open_catalogue(root) as looking:
        for day in range(1, 8):
            corrected(folder.name, f"started=2025-03-{day:02}T09:00")
            assert [call.folder for call in all_of(looking)] == [f"2025-03-{day:02}/{folder.name}"]
            assert reindex(looking).read == 0


def test_a_call_that_is_in_progress_or_broke_off_is_left_alone(folder: Path) -> None:
    write_info(folder, replace(read_info(folder), closed=False))
    with lock.hold(folder):
        assert "is in progress. End it" in run("call", "edit", folder.name, "agent=Ada").stderr
    assert "broke off. Repair it with `tone-monitor doctor`" in run("call", "edit", folder.name, "agent=Ada").stderr
    assert read_info(folder).agent == "Sam Porter"


def test_a_call_elsewhere_is_left_alone(folder: Path, tmp_path: Path) -> None:
    elsewhere = make(tmp_path / "elsewhere")
    done = run("call", "edit", elsewhere, "agent=Ada")
    assert (done.exit_code, "is not in the calls folder" in done.stderr) == (1, True)
    assert read_info(elsewhere).agent == "Sam Porter"
    assert "There is no call 'nobody'" in run("call", "edit", "nobody", "agent=Ada").stderr
    assert folder.exists()


def test_a_sealed_call_is_corrected_and_stays_sealed(root: Path, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[privacy]\nencrypt = true\nkey_file = 'key'\n")
    run("key", "make")
    sealed = make(root, [said("my refund")], made=[NOTE])
    assert run("key", "seal").exit_code == 0
    corrected(
        sealed.name, "agent=Ada Byron", "customer=C2", "started=2025-11-30T09:00", "hold=2999-01-01", "reason=X17"
    )
    moved = root / "2025-11-30" / sealed.name
    assert (read_info(moved).agent, read_info(moved).customer) == ("Ada Byron", "C2")
    assert hold.read(moved) == replace(hold.read(moved) or hold.UNREADABLE, until=date(2999, 1, 1), reason="X17")
    for path in moved.iterdir():
        assert path.read_bytes().startswith(b"tone-monitor sealed") or b"C2" not in path.read_bytes()
        assert b"X17" not in path.read_bytes()
    assert listed(root) == [{"folder": f"2025-11-30/{sealed.name}", "agent": "Ada Byron", "customer": ""}]
    keys.forget()
    (tmp_path / "key").unlink()
    assert run("call", "edit", sealed.name, "agent=Zoe").exit_code == 1


def test_pseudonyms_follow_an_agent_who_was_corrected(folder: Path, root: Path) -> None:
    for name in ("Zoe", "Kim"):
        make(root, about=info(START - timedelta(days=1), name), name=name)
    corrected(folder.name, "agent=Ada Byron")
    done = run("report", "--team", "--text")
    assert done.exit_code == 0, done.output
    names = pseudonyms(["Ada Byron", "Sam Porter", "Zoe", "Kim"], key(root))
    assert names["Ada Byron"] in done.stdout
    assert names["Sam Porter"] not in done.stdout


def test_a_refusal_after_the_call_says_that_sound_and_words_are_still_there(folder: Path) -> None:
    assert f"`tone-monitor forget {folder.name}`" in corrected(folder.name, "consent=refused").stdout


def test_the_list_follows_when_a_call_turns_out_to_be_of_last_year(folder: Path) -> None:
    corrected(folder.name, f"started={YEAR_AGO.isoformat()}", "agent=Ada Byron")
    done = json.loads(run("calls", "--json", "--agent", "ada byron").stdout)
    assert [one["day"] for one in done] == [f"{YEAR_AGO:%Y-%m-%d}"]
