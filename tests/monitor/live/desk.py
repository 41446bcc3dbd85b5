"""A session on made sound, with a pipeline that only knows who speaks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from audio.block import AudioBlock, seconds
from audio.values import ToneSample
from monitor.base.errors import CallFolderError
from monitor.call.events import CallEvent, SessionState
from monitor.call.folder import CallWriter
from monitor.call.info import CallDetails, CallInfo
from monitor.live.parts import CallParts, SessionParts
from monitor.live.session import Session
from monitor.live.sound_watch import SoundItem
from monitor.live.writer_thread import WritingThread
from monitor.pipeline.load_shedding import LoadStep
from tests.sounds import syllables

STEP = 1_600


class Measured:
    """A pipeline that reports who spoke, step by step: everybody whose sound is not silent."""

    def __init__(self, *, fails_at_s: float = -1.0) -> None:
        self.now_s = 0.0
        self.words_behind_s = 0.0
        self.words_step = LoadStep.ALL
        self.words_error = None
        self.heard: list[tuple[str, int, float]] = []
        self._fails_at_s = fails_at_s
        self.late: Callable[[], CallEvent] | None = None
        """Says what comes after the end of the sound, when it is known."""

    def feed(self, block: AudioBlock) -> Iterator[CallEvent]:
        self.now_s = seconds(block.end)
        if 0 <= self._fails_at_s <= self.now_s:
            raise ValueError("broken on purpose")
        self.heard.append((block.speaker, block.start, float(np.abs(block.samples).max())))
        spoken = bool(block.samples.any())
        yield ToneSample(block.speaker, seconds(block.start), seconds(block.end), speaking=spoken)

    def flush(self) -> Iterator[CallEvent]:
        if self.late:
            yield self.late()

    def partials(self) -> Iterator[CallEvent]:
        yield from ()

    def after_call(self) -> Iterator[CallEvent]:
        yield from ()

    def close(self) -> None:
        self.closed = True


@dataclass
class Desk:
    """Runs a session on made sound, and does things at given seconds."""

    folder: Path
    pipelines: list[Measured] = field(default_factory=list)
    details: list[CallDetails] = field(default_factory=list)
    shown: list[object] = field(default_factory=list)
    at_s: dict[float, Callable[[], object]] = field(default_factory=dict)
    extra: dict[float, SoundItem] = field(default_factory=dict)
    fails_at_s: dict[int, float] = field(default_factory=dict)
    disk_full_at: int = -1
    notes: tuple[str, ...] = ()
    late: Callable[[], CallEvent] | None = None

    def prepare(self, details: CallDetails) -> CallParts:
        number = len(self.details)
        self.details.append(details)
        if number == self.disk_full_at:
            raise CallFolderError("The calls folder is full: make room.")
        started = datetime(2026, 3, 1, 9, number, tzinfo=UTC)
        info = CallInfo(started, "made", ("agent", "customer"), "none", "abc", "0.1.0", customer=details.customer)
        self.pipelines.append(Measured(fails_at_s=self.fails_at_s.get(number, -1.0)))
        self.pipelines[-1].late = self.late if number == 0 else None
        writer = WritingThread(CallWriter(self.folder, info))
        return CallParts(self.pipelines[-1], writer, notes=self.notes)  # type: ignore[arg-type]

    def sound(self, agent: np.ndarray, customer: np.ndarray) -> Iterator[SoundItem]:
        for start in range(0, len(agent), STEP):
            for act_s in [act_s for act_s in self.at_s if seconds(start) >= act_s]:
                self.at_s.pop(act_s)()
            for extra_s in [extra_s for extra_s in self.extra if seconds(start) >= extra_s]:
                yield self.extra.pop(extra_s)
            yield AudioBlock("agent", start, agent[start : start + STEP])
            yield AudioBlock("customer", start, customer[start : start + STEP])

    def run(self, session: Session) -> list[object]:
        session.run(self.shown.append)
        return self.shown

    def session(
        self, agent: np.ndarray, customer: np.ndarray, *, speed: float | None = 0, auto: bool | None = False
    ) -> Session:
        return Session(
            lambda: SessionParts(self.sound(agent, customer), self.prepare, speed), auto=auto, ask_after_s=20.0
        )

    def states(self) -> list[str]:
        return [event.state for event in self.shown if isinstance(event, SessionState)]


def spoken(length_s: float, *stretches: tuple[float, float]) -> np.ndarray:
    """Digital silence with a made voice in places."""
    sound = np.zeros(round(16_000 * length_s), np.float32)
    for start_s, end_s in stretches:
        voice = syllables(np.arange(0.1, end_s - start_s, 0.2), end_s - start_s)
        sound[round(16_000 * start_s) :][: len(voice)] = voice
    return sound
