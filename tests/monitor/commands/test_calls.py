"""`tone-monitor calls` and `reindex` as scripts call them."""

import json
import os
from contextlib import suppress
from datetime import date
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
from monitor.catalogue.query import Filter
from monitor.cli import main
from tests.made_calls import after, fired, info, make, prompted, said

TODAY = date(2026, 3, 9)


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
    assert [line.split()[-1] for line in done.stdout.splitlines()] == [
        "call",
        "2026-03-03/093015-upset",
        "2026-03-02/093015-fast",
        "2026-03-04/093015-open",
    ]
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
    assert parse(f'{known} my "new router" it\'s', TODAY) == Filter(
        agent="sam porter",
        since=date(2026, 3, 2),
        until=date(2026, 3, 8),
        rule="slow-down",
        severity="prompt",
        flagged=True,
        unreviewed=True,
        words='my "new router" it\'s',
    )
    assert parse("urgent since:today", TODAY) == Filter(severity="urgent", since=TODAY)
    assert parse("", TODAY) == parse("agent:", TODAY) == Filter()
    assert parse("agent since rule", TODAY) == Filter(words="agent since rule")
    assert parse('"urgent" flag', TODAY) == Filter(words='"urgent" flag')
    assert parse("http:x note:y", TODAY).words == "http:x note:y"
    for wrong in ("severity:bad", "since:", "since:2026-13-01", "until:9999999d"):
        with pytest.raises(FilterError, match=r"\.$"):
            parse(wrong, TODAY)


NAMES = st.text("abc äß-%", max_size=6).map(str.strip)
WORDS = st.lists(st.text("xyz'", min_size=1, max_size=4), max_size=3).map(" ".join)


@given(
    st.builds(
        Filter,
        agent=NAMES,
        since=st.none() | st.dates(),
        until=st.none() | st.dates(),
        rule=st.sampled_from(["", "slow-down"]),
        severity=st.sampled_from([None, "note", "prompt", "urgent"]),
        flagged=st.booleans(),
        unreviewed=st.booleans(),
        words=WORDS,
    )
)
def test_a_written_filter_is_read_as_it_was(wanted: Filter) -> None:
    assert parse(written(wanted), TODAY) == wanted


@pytest.mark.slow
@given(st.text())
def test_no_text_breaks_the_filter(text: str) -> None:
    with suppress(FilterError):
        wanted = parse(text, TODAY)
        assert parse(written(wanted), TODAY) == wanted
