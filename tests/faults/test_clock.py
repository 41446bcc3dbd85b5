"""The clock of the machine is set, by hand, by the network, or for summer time.

Nobody notices: a call is timed by its sound. Calls are filed under the day and time that the clock showed when they
started. A call in progress is never mistaken for one that broke off, nor the other way round, and nothing is deleted
before its retention period is over.
"""

import ast
import itertools
import os
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from audio.block import AudioBlock
from monitor.call.events import CallEvent, Ended
from monitor.call.find import folders
from monitor.call.folder import CallWriter
from monitor.call.info import CallInfo, read_info
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.folder_reader import FolderReader
from monitor.live.live_call import LiveCall
from monitor.live.parts import CallParts
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from monitor.settings.config import Retention
from monitor.supervisor import plain_list
from monitor.upkeep import repair, retention
from rules.load import load
from tests.broken_calls import broken_call
from tests.monitor.long_call import LevelModel, sound

DAY_S = 86_400.0
INFO = CallInfo(datetime(2026, 3, 1, 9, tzinfo=UTC), "made", ("agent", "customer"), "none", "abc", "0.1.0")
ROOT = Path(__file__).parents[2]
ON_THE_CLOCK_OF_THE_SOUND = (
    *sorted((ROOT / "audio").rglob("*.py")),
    *sorted((ROOT / "rules").rglob("*.py")),
    *sorted((ROOT / "monitor/pipeline").glob("*.py")),
)


def blocks(minutes: float) -> list[AudioBlock]:
    pieces = (
        AudioBlock(block.speaker, block.start + start, block.samples[start : start + 8_000])
        for block in sound(minutes / 60)
        for start in range(0, len(block.samples), 8_000)
    )
    return sorted(pieces, key=lambda block: (block.start, block.speaker))


def said() -> list[CallEvent]:
    """All that a call says."""
    events: list[object] = []
    pipeline = Pipeline(("agent", "customer"), load((), metrics=BY_NAME), None, live=True)
    call = LiveCall(CallParts(pipeline), events.append)
    for block in blocks(1.0):
        call.hear(block)
    call.end("end of sound")
    return [event for event in events if isinstance(event, CallEvent)]


@pytest.mark.slow
def test_a_clock_that_jumps_changes_nothing_of_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audio.measure.speech.SpeechModel", LevelModel)
    expected = said()
    jumps = itertools.cycle((0.0, DAY_S, -DAY_S, 3_600.0, -3_600.0, 1e9))
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + next(jumps))
    assert [undelayed(event) for event in said()] == [undelayed(event) for event in expected]


def undelayed(event: CallEvent) -> CallEvent:
    """Without how late the screen was, which is of the machine."""
    return replace(event, delay_s=0.0) if hasattr(event, "delay_s") else event  # type: ignore[type-var, call-arg]


def test_what_decides_results_asks_no_clock() -> None:
    for path in ON_THE_CLOCK_OF_THE_SOUND:
        tree = ast.parse(path.read_text("utf-8"))
        asked = {
            f"{node.value.id}.{node.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        }
        assert not asked & {"time.time", "time.localtime", "datetime.now", "datetime.today", "date.today"}, path


def test_a_call_that_goes_on_is_none_that_broke_off_whatever_the_clock_says(tmp_path: Path) -> None:
    with closing(CallWriter(tmp_path, INFO)) as writer:
        for jump_s in (-DAY_S, -3_600.0, 0.0, 3_600.0, DAY_S, 400 * DAY_S):
            assert not repair.broke_off(writer.folder, time.time() + jump_s)
            now = datetime.now(UTC) + timedelta(seconds=jump_s)
            assert not [
                due for due in retention.due(tmp_path, Retention(audio_days=0), now) if due.folder == writer.folder
            ]


def test_a_call_that_broke_off_is_found_though_the_clock_was_set_back(tmp_path: Path) -> None:
    folder = broken_call(tmp_path)
    for file in folder.iterdir():
        os.utime(file, (time.time() + DAY_S,) * 2)
    assert repair.broke_off(folder, time.time())
    row = FolderReader(folder).read().call
    assert plain_list.state(tmp_path, row) == "broken off"


def test_nothing_is_deleted_early_by_a_clock_that_was_set_back(tmp_path: Path) -> None:
    folder = broken_call(tmp_path)
    repair.repair(folder)
    began = datetime(2026, 3, 1, tzinfo=UTC)
    assert not list(retention.due(tmp_path, Retention(), began - timedelta(days=400)))
    assert not list(retention.due(tmp_path, Retention(), began + timedelta(days=29)))
    assert list(retention.due(tmp_path, Retention(), began + timedelta(days=31)))


def test_two_calls_in_the_hour_that_comes_twice_are_two_calls(tmp_path: Path) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    starts = [datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=fold) for fold in (0, 1)]
    kept = []
    for started in starts:
        writer = CallWriter(tmp_path, replace(INFO, started=datetime.fromisoformat(started.isoformat())))
        for block in blocks(0.05):
            writer.hear(block)
        writer.note(Ended(3.0, "end of sound"))
        writer.close()
        kept.append(writer.folder)
    assert kept[0] != kept[1]
    assert len(list(folders(tmp_path))) == 2
    first, second = (read_info(folder).started for folder in kept)
    assert second - first == timedelta(hours=1)
    assert len({read_info(folder).duration_s for folder in kept}) == 1
    with open_catalogue(tmp_path):
        assert FolderReader(kept[0]).read().call.started_s == pytest.approx(
            FolderReader(kept[1]).read().call.started_s - 3_600
        )
