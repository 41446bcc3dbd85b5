"""A live call that is ended from outside, by a signal or a terminal that is closed, and what is missing of it."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import soundfile

from audio.values import ToneSample
from monitor import sample
from monitor.call.events import Ended
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.privacy.spool_folder import spool_of
from tests.monitor.live.played_call import PLAY

Way = Literal["SIGINT", "SIGTERM", "SIGHUP", "closed terminal"]


@dataclass(frozen=True, slots=True)
class End:
    """What is there of a call that was ended, in seconds of the call."""

    lived_s: float
    """How long the call had lasted."""
    sound_lost_s: float
    events_lost_s: float
    closed: bool
    """Whether the folder says that the call came to its end, and the log why."""
    held: bool
    """Whether anything of it waits in memory."""
    code: int
    """Of the program."""
    restored: bool
    """Whether the terminal, if it was not closed, was left as it was."""


def end_after(seconds: float, way: Way, *, screen: bool, model: str = "none", times: int = 1) -> End:
    """Play the built-in call on a terminal, and end it so long after the first sound.

    Args:
        seconds: after the first sound.
        way: how it is ended.
        screen: whether it shows the screen, and not plain lines.
        model: for its words.
        times: how many signals are sent, a tenth of a second apart.
    """
    from tests.pseudo_terminal import Terminal  # noqa: PLC0415 - Windows has none

    with TemporaryDirectory() as root:
        reports, report = os.pipe()
        arguments = (str(sample.CALL), root, model, str(report), "screen" if screen else "plain")
        runtime = {"XDG_RUNTIME_DIR": root}
        with (
            Terminal(*arguments, environment=runtime, program=PLAY, pass_fds=[report]) as terminal,
            os.fdopen(reports) as first_sound,
        ):
            os.close(report)
            began_s = float(first_sound.readline())
            time.sleep(max(0.0, began_s + seconds - time.monotonic()))
            lived_s = time.monotonic() - began_s
            if way == "closed terminal":
                terminal.close()
            else:
                for _ in range(times):
                    terminal.process.send_signal(signal.Signals[way])
                    time.sleep(0.1)
            code = terminal.wait()
            on_screen = b"\x1b[?1049h" in terminal.output
            restored = way == "closed terminal" or (terminal.restored() and on_screen == screen)
        (folder,) = (info.parent for info in Path(root).glob("*/*/call.toml"))  # Whisper has a folder here, too
        return _found(folder, lived_s, code, restored=restored)


def _found(folder: Path, lived_s: float, code: int, *, restored: bool) -> End:
    events = list(read_events(folder))
    judged_s = max((event.end_s for event in events if isinstance(event, ToneSample)), default=0.0)
    ends = [event for event in events if isinstance(event, Ended)]
    flac = folder / "audio.flac"
    sound_s = soundfile.info(flac).duration if flac.exists() else 0.0
    closed = read_info(folder).closed and len(ends) == 1 and ends[0].why == "stopped" and events[-1] == ends[0]
    held = spool_of(folder) is not None
    return End(lived_s, max(0.0, lived_s - sound_s), max(0.0, lived_s - judged_s), closed, held, code, restored)
