"""A shortcut that starts `tone-monitor live` in a terminal: what it is on each system, and where it belongs."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.base import atomic
from monitor.base.errors import MonitorError

NAME = "Tone Monitor"
OURS = "TONE_MONITOR_"
"""How the environment variables begin that say where settings, profiles and calls are."""
HOLD = 'printf "Press Enter to close this window. "; read -r _'
"""Keeps the window open after a failure, or nobody could read what it was."""


class ShortcutError(MonitorError):
    """The shortcut cannot be written; the message is a full sentence."""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A file that starts the program from outside a terminal."""

    path: Path
    text: str
    use: str
    """One sentence: where a person finds it."""
    is_program: bool = False
    """Whether the system runs the file itself."""

    def write(self) -> None:
        """Put it into its place.

        Raises:
            ShortcutError: the disk did not take it.
        """
        try:
            atomic.write(self.path, self.text.encode())
            if self.is_program:
                self.path.chmod(0o700)
        except OSError as error:
            raise ShortcutError(
                f"Can't write the shortcut {self.path}: {error.strerror}. Start with tone-monitor live instead."
            ) from error


def shortcut(platform: str, environment: Mapping[str, str], home: Path, program: Sequence[str]) -> Shortcut:
    """The shortcut of a system.

    Args:
        platform: as `sys.platform` has it.
        environment: says where the folder of shortcuts is, and which folders of ours are not the usual ones.
        home: the user's home folder.
        program: what starts Tone Monitor, such as the path of `tone-monitor`.
    """
    ours = {name: value for name, value in sorted(environment.items()) if name.startswith(OURS)}
    match platform:
        case "win32":
            return _windows(Path(environment.get("LOCALAPPDATA") or home / "AppData/Local"), program, ours)
        case "darwin":
            return _macos(home, program, ours)
        case _:
            return _linux(Path(environment.get("XDG_DATA_HOME") or home / ".local/share"), program, ours)


def program() -> tuple[str, ...]:
    """What starts this Tone Monitor from anywhere: the command of its environment, else its Python."""
    command = Path(sys.executable).with_name("tone-monitor.exe" if os.name == "nt" else "tone-monitor")
    return (str(command),) if command.exists() else (sys.executable, "-m", "monitor")


def _linux(data: Path, program: Sequence[str], ours: Mapping[str, str]) -> Shortcut:
    command = ("sh", "-c", f"{_shell(program, ours)} || {{ {HOLD}; }}")
    text = "\n".join(
        (
            "[Desktop Entry]",
            "Type=Application",
            f"Name={NAME}",
            "Comment=Listen to support calls and show the agent one short instruction",
            f"Exec={_exec(command)}",
            "Terminal=true",
            "Categories=AudioVideo;Audio;",
            "",
        )
    )
    return Shortcut(data / "applications/tone-monitor.desktop", text, f"{NAME} is in the menu of applications.")


def _exec(command: Sequence[str]) -> str:
    """A command as the key Exec of a desktop entry has it: quoted, then escaped like every text of the file."""
    quoted = " ".join('"{}"'.format(re.sub(r'(["`$\\])', r"\\\1", word)) for word in command)
    return quoted.replace("\\", "\\\\").replace("%", "%%")


def _macos(home: Path, program: Sequence[str], ours: Mapping[str, str]) -> Shortcut:
    text = f"#!/bin/sh\n{_shell(program, ours)} || {{ {HOLD}; }}\n"
    use = f"{NAME} is in the Applications folder of your home folder: double-click it, or find it with Spotlight."
    return Shortcut(home / "Applications" / f"{NAME}.command", text, use, is_program=True)


def _shell(program: Sequence[str], ours: Mapping[str, str]) -> str:
    settings = [f"{name}={shlex.quote(value)}" for name, value in ours.items()]
    return " ".join([*settings, shlex.join([*program, "live"])])


def _windows(local: Path, program: Sequence[str], ours: Mapping[str, str]) -> Shortcut:
    profile: dict[str, object] = {
        "name": NAME,
        "commandline": subprocess.list2cmdline([*program, "live"]),
        "startingDirectory": "%USERPROFILE%",
        "closeOnExit": "graceful",  # after a failure the window stays open
    }
    if ours:
        profile["environment"] = dict(ours)
    path = local / "Microsoft/Windows Terminal/Fragments" / NAME / "profile.json"
    use = f"Open Windows Terminal again: {NAME} is in the menu beside its tabs."
    return Shortcut(path, json.dumps({"profiles": [profile]}, indent=2, ensure_ascii=False) + "\n", use)
