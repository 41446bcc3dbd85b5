"""PulseAudio, or PipeWire in its place: its sources, including monitors of outputs, and notice when one goes."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from threading import Thread
from typing import Any

from audio.devices.device import Device

HOST = "PulseAudio"
ANSWER_S = 5.0
"""Timeout for an answer of the server."""


def sources() -> tuple[Device, ...]:
    """List the sources of the sound server; none without a server or pactl."""
    listed, info = _ask("list", "sources"), _ask("info")
    if not isinstance(listed, list) or not isinstance(info, dict):
        return ()
    found = [_device(source, info) for source in listed]
    return tuple(_told_apart(device, found) for device in found)


class Watch:
    """Reports immediately when a source goes: PulseAudio silently moves its streams to another source.

    Args:
        gone: called with the index of a source that is gone, or None if the server is; on the watch's thread.
    """

    def __init__(self, gone: Callable[[int | None], None]) -> None:
        self._gone = gone
        self._pactl = subprocess.Popen(  # noqa: S603 - our own words
            [_pactl(), "subscribe"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=_environment(),
        )
        Thread(target=self._follow, name="pulse watch", daemon=True).start()

    def close(self) -> None:
        """Stop watching."""
        self._gone = lambda _: None
        self._pactl.terminate()
        self._pactl.wait()

    def _follow(self) -> None:
        with self._pactl:
            for line in self._pactl.stdout or ():
                words = line.split()
                if words[1:4] == ["'remove'", "on", "source"]:
                    self._gone(int(words[4].lstrip("#")))
        self._gone(None)


def _ask(*question: str) -> Any:  # noqa: ANN401 - JSON
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            [_pactl(), "--format=json", *question],
            capture_output=True,
            check=True,
            timeout=ANSWER_S,
            env=_environment(),
        )
        return json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def _device(source: dict[str, Any], info: dict[str, Any]) -> Device:
    """A source as pactl describes it."""
    is_loopback = bool(source.get("monitor_source")) or source["name"].endswith(".monitor")
    default = f"{info.get('default_sink_name')}.monitor" if is_loopback else info.get("default_source_name")
    _, channels, rate = source["sample_specification"].split()
    return Device(
        index=source["index"],
        name=source.get("description") or source["name"],
        host=HOST,
        channels=int(channels.removesuffix("ch")),
        rate_hz=int(rate.removesuffix("Hz")),
        is_default=source["name"] == default,
        is_loopback=is_loopback,
        key=source["name"],
    )


def _told_apart(device: Device, devices: list[Device]) -> Device:
    """Give devices that share a name the server's own names."""
    alike = sum(other.name == device.name for other in devices)
    return device if alike == 1 else replace(device, name=f"{device.name} ({device.key})")


def _pactl() -> str:
    """The path of pactl; an empty or relative part of PATH would mean the current folder, and is passed over."""
    found = shutil.which("pactl", path=os.pathsep.join(filter(os.path.isabs, os.get_exec_path())))
    if found is None:
        raise FileNotFoundError("pactl is not installed, or not in an absolute folder of PATH. Install it.")
    return found


def _environment() -> dict[str, str]:
    """Environment in which pactl prints English, decimal points and unescaped names."""
    return os.environ | {"LC_ALL": "C.UTF-8"}
