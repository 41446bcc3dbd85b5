"""Calls over real worker processes: one that dies or hangs loses no call."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile
import soxr

from audio.block import SAMPLE_RATE_HZ
from monitor.call import files
from monitor.call.events import Ended, Gap
from monitor.call.info import Takeover, read_info
from monitor.call.log import read_events
from monitor.call.telephone.telephone_events import AgentChanged, Hold
from monitor.sample import CALL
from monitor.sealed import keys, sealing
from monitor.serve import signals
from monitor.serve.desk.clock import now_ns
from monitor.serve.desk.desk import Desk
from monitor.serve.worker_options import WorkerOptions
from monitor.settings.config import Privacy, Settings

RATE_HZ = 8_000
PACKET_S = 0.02
UNTIL_S = 11.0
PACKET = round(PACKET_S * RATE_HZ)


async def until_on_loop(true: Callable[[], bool]) -> None:
    for _ in range(1200):
        if true():
            return
        await asyncio.sleep(0.05)
    pytest.fail("After a minute it still is not so.")


class Tap:
    """A connection of a platform."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ended = ""

    def pause(self) -> bool:
        return False

    def resume(self) -> bool:
        return False

    def end(self, why: str) -> None:
        self.ended = why


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    samples, rate_hz = soundfile.read(CALL, frames=16 * SAMPLE_RATE_HZ, dtype="int16")
    return soxr.resample(samples, rate_hz, RATE_HZ)


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Settings]:
    """Settings that seal new calls, and a key."""
    settings = Settings(privacy=Privacy(encrypt=True, key_file=str(tmp_path / "key")))
    sealing.use(lambda: settings.privacy)
    keys.make()
    yield settings
    keys.forget()
    sealing.use(sealing.defaults)


@asynccontextmanager
async def serving(
    calls: Path, workers: int = 2, most: int = 4, settings: Settings | None = None
) -> AsyncIterator[Desk]:
    options = WorkerOptions(settings=settings or Settings(), model="none", calls=str(calls))
    async with Desk(options, workers, most, print) as desk:
        await until_on_loop(lambda: all(worker.ready for worker in desk.crew.workers))
        yield desk


def begins(call: str, role: signals.Role, agent: str = "kim") -> signals.SideBegins:
    return signals.SideBegins(0, call, role, RATE_HZ, numbered=False, at_ns=now_ns(), dialect="asterisk", agent=agent)


async def send(desk: Desk, taps: dict[str, Tap], sound: np.ndarray, from_s: float, until_s: float) -> None:
    loop = asyncio.get_running_loop()
    start_s = loop.time() - from_s
    for number in range(round(from_s / PACKET_S), round(until_s / PACKET_S)):
        await asyncio.sleep(max(0.0, start_s + (number + 1) * PACKET_S - loop.time()))
        for channel, tap in enumerate(taps.values()):
            samples = sound[number * PACKET : (number + 1) * PACKET, channel].tobytes()
            desk.take(tap, signals.Sound(0, samples, now_ns()))


async def closed(desk: Desk, call: str) -> None:
    await until_on_loop(lambda: all(one.begins.id != call for one in desk._by_number.values()))  # noqa: SLF001 - written


def the_call(calls: Path) -> Path:
    (folder,) = calls.glob("*/*/")
    return folder


@pytest.mark.slow
async def test_another_worker_continues_the_calls_of_one_that_dies_or_hangs(
    tmp_path: Path, sound: np.ndarray, sealed: Settings
) -> None:
    calls = tmp_path / "calls"
    taps = {name: {"agent": Tap(f"{name}-1"), "customer": Tap(f"{name}-2")} for name in ("one", "two")}
    every_tap = {f"{name} {role}": tap for name, own in taps.items() for role, tap in own.items()}
    both = np.concatenate([sound, sound], axis=1)
    async with serving(calls, settings=sealed) as desk:
        for name, own in taps.items():
            for role, tap in own.items():
                assert desk.begin(tap, begins(name, role)) is None
        await send(desk, every_tap, both, 0, 3)
        dead, hanging = (desk._calls[name].worker for name in taps)  # noqa: SLF001 - the processes are what is ended
        assert dead is not hanging
        for name in taps:
            desk.change(name, b'{"agent": "sam", "hold": true}')
        os.kill(dead.pid, signal.SIGKILL)
        os.kill(hanging.pid, signal.SIGSTOP)
        await send(desk, every_tap, both, 3, UNTIL_S)
        for tap in every_tap.values():
            desk.take(tap, signals.SideEnds(0, now_ns(), call_over=True))
        for name in taps:
            await closed(desk, name)
        metrics = desk.metrics().decode()

    assert "tone_monitor_serve_worker_restarts_total 2.0" in metrics
    folders = sorted(calls.glob("*/*/"))
    assert len(folders) == len(taps)
    for folder in folders:
        events = list(read_events(folder))
        (gap,) = [event for event in events if isinstance(event, Gap) and "broke off" in event.why]
        assert gap.start_s <= gap.end_s
        assert isinstance(events[-1], Ended)
        assert [type(event) for event in events].count(Ended) == 1
        (hold,), (change,) = ([one for one in events if isinstance(one, kind)] for kind in (Hold, AgentChanged))
        assert hold.on
        about = read_info(folder)
        assert (about.agent, about.takeovers) == ("kim", (Takeover("sam", change.at_s),))
        assert about.closed
        assert files.is_sealed(folder / "audio.flac"), "as the settings of the server want it"
        with files.reading(folder / "audio.flac") as file:
            kept, _ = soundfile.read(file, dtype="int16")
        assert len(kept) / SAMPLE_RATE_HZ > UNTIL_S - 0.7
        assert kept[round(gap.end_s * SAMPLE_RATE_HZ) :].any()


@pytest.mark.slow
async def test_calls_are_paired_refused_announced_changed_and_ended(tmp_path: Path, sound: np.ndarray) -> None:
    calls = tmp_path / "calls"
    agent, customer, other = Tap("a-1"), Tap("a-2"), Tap("a-3")
    async with serving(calls, workers=1, most=1) as desk:
        assert not desk.expects("uuid-1")
        told = desk.change("uuid-1", b'{"call": "one", "role": "customer", "customer_id": "4711"}')
        assert told.status == HTTPStatus.ACCEPTED
        assert desk.expects("uuid-1")
        assert desk.begin(agent, begins("one", "agent")) is None
        assert desk.begin(customer, begins("uuid-1", "")) is None
        full = desk.begin(other, begins("two", "agent"))
        assert full is not None
        assert full.why == "full"
        second = desk.begin(other, begins("one", "agent"))
        assert second is not None
        assert second.why == "second connection"
        await send(desk, {"agent": agent, "customer": customer}, sound, 0, 1)
        listed = msgspec.json.decode(desk.calls().body)["calls"]
        assert [(one["call"], one["agent"]) for one in listed] == [("one", "kim")]
        assert desk.change("one", b'{"digit": 4}').status == HTTPStatus.BAD_REQUEST
        assert desk.change("one", b'{"hold": true}').status == HTTPStatus.OK
        assert desk.change("one", b'{"end": true}').status == HTTPStatus.OK
        assert agent.ended
        await closed(desk, "one")
        assert desk.health() == (True, 0, 1)
        assert "refused" not in desk.metrics().decode()  # the front counts them, all in one metric
    assert read_info(the_call(calls)).closed
