"""Made calls for the tests of the report, with everything in them that a report shows."""

import math
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from audio.block import Speaker
from audio.values import (
    Backchannel,
    DeadAir,
    Interruption,
    PitchSample,
    ToneSample,
    Turn,
    Usual,
    Utterance,
    Word,
)
from monitor.base.version import __version__
from monitor.call.consent import Consent
from monitor.call.events import CallEvent, Ended, Gap, Health, Mark, PromptCleared, PromptShown, to_line
from monitor.call.info import CallInfo, write_info
from rules.model import Checklist, ChecklistStep, Firing, Noticed, Outcome, Prompt

GOLDEN = Path(__file__).parent / "monitor/report/golden"
STARTED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
"""A Monday."""
INFO = CallInfo(
    started=STARTED,
    source="made.wav",
    speakers=("agent", "customer"),
    model="default",
    rules="abc",
    version="0.0.1",
    agent="Ada",
    customer="C-17",
    consent=Consent("given"),
    closed=True,
    duration_s=80.0,
)
LOUD = Prompt("lower-volume", "lower_volume", "prompt", "Lower volume", "+8 dB over your usual", "Lean back", 42.0)
ASKED = Prompt("escalate-request", "escalate", "urgent", "Offer a supervisor", "Customer asked", "Say so", 61.0)
MARKS = (
    Mark(42.0, "confirm", "as heard", "Sue", "2026-03-03T08:00:00+00:00", "lower-volume"),
    Mark(20.0, "note", "Good opening <b>", "Sue", "2026-03-03T08:01:00+00:00"),
)


def tone(speaker: Speaker, start_s: float, end_s: float, over_db: float, rate_sps: float) -> Iterator[CallEvent]:
    """Speech of one kind, without a break."""
    for step in range(round(start_s * 10), round(end_s * 10)):
        at_s = step / 10
        yield ToneSample(
            speaker,
            at_s,
            (step + 1) / 10,
            speaking=True,
            level_dbfs=-24.0 + over_db,
            level_over_baseline_db=over_db if start_s >= 20 else None,
            articulation_rate_sps=rate_sps,
            rate_over_baseline_pct=100 * (rate_sps / 4.5 - 1) if start_s >= 20 else None,
            pitch_over_baseline_st=round(over_db / 4, 2),
        )
        yield PitchSample(speaker, at_s, (step + 1) / 10, round(180 * 2 ** (math.sin(at_s) / 12), 1))


def spoken(speaker: Speaker, start_s: float, end_s: float, text: str) -> Utterance:
    """Words, evenly spread."""
    words = text.split()
    each_s = (end_s - start_s) / len(words)
    return Utterance(
        speaker,
        start_s,
        end_s,
        tuple(
            Word(round(start_s + n * each_s, 2), round(start_s + (n + 1) * each_s, 2), word, 0.9)
            for n, word in enumerate(words)
        ),
        end_s + 0.5,
    )


def events() -> list[CallEvent]:
    """A call of 80 s: the agent is loud from 40 to 46 s, and the customer asks for a manager at 60 s."""
    return [
        *tone("agent", 0.0, 10.0, 0.0, 4.5),
        Turn("agent", 0.0, 10.0),
        spoken("agent", 0.0, 10.0, "Good morning, how can I help you today?"),
        Noticed("open-question", "agent", 3.0, 10.0, "how can I help you"),
        *tone("customer", 10.4, 30.0, 1.0, 5.0),
        Turn("customer", 10.4, 30.0),
        spoken("customer", 10.4, 30.0, "My <order> never came & nobody called me"),
        Backchannel("agent", 15.0, 15.4),
        *tone("agent", 29.0, 36.0, 0.5, 4.6),
        Turn("agent", 29.0, 36.0),
        Interruption("agent", 29.0, 30.0),
        Mark(31.0, "flag"),
        DeadAir(36.0, 40.0),
        *tone("agent", 40.0, 46.0, 8.0, 5.4),
        *tone("agent", 46.0, 52.0, 1.0, 4.4),
        Turn("agent", 40.0, 52.0),
        spoken("agent", 40.0, 52.0, "I will send it again and call you tomorrow by five"),
        Noticed("promise", "agent", 41.0, 52.0, "call you tomorrow by five", "tomorrow by five"),
        Noticed("promise", "agent", 40.0, 41.0, "I will send it again"),
        Firing("lower-volume", "agent", 42.0, 8.0, None, 6.0, "prompt", "lower_volume", held_s=2.0),
        PromptShown(LOUD, 0.2),
        PromptCleared(replace(LOUD, until_s=48.0, outcome="followed", after="followed", seen=True)),
        *tone("customer", 54.0, 62.0, 5.0, 5.2),
        Turn("customer", 54.0, 62.0),
        spoken("customer", 54.0, 62.0, "I want to speak to your manager please"),
        Firing(
            "escalate-request",
            "customer",
            60.0,
            None,
            None,
            None,
            "urgent",
            "escalate",
            ("speak to your manager",),
            owner="agent",
            protocol="Offer to involve a supervisor.",
        ),
        PromptShown(ASKED),
        PromptCleared(replace(ASKED, until_s=73.0, outcome="no_change", after="no_change", seen=True)),
        *tone("agent", 64.0, 79.0, 0.0, 4.4),
        Turn("agent", 64.0, 79.0),
        Firing("monologue", "agent", 78.0, 15.0, None, 14.0, "note", "check_in"),
        Health(70.0, "words", fine=False, note="Words come 3 s late."),
        Gap(75.0, 76.0, "words", "The agent paused the recording."),
        Usual("agent", -24.0, 4.5, 180.0, -15.0),
        Usual("customer", -22.0, 5.0, 110.0, -12.0),
        Checklist(
            "six-steps", "Six steps", (ChecklistStep("listen", "Listen", 12.0), ChecklistStep("own", "Take ownership"))
        ),
        Ended(80.0, "end of sound"),
    ]


def folder(root: Path, name: str = "093000-aaaaaa", info: CallInfo = INFO, said: list[CallEvent] | None = None) -> Path:
    """A call as a folder."""
    place = root / f"{info.started:%Y-%m-%d}" / name
    place.mkdir(parents=True)
    write_info(place, info)
    (place / "events.jsonl").write_bytes(b"".join(map(to_line, events() if said is None else said)))
    (place / "marks.jsonl").write_bytes(b"".join(map(to_line, MARKS)))
    return place


def short_call(days: int, over_db: float, outcome: Outcome) -> tuple[CallInfo, list[CallEvent]]:
    """A call of 60 s some days after the first, with one prompt."""
    prompt = replace(LOUD, outcome=outcome, after=outcome, seen=True)
    info = replace(INFO, started=STARTED + timedelta(days=days), duration_s=60.0)
    return info, [
        *tone("agent", 20.0, 50.0, over_db, 4.5),
        Turn("agent", 20.0, 50.0),
        Firing("lower-volume", "agent", 42.0, 8.0, None, 6.0, "prompt", "lower_volume"),
        PromptShown(LOUD),
        PromptCleared(prompt),
        Usual("agent", -24.0, 4.5, 180.0, -15.0),
        Ended(60.0, "end of sound"),
    ]


def as_kept(name: str, written: str) -> None:
    """Compare what was written with its golden file; UPDATE_GOLDEN=1 rewrites that file."""
    path = GOLDEN / name
    written = written.replace(f"Tone Monitor {__version__}.", "Tone Monitor.")
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(written, encoding="utf-8")
    assert written == path.read_text(encoding="utf-8")
