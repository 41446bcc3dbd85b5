"""Reports: how long the page of a 60-minute call takes, and that of a thousand calls, read first and again."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.figures.table import Row
from monitor import sample
from monitor.call.events import CallEvent, Ended, to_line
from monitor.call.find import find
from monitor.call.info import CallInfo, read_info, write_info
from monitor.call.log import read_events
from monitor.recordings import one

RUNS = 3
HOUR_S = 3600.0
CALLS = 1000
CALL_S = 300.0
"""Length of each of the thousand: five minutes, as support calls are."""


def rows() -> Iterator[Row]:
    """Figures of `report`."""
    with TemporaryDirectory() as temporary:
        root = Path(temporary)
        one.analyze(sample.CALL, model="none", calls=root / "one")
        kept = find("", root / "one")
        info, events = read_info(kept), list(read_events(kept))

        hour = root / "hour"
        _write(hour / "2026-03-02" / "090000-aaaaaa", replace(info, duration_s=HOUR_S), _repeated(events, HOUR_S))
        yield Row(
            "page of a 60-minute call", median(_report(hour, "-o", root / "a.html") for _ in range(RUNS)), "s", "≤ 3"
        )

        thousand = root / "thousand"
        _thousand(thousand, replace(info, duration_s=CALL_S), _repeated(events, CALL_S))
        team = ("--team", "-o", root / "b.html")
        yield Row(f"page of {CALLS} calls of 5 minutes, for the first time", _report(thousand, *team), "s", "≤ 30")
        again = median(_report(thousand, *team) for _ in range(RUNS))
        yield Row(f"page of {CALLS} calls, their numbers kept", again, "s", "≤ 30")


def _report(calls: Path, *arguments: str | Path) -> float:
    """Wall seconds of the program, its start included."""
    command = [sys.executable, "-m", "monitor", "report", "--calls", calls, *arguments]
    began_s = time.monotonic()
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began_s


def _repeated(events: Iterable[CallEvent], until_s: float) -> list[CallEvent]:
    """A call again and again until it is as long as wanted."""
    once = [event for event in events if not isinstance(event, Ended)]
    last_s = max(getattr(event, "end_s", 0.0) or 0.0 for event in once)
    shifts_s = [last_s * turn for turn in range(int(until_s / last_s) + 1)]
    longer = [_later(event, shift_s) for shift_s in shifts_s for event in once]
    return [event for event in longer if _at_s(event) < until_s] + [Ended(until_s, "end of sound")]


def _at_s(event: CallEvent) -> float:
    return event.prompt.since_s if hasattr(event, "prompt") else float(getattr(event, "start_s", 0.0))


def _later(event: CallEvent, by_s: float) -> CallEvent:
    if hasattr(event, "prompt"):
        prompt = event.prompt
        until_s = None if prompt.until_s is None else prompt.until_s + by_s
        return replace(event, prompt=replace(prompt, since_s=prompt.since_s + by_s, until_s=until_s))
    times = {
        field.name: round(value + by_s, 3)
        for field in fields(event)
        if field.name in {"start_s", "end_s", "at_s"} and (value := getattr(event, field.name)) is not None
    }
    return replace(event, **times)


def _write(folder: Path, info: CallInfo, events: Iterable[CallEvent]) -> None:
    folder.mkdir(parents=True)
    write_info(folder, info)
    (folder / "events.jsonl").write_bytes(b"".join(map(to_line, events)))


def _thousand(root: Path, info: CallInfo, events: Iterable[CallEvent]) -> None:
    """Calls of ten agents over twenty weeks; they share the bytes of their events."""
    _write(root / "first", info, events)
    for number in range(CALLS):
        started = info.started + timedelta(days=number % 140, minutes=number // 140)
        folder = root / f"{started:%Y-%m-%d}" / f"{started:%H%M%S}-{number:06x}"
        folder.mkdir(parents=True)
        write_info(folder, replace(info, started=started, agent=f"Agent {number % 10}"))
        os.link(root / "first" / "events.jsonl", folder / "events.jsonl")
