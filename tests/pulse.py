"""A PulseAudio of one's own with sinks that nobody hears, for tests that really play and record."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.waiting import until

PROGRAMS = ("pulseaudio", "pactl", "parec")


def require() -> None:
    """Skip the test where PulseAudio is missing; fail it where it must not be."""
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing and "CI" in os.environ:
        pytest.fail(f"{', '.join(missing)} must be installed here: packages pulseaudio and pulseaudio-utils.")
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed")


@contextmanager
def server(sinks: Sequence[str]) -> Iterator[dict[str, str]]:
    """Run a sound server with null sinks; give the environment in which programs use it, the first as default."""
    with tempfile.TemporaryDirectory(prefix="pulse-") as folder:
        socket = Path(folder) / "native"
        environment = {**os.environ, "XDG_RUNTIME_DIR": folder, "HOME": folder, "PULSE_SERVER": f"unix:{socket}"}
        environment |= {"PULSE_SINK": sinks[0]}
        modules = [f"module-null-sink sink_name={name} rate=48000" for name in sinks]
        modules.append(f"module-native-protocol-unix socket={socket} auth-anonymous=1")
        command = ["pulseaudio", "-n", "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no"]
        command += [part for module in modules for part in ("-L", module)]
        running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until(socket.exists, "PulseAudio listens", of=running)
            yield environment
        finally:
            running.terminate()
            running.wait(10)


def plays(environment: dict[str, str]) -> bool:
    """Whether something plays to a server."""
    listed = subprocess.run(
        ["pactl", "list", "sink-inputs", "short"],  # noqa: S607 - from the path, as the others
        env=environment,
        check=True,
        capture_output=True,
    )
    return bool(listed.stdout.strip())
