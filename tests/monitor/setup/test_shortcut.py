"""Shortcuts as their systems read them, and started where that can be."""

import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path, PurePath

import pytest

from monitor.setup.shortcut import Shortcut, ShortcutError, program, shortcut

ODD = '/opt/a b/100 %/it\'s "$HOME" `x` \\'
"""A folder with everything that a shell or a desktop entry takes for something else."""
SHOWS = '#!/bin/sh\nprintf "%s\\n" "$TONE_MONITOR_CALLS" "$@" > "$SEEN"\nexit ${CODE:-0}\n'


def exec_of(text: str) -> list[str]:
    """The words of Exec, as the specification of desktop entries has them: unescaped, then unquoted."""
    (line,) = (line for line in text.splitlines() if line.startswith("Exec="))
    value = line.removeprefix("Exec=").replace("\\\\", "\\").replace("%%", "%")
    words = re.findall(r'"((?:[^"\\]|\\.)*)"', value)
    assert value == " ".join(f'"{word}"' for word in words)
    return [re.sub(r"\\(.)", r"\1", word) for word in words]


@pytest.mark.parametrize("code", [0, 1])
def test_the_desktop_entry_starts_live_and_waits_after_a_failure(code: int, tmp_path: Path) -> None:
    folder = tmp_path / ODD.lstrip("/")
    folder.mkdir(parents=True)
    fake = folder / "tone-monitor"
    fake.write_text(SHOWS, encoding="utf-8")
    fake.chmod(0o755)
    made = shortcut("linux", {"TONE_MONITOR_CALLS": ODD, "XDG_DATA_HOME": str(tmp_path)}, tmp_path, [str(fake)])
    assert made.path == tmp_path / "applications/tone-monitor.desktop"
    made.write()
    if checker := shutil.which("desktop-file-validate"):
        subprocess.run([checker, made.path], check=True)
    environment = os.environ | {"SEEN": str(tmp_path / "seen"), "CODE": str(code)}
    done = subprocess.run(exec_of(made.text), input="\n", capture_output=True, text=True, env=environment, check=False)
    assert (tmp_path / "seen").read_text("utf-8").splitlines() == [ODD, "live"]
    assert done.stdout == ("Press Enter to close this window. " if code else "")


def test_the_entry_goes_to_the_usual_folder_without_xdg(tmp_path: Path) -> None:
    assert shortcut("linux", {}, tmp_path, ["x"]).path == tmp_path / ".local/share/applications/tone-monitor.desktop"


def test_the_command_of_macos_starts_live(tmp_path: Path) -> None:
    fake = tmp_path / "it's here"
    fake.write_text(SHOWS, encoding="utf-8")
    fake.chmod(0o755)
    made = shortcut("darwin", {"TONE_MONITOR_CALLS": ODD, "HOME": "x"}, tmp_path, [str(fake)])
    made.write()
    assert made.path == tmp_path / "Applications/Tone Monitor.command"
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o700
    subprocess.run([made.path], check=True, env=os.environ | {"SEEN": str(tmp_path / "seen")})
    assert (tmp_path / "seen").read_text("utf-8").splitlines() == [ODD, "live"]


def test_the_profile_of_windows_terminal_quotes_the_program_and_stays_open_after_a_failure(tmp_path: Path) -> None:
    there = r"C:\Users\Jö Lee\venv\Scripts\tone-monitor.exe"
    made = shortcut("win32", {"LOCALAPPDATA": str(tmp_path), "TONE_MONITOR_CALLS": "D:\\calls"}, tmp_path, [there])
    assert made.path.relative_to(tmp_path) == PurePath("Microsoft/Windows Terminal/Fragments/Tone Monitor/profile.json")
    made.write()
    (profile,) = json.loads(made.path.read_text("utf-8"))["profiles"]
    assert profile["commandline"] == f'"{there}" live'
    assert profile["closeOnExit"] == "graceful"
    assert profile["environment"] == {"TONE_MONITOR_CALLS": "D:\\calls"}


def test_the_program_that_a_shortcut_starts_is_this_one() -> None:
    done = subprocess.run([*program(), "--version"], check=True, capture_output=True, text=True)
    assert "version" in done.stdout


def test_a_shortcut_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ShortcutError, match="Start with tone-monitor live instead"):
        Shortcut(tmp_path / "file" / "x", "", "").write()
