"""Two sessions run on one machine at once.

The first keeps the control channel, and the second says so and goes on without; both keep their calls in the same
folder, and neither disturbs the other.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from monitor import sample
from monitor.call.info import read_info
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.reindex import reindex
from tests.waiting import until

pytestmark = pytest.mark.slow


@pytest.mark.skipif(sys.platform == "win32", reason="The runtime folder is chosen by XDG_RUNTIME_DIR.")
def test_both_keep_their_calls_and_the_second_says_that_the_channel_is_taken(tmp_path: Path) -> None:
    runtime, calls = tmp_path / "run", tmp_path / "calls"
    runtime.mkdir(mode=0o700)
    sound, rate = soundfile.read(sample.CALL, stop=6 * 16_000)
    soundfile.write(tmp_path / "call.wav", sound, rate)
    command = [sys.executable, "-m", "monitor", "live", "--from", str(tmp_path / "call.wav"), "--plain"]
    environment = os.environ | {"XDG_RUNTIME_DIR": str(runtime)}

    def begin() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*command, "--model", "none", "--calls", str(calls)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )

    first = begin()
    address = runtime / "tone-monitor" / "control.json"
    until(address.exists, "the first session has a control channel", of=first)
    channel = json.loads(address.read_bytes())
    second = begin()
    (_, said_first), (_, said_second) = first.communicate(timeout=120), second.communicate(timeout=120)
    assert (first.returncode, second.returncode) == (0, 0)
    assert channel
    assert "control channel" not in said_first
    assert "Another session is running, and `tone-monitor call` reaches that one." in said_second
    folders = sorted(calls.glob("*/*/"))
    assert len(folders) == 2
    assert all(read_info(folder).closed and read_info(folder).duration_s == 6.0 for folder in folders)
    with open_catalogue(calls) as catalogue:
        assert reindex(catalogue).calls == 2
