"""Many calls on one source; test_live.py shows what one call does."""

from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
import soundfile

from audio.values import SoundLost, SourceState, ToneSample
from monitor.base.errors import CallFolderError
from monitor.call.events import Ended, Gap, Health
from monitor.call.info import CallDetails, read_info
from monitor.call.log import read_events
from monitor.live.errors import SessionError
from monitor.live.parts import SessionParts
from monitor.live.session import Session, Status
from tests.monitor.live.desk import Desk, spoken


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


def test_between_calls_nothing_is_kept(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    session = desk.session(spoken(10, (0, 9)), spoken(10), auto=True)
    desk.run(session)
    assert session.folders == []
    assert list(tmp_path.iterdir()) == []
    assert desk.states() == ["waiting", "over"]


def test_a_call_that_was_ended_by_hand_does_not_begin_again_in_the_same_breath(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    session = desk.session(spoken(110), spoken(110, (2, 12), (20, 24)), auto=True)
    desk.at_s = {5.0: session.end_call}
    desk.run(session)
    assert [read_info(folder).duration_s for folder in session.folders] == [
        pytest.approx(5.1, abs=0.2),
        pytest.approx(24 + 5 - 12.8, abs=0.6),
    ]


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
        Health(0.0, "microphone", fine=False, note="The headset is gone.", cause="gone"),
        Gap(0.0, 0.9, "sound", "The headset was gone.", "agent"),
        Health(1.9, "microphone", fine=True, note="The headset is back."),
        Ended(4.9, "end of sound"),
    ]
    between = [event for event in desk.shown if isinstance(event, Health)]
    assert between[0] == Health(3.0, "microphone", fine=False, note="The headset is gone.", cause="gone")


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
