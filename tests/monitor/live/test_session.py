"""Many calls on one source; test_live.py shows what one call does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import soundfile

from audio.block import AudioBlock, seconds
from audio.values import SoundLost, SourceState, ToneSample
from monitor.base.errors import CallFolderError
from monitor.call.events import CallEvent, Ended, Gap, Health, SessionState
from monitor.call.folder import CallWriter
from monitor.call.info import CallDetails, CallInfo, read_info
from monitor.call.log import read_events
from monitor.live.errors import SessionError
from monitor.live.parts import CallParts, SessionParts
from monitor.live.session import Session, Status
from monitor.live.sound_watch import SoundItem
from monitor.live.writer_thread import WritingThread
from monitor.pipeline.load_shedding import LoadStep
from tests.sounds import syllables

STEP = 1_600


class Measured:
    """A pipeline that tells who spoke, step by step: whoever's sound is not silent."""

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
        self, agent: np.ndarray, customer: np.ndarray, *, speed: float | None = 0, auto: bool = False
    ) -> Session:
        return Session(
            lambda: SessionParts(self.sound(agent, customer), self.prepare, speed), auto=auto, end_after_s=5.0
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


def test_calls_follow_each_other_by_hand_each_with_its_own_folder_and_clock(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    session = desk.session(spoken(10, (0, 10)), spoken(10))
    known = CallDetails("4711", {"contacts_30d": "3"})
    desk.at_s = {2.0: session.end_call, 5.0: lambda: session.start_call(known), 8.0: session.end_call}
    desk.run(session)

    first, second = session.folders
    assert [read_info(folder).customer for folder in session.folders] == ["", "4711"]
    assert desk.details == [CallDetails(), known]
    assert [list(read_events(folder))[-1] for folder in session.folders] == [
        Ended(2.1, "stopped"),
        Ended(3.0, "stopped"),
    ]
    assert [len(soundfile.read(folder / "audio.flac")[0]) for folder in (first, second)] == [33_600, 48_000]
    assert desk.pipelines[1].heard[0][:2] == ("agent", 0)
    assert [state for state in desk.states() if state != "waiting"] == ["call", "ending"] * 2 + ["over"] * 2


def test_a_call_begins_with_the_customers_first_words_and_ends_with_their_silence(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    session = desk.session(spoken(40, (8, 11)), spoken(40, (12, 16)), auto=True)
    desk.run(session)

    (folder,) = session.folders
    (measured,) = desk.pipelines
    began_s = 12.8 - 8.0
    assert read_info(folder).duration_s == pytest.approx(16.0 + 5.0 - began_s, abs=0.5)
    voices = {
        speaker: [start for who, start, level in measured.heard if who == speaker and level]
        for speaker in ("agent", "customer")
    }
    assert seconds(voices["agent"][0]) == pytest.approx(8.0 - began_s, abs=0.5)
    assert seconds(voices["customer"][0]) == pytest.approx(12.0 - began_s, abs=0.5)
    assert list(read_events(folder))[-1].why == "end of sound"
    assert desk.states() == ["waiting", "call", "ending", "waiting", "over"]


def test_between_calls_nothing_is_kept(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    session = desk.session(spoken(10, (0, 9)), spoken(10), auto=True)
    desk.run(session)
    assert session.folders == []
    assert list(tmp_path.iterdir()) == []
    assert desk.states() == ["waiting", "over"]


def test_a_call_that_was_ended_by_hand_does_not_begin_again_in_the_same_breath(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    session = desk.session(spoken(40), spoken(40, (2, 12), (20, 24)), auto=True)
    desk.at_s = {5.0: session.end_call}
    desk.run(session)
    assert [read_info(folder).duration_s for folder in session.folders] == [
        pytest.approx(5.1, abs=0.2),
        pytest.approx(24 + 5 - 12.8, abs=0.6),
    ]


def test_a_call_that_was_begun_by_hand_is_ended_by_hand_alone(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    session = desk.session(spoken(30), spoken(30), auto=True)
    desk.at_s = {2.0: session.start_call}
    desk.run(session)
    assert [list(read_events(folder))[-1] for folder in session.folders] == [Ended(27.9, "end of sound")]


def test_a_new_call_ends_the_one_that_is_on(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    session = desk.session(spoken(5), spoken(5))
    desk.at_s = {2.0: lambda: session.start_call(CallDetails("4711"))}
    desk.run(session)
    assert [read_info(folder).customer for folder in session.folders] == ["", "4711"]
    assert all(read_info(folder).closed for folder in session.folders)


def test_who_asks_learns_what_became_of_it(tmp_path: Path) -> None:
    desk, asked = Desk(tmp_path), {}
    session = desk.session(spoken(5), spoken(5))
    desk.at_s = {
        1.0: lambda: asked.update(during=session.status(), end=session.end_call()),
        2.0: lambda: asked.update(between=session.status(), again=session.end_call(), flag=session.flag()),
    }
    desk.run(session)
    assert asked["during"] == Status("call", 1.0, "", str(session.folders[0]))
    assert asked["between"] == Status("waiting", folder=str(session.folders[0]))
    assert asked["end"].result(0) is None
    for refused in (asked["again"], asked["flag"]):
        with pytest.raises(SessionError, match=r"^No call is in progress\.$"):
            refused.result(0)


def test_lost_sound_and_the_state_of_the_devices_are_told_on_the_clock_of_the_call(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    session = desk.session(spoken(9, (0, 9)), spoken(9))
    desk.at_s = {2.0: session.end_call, 4.0: session.start_call}
    gone = SourceState("agent", 3.0, fine=False, note="The headset is gone.")
    desk.extra = {
        1.0: SoundLost("customer", 0.4, 0.9, "The line was gone."),
        2.5: SoundLost("customer", 2.1, 2.4, "Between calls."),
        3.0: gone,
        5.0: SoundLost("agent", 3.0, 5.0, "The headset was gone."),
        6.0: replace(gone, at_s=6.0, fine=True, note="The headset is back."),
    }
    desk.run(session)
    first, second = (
        [event for event in read_events(folder) if not isinstance(event, ToneSample)] for folder in session.folders
    )
    assert first == [Gap(0.4, 0.9, "sound", "The line was gone.", "customer"), Ended(2.1, "stopped")]
    assert second == [
        Health(0.0, "microphone", fine=False, note="The headset is gone."),
        Gap(0.0, 0.9, "sound", "The headset was gone.", "agent"),
        Health(1.9, "microphone", fine=True, note="The headset is back."),
        Ended(4.9, "end of sound"),
    ]
    between = [event for event in desk.shown if isinstance(event, Health)]
    assert between[0] == Health(3.0, "microphone", fine=False, note="The headset is gone.")


def test_a_call_that_cannot_begin_does_not_end_the_session(tmp_path: Path) -> None:
    desk, asked = Desk(tmp_path, disk_full_at=1), {}
    session = desk.session(spoken(9), spoken(9))
    desk.at_s = {
        1.0: session.end_call,
        2.0: lambda: asked.update(begun=session.start_call()),
        4.0: session.start_call,
    }
    desk.run(session)
    with pytest.raises(CallFolderError):
        asked["begun"].result(0)
    notes = [event.note for event in desk.shown if isinstance(event, Health)]
    assert notes[0] == "The call could not start: The calls folder is full: make room."
    assert len(session.folders) == 2
    assert session.failure is None


def test_a_call_that_fails_ends_a_recording_but_not_a_day_of_calls(tmp_path: Path) -> None:
    for speed, calls in ((0.0, 1), (None, 2)):
        desk = Desk(tmp_path / str(speed), fails_at_s={0: 1.0})
        session = desk.session(spoken(6), spoken(6), speed=speed)
        desk.at_s = {3.0: session.start_call}
        desk.run(session)
        assert isinstance(session.failure, ValueError)
        assert list(read_events(session.folders[0]))[-1] == Ended(1.0, "error")
        assert len(session.folders) == calls
        assert desk.states()[-1] == "failed"


def test_what_an_ended_call_still_says_stays_off_the_screen_of_the_next(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    next_begun = Event()
    desk.late = lambda: next_begun.wait(10) and Health(9.9, "words", fine=True, note="late")
    session = desk.session(spoken(5), spoken(5))
    desk.at_s = {1.0: session.end_call, 2.0: session.start_call, 2.5: next_begun.set}
    desk.run(session)
    assert [event.at_s for event in desk.shown if isinstance(event, Ended)] == [2.9]
    assert Health(9.9, "words", fine=True, note="late") in read_events(session.folders[0])


def test_no_call_begins_by_itself_without_the_customers_sound() -> None:
    session = Session(lambda: SessionParts([], lambda _: None, speakers=("agent",)), auto=True)  # type: ignore[arg-type, return-value]
    session.run(lambda _: None)
    assert isinstance(session.failure, SessionError)
    assert "--customer" in str(session.failure)


def test_what_a_call_is_heard_without_is_said_at_its_beginning(tmp_path: Path) -> None:
    desk = Desk(tmp_path, notes=("The customer's side is not captured.",))
    session = desk.session(spoken(1.0), spoken(1.0))
    desk.run(session)
    said = Health(0.0, "customer line", fine=True, note="The customer's side is not captured.")
    assert said in desk.shown
    assert said in list(read_events(session.folders[0]))
