"""Call folders made up of events, without any sound."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from audio.values import ToneSample, Turn, Utterance, Word
from monitor.call import marks
from monitor.call.events import CallEvent, Ended, Mark, PromptCleared, PromptShown, to_line
from monitor.call.info import CallInfo, write_info
from rules.experiment import Draw
from rules.model import Firing, Outcome, Prompt, Severity, Speaker, TakenDown

START = datetime(2026, 3, 2, 9, 30, 15, tzinfo=UTC)


def info(started: datetime = START, agent: str = "Sam Porter", *, closed: bool = True) -> CallInfo:
    return CallInfo(
        started=started,
        source="made",
        speakers=("agent", "customer"),
        model="none",
        rules="abc",
        version="0.1.0",
        agent=agent,
        closed=closed,
        duration_s=120.0 if closed else 0.0,
    )


def said(text: str, start_s: float = 5.0, speaker: Speaker = "customer") -> Utterance:
    words = tuple(Word(start_s + place, start_s + place + 0.9, word, 0.9) for place, word in enumerate(text.split()))
    return Utterance(speaker, start_s, start_s + max(len(words), 1), words, start_s + len(words) + 0.5)


def fired(rule: str, start_s: float, severity: Severity = "prompt", evidence: tuple[str, ...] = ()) -> Firing:
    return Firing(rule, "agent", start_s, 5.9, 4.8, 5.0, severity, rule.replace("-", "_"), evidence)


def prompted(  # noqa: PLR0913 - what tells one prompt from another
    rule: str,
    since_s: float,
    after: Outcome = "no_change",
    delay_s: float = 0.1,
    *,
    taken_down: TakenDown = "time",
    seen: bool = True,
    draw: Draw | None = None,
) -> list[CallEvent]:
    up = Prompt(rule, rule.replace("-", "_"), "prompt", "Slow down", "5.9, usual 4.8", "Pause", since_s, draw=draw)
    down = replace(up, until_s=since_s + 5, after=after, taken_down=taken_down).seen_as(seen=seen)
    return [PromptShown(up, delay_s), PromptCleared(down)]


def make(
    root: Path,
    events: Iterable[CallEvent] = (),
    about: CallInfo | None = None,
    made: Iterable[Mark] = (),
    *,
    name: str = "a1b2c3",
) -> Path:
    """Make the folder of a call of two minutes."""
    about = about or info()
    folder = root / f"{about.started:%Y-%m-%d}" / f"{about.started:%H%M%S}-{name}"
    folder.mkdir(parents=True)
    write_info(folder, about)
    tone = [ToneSample("agent", step / 10, (step + 1) / 10, speaking=True) for step in range(20)]
    log = [*tone, Turn("agent", 0.0, 2.0), *events, *([Ended(120.0, "end of sound")] if about.closed else [])]
    (folder / "events.jsonl").write_bytes(b"".join(map(to_line, log)))
    (folder / marks.FILE).write_bytes(b"".join(map(to_line, made)))
    return folder


def after(**passed: float) -> datetime:
    """Some time after the first made-up call."""
    return START + timedelta(**passed)
