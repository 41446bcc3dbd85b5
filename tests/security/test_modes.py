"""Whatever the umask is, all that the program makes is its owner's alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from monitor import sample

pytestmark = pytest.mark.slow


COMMANDS = (
    ("live", "--from", "{call}", "--plain", "--speed", "0", "--model", "none"),
    ("analyze", "{call}", "--model", "none"),
    ("calls",),
    ("reindex", "--all"),
    ("replay", "--plain"),
    ("replay", "--clip", "0:01", "0:05", "-o", "out/clips/clip.zip"),
    ("replay", "--clip", "0:01", "0:05", "-o", "out/clips/folder"),
    ("report",),
    ("report", "-o", "out/reports/call.html"),
    ("report", "--team", "-o", "out/reports/team.html"),
    ("export", "--to", "json", "-o", "out/json/call.json"),
    ("export", "--to", "vcon", "-o", "out/vcon.json"),
    ("export", "--to", "csv", "-o", "out/csv"),
    ("export", "--to", "vtt", "-o", "out/call.vtt"),
    ("doctor",),
    ("calibrate", "--from", "{call}", "--plain", "--anyway"),
    ("purge",),
    ("forget", "--yes", "newest"),
)
"""The main job, from a live call to its deletion."""
MAY_FAIL = ("doctor", "calibrate")
"""What they find of this machine, and of half a minute of a call, is not at stake here."""


RUN = """
import json, os, stat, sys
from pathlib import Path
from monitor.cli import main
os.umask(0)
failed, loose = [], {}
for command in json.loads(sys.argv[1]):
    if command[-1] == "newest":
        command[-1] = max(path.name for path in Path().glob("xdg_data_home/tone-monitor/calls/*/*-*"))
    try:
        main(command)
    except SystemExit as ended:
        if ended.code:
            failed.append(command[0])
    for path in Path().rglob("*"):
        mode = stat.filemode(path.lstat().st_mode)
        if not mode.endswith("------"):
            loose[str(path)] = [mode, command]
print()
print(json.dumps([failed, loose]))
"""
"""Runs commands one after the other under a umask that forbids nothing, and looks at all there is after each."""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_everything_the_main_job_makes_is_its_owners_alone(tmp_path: Path) -> None:
    brief = tmp_path / "in.wav"
    soundfile.write(brief, soundfile.read(sample.CALL, stop=16_000 * 20)[0], 16_000)
    home = tmp_path / "home"
    home.mkdir()
    places = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("TONE_MONITOR", "XDG"))}
    environment = {**outside, "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {name: str(home / name.lower()) for name in places}
    asked = [[part.format(call=brief) for part in command] for command in COMMANDS]
    done = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(asked)],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        cwd=home,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    failed, loose = json.loads(done.stdout.splitlines()[-1])
    assert set(failed) <= set(MAY_FAIL), done.stderr
    assert loose == {}
    names = {path.name for path in home.rglob("*")}
    assert {"catalogue.sqlite", "deletions.jsonl", "call.html", "call.vtt", "sound.flac", "clip.zip"} <= names
