"""Rows of a lake that are made up."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from audio.values import ToneSample
from monitor.archive.key import digest, pseudonym
from monitor.archive.lake import Lake
from monitor.call.events import CallEvent, Ended, to_line
from tests.made_calls import prompted

START = datetime(2026, 3, 30, 9, 30, tzinfo=UTC)


def call_id(lake: Lake, name: str) -> str:
    return digest(lake.secret, "call", name)


def row(lake: Lake, name: str, number: int = 0, agent: str = "Sam Porter", **values: Any) -> dict[str, Any]:  # noqa: ANN401
    """The row of a call of two minutes with one prompt."""
    started = START + timedelta(days=number)
    loud = [
        ToneSample("agent", step / 10, (step + 1) / 10, speaking=True, level_over_baseline_db=11.0)
        for step in range(50)
    ]
    log: list[CallEvent] = [*loud, *prompted("slow-down", 3.0), Ended(120.0, "end of sound")]
    return {
        "call": call_id(lake, name),
        "started": started,
        "day": started.date(),
        "kind": "recording",
        "agent": pseudonym(lake.secret, agent),
        "duration_s": 120.0,
        "model": "none",
        "rules": "abc",
        "prompts_count": 1,
        "judged_count": 1,
        "followed_count": number % 2,
        "agent_articulation_rate_sps": 4.0 + number,
        "outcomes": [{"rule": "slow-down", "since_s": 3.0, "after": "followed" if number % 2 else "no_change"}],
        "flags": [{"rule": "slow-down", "severity": "prompt", "at_s": 3.0}],
        "measures": 1,
        "log": b"".join(map(to_line, log)),
    } | values


def filled(folder: Path, calls: int = 6) -> Lake:
    """A lake with calls of two agents in two months, in files of their own."""
    lake = Lake(folder)
    for number in range(calls):
        lake.put(row(lake, f"call {number}", number, "Sam Porter" if number % 3 else "Kim Lee"))
    return lake
