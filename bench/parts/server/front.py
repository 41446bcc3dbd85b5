"""The server's front: the CPU that a stream of each platform takes to accept, read, decode and hand over."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence

import numpy as np
from websockets.asyncio.client import connect

from bench.figures.table import Row
from bench.instruments.front_process import TOKEN
from tools.platforms import platform_messages as messages
from tools.platforms.network import Network, frames
from tools.platforms.platform_messages import Message

STREAMS = 25
"""Connections at the same time."""
MEASURED_S = 8.0
EXTRA_S = 4.0
FRAMES_A_SECOND = 50
TARGET = "≤ 0.5"


def rows() -> Iterator[Row]:
    """All figures."""
    sound = np.random.default_rng(1).integers(-9000, 9000, round(8000 * (MEASURED_S + EXTRA_S)), np.int16)
    leg = frames(sound, 8000, Network())
    platforms: dict[str, tuple[str, list[Message], int]] = {
        "Asterisk, µ-law": (f"/asterisk/{TOKEN}?call=%d&role=agent", _of(messages.asterisk(leg)), 1),
        "Asterisk, slin": (f"/asterisk/{TOKEN}?call=%d&role=agent", _of(messages.asterisk(leg, "slin")), 1),
        "Twilio, two tracks": (
            f"/twilio/{TOKEN}",
            _of(messages.media_stream({"inbound": leg, "outbound": leg}, "CA1", {})),
            2,
        ),
        "L16, two channels": (
            f"/l16/{TOKEN}?call=%d&rate=8000&channels=2",
            _of(messages.l16(zip(leg, leg, strict=True), {})),
            1,
        ),
    }
    for name, (path, sent, a_frame) in platforms.items():
        cpu_s, handed_over = asyncio.run(_measured(path, sent, a_frame))
        yield Row("CPU of a stream", 100 * cpu_s / STREAMS / MEASURED_S, "% of a core", TARGET, series="front", at=name)
        yield Row("pieces handed over", handed_over / STREAMS / MEASURED_S, "a second", series="front", at=name)


def _of(timed: Iterator[messages.Timed]) -> list[Message]:
    return [one.message for one in timed]


async def _measured(path: str, sent: Sequence[Message], a_frame: int) -> tuple[float, int]:
    command = [sys.executable, "-m", "bench.instruments.front_process", str(MEASURED_S)]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    if process.stdout is None:
        raise ValueError("The front has no output")
    ports = json.loads(await process.stdout.readline())
    url = f"ws://127.0.0.1:{ports['web']}"
    tasks = [
        asyncio.create_task(_stream(url + (path % number if "%d" in path else path), sent, a_frame))
        for number in range(STREAMS)
    ]
    figures = json.loads(await process.stdout.readline())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await process.wait()
    return figures["cpu_s"], figures["messages"]


async def _stream(url: str, sent: Sequence[Message], a_frame: int) -> None:
    """Send a call in real time, all frames of an instant together."""
    loop = asyncio.get_running_loop()
    async with connect(url, compression=None, proxy=None) as client:
        began_s = loop.time()
        for number, message in enumerate(sent):
            await asyncio.sleep(max(0.0, began_s + number // a_frame / FRAMES_A_SECOND - loop.time()))
            await client.send(message)
