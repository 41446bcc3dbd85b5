"""One form for a time of a call: every view of a call of more than an hour shows it alike."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from audio.values import Turn
from monitor.base.clock import clock
from monitor.base.lines import Line
from monitor.call import summary
from monitor.call.events import Ended
from monitor.call.text import summary as summary_lines
from monitor.catalogue import query as asking
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.reindex import reindex
from monitor.cli import main
from monitor.doctor import folders
from monitor.replay import call_log as log
from monitor.replay import clip, view
from monitor.replay import transport as replay_transport
from monitor.rule_tools import backtest as trying
from monitor.supervisor import call_list
from rules.model import Prompt
from tests.made_calls import fired, prompted, said
from tests.report_calls import INFO, folder

AT_S = 3725.4
LATE = "1:02:05"
"""The same for people."""


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A call of 1:02:05, in which all that matters happens at its last second."""
    events = [
        Turn("agent", AT_S - 9, AT_S),
        said("my refund", AT_S),
        fired("escalate-request", AT_S, "urgent"),
        *prompted("escalate-request", AT_S),
        Ended(AT_S + 0.4, "end of sound"),
    ]
    root = tmp_path_factory.mktemp("calls")
    return folder(root, info=replace(INFO, duration_s=AT_S + 0.4), said=events)


def printed(*arguments: str | Path) -> str:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done.output


def page(call: Path) -> str:
    printed("report", call)
    return (call / "report.html").read_text("utf-8")


def clip_text(call: Path) -> str:
    printed("replay", call, "--clip", LATE, "1:02:06", "-o", call.parent / "clip")
    return (call.parent / "clip" / "transcript.txt").read_text("utf-8")


def text(lines: list[Line]) -> str:
    return "\n".join("".join(span for span, _ in line) for line in lines)


def list_on_screen(call: Path) -> str:
    with open_catalogue(call.parents[1]) as catalogue:
        reindex(catalogue)
        rows = asking.calls(catalogue, asking.Filter())
        details = asking.details(catalogue, rows[0].folder)
    shown = call_list.CallListView(date(2026, 3, 2), calls=rows, states=("ended",), details=details)
    return text([*call_list.call_lines(shown, 110), *call_list.detail_lines(shown, 110)])


def replay_on_screen(call: Path) -> str:
    shown = replace(view.opened(log.read(call), ()), at_s=AT_S)
    return text([replay_transport.status_line(shown, 110), replay_transport.transport_line(shown, 110)])


def backtest(_call: Path) -> str:
    prompt = Prompt("slow-down", "slow_down", "prompt", "Slow down", "", "", AT_S)
    return "\n".join(trying.lines(trying.Tried("a/b", (trying.Change("slow-down", None, prompt),))))


def mended(call: Path) -> str:
    broken = folder(call.parents[1] / "broken", info=replace(INFO, closed=False), said=[Turn("agent", 0.0, 1.0)])
    (broken / "events.jsonl").write_bytes((call / "events.jsonl").read_bytes())
    return "\n".join(each.told for each in folders.check([broken], 0.0, repairs=True))


VIEWS: dict[str, Callable[[Path], str]] = {
    "report, page": page,
    "report, text": lambda call: printed("report", call, "--text"),
    "list, printed": lambda call: printed("calls", "--calls", call.parents[1]),
    "list, screen": list_on_screen,
    "replay, printed": lambda call: printed("replay", call),
    "replay, screen": replay_on_screen,
    "summary": lambda call: "\n".join(summary_lines(summary.of_folder(call))),
    "clip, transcript": clip_text,
    "clip, error": lambda call: CliRunner().invoke(main, ["replay", str(call), "--clip", "2:00:00", LATE]).output,
    "back-test": backtest,
    "doctor": mended,
}


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_writes_the_same_time_alike(call: Path, name: str) -> None:
    shown = VIEWS[name](call)
    assert LATE in shown
    assert "62:05" not in shown


def test_the_list_stays_in_columns_when_a_call_is_longer_than_an_hour(call: Path) -> None:
    heading, row = printed("calls", "--calls", call.parents[1]).splitlines()[:2]
    assert heading.index("length") + len("length") == row.index(LATE) + len(LATE)


def test_minutes_have_no_leading_zero_and_hours_come_when_there_are_any() -> None:
    written = [clock(0.0), clock(59.99), clock(60.0), clock(125.0), clock(3599.9), clock(3600.0), clock(AT_S)]
    assert written == ["0:00", "0:59", "1:00", "2:05", "59:59", "1:00:00", LATE]


@given(st.integers(0, 100 * 3600))
def test_a_time_is_read_as_it_is_written(time_s: int) -> None:
    assert clip.seconds(clock(time_s)) == time_s


def test_nothing_but_captions_writes_minutes_by_hand() -> None:
    """Captions have forms of their own: WebVTT and SubRip."""
    own = {"base/clock.py", "export/captions.py"}
    package = Path(clip.__file__).parents[1]
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if any(sign in path.read_text("utf-8") for sign in ("divmod(int(", "% 60", "60_000)"))
    }
    assert found == own
