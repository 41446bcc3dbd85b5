"""A telephone call through a real Asterisk, as README and docs/telephony.md set it up."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from numpy.typing import NDArray
from scipy.signal import correlate

import monitor
from monitor.call.summary import of_folder
from monitor.serve.front.secret_file import read_secrets
from tests.pbx import asterisk_folder, sip_call
from tests.pbx.debian import NoPackagesError, Roots, unpacked
from tests.waiting import until
from tools.platforms.g711 import encode, heard

pytestmark = [pytest.mark.pbx, pytest.mark.slow]

RATE_HZ = 8000
PARTS_S = ((11.5, 21.8), (23.4, 35.5), (121.0, 131.5))
"""Of the built-in call: the agent as she began, and how she talks over the customer."""
ALIKE = 0.9
"""The median of all seconds; G.711 twice, and two clocks that are brought together, leave that much at least."""
SPEECH = 0.01
"""Root mean square of a second that has speech in it."""


@pytest.fixture
def roots(tmp_path: Path) -> Roots:
    try:
        return unpacked(tmp_path / "packages")
    except NoPackagesError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture
def sides() -> NDArray[np.int16]:
    """Both sides as they leave a telephone, shape (n, 2): agent, customer."""
    path = Path(str(monitor.__file__)).with_name("sample") / "call.flac"
    sound, rate_hz = soundfile.read(path)
    cut = np.concatenate([sound[round(a * rate_hz) : round(b * rate_hz)] for a, b in PARTS_S])
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
    soundfile.write(tmp_path / "sides.wav", sides, RATE_HZ)
    expected, got = monitor.analyze(tmp_path / "sides.wav", model="none"), of_folder(saved)
    assert (got.call.agent, got.call.source) == ("sam", "asterisk")
    assert [prompt.rule for prompt in got.prompts] == [prompt.rule for prompt in expected.prompts] == ["lower-volume"]
    assert got.prompts[0].seen
    for speaker, figures in expected.speakers.items():  # a busy machine brings some frames too late
        assert got.speakers[speaker].talk_time_s == pytest.approx(figures.talk_time_s, rel=0.1, abs=1.0)
    recorded, _ = soundfile.read(saved / "audio.flac")
    for side in (0, 1):
        alike = correlations(recorded[:, side], soxr.resample(sides[:, side] / 32768, RATE_HZ, 2 * RATE_HZ))
        assert np.median(alike) >= ALIKE


def correlations(got: NDArray[np.float64], sent: NDArray[np.float64]) -> list[float]:
    """How alike each second of speech is to itself behind the PBX, wherever it is within half a second."""
    second = 2 * RATE_HZ
    found = []
    for start in range(second, len(sent) - second, second):
        window, around = sent[start : start + second], got[start - second // 2 : start + 3 * second // 2]
        if len(around) == 2 * second and np.sqrt(np.mean(window**2)) > SPEECH:
            at = int(np.argmax(correlate(around, window, "valid", "fft")))
            found.append(float(np.corrcoef(around[at : at + second], window)[0, 1]))
    return found
