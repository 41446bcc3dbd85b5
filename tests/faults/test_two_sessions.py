"""Two sessions run on one machine at once.

The first gets telephone commands that name no session, and the second says so at once; each obeys those that name it.
Both keep their calls in the same folder, and neither disturbs the other.
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

LENGTH_S = 15
"""Of each call: long enough to ask both sessions while they run."""


@pytest.mark.skipif(sys.platform == "win32", reason="The runtime folder is chosen by XDG_RUNTIME_DIR.")
def test_both_keep_their_calls_and_each_obeys_what_names_it(tmp_path: Path) -> None:
    runtime, calls = tmp_path / "run", tmp_path / "calls"
    runtime.mkdir(mode=0o700)
    sound, rate = soundfile.read(sample.CALL, stop=LENGTH_S * 16_000)
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

    def ask(*words: str) -> str:
        command = [sys.executable, "-m", "monitor", "call", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout

    first = begin()
    until(lambda: any(runtime.glob("*/control-*.json")), "the first session has a control channel", of=first)
    second = begin()
    assert second.stdout
    notice = f"Another session gets telephone commands. End it, or use --session {second.pid}."
    early = iter(second.stdout.readline, "")
    assert any(notice in line for line in early), "the second session says so while it runs"
    assert f"(session {first.pid}, started " in ask("status")
    assert f"(session {second.pid}, started " in ask("flag", "--session", str(second.pid))
    assert json.loads(ask("status", "--json", "--session", str(second.pid)))["session"] == str(second.pid)
    (said_first, _), _ = first.communicate(timeout=120), second.communicate(timeout=120)
    assert (first.returncode, second.returncode) == (0, 0)
    assert "Another session" not in said_first
    assert not list(runtime.glob("*/control-*"))
    folders = sorted(calls.glob("*/*/"))
    assert len(folders) == 2
    assert all(read_info(folder).closed and read_info(folder).duration_s == LENGTH_S for folder in folders)
    with open_catalogue(calls) as catalogue:
        assert reindex(catalogue).calls == 2
