"""`tone-monitor calls` and `reindex` as scripts call them."""

import json
import os
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from monitor.call import lock
from monitor.call.events import Mark, to_line
from monitor.catalogue.catalogue import FILE
from monitor.catalogue.errors import FilterError
from monitor.catalogue.filter_text import parse, written
from monitor.catalogue.filter_values import Length
from monitor.catalogue.query import Filter
from monitor.cli import main
from tests.made_calls import after, fired, info, make, prompted, said

TODAY = date(2026, 3, 9)
NOW = datetime(2026, 3, 9, 14, 30, tzinfo=UTC)
"""A Monday."""


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    return tmp_path / "calls"


@pytest.fixture
def kept(root: Path) -> Path:
    make(root, [said("my refund"), fired("slow-down", 10.0), *prompted("slow-down", 10.0)], name="fast")
    make(root, [fired("escalate-upset", 70.0, "urgent")], info(after(days=1), "Ada"), name="upset")
    make(
        root,
        [Mark(7.0, "flag")],
        info(after(days=2), "Ada", closed=False),
        [Mark(0.0, "reviewed", by="R")],
        name="open",
    )
    return root


def test_a_pipe_gets_a_line_for_each_call(kept: Path) -> None:
    os.utime(kept / "2026-03-04/093015-open/events.jsonl", (0, 0))
    done = call("calls")
    assert done.exit_code == 0
    calls = ["2026-03-03/093015-upset", "2026-03-02/093015-fast", "2026-03-04/093015-open"]
    assert [line.split()[-1] for line in done.stdout.splitlines()] == ["call", *calls]
    assert "urgent escalate-upset 1:10" in done.stdout
    assert "broken off" in done.stdout
    assert done.stderr == ""


def test_json_has_an_object_for_each_call(kept: Path) -> None:
    with lock.hold(kept / "2026-03-04/093015-open"):
        listed = json.loads(call("calls", "--json", "--order", "newest").stdout)
    assert [(one["state"], one["reviewed"]) for one in listed] == [
        ("ended", False),
        ("ended", False),
        ("going on", True),
    ]
    assert listed[0] | {"customer": "x"} == {
        "folder": "2026-03-03/093015-upset",
        "started": "2026-03-03T09:30:15+00:00",
        "day": "2026-03-03",
        "agent": "Ada",
        "customer": "x",
        "source": "made",
        "kind": "live",
        "mixed": False,
        "separated": False,
        "sound_hash": "",
        "duration_s": 120.0,
        "agent_talk_s": 2.0,
        "customer_talk_s": 0.0,
        "flags": 1,
        "prompts": 0,
        "shown": 0,
        "followed": 0,
        "worst": "urgent",
        "worst_count": 1,
        "worst_rule": "escalate-upset",
        "worst_at_s": 70.0,
        "flagged": False,
        "reviewed": False,
        "reviewed_by": "",
        "tags": [],
        "damaged": 0,
        "hold_until": "",
        "hold_reason": "",
        "hold_by": "",
        "sealed": False,
        "state": "ended",
    }
    assert kept.joinpath(FILE).exists()


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--agent", "ada"], ["upset", "open"]),
        (["--since", "2026-03-03", "--until", "2026-03-03"], ["upset"]),
        (["--rule", "slow-down"], ["fast"]),
        (["--severity", "urgent"], ["upset"]),
        (["--flag"], ["open"]),
        (["--kind", "live"], ["upset", "fast", "open"]),
        (["--kind", "recording"], []),
        (["--where", "agent:ADA flagged"], ["open"]),
        (["--unreviewed"], ["upset", "fast"]),
        (["--words", '"my refund"'], ["fast"]),
        (["--limit", "1"], ["upset"]),
        (["--order", "newest"], ["upset", "fast", "open"]),
    ],
)
def test_filters_are_options(kept: Path, options: list[str], found: list[str]) -> None:
    listed = json.loads(call("calls", "--json", *options, "--calls", kept).stdout)
    assert [one["folder"].rpartition("-")[2] for one in listed] == found


def test_mine_are_those_of_the_agent_that_the_settings_name(kept: Path, tmp_path: Path) -> None:
    assert "set agent.name" in call("calls", "--mine", "--calls", kept).stderr
    (tmp_path / "config.toml").write_text('[agent]\nname = "ada"\n')
    assert len(call("calls", "--mine", "--plain").stdout.splitlines()) == 3
    (tmp_path / "config.toml").write_text('[agent]\nname = "Ad"\n')
    assert len(call("calls", "--mine", "--plain").stdout.splitlines()) == 1


def test_what_cannot_be_understood_is_one_sentence(kept: Path, tmp_path: Path) -> None:
    assert call("calls", "--since", "soon", "--calls", kept).stderr.startswith("'soon' is not a day")
    (tmp_path / "config.toml").write_text('[calls]\ncatalogue = "mysql://x/y"\n')
    done = call("calls")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "not the URL of a SQLite or PostgreSQL database" in done.stderr


def test_a_folder_without_calls_lists_none(root: Path) -> None:
    assert len(call("calls").stdout.splitlines()) == 1
    assert json.loads(call("calls", "--json").stdout) == []
    assert root.is_dir()


def test_reindexing_says_what_it_read_and_what_is_damaged(kept: Path) -> None:
    assert call("reindex").stdout == "3 calls in the catalogue: 3 read, 0 removed.\n"
    assert call("reindex").stdout == "3 calls in the catalogue: 0 read, 0 removed.\n"
    with (kept / "2026-03-02/093015-fast/events.jsonl").open("ab") as log:
        log.write(to_line(fired("slow-down", 20.0))[:20] + b"\n")
    done = call("reindex")
    assert done.stdout == "3 calls in the catalogue: 1 read, 0 removed.\n"
    assert done.stderr.endswith("is damaged: 1 line can't be read; all other lines are listed.\n")
    (kept / FILE).write_bytes(b"garbage" * 1000)
    assert "reindex --all" in call("reindex").stderr
    assert call("reindex", "--all").stdout == "3 calls in the catalogue: 3 read, 0 removed.\n"


def test_a_filter_is_made_of_parts_and_words() -> None:
    known = 'agent:"sam porter" since:7d until:yesterday rule:slow-down severity:prompt flagged unreviewed'
    assert parse(f'{known} my "new router" it\'s', NOW) == Filter(
        agent="sam porter",
        since=date(2026, 3, 2),
        until=date(2026, 3, 8),
        rule="slow-down",
        severity="prompt",
        flagged=True,
        unreviewed=True,
        words='my "new router" it\'s',
    )
    assert parse("urgent since:today", NOW) == Filter(severity="urgent", since=TODAY)
    assert parse("", NOW) == parse("agent:", NOW) == Filter()
    assert parse("agent since rule", NOW) == Filter(words="agent since rule")
    assert parse('"urgent" flag', NOW) == Filter(words='"urgent" flag')
    assert parse("http://x 9:30", NOW).words == "http://x 9:30"
    wrong = ("severity:bad", "since:", "since:2026-13-01", "until:9999999d", "length:", "length:long", "length:..x")
    for part in wrong:
        with pytest.raises(FilterError, match=r"\.$"):
            parse(part, NOW)


def test_days_hours_and_lengths_are_written_as_people_do() -> None:
    assert parse("since:monday until:Sunday", NOW) == Filter(since=TODAY, until=date(2026, 3, 8))
    assert parse("since:tuesday", NOW) == Filter(since=date(2026, 3, 3))
    assert parse("since:12h", NOW) == Filter(since=NOW - timedelta(hours=12))
    assert parse("since:2026-03-09T08:00", NOW) == Filter(since=NOW.replace(hour=8, minute=0))
    for text, length in (
        ("5m..10m", Length(300, 600)),
        ("1h30m..", Length(5400)),
        ("..90s", Length(0, 90)),
        (">2:30", Length(150)),
        ("<1:00:00", Length(0, 3600)),
    ):
        assert parse(f"length:{text}", NOW) == Filter(length=length)


def test_a_misspelt_filter_names_the_nearest() -> None:
    assert parse("kind:Recording", NOW) == Filter(kind="recording")
    with pytest.raises(FilterError, match="not a kind of call"):
        parse("kind:recorded", NOW)
    for text, nearest in (("agnet:sam", "agent"), ("custmer:C1", "customer"), ("Sinse:today", "since")):
        with pytest.raises(FilterError, match=f'did you mean "{nearest}"'):
            parse(text, NOW)
    with pytest.raises(FilterError, match=r"choose from agent, .*customer.* put them in quotes"):
        parse("note: refund", NOW)
    assert parse('"note: refund"', NOW).words == '"note: refund"'


def test_a_saved_filter_stands_for_its_parts() -> None:
    saved = {"week": "since:7d unreviewed", "money": "@week refund", "round": "@round"}
    assert parse("@money agent:sam", NOW, saved) == Filter(
        agent="sam", since=date(2026, 3, 2), unreviewed=True, words="refund"
    )
    for text, sentence in (("@wek", 'did you mean "week"'), ("@round", "stands in itself")):
        with pytest.raises(FilterError, match=sentence):
            parse(text, NOW, saved)


def test_filters_are_saved_listed_used_and_removed(kept: Path) -> None:
    assert call("calls", "--agent", "ada", "--since", "2026-03-04", "--save", "late").exit_code == 0
    assert call("calls", "--saved").stdout == "@late  agent:ada since:2026-03-04\n"
    assert [one["folder"][-4:] for one in json.loads(call("calls", "--json", "--where", "@late").stdout)] == ["open"]
    assert "did you mean" in call("calls", "--where", "@lat").stderr
    assert "Write one first" in call("calls", "--save", "all").stderr
    assert "a name has letters" in call("calls", "--agent", "ada", "--save", "my own").stderr
    assert call("calls", "--unsave", "late").exit_code == 0
    assert call("calls", "--saved").stdout == ""
    assert 'There is no saved filter "late"' in call("calls", "--unsave", "late").stderr
    (kept / "filters.toml").write_text("late = 1")
    assert "Can't read the saved filters in" in call("calls", "--saved").stderr


def test_forgetting_a_person_removes_the_filters_that_name_them(kept: Path) -> None:
    call("calls", "--agent", "ADÁ", "--save", "hers")
    call("calls", "--agent", "sam", "--save", "his")
    assert call("forget", "Ada", "--yes", "--calls", kept).exit_code in {0, 1}
    assert call("calls", "--saved").stdout == "@his  agent:sam\n"


@pytest.mark.usefixtures("kept")
def test_a_rule_that_there_is_not_is_an_error_and_one_that_never_fired_is_none() -> None:
    done = call("calls", "--rule", "slowdown")
    assert (done.exit_code, done.stderr) == (1, 'There is no rule "slowdown"; did you mean "slow-down"?\n')
    assert len(call("calls", "--rule", "lower-volume").stdout.splitlines()) == 1
    assert len(call("calls", "--rule", "escalate-upset").stdout.splitlines()) == 2


@pytest.mark.usefixtures("kept")
def test_words_are_shown_where_they_were_said() -> None:
    listed = call("calls", "--words", "refund").stdout.splitlines()
    assert listed[1].endswith("2026-03-02/093015-fast")
    assert listed[2:] == ["       0:06  customer  my refund"]
    (one,) = json.loads(call("calls", "--json", "--words", "refund").stdout)
    assert one["hits"] == [{"at_s": 6.0, "speaker": "customer", "text": "my refund"}]
    assert json.loads(call("calls", "--json", "--words", "urgent").stdout) == [], "these are words"


NAMES = st.text("abc äß-%", max_size=6).map(str.strip)
WORDS = st.lists(st.text("xyz'", min_size=1, max_size=4), max_size=3).map(" ".join)


@given(
    st.builds(
        Filter,
        agent=NAMES,
        customer=NAMES,
        tags=st.lists(NAMES.filter(bool), max_size=2).map(tuple),
        reviewer=NAMES,
        attributes=st.lists(NAMES.filter(bool), max_size=2).map(tuple),
        length=st.none() | st.builds(Length, st.integers(0, 9000), st.none() | st.integers(1, 9000)),
        since=st.none() | st.dates() | st.datetimes(timezones=st.just(UTC)),
        until=st.none() | st.dates(),
        kind=st.sampled_from([None, "live", "recording"]),
        rule=st.sampled_from(["", "slow-down"]),
        severity=st.sampled_from([None, "note", "prompt", "urgent"]),
        flagged=st.booleans(),
        unreviewed=st.booleans(),
        words=WORDS,
    )
)
def test_a_written_filter_is_read_as_it_was(wanted: Filter) -> None:
    assert parse(written(wanted), NOW) == wanted


@pytest.mark.slow
@given(st.text())
def test_no_text_breaks_the_filter(text: str) -> None:
    with suppress(FilterError):
        wanted = parse(text, NOW)
        assert parse(written(wanted), NOW) == wanted
