"""A call in a worker: what the front passes on becomes the folder of a call."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from audio.block import SAMPLE_RATE_HZ, AudioBlock
from audio.devices.streams import clock_s
from audio.values import DeadAir, Turn
from monitor.call.events import CallEvent, Gap, Health
from monitor.call.info import Takeover, read_info
from monitor.call.log import read_events
from monitor.call.telephone.telephone_events import AgentChanged, Hold, KeysPressed
from monitor.pipeline.load_shedding import LAG_S
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from monitor.sample import CALL
from monitor.serve import signals
from monitor.serve.orders import CallBegins, CallChanges, CallClosed, Report, ScreenWatches, Shown, Tick
from monitor.serve.worker.shop import Shop
from monitor.serve.worker.worker_call import TOO_BUSY, TOO_LATE_S, WorkerCall
from monitor.serve.worker_options import WorkerOptions
from monitor.settings.config import Calls, Serve, Settings
from rules.load import load
from tests.faults.disk import Disk
from tests.waiting import until

RATE_HZ = 8_000
PACKET = 160
DURATION_S = 12.0


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    """Of the built-in call, the customer's side first, as records number them."""
    samples, rate_hz = soundfile.read(CALL, frames=round(DURATION_S * SAMPLE_RATE_HZ), dtype="int16")
    return soxr.resample(samples[:, ::-1], rate_hz, RATE_HZ)


def at_16_khz(sound: np.ndarray) -> np.ndarray:
    return soxr.resample(sound, RATE_HZ, SAMPLE_RATE_HZ)


def options(folder: Path, settings: Settings) -> WorkerOptions:
    return WorkerOptions(settings, "none", engine="swift", calls=str(folder / "calls"))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop.of(options(tmp_path, Settings(calls=Calls(consent="given"))))
    yield shop
    shop.notices.close()


class Played:
    """Plays sound to a call as fast as it goes, with the stamps of real time."""

    def __init__(self, shop: Shop, sound: np.ndarray, late_s: float = 0.0) -> None:
        self.reports: list[Report] = []
        self.began_ns = round((clock_s() - late_s) * 1e9)
        self.sound = sound
        self.at = 0
        self.call = WorkerCall(1, self.begins(), shop, self.reports.append)
        until(self.is_open, "the call is open")
        self.take(*(signals.SideBegins(side, "c", "", RATE_HZ, False, self.now_ns, "l16") for side in (0, 1)))  # noqa: FBT003

    def is_open(self) -> bool:
        self.take(Tick(self.now_ns))
        return bool(self.reports)

    def begins(self) -> CallBegins:
        return CallBegins(self.began_ns, "c", self.began_ns, "l16", agent="kim", customer_id="4711")

    @property
    def now_ns(self) -> int:
        return self.began_ns + round(self.at / RATE_HZ * 1e9)

    def take(self, *what: object) -> None:
        for one in what:
            self.call.take(getattr(one, "side", 0), one)

    def until(self, until_s: float) -> None:
        while self.at < until_s * RATE_HZ:
            for side in (0, 1):
                samples = self.sound[self.at : self.at + PACKET, side].tobytes()
                self.take(signals.Sound(side, samples, self.now_ns + PACKET * 1_000_000_000 // RATE_HZ))
            self.at += PACKET
            if self.at % (5 * PACKET) == 0:
                self.take(Tick(self.now_ns))

    def change(self, **what: object) -> None:
        self.take(replace(CallChanges(self.now_ns), **what))

    def end(self) -> Path:
        self.call.end("end of sound")
        self.call.join()
        assert isinstance(self.reports[-1], CallClosed)
        assert self.reports[-1].failure == ""
        return Path(next(report.folder for report in self.reports if hasattr(report, "folder")))


def events(folder: Path, *kinds: type[CallEvent]) -> list[CallEvent]:
    return [event for event in read_events(folder) if isinstance(event, kinds)]


def test_a_call_from_the_network_has_the_turns_of_the_same_sound_as_a_file(shop: Shop, sound: np.ndarray) -> None:
    played = Played(shop, sound)
    played.until(DURATION_S)
    folder = played.end()

    same = at_16_khz(sound)
    pipeline = Pipeline(("agent", "customer"), load(metrics=BY_NAME), None)
    blocks = [AudioBlock(who, 0, same[:, side] / np.float32(32768)) for who, side in (("agent", 1), ("customer", 0))]
    expected = [event for block in blocks for event in pipeline.feed(block)] + list(pipeline.flush())
    turns = [event for event in expected if isinstance(event, Turn)]

    found = events(folder, Turn)
    assert [turn.speaker for turn in found] == [turn.speaker for turn in turns]
    assert np.allclose([turn.start_s for turn in found], [turn.start_s for turn in turns], atol=0.05)
    assert np.allclose([turn.end_s for turn in found], [turn.end_s for turn in turns], atol=0.05)
    kept, rate = soundfile.read(folder / "audio.flac", dtype="int16")
    assert rate == SAMPLE_RATE_HZ
    for channel, side in ((0, 1), (1, 0)):
        length = min(len(kept), len(same)) - SAMPLE_RATE_HZ
        assert np.corrcoef(kept[:length, channel], same[:length, side])[0, 1] > 0.99
    info = read_info(folder)
    assert (info.agent, info.customer, info.closed) == ("kim", "4711", True)
    assert not events(folder, Gap)


def test_on_hold_nothing_is_measured_and_nobody_is_silent(shop: Shop, sound: np.ndarray) -> None:
    played = Played(shop, sound)
    played.until(2)
    played.change(hold=True)
    played.until(9)
    played.change(hold=False)
    played.until(DURATION_S)
    folder = played.end()

    begins, ends = events(folder, Hold)
    assert (begins.on, ends.on) == (True, False)
    assert not events(folder, DeadAir)
    for turn in events(folder, Turn):
        assert turn.end_s <= begins.at_s + 0.7 or turn.start_s >= ends.at_s - 0.01
    assert any(turn.start_s >= ends.at_s - 0.01 for turn in events(folder, Turn))


def test_another_agent_begins_again_and_the_log_says_when(shop: Shop, sound: np.ndarray) -> None:
    played = Played(shop, sound)
    played.until(6)
    played.change(agent="sam")
    played.take(signals.KeysPressed(0, played.now_ns))
    played.until(DURATION_S)
    folder = played.end()

    (changed,) = events(folder, AgentChanged)
    assert changed.agent == "sam"
    assert abs(changed.at_s - 6) < 0.5
    about = read_info(folder)
    assert (about.agent, about.takeovers) == ("kim", (Takeover("sam", changed.at_s),))
    (keys,) = events(folder, KeysPressed)
    assert keys.speaker == "customer"
    turns = events(folder, Turn)
    assert any(turn.end_s < 6.5 for turn in turns)
    assert any(turn.start_s > 6.5 for turn in turns)


def test_a_full_disk_is_reported_and_nothing_is_missing_once_there_is_room(
    shop: Shop, sound: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk()
    disk.holds_calls(monkeypatch)
    played = Played(shop, np.tile(sound, (10, 1)))
    played.take(ScreenWatches(played.now_ns, on=True))

    def is_told(note: str) -> bool:
        played.until(played.at / RATE_HZ + 0.04)
        return any(note.encode() in bytes(one.event) for one in played.reports if isinstance(one, Shown))

    disk.room = 0
    until(lambda: is_told("The disk is full"), "it is reported")
    disk.room = float("inf")
    until(lambda: is_told("being saved again"), "that is over")
    folder = played.end()

    trouble, news = events(folder, Health)
    assert (trouble.part, trouble.fine, news.fine) == ("recording", False, True)
    assert not events(folder, Gap)
    kept, _ = soundfile.read(folder / "audio.flac", dtype="int16")
    assert len(kept) / SAMPLE_RATE_HZ >= played.at / RATE_HZ - 0.5


def test_sound_that_waited_ten_seconds_is_a_gap_and_words_are_given_up_long_before(
    shop: Shop, sound: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LAG_S < TOO_LATE_S
    lags_s: list[float] = []
    monkeypatch.setattr(Pipeline, "late", lambda _, lag_s: lags_s.append(lag_s))
    played = Played(shop, sound, late_s=TOO_LATE_S + 2)
    played.until(DURATION_S)
    folder = played.end()

    gaps = [gap for gap in events(folder, Gap) if gap.why == TOO_BUSY]
    assert gaps
    assert gaps[0].start_s < 0.1
    assert min(gap.end_s for gap in gaps) > 1.5
    assert max(lags_s) > TOO_LATE_S
    assert events(folder, Turn), "what came later is measured"


def test_nothing_is_kept_until_consent_is_known_where_the_settings_want_it(tmp_path: Path, sound: np.ndarray) -> None:
    settings = Settings(serve=Serve(wait_for_consent=True))
    shop = Shop.of(options(tmp_path, settings))
    played = Played(shop, sound)
    played.until(6)
    played.change(consent="given")
    played.until(DURATION_S)
    folder = played.end()

    kept, _ = soundfile.read(folder / "audio.flac", dtype="int16")
    assert not kept[: 5 * SAMPLE_RATE_HZ].any()
    assert kept[7 * SAMPLE_RATE_HZ :].any()
    assert read_info(folder).consent.status == "given"
    shop.notices.close()


def test_a_screen_gets_the_events_of_its_call_while_it_watches(shop: Shop, sound: np.ndarray) -> None:
    played = Played(shop, sound)
    played.until(1)
    played.take(ScreenWatches(played.now_ns, on=True))
    played.until(3)
    played.take(ScreenWatches(played.now_ns, on=False))
    shown = [bytes(report.event) for report in played.reports if isinstance(report, Shown)]
    played.until(4)
    played.end()

    assert shown[0].startswith(b'{"event":"session"')
    assert any(event.startswith(b'{"event":"tone"') for event in shown)
    assert len([report for report in played.reports if isinstance(report, Shown)]) == len(shown)
