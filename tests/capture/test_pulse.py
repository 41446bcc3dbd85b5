"""A call between real programs through a real sound server: what is played at a known time is captured at that time."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples, Speaker
from audio.devices.capture import Capture
from audio.devices.choose import choose
from audio.devices.portaudio import PortAudio
from audio.values import SoundLost, SourceState
from tests import pulse
from tests.waiting import Lateness

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("server")]

RATE_HZ = 48_000
COUNTED = 15
"""Clicks that must be heard on both sides."""
LENGTH_S = COUNTED + 4
FIRST_S = 1.0
SETTLED_S = 5.0
"""A null sink that nothing played to may lose a moment of sound when something does."""
CLICK_S = 0.001
"""Width of a click; one a second on both sides at once."""


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    pulse.require()
    with pulse.server(["agent", "customer", "both"]) as environment, pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        for side in ("left", "right"):
            pactl(
                *("load-module", "module-remap-source", "master=both.monitor", f"source_name={side}_ear"),
                *("channels=1", "channel_map=mono", f"master_channel_map=front-{side}", "remix=no"),
                f"source_properties=device.description={side}-ear",
            )
        yield


def pactl(*words: str) -> str:
    command = ["pactl", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def played(path: Path, sink: str) -> "subprocess.Popen[bytes]":
    command = ["paplay", f"--device={sink}", str(path)]  # far ahead, so that a busy machine plays without a hole
    return subprocess.Popen(command)


def capture(
    agent: str, customer: str, seconds: float, at: Callable[[float], None] = lambda _s: None
) -> tuple[dict[Speaker, Samples], list[SoundLost | SourceState]]:
    """Everything that a capture yields in so many seconds; `at` is called with the time between blocks."""
    blocks: dict[Speaker, list[Samples]] = {"agent": [], "customer": []}
    told: list[SoundLost | SourceState] = []
    with Capture(agent, customer) as devices:
        for item in devices.blocks():
            if not isinstance(item, AudioBlock):
                told.append(item)
                continue
            blocks[item.speaker].append(item.samples)
            at(item.end / SAMPLE_RATE_HZ + devices.lag_s)
            if item.end >= seconds * SAMPLE_RATE_HZ:
                devices.stop()
    return {speaker: np.concatenate(sound) for speaker, sound in blocks.items() if sound}, told


def once(at_s: float, act: Callable[[], object]) -> Callable[[float], None]:
    """Do something at the first chance from a time on."""
    waiting = [act]

    def look(now_s: float) -> None:
        if now_s >= at_s and waiting:
            waiting.pop()()

    return look


def clicks_s(sound: Samples) -> np.ndarray:
    loud = sound > 0.25
    tops = np.flatnonzero(loud[1:-1] & (sound[1:-1] >= sound[:-2]) & (sound[1:-1] > sound[2:])) + 1
    return tops / SAMPLE_RATE_HZ


@pytest.fixture
def stereo(tmp_path: Path) -> Path:
    """A click every second on both sides, and behind it half a second of a tone of −20 and −30 dBFS."""
    times = np.arange(LENGTH_S * RATE_HZ) / RATE_HZ
    away = (times - FIRST_S + 0.5) % 1 - 0.5
    click = 0.5 * np.exp(-((away / CLICK_S) ** 2))
    tone = np.where((away > 0.2) & (away < 0.45), np.sqrt(2) * np.sin(2 * np.pi * 440 * times), 0)
    path = tmp_path / "both.wav"
    soundfile.write(path, np.stack([click + 0.1 * tone, click + 10**-1.5 * tone], axis=1), RATE_HZ, "PCM_16")
    return path


def test_two_sources_are_captured_at_the_times_and_levels_played(stereo: Path) -> None:
    players: list[subprocess.Popen[bytes]] = []
    with Lateness() as machine:
        play = once(0.5, lambda: players.append(played(stereo, "both")))
        sound, told = capture("left-ear", "right_ear", LENGTH_S, play)
    late_s = machine.worst_s
    players[0].kill()
    players[0].wait()
    assert [item for item in told if isinstance(item, SourceState) or item.end_s > SETTLED_S] == []
    found = {speaker: clicks_s(sound[speaker]) for speaker in ("agent", "customer")}
    count = min(len(clicks) for clicks in found.values())
    assert count >= COUNTED, f"only {count} of {LENGTH_S} clicks are heard on both sides"
    agent, customer = (clicks[-COUNTED:] for clicks in found.values())
    apart_s = np.abs(agent - customer).max()
    assert apart_s < 0.010 + late_s, f"the sides are {apart_s:.3f} s apart; this machine was {late_s:.3f} s late"
    for clicks in (agent, customer):
        away = clicks - np.arange(COUNTED)
        off_s = np.abs(away - np.median(away)).max()
        assert off_s < 0.020 + late_s, f"a click is {off_s:.3f} s off; this machine was {late_s:.3f} s late"
    for speaker, dbfs in (("agent", -20), ("customer", -30)):
        levels = [
            np.sqrt(np.mean(np.square(sound[speaker][round((at + 0.25) * 16_000) : round((at + 0.4) * 16_000)])))
            for at in found[speaker][COUNTED // 2 : -1]
        ]
        assert 20 * np.log10(np.median(levels)) == pytest.approx(dbfs, abs=0.5)


@pytest.fixture
def hum(tmp_path: Path) -> Path:
    path = tmp_path / "hum.wav"
    soundfile.write(path, 0.1 * np.sin(2 * np.pi * 200 * np.arange(60 * RATE_HZ) / RATE_HZ), RATE_HZ)
    return path


def test_a_device_that_goes_and_comes_back_mid_call_costs_its_own_sound_alone(hum: Path) -> None:
    players = [played(hum, "agent"), played(hum, "customer")]
    went: list[float] = []

    def unplug() -> None:
        [number] = [line.split()[0] for line in pactl("list", "modules", "short").splitlines() if "=agent " in line]
        players[0].kill()  # or the server would play it to the other side
        players[0].wait()
        went.append(now[0])
        pactl("unload-module", number)

    def plug_in() -> None:
        pactl("load-module", "module-null-sink", "sink_name=agent", "rate=48000")
        players.append(played(hum, "agent"))

    now = [0.0]
    steps = [once(6.0, unplug), once(9.0, plug_in)]

    def at(now_s: float) -> None:
        now[0] = now_s
        for step in steps:
            step(now_s)

    sound, told = capture("agent.monitor", "customer.monitor", 24, at)
    for player in players:
        player.kill()
        player.wait()
    told = [item for item in told if isinstance(item, SourceState) or item.end_s > SETTLED_S]
    assert [item for item in told if item.speaker == "customer"] == []
    gone, back = [item for item in told if isinstance(item, SourceState)]
    assert (gone.fine, back.fine) == (False, True)
    assert gone.at_s - went[0] < 3
    lost = next(item for item in told if isinstance(item, SoundLost))
    assert -0.15 < lost.start_s - went[0] < 0.6, "what was on its way when the device went is still heard"
    start, end = (round(second * SAMPLE_RATE_HZ) for second in (lost.start_s, lost.end_s))
    assert not sound["agent"][start + 400 : end - 400].any()
    assert np.sqrt(np.mean(np.square(sound["agent"][-SAMPLE_RATE_HZ:]))) == pytest.approx(0.0707, rel=0.06)
    assert np.sqrt(np.mean(np.square(sound["customer"][-SAMPLE_RATE_HZ:]))) == pytest.approx(0.0707, rel=0.06)


def test_what_the_default_output_plays_is_the_loopback() -> None:
    pactl("set-default-sink", "customer")
    assert choose("loopback", PortAudio().inputs(), "customer").key == "customer.monitor"
    assert not choose("left-ear", PortAudio().inputs(), "agent").is_loopback


SOUNDCARD = """
import sys, time
import numpy as np
from audio.devices import loopback
[device] = [one for one in loopback.devices() if one.key == "customer.monitor"]
stream = loopback.LoopbackStream(device, 2)
pieces = []
until_s = time.monotonic() + 60
while sum(len(piece.samples) for piece in pieces) < 100_000 and time.monotonic() < until_s:
    pieces += stream.read()
    time.sleep(0.01)
stream.close()
sound = np.concatenate([piece.samples for piece in pieces])
print(len(sound), np.sqrt(np.mean(np.square(sound[-24000:]))), pieces[-1].heard_s - pieces[0].heard_s)
"""


def test_soundcard_hears_what_an_output_plays(hum: Path) -> None:
    if find_spec("soundcard") is None:
        pytest.skip("the extra loopback is not installed")
    script = hum.with_name("listen.py")  # SoundCard wants to run in a file
    script.write_text(SOUNDCARD)
    player = played(hum, "customer")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    player.kill()
    player.wait()
    count, level, span_s = (float(word) for word in done.stdout.split())
    assert count > 2 * RATE_HZ, "what the output plays did not come within a minute"
    assert level == pytest.approx(0.0707, rel=0.06)
    assert span_s == pytest.approx(count / RATE_HZ, abs=0.3)
