"""Several programs work on one calls folder: two supervisors' screens, a session, and `calls --plain` in between.

No screen stands still, no mark is lost, and none of them deletes what the others have open. A screen whose catalogue is
replaced or deleted continues with the new one. In PostgreSQL the same.
"""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import soundfile
import tomli_w

from monitor import sample
from monitor.call import marks
from monitor.catalogue.catalogue import FILE
from tests import postgres
from tests.made_calls import after, fired, info, make
from tests.screen_programs import PATIENCE_S, ScreenProgram, Shown

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="A file that is in use cannot be replaced there."),
]
CALLS = 10


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    (tmp_path / "run").mkdir(mode=0o700)
    for number in range(CALLS):
        make(tmp_path / "calls", [fired("slow-down", 5.0)], info(after(minutes=number)), name=f"call{number}")
    return tmp_path / "calls"


def command(root: Path, *arguments: str) -> str:
    whole = [sys.executable, "-m", "monitor", *arguments, "--calls", str(root)]
    return subprocess.run(whole, check=True, capture_output=True, text=True, timeout=PATIENCE_S).stdout


def review_by_turns(root: Path, url: str = "") -> list[str]:
    """Press r by turns in two screens until each call is reviewed; give files that a screen lost meanwhile."""
    with ScreenProgram(root, url) as one, ScreenProgram(root, url) as other:
        for number in range(CALLS):
            here, there = (one, other) if number % 2 else (other, one)
            here.until(lambda shown, left=CALLS - number: shown.found == (CALLS, left) and not shown.trouble)
            here.press("home", "r")
            if number % 3 == 1:
                assert command(root, "calls", "--plain").count("call") > CALLS
            there.until(lambda shown, left=CALLS - number - 1: shown.found == (CALLS, left))
        for screen in (one, other):
            assert all(reviewed for reviewed, _, _ in screen.press().calls.values())
        lost = [*one.lost_files(), *other.lost_files()]
    assert [len(marks.read(folder)) for folder in sorted(root.glob("*/*/"))] == [1] * CALLS
    return lost


def test_two_screens_see_each_other_s_marks(root: Path) -> None:
    assert review_by_turns(root) == []


def test_two_screens_on_postgresql_see_each_other_s_marks(root: Path, tmp_path: Path) -> None:
    with postgres.running() as url:
        (tmp_path / "config.toml").write_text(tomli_w.dumps({"calls": {"catalogue": url}}))
        assert review_by_turns(root, url) == []
    assert not (root / FILE).exists()


def test_a_call_in_progress_never_stands_still_on_a_screen(root: Path, tmp_path: Path) -> None:
    sound, rate = soundfile.read(sample.CALL)
    soundfile.write(tmp_path / "call.wav", sound, rate)
    live = [sys.executable, "-m", "monitor", "live", "--from", str(tmp_path / "call.wav"), "--plain"]
    with ScreenProgram(root) as screen:
        session = subprocess.Popen(
            [*live, "--model", "none", "--speed", "2", "--calls", str(root)], stdout=subprocess.DEVNULL
        )
        try:
            name, before = in_progress(screen.until(in_progress))
            screen.press("w")
            screen.press("home", "enter")
            screen.press("n", "w", "a", "i", "t", "enter")
            screen.press("escape", "escape")
            screen.until(lambda shown: shown.calls[name][2] > before + 15)
            assert "in progress" in command(root, "calls", "--plain")
            screen.until(lambda shown: shown.calls[name][2] > before + 30)
            assert screen.lost_files() == []
            assert [mark.text for mark in marks.read(root / name)] == ["wait"]
        finally:
            session.send_signal(signal.SIGKILL)
            session.wait(PATIENCE_S)
        killed = time.monotonic()
        screen.until(lambda shown: shown.calls[name][1] == "broken off")
        assert time.monotonic() - killed < PATIENCE_S
        assert screen.lost_files() == []


HOLD = """
import subprocess, sys
from pathlib import Path
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.query import Filter, count

root = Path(sys.argv[1])
with open_catalogue(root) as catalogue:
    count(catalogue, Filter())
    with open_catalogue(root) as again:
        count(again, Filter())
    subprocess.run([sys.executable, "-m", "monitor", "calls", "--plain", "--calls", str(root)], check=True)
    assert (root / "catalogue.sqlite-wal").exists()
    assert (root / "catalogue.sqlite-shm").exists()
"""
"""Opens the catalogue twice; another program that opens and closes it must not take itself for the only one."""


def test_a_program_that_opens_the_catalogue_twice_keeps_its_locks(root: Path) -> None:
    command(root, "reindex")
    subprocess.run([sys.executable, "-c", HOLD, str(root)], check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE_S)


EVERY_OPEN = """
import sys
from pathlib import Path
from monitor.cli import main

def see(event, arguments):
    if event == "open" and "catalogue.sqlite" in str(arguments[0]):
        print(arguments[0])
    if event == "sqlite3.connect":
        print("SQLite")

sys.addaudithook(see)
call = max(Path(sys.argv[1]).glob("*/*/"))
for command in (
    ["live", "--from", sys.argv[2], "--plain", "--speed", "0", "--model", "none"],
    ["calls", "--plain"],
    ["reindex", "--all"],
    ["rules", "quality"],
    ["replay", "--plain"],
    ["report"],
    ["doctor", str(call)],
    ["purge"],
    ["forget", "--yes", str(call)],
):
    try:
        main(command)
    except SystemExit as ended:
        assert not ended.code, command
"""
"""Runs commands, and prints a line for each time that Python opens the database, and each that SQLite does."""


def test_nothing_but_sqlite_opens_the_database(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(root))
    sound, rate = soundfile.read(sample.CALL, stop=6 * 16_000)
    soundfile.write(tmp_path / "call.wav", sound, rate)
    done = subprocess.run(
        [sys.executable, "-c", EVERY_OPEN, str(root), str(tmp_path / "call.wav")],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=PATIENCE_S,
    )
    said = done.stdout.splitlines()
    assert "SQLite" in said
    assert [line for line in said if line.endswith(".sqlite")] == []


def in_progress(shown: Shown) -> tuple[str, float] | None:
    found = [(name, about[2]) for name, about in shown.calls.items() if about[1] == "open"]
    return found[0] if found else None


def test_a_screen_whose_catalogue_is_replaced_continues_with_the_new_one(root: Path) -> None:
    with ScreenProgram(root) as screen:
        screen.until(lambda shown: shown.found == (CALLS, CALLS))
        command(root, "reindex", "--all")
        screen.until(lambda shown: shown.found == (CALLS, CALLS) and not shown.trouble)
        for lost in (root.glob(FILE + "*"), [root / FILE]):
            for path in lost:
                path.unlink()
            screen.press("down")
            screen.until(lambda shown: shown.found == (CALLS, CALLS) and not shown.trouble)
        screen.press("home", "r")
        screen.until(lambda shown: shown.found == (CALLS, CALLS - 1) and not shown.trouble)
        with screen.stopped():
            for path in root.glob(FILE + "*"):
                path.unlink()
            (root / FILE).write_bytes(b"garbage " * 1000)
        assert "file is not a database" in screen.until(lambda shown: shown.trouble).trouble
        command(root, "reindex", "--all")
        screen.until(lambda shown: shown.found == (CALLS, CALLS - 1) and not shown.trouble)
        assert screen.lost_files() == []
