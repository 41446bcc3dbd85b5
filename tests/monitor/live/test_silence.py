"""Calls that speech starts and silence ends."""

import math
from pathlib import Path

import pytest
import soundfile

from audio.block import seconds
from audio.values import ToneSample
from monitor.call.events import CallOver, Ended, SessionState
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.call.text import line
from monitor.catalogue.folder_reader import FolderReader
from monitor.live.parts import SessionParts
from monitor.live.session import Session
from monitor.replay.call_log import CallReader
from tests.monitor.live.desk import Desk, spoken
from tests.waiting import until


@pytest.fixture(autouse=True)
def _no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made calls go by faster than any disk writes."""
    monkeypatch.setattr("monitor.live.writer_thread.MOST_WAITING_S", math.inf)


def test_a_call_begins_with_the_customers_first_words_and_ends_with_their_silence(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    session = desk.session(spoken(100, (8, 11)), spoken(100, (12, 16)), auto=True)
    desk.run(session)

    (folder,) = session.folders
    (measured,) = desk.pipelines
    began_s = 12.8 - 8.0
    ended_s = read_info(folder).duration_s
    assert ended_s == pytest.approx(16.0 + 5.0 - began_s, abs=0.5)
    assert soundfile.info(folder / "audio.flac").frames == round(16_000 * ended_s)
    voices = {
        speaker: [start for who, start, level in measured.heard if who == speaker and level]
        for speaker in ("agent", "customer")
    }
    assert seconds(voices["agent"][0]) == pytest.approx(8.0 - began_s, abs=0.5)
    assert seconds(voices["customer"][0]) == pytest.approx(12.0 - began_s, abs=0.5)
    *heard, end = read_events(folder)
    assert end == Ended(ended_s, "end of sound")
    assert max(event.end_s for event in heard if isinstance(event, ToneSample)) == pytest.approx(ended_s, abs=0.1)
    assert desk.states()[:3] == ["waiting", "call", "ending"]
    (asked,) = [event for event in desk.shown if isinstance(event, CallOver)]
    assert asked.ends_s == pytest.approx(asked.since_s + 20.0 + 60.0, abs=0.2)
    assert "`tone-monitor call keep`" in (line(asked) or "")


def test_a_call_that_was_begun_by_hand_ends_in_silence_too(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    session = desk.session(spoken(90, (3, 4)), spoken(90), auto=True)
    desk.at_s = {2.0: session.start_call}
    desk.run(session)
    assert [list(read_events(folder))[-1].at_s for folder in session.folders] == [pytest.approx(2.0 + 5.0, abs=0.3)]


@pytest.mark.parametrize("auto", [True, False])
def test_a_call_that_telephone_software_began_is_ended_by_it_alone(tmp_path: Path, auto: bool) -> None:  # noqa: FBT001
    desk = Desk(tmp_path)
    session = desk.session(spoken(100), spoken(100), auto=auto)
    desk.at_s = {2.0: lambda: session.start_call(until_requested=True)}
    desk.run(session)
    assert list(read_events(session.folders[-1]))[-1] == Ended(97.9, "end of sound")
    assert not [event for event in desk.shown if isinstance(event, CallOver)]


def test_an_answer_keeps_a_silent_call_going(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    session = desk.session(spoken(200), spoken(200, (2, 4)), auto=True)
    desk.at_s = {50.0: session.keep_call}
    desk.run(session)
    (folder,) = session.folders
    assert list(read_events(folder))[-1] == Ended(200.0, "end of sound")
    assert [event.ends_s is None for event in desk.shown if isinstance(event, CallOver)] == [False, True]


def test_a_call_that_is_ended_while_it_is_asked_has_no_silence_at_its_end(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    session = desk.session(spoken(60), spoken(60, (2, 4)), auto=True)
    desk.at_s = {50.0: session.end_call}
    desk.run(session)
    (folder,) = session.folders
    end = list(read_events(folder))[-1]
    assert (end.at_s, end.why) == (pytest.approx(9.0, abs=0.3), "stopped")


def test_a_program_that_is_ended_while_it_is_asked_keeps_all(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    session = desk.session(spoken(60), spoken(60, (2, 4)), auto=True)
    desk.at_s = {50.0: session.stop_soon}
    desk.run(session)
    (folder,) = session.folders
    assert list(read_events(folder))[-1].at_s == pytest.approx(50.0, abs=0.2)


def test_speech_begins_calls_where_the_customer_is_heard() -> None:
    for speakers, state in ((("agent", "customer"), "waiting"), (("agent",), "failed")):
        shown: list[object] = []
        opened = SessionParts([], lambda _: 1 / 0, speakers=speakers)  # type: ignore[arg-type, return-value]
        Session(lambda opened=opened: opened, auto=None).run(shown.append)  # type: ignore[misc]
        states = [event.state for event in shown if isinstance(event, SessionState)]
        assert states[0] == state


def test_who_follows_a_call_sees_what_is_left_of_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    session = desk.session(spoken(100), spoken(100, (2, 4)), auto=True)
    listed: list[FolderReader] = []
    followed: list[CallReader] = []
    seen_s: list[float] = []

    def look() -> None:
        (folder,) = session.folders
        until(lambda: any(event.end_s > 30 for event in read_events(folder) if isinstance(event, ToneSample)), "log")
        listed.append(FolderReader(folder))
        followed.append(CallReader(folder))
        seen_s.extend([listed[0].read().call.duration_s, followed[0].catch_up().duration_s])

    desk.at_s = {40.0: look}
    desk.run(session)
    assert min(seen_s) > 30
    kept_s = pytest.approx(9.0, abs=0.3)
    assert (listed[0].read().call.duration_s, followed[0].catch_up().duration_s) == (kept_s, kept_s)
