"""The catalogue: what it lists, in which order, and that SQLite and PostgreSQL give the same answers."""

import logging
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from monitor.call import marks
from monitor.call.events import CallEvent, Mark, to_line
from monitor.call.files import is_sealed
from monitor.catalogue import live_rows, query, schema
from monitor.catalogue.call_rows import FilesState, rows
from monitor.catalogue.catalogue import FILE, Catalogue, open_catalogue
from monitor.catalogue.errors import CatalogueError
from monitor.catalogue.filter_values import Length
from monitor.catalogue.folder_reader import FolderReader
from monitor.catalogue.hits import Hit, in_call
from monitor.catalogue.live_rows import CallIndex
from monitor.catalogue.query import Count, Filter
from monitor.catalogue.reindex import reindex
from monitor.catalogue.rows import Rows
from monitor.catalogue.search import terms
from monitor.catalogue.update import forget_deleted, put, refresh
from tests import postgres
from tests.made_calls import after, fired, info, make, prompted, said
from tests.waiting import until


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.running() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    url = request.getfixturevalue("server") if request.param == "postgresql" else ""
    with open_catalogue(tmp_path, url, anew=True) as catalogue:
        yield catalogue


def names(catalogue: Catalogue, wanted: Filter | None = None, order: query.Order = "worst") -> list[str]:
    """The random ends of the ids of the calls found, which the tests choose."""
    return [row.folder.rpartition("-")[2] for row in query.calls(catalogue, wanted or Filter(), order)]


def test_a_call_is_listed_with_all_that_is_known_of_it(empty: Catalogue) -> None:
    events = [said("I want the refund"), fired("slow-down", 10.0), *prompted("slow-down", 10.0, "followed", 0.25)]
    made = [
        Mark(10.0, "confirm", by="Robin", rule="slow-down"),
        Mark(0.0, "tag", "training"),
        Mark(0.0, "reviewed", by="R"),
    ]
    folder = make(empty.root, [*events, Mark(31.5, "flag")], made=made)
    refresh(empty, folder)
    (row,) = query.calls(empty, Filter())
    assert (row.folder, row.day, row.agent) == ("2026-03-02/093015-a1b2c3", "2026-03-02", "Sam Porter")
    assert (row.duration_s, row.agent_talk_s, row.customer_talk_s) == (120.0, 2.0, 0.0)
    assert (row.flags, row.prompts, row.followed, row.flagged) == (2, 1, 1, True)
    assert (row.worst, row.worst_count, row.worst_rule, row.worst_at_s) == (2, 2, "slow-down", 10.0)
    assert (row.reviewed, row.reviewed_by, row.tags, row.damaged, row.closed) == (True, "R", "training", 0, True)
    details = query.details(empty, row.folder)
    assert [(flag.rule, flag.at_s, flag.verdict, flag.value) for flag in details.flags] == [
        ("slow-down", 10.0, "confirm", 5.9),
        ("", 31.5, "", None),
    ]
    assert [(shown.since_s, shown.outcome, shown.delay_s) for shown in details.prompts] == [(10.0, "followed", 0.25)]
    assert [mark.kind for mark in details.marks] == ["reviewed", "tag", "confirm", "flag"]
    with empty.reading() as connection:
        assert connection.execute(select(schema.daily)).one()[:4] == ("2026-03-02", "Sam Porter", 1, 120.0)


def test_only_prompts_that_the_agent_saw_in_a_live_call_count_as_shown(empty: Catalogue) -> None:
    about = info()
    events = [*prompted("rate", 10.0, "followed"), *prompted("loud", 20.0, "followed", seen=False)]
    make(empty.root, events, name="a1")
    make(empty.root, events, replace(about, kind="recording"), name="a2")
    reindex(empty)
    live, recording = sorted(query.calls(empty, Filter()), key=lambda call: call.folder)
    assert (live.kind, live.prompts, live.shown, live.followed) == ("live", 2, 1, 1)
    assert (recording.kind, recording.prompts, recording.shown, recording.followed) == ("recording", 2, 0, 0)
    assert [prompt.seen for prompt in query.details(empty, live.folder).prompts] == [True, False]
    unseen = query.details(empty, recording.folder).prompts
    assert {(prompt.seen, prompt.outcome, prompt.after) for prompt in unseen} == {(False, "unseen", "followed")}


def test_the_worst_call_that_nobody_reviewed_comes_first(empty: Catalogue) -> None:
    urgent, prompt = fired("escalate-upset", 5.0, "urgent"), fired("slow-down", 5.0)
    calls: dict[str, tuple[list[CallEvent], list[Mark]]] = {
        "quiet": ([], []),
        "one": ([prompt], []),
        "two": ([prompt, fired("slow-down", 50.0)], []),
        "upset": ([urgent], []),
        "seen": ([urgent, fired("escalate-upset", 9.0, "urgent")], [Mark(0.0, "reviewed")]),
        "wrong": ([urgent, prompt], [Mark(5.0, "dismiss", "Another call", rule="escalate-upset")]),
    }
    for number, (name, (events, made)) in enumerate(calls.items()):
        make(empty.root, events, info(after(minutes=number)), made, name=name)
    reindex(empty)
    assert names(empty) == ["upset", "two", "wrong", "one", "quiet", "seen"]
    assert names(empty, order="newest") == ["wrong", "upset", "two", "one", "quiet", "seen"]
    assert query.count(empty, Filter()) == Count(6, 5)
    assert [row.folder[-3:] for row in query.calls(empty, Filter(), limit=2, first=1)] == ["two", "ong"]


def test_filters_leave_what_was_asked_for(empty: Catalogue) -> None:
    make(empty.root, [fired("slow-down", 5.0)], name="sam")
    make(empty.root, [Mark(3.0, "flag")], info(after(days=1), "Ägir Olsen"), [Mark(0.0, "reviewed")], name="agir")
    make(empty.root, [fired("escalate-upset", 5.0, "urgent")], info(after(days=2), "100%_sure"), name="sure")
    reindex(empty)
    for wanted, found in (
        (Filter(agent="sam"), ["sam"]),
        (Filter(agent="äGIR"), ["agir"]),
        (Filter(agent="%_"), ["sure"]),
        (Filter(since=date(2026, 3, 3)), ["sure", "agir"]),
        (Filter(until=date(2026, 3, 3)), ["sam", "agir"]),
        (Filter(since=date(2026, 3, 3), until=date(2026, 3, 3)), ["agir"]),
        (Filter(rule="slow-down"), ["sam"]),
        (Filter(rule="slow"), []),
        (Filter(severity="prompt"), ["sure", "sam", "agir"]),
        (Filter(severity="urgent"), ["sure"]),
        (Filter(flagged=True), ["agir"]),
        (Filter(unreviewed=True), ["sure", "sam"]),
        (Filter(unreviewed=True, severity="note", agent="sam"), ["sam"]),
    ):
        assert names(empty, wanted) == found, wanted
        assert query.count(empty, wanted).calls == len(found)


def test_people_tags_and_attributes_are_found_without_accents_and_case(empty: Catalogue) -> None:
    known = {"queue": "Größere Fälle", "lang": "es"}
    about = replace(info(agent="Ana María Weiß"), customer="C4003 Núñez", attributes=known)
    made = [Mark(0.0, "tag", "To Coach"), Mark(0.0, "tag", "ja"), Mark(0.0, "reviewed", by="Łukasz Ørsted")]
    make(empty.root, [], about, made, name="ana")
    make(empty.root, [], info(after(days=1)), [Mark(0.0, "tag", "coach")], name="other")
    reindex(empty)
    for wanted, found in (
        (Filter(agent="maria weiss"), ["ana"]),
        (Filter(customer="nunez"), ["ana"]),
        (Filter(customer="c4003"), ["ana"]),
        (Filter(customer="C4004"), []),
        (Filter(tags=("to coach",)), ["ana"]),
        (Filter(tags=("COACH",)), ["other"]),
        (Filter(tags=("to coach", "já")), ["ana"]),
        (Filter(tags=("to coach", "coach")), []),
        (Filter(reviewer="lukasz orsted"), ["ana"]),
        (Filter(attributes=("queue=GROSSERE FALLE",)), ["ana"]),
        (Filter(attributes=("queue=grossere",)), []),
        (Filter(attributes=("queue", "lang=ES")), ["ana"]),
        (Filter(attributes=("que",)), []),
        (Filter(length=Length(119, 121)), ["other", "ana"]),
        (Filter(length=Length(121)), []),
        (Filter(since=after(minutes=1)), ["other"]),
        (Filter(until=after(hours=1)), ["ana"]),
    ):
        assert names(empty, wanted) == found, wanted


def test_a_short_call_is_not_worse_for_being_short(empty: Catalogue) -> None:
    flags = {"hour": (3300.0, 30), "minutes": (180.0, 4), "seconds": (10.0, 3)}
    for name, (duration_s, many) in flags.items():
        events = [fired("slow-down", float(at)) for at in range(many)]
        about = replace(info(), duration_s=duration_s)
        put(empty, [rows(f"2026-03-02/093015-{name}", about, events, [], FilesState())])
    assert names(empty) == ["minutes", "seconds", "hour"], "13.3, 10 and 5.5 in ten minutes"


def test_a_hit_has_the_words_around_it_and_its_time(tmp_path: Path) -> None:
    spoken = "so I really do want that whole Refúnd, please, by the end of this week"
    folder = make(tmp_path, [said("no refunds"), said(spoken, 60.0, "agent"), said("my second router", 90.0)])
    assert in_call(folder, "refund week") == (
        Hit(67.0, "agent", "… really do want that whole Refúnd, please, by the end of …"),
        Hit(74.0, "agent", "… by the end of this week"),
    )
    assert [hit.at_s for hit in in_call(folder, 'refu* "second router"')] == [6.0, 67.0, 91.0]
    assert in_call(folder, "nothing") == ()


def test_words_are_found_as_they_were_said(empty: Catalogue) -> None:
    make(empty.root, [said("I can't believe it, THE Refund for 2 routers…"), said("hasn’t come", 60.0)], name="refund")
    make(empty.root, [said("Refunds? At nine o'clock, naïve Straße"), said("100% sure_thing C++", 60.0)], name="clock")
    make(empty.root, name="silent")
    reindex(empty)
    for words, found in (
        ("refund", ["refund"]),
        ("refund*", ["refund", "clock"]),
        ("THE refund believe", ["refund"]),
        ("believe refunds", []),
        ("can't", ["refund"]),
        ("cannot", ["refund"]),
        ('"the refund"', ["refund"]),
        ('"refund the"', []),
        ('"the refu*"', ["refund"]),
        ('"routers has not come"', []),
        ("“two routers”", ["refund"]),
        ("o'clock", ["clock"]),
        ("clock", []),
        ("naïve 100%", ["clock"]),
        ("naive", ["clock"]),
        ("STRASSE", ["clock"]),
        ("sure thing c", ["clock"]),
        ("/", []),
        ('"', []),
        ("' OR 1=1 --", []),
        ("*", []),
    ):
        assert sorted(names(empty, Filter(words=words))) == sorted(found), words


def test_a_query_is_words_phrases_and_beginnings() -> None:
    assert [(term.words, term.prefix) for term in terms('my "second router" brok* "can\'t')] == [
        (("my",), False),
        (("second", "router"), False),
        (("brok",), True),
        (("can", "not"), False),
    ]


WORDS = st.sampled_from(
    ["refund", "Refunds", "can't", "o'clock", "the", "naïve", "straße", "İ", "10%", "_", "日本", "/", "\0"]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
RULES = st.sampled_from(["slow-down", "escalate-upset"])
TIMES = st.sampled_from([1.0, 2.0])
EVENTS = st.one_of(
    st.builds(said, TEXTS, TIMES),
    st.builds(fired, RULES, TIMES, st.sampled_from(["note", "prompt", "urgent"])),
    st.builds(Mark, TIMES, st.just("flag")),
)
MARKS = st.builds(
    Mark,
    TIMES,
    st.sampled_from(["confirm", "dismiss", "reviewed", "tag", "note"]),
    st.sampled_from(["", "x"]),
    rule=RULES,
)
CALLS = st.tuples(
    st.lists(EVENTS, max_size=4), st.lists(MARKS, max_size=3), st.sampled_from(["Sam", "sAm", "Ägir", "a%b"])
)
QUERIES = st.one_of(TEXTS, TEXTS.map('"{}"'.format), TEXTS.map("{}*".format))
DAYS = st.none() | st.dates(date(2026, 3, 1), date(2026, 3, 4))
FILTERS = st.builds(
    Filter,
    agent=st.sampled_from(["", "sam", "ä", "%"]),
    since=DAYS,
    until=DAYS,
    rule=st.sampled_from(["", "slow-down"]),
    severity=st.sampled_from([None, "note", "prompt", "urgent"]),
    flagged=st.booleans(),
    unreviewed=st.booleans(),
    words=st.just("") | QUERIES,
    tags=st.sampled_from([(), ("x",)]),
    attributes=st.sampled_from([(), ("a=%",), ("a",)]),
    length=st.sampled_from([None, Length(60.0, 180.0)]),
)


@pytest.fixture(scope="module")
def pair(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Catalogue, Catalogue]]:
    with (
        open_catalogue(tmp_path_factory.mktemp("pair"), anew=True) as light,
        open_catalogue(tmp_path_factory.mktemp("none"), server, anew=True) as heavy,
    ):
        yield light, heavy


@pytest.mark.slow
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(calls=st.lists(CALLS, max_size=6), wanted=st.lists(FILTERS, min_size=1, max_size=8))
def test_both_databases_give_the_same_answers(
    pair: tuple[Catalogue, Catalogue], calls: list[tuple[list[CallEvent], list[Mark], str]], wanted: list[Filter]
) -> None:
    listed: list[Rows] = []
    for number, (events, made, agent) in enumerate(calls):
        about = info(after(hours=10 * number), agent)
        listed.append(rows(f"{about.started:%Y-%m-%d}/093015-{number}", about, events, made, FilesState()))
    for catalogue in pair:
        with catalogue.writing() as connection:
            connection.execute(schema.calls.delete())
        put(catalogue, listed)
    light, heavy = pair
    for one in wanted:
        for order in ("worst", "newest"):
            assert query.calls(light, one, order) == query.calls(heavy, one, order)
        assert query.count(light, one) == query.count(heavy, one)
    for row in listed:
        assert query.details(light, row.call.folder) == query.details(heavy, row.call.folder)


def test_reindexing_reads_only_what_changed_and_drops_what_is_gone(empty: Catalogue) -> None:
    first, second = make(empty.root, name="first"), make(empty.root, name="second")
    done: list[tuple[int, int]] = []
    assert reindex(empty, lambda *step: done.append(step)).read == 2
    assert done == [(1, 2), (2, 2)]
    assert reindex(empty).read == 0
    (first / marks.FILE).write_bytes(to_line(Mark(0.0, "reviewed")))
    (second / "call.toml").unlink()
    again = reindex(empty)
    assert (again.calls, again.read, again.removed) == (1, 1, 1)
    assert [row.reviewed for row in query.calls(empty, Filter())] == [True]


def test_a_damaged_call_is_listed_as_far_as_it_goes_and_told(empty: Catalogue) -> None:
    folder = make(empty.root, [fired("slow-down", 5.0), said("refund"), fired("slow-down", 50.0)])
    log = folder / "events.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:23]) + lines[23][:20] + b"\xff\xfe\n" + b"".join(lines[24:]))
    torn = make(empty.root, name="torn")
    (torn / "call.toml").write_text("started = 2026-")
    done = reindex(empty)
    assert len(done.told) == 2
    assert done.told[0].startswith(f"Can't read call.toml in {torn}: ")
    assert done.told[1].endswith("events.jsonl is damaged: 1 line can't be read; all other lines are listed.")
    (row,) = query.calls(empty, Filter())
    assert (row.damaged, row.flags) == (1, 1)


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(at=st.integers(0, 4000), lost=st.integers(0, 200), garbage=st.binary(max_size=40))
def test_however_damaged_a_log_is_its_call_is_listed(
    tmp_path_factory: pytest.TempPathFactory, at: int, lost: int, garbage: bytes
) -> None:
    folder = make(
        tmp_path_factory.mktemp("calls"), [said("refund"), fired("slow-down", 5.0), *prompted("slow-down", 5.0)]
    )
    for name in ("events.jsonl", marks.FILE):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[:at] + garbage + whole[at + lost :])
        assume(not is_sealed(folder / name))  # garbage may begin as a sealed file does
    found = FolderReader(folder).read()
    assert found.call.duration_s == 120.0
    assert found.call.flags <= 1


def test_a_call_that_goes_on_is_read_on_from_where_it_was(tmp_path: Path) -> None:
    folder = make(tmp_path, [fired("slow-down", 1.0)], info(closed=False))
    reader = FolderReader(folder)
    assert reader.read().call.flags == 1
    with (folder / "events.jsonl").open("ab") as log:
        line = to_line(fired("slow-down", 9.0))
        log.write(line[:30])
        log.flush()
        half = reader.read().call
        log.write(line[30:])
    assert (half.flags, half.damaged, half.duration_s) == (1, 0, 2.0)
    assert reader.read() == FolderReader(folder).read()
    assert reader.read().call.flags == 2


def test_the_file_is_its_owners_and_makes_itself_anew_when_its_tables_are_old(tmp_path: Path) -> None:
    make(tmp_path)
    with open_catalogue(tmp_path) as catalogue:
        assert not catalogue.is_filled()
        reindex(catalogue)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    with open_catalogue(tmp_path) as catalogue:
        assert catalogue.is_filled()
        assert len(query.calls(catalogue, Filter())) == 1
        with catalogue.writing() as connection:
            connection.execute(schema.about.update().values(version=0))
    with open_catalogue(tmp_path) as catalogue:
        assert not catalogue.is_filled()
        assert query.calls(catalogue, Filter()) == ()


@pytest.mark.parametrize("where", ["sqlite", "postgresql"])
def test_several_programs_may_open_a_new_catalogue_at_once(
    where: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = request.getfixturevalue("server") if where == "postgresql" else ""
    if url:
        with open_catalogue(tmp_path, url) as catalogue, catalogue.writing() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {schema.NAMESPACE} CASCADE")
    folders = [make(tmp_path, (), info(after(minutes=number)), name=str(number)) for number in range(6)]

    def add(folder: Path) -> None:
        with open_catalogue(tmp_path, url) as catalogue:
            refresh(catalogue, folder)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add, folders))
    with open_catalogue(tmp_path, url) as catalogue:
        assert query.count(catalogue, Filter()).calls == 6


def test_deleted_words_leave_the_file(tmp_path: Path) -> None:
    folder = make(tmp_path, [said("marmalade")])
    with open_catalogue(tmp_path) as catalogue:
        refresh(catalogue, folder)
        put(catalogue, [replace(FolderReader(folder).read(), words="")])
        forget_deleted(catalogue)
    files = list(tmp_path.glob(FILE + "*"))
    assert files
    assert not [path for path in files if b"marmalade" in path.read_bytes()]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://somewhere/calls", "not the URL of a SQLite or PostgreSQL database"),
        ("sqlite://", "not the URL of a SQLite or PostgreSQL database"),
        ("nonsense", "not the URL of a SQLite or PostgreSQL database"),
        ("postgresql://nobody:secret@localhost:1/none", "Can't use the catalogue"),
    ],
)
def test_a_catalogue_that_cannot_be_opened_is_one_sentence(tmp_path: Path, url: str, reason: str) -> None:
    with pytest.raises(CatalogueError) as told:
        open_catalogue(tmp_path, url)
    assert reason in str(told.value)
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)


def test_a_damaged_catalogue_is_one_sentence_and_is_made_anew_when_asked(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"garbage " * 1000)
    with pytest.raises(CatalogueError, match=r"Can't use the catalogue .*: file is not a database\..*reindex --all"):
        open_catalogue(tmp_path)
    with open_catalogue(tmp_path, anew=True) as catalogue:
        assert not catalogue.is_filled()


def test_a_call_is_listed_while_it_goes_on_and_when_it_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_rows, "BEGIN_AFTER_S", 0.0)
    monkeypatch.setattr(live_rows, "EVERY_S", 0.01)
    folder, index = make(tmp_path, [], info(closed=False)), CallIndex()
    index.started(folder)
    with open_catalogue(tmp_path) as catalogue:
        until(lambda: bool(query.calls(catalogue, Filter())), "the call is listed")
        with (folder / "events.jsonl").open("ab") as log:
            log.write(to_line(fired("slow-down", 9.0)))
        until(lambda: bool(query.calls(catalogue, Filter(rule="slow-down"))), "its prompt is listed")
        assert not query.calls(catalogue, Filter())[0].closed
        (folder / "call.toml").write_text((folder / "call.toml").read_text().replace("closed = false", "closed = true"))
        index.ended(folder)
        assert query.calls(catalogue, Filter())[0].closed
        marks.add(folder, Mark(0.0, "reviewed"), index.marked)
        assert query.calls(catalogue, Filter())[0].reviewed


def test_a_catalogue_that_fails_hurts_no_call_and_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.catalogue.catalogue.WAIT_S", 0.01)
    folder, index = make(tmp_path, [said("marmalade")]), CallIndex()
    (tmp_path / FILE).write_bytes(b"garbage " * 1000)
    with caplog.at_level(logging.WARNING):
        index.started(folder)
        index.ended(folder)
        index.marked(folder)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "reindex --all" in caplog.text
    assert "marmalade" not in caplog.text
    (tmp_path / FILE).unlink()
    index.ended(folder)
    locked = sqlite3.connect(tmp_path / FILE)
    locked.execute("BEGIN EXCLUSIVE")
    with caplog.at_level(logging.WARNING):
        index.marked(folder)
    assert "database is locked" in caplog.text
    locked.close()
