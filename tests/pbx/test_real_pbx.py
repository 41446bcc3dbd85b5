"""A telephone call through a real Asterisk, as README and docs/telephony.md set it up."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from numpy.typing import NDArray
from scipy.signal import correlate

import monitor
from audio.block import SAMPLE_RATE_HZ
from audio.values import DeadAir, Interruption, Turn
from monitor.call.summary import of_folder
from monitor.serve.front.secret_file import read_secrets
from tests.pbx import asterisk_folder, sip_call
from tests.pbx.debian import NoPackagesError, Roots, unpacked
from tests.waiting import until
from tools.platforms.g711 import encode, heard

pytestmark = [pytest.mark.pbx, pytest.mark.slow]

RATE_HZ = 8000
PARTS_S = ((11.5, 21.8), (23.4, 33.4))
LAST_PART_S = (119.0, 131.5)
"""Of the built-in call: the agent as she began, and how she interrupts the customer and talks loudly."""
LEAD_S = 1.0
"""Of silence at the beginning: the tap begins a moment after the agent answers."""
DEAD_AIR_S = 4.5
CLOSE_S = 0.05
"""By so much what is measured behind the PBX may differ."""
APART_S = 0.25
"""By so much two telephones may begin to play, and Asterisk to copy them, apart on a busy machine."""
STEADY = SAMPLE_RATE_HZ // 1000
"""Samples: by so much a second of sound may be off where nothing was dropped, repeated or stretched."""
SPEECH = 0.01
"""Root mean square of a second that has speech in it."""
ALIKE = 0.99
"""What G.711 twice and a resampler leave of a sound at least."""


@pytest.fixture
def roots(pytestconfig: pytest.Config) -> Roots:
    try:
        return unpacked(pytestconfig.cache.mkdir("asterisk"))
    except NoPackagesError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture
def sides() -> NDArray[np.int16]:
    """Both sides as they leave a telephone, shape (n, 2): agent, customer."""
    path = Path(str(monitor.__file__)).with_name("sample") / "call.flac"
    sound, rate_hz = soundfile.read(path)
    lead, dead_air = (np.zeros((round(seconds * rate_hz), 2)) for seconds in (LEAD_S, DEAD_AIR_S))
    *first, last = (sound[round(a * rate_hz) : round(b * rate_hz)] for a, b in (*PARTS_S, LAST_PART_S))
    cut = np.concatenate([lead, *first, dead_air, last])
    narrow = soxr.resample(cut, rate_hz, RATE_HZ).clip(-1, 1)
    return np.stack([heard((narrow[:, side] * 32767).astype(np.int16), "ulaw") for side in (0, 1)], 1)


@pytest.fixture
def programs() -> Iterator[list["subprocess.Popen[str]"]]:
    """Programs that end with the test."""
    running: list[subprocess.Popen[str]] = []
    yield running
    for program in reversed(running):
        program.terminate()
        program.communicate(timeout=30)


def start(
    programs: list["subprocess.Popen[str]"], log: Path, command: list[str], **more: object
) -> "subprocess.Popen[str]":
    with log.open("w") as file:
        program = subprocess.Popen(command, stdout=file, stderr=file, stdin=subprocess.DEVNULL, text=True, **more)  # type: ignore[call-overload]
    programs.append(program)
    return program


def test_a_call_through_asterisk_brings_its_prompt_to_the_agent_s_screen_and_measures_like_its_file(
    tmp_path: Path, roots: Roots, sides: NDArray[np.int16], programs: list["subprocess.Popen[str]"]
) -> None:
    tone_monitor = str(Path(sys.executable).with_name("tone-monitor"))
    secrets, calls = tmp_path / "secrets.toml", tmp_path / "calls"
    serve = ["serve", "--listen", "127.0.0.1:0", "--secrets", str(secrets), "--new-secrets", "--workers", "1"]
    log, screen = tmp_path / "serve.log", tmp_path / "watch.log"
    server = start(programs, log, [tone_monitor, *serve, "--calls", str(calls), "--model", "none"])
    until(lambda: "Listening on" in log.read_text(), f"the server listens: {log.read_text()}", of=server)
    address = log.read_text().partition("ws://")[2].split(". ")[0]
    start(programs, screen, [tone_monitor, "watch", "--agent", "sam", "--plain"])

    token = read_secrets(secrets).platforms["pbx"]
    configuration = asterisk_folder.write(tmp_path / "asterisk", roots.asterisk, address, token)
    asterisk = tmp_path / "asterisk.log"
    pbx = asterisk_folder.command(roots.asterisk, configuration)
    start(programs, asterisk, pbx, env=asterisk_folder.environment(), cwd=tmp_path)
    control = configuration.parent.parent / "run/asterisk.ctl"
    until(control.exists, "Asterisk has started")

    files = tmp_path / "customer.ul", tmp_path / "agent.ul"
    for side, path in ((1, files[0]), (0, files[1])):
        path.write_bytes(encode(sides[:, side], "ulaw"))
    seconds = len(sides) / RATE_HZ
    telephones = sip_call.start(tmp_path, roots.telephone, "400", files, seconds + 1)
    for telephone in telephones:
        assert telephone.wait(timeout=seconds + 60) == 0, "The call was not placed"
    until(lambda: any(calls.glob("*/*/audio.flac")), f"the call is saved: {log.read_text()}")

    assert "Lower volume" in screen.read_text(), screen.read_text()
    (saved,) = calls.glob("*/*")
    got, recorded = of_folder(saved), soundfile.read(saved / "audio.flac")[0]
    sent = soxr.resample(sides / 32768, RATE_HZ, SAMPLE_RATE_HZ)
    late = [_late(recorded[:, side], sent[:, side]) for side in (0, 1)]
    same = np.stack([_moved(sent[:, side], late[side], len(recorded)) for side in (0, 1)], 1)
    soundfile.write(tmp_path / "sides.wav", same, SAMPLE_RATE_HZ)
    expected = monitor.analyze(tmp_path / "sides.wav", model="none")

    assert (got.call.agent, got.call.source) == ("sam", "asterisk")
    assert [prompt.rule for prompt in got.prompts] == [prompt.rule for prompt in expected.prompts] == ["lower-volume"]
    assert got.prompts[0].seen
    assert len(expected.interruptions) == len(expected.dead_air) == 1
    seconds_of = [_seconds(recorded[:, side], sent[:, side]) for side in (0, 1)]
    assert all(np.median([alike for _, alike in found]) >= ALIKE for found in seconds_of)
    if got.gaps or not all(np.ptp([at for at, _ in found]) <= STEADY for found in seconds_of):
        assert os.getloadavg()[0] > (os.cpu_count() or 1), "Sound moved, on a machine that was not busy"
        return  # a starved Asterisk drops and repeats frames of its taps
    assert abs(late[0] - late[1]) <= APART_S * SAMPLE_RATE_HZ
    for side in (0, 1):
        assert np.corrcoef(recorded[:, side], same[:, side])[0, 1] >= ALIKE
    for one, other in (
        (got.turns, expected.turns),
        (got.interruptions, expected.interruptions),
        (got.dead_air, expected.dead_air),
    ):
        assert _whose(one) == _whose(other)
        assert np.allclose(_times(one), _times(other), rtol=0, atol=CLOSE_S)


def _seconds(recorded: NDArray[np.float64], sent: NDArray[np.float64]) -> list[tuple[int, float]]:
    """Where each second of speech is in the recording, by samples later than in its file, and how alike it is."""
    second, found = SAMPLE_RATE_HZ, []
    for start in range(second, len(sent) - second, second):
        window, around = sent[start : start + second], recorded[start - second // 2 : start + 3 * second // 2]
        if len(around) == 2 * second and np.sqrt(np.mean(window**2)) > SPEECH:
            at = int(np.argmax(correlate(around, window, "valid", "fft")))
            found.append((at - second // 2, float(np.corrcoef(around[at : at + second], window)[0, 1])))
    return found


def _late(recorded: NDArray[np.float64], sent: NDArray[np.float64]) -> int:
    """By how many samples a side is later in the recording than in its file."""
    return int(np.argmax(correlate(recorded, sent, "full", "fft"))) - len(sent) + 1


def _moved(sound: NDArray[np.float64], by: int, length: int) -> NDArray[np.float64]:
    """The sound so much later, in silence of this length."""
    moved = np.zeros(length)
    first, piece = max(0, by), sound[max(0, -by) :]
    moved[first : first + len(piece)] = piece[: max(0, length - first)]
    return moved


def _whose(events: Sequence[Turn | Interruption | DeadAir]) -> list[str]:
    return [getattr(one, "speaker", "") or getattr(one, "by", "") for one in events]


def _times(events: Sequence[Turn | Interruption | DeadAir]) -> list[tuple[float, float]]:
    return [(one.start_s, one.end_s) for one in events]
