"""The screen of a calibration: what to read, how loud it is, how much is still needed."""

from types import TracebackType
from typing import Self

from rich.console import Group
from rich.live import Live
from rich.text import Text

from audio.measure.level import SILENCE_DBFS
from monitor.base.bars import bar, in_dbfs
from monitor.setup.calibration import CalibrationProgress
from monitor.setup.calibration_findings import SPEECH_S
from monitor.setup.calibration_text import INVITATION, PASSAGE

PAINT_EVERY = 3
"""Frames of 32 ms."""
BAR = 40


class CalibrationScreen:
    """Redraws the picture in place; use it as a context.

    Args:
        device: the microphone's name.
    """

    def __init__(self, device: str) -> None:
        self._device = device
        self._live = Live(auto_refresh=False, vertical_overflow="crop")
        self._updates = 0
        self._level_dbfs = SILENCE_DBFS

    def __enter__(self) -> Self:
        self._live.start()
        self._live.update(self._page(CalibrationProgress(0.0, 0.0, SILENCE_DBFS), ""), refresh=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def update(self, heard: CalibrationProgress, hint: str) -> None:
        """Draw what has been heard so far, ten times a second."""
        self._updates += 1
        self._level_dbfs = max(heard.level_dbfs, self._level_dbfs)
        if self._updates % PAINT_EVERY == 0:
            self._live.update(self._page(heard, hint), refresh=True)
            self._level_dbfs = SILENCE_DBFS

    def _page(self, heard: CalibrationProgress, hint: str) -> Group:
        spoken = round(BAR * min(heard.speech_s / SPEECH_S, 1.0))
        lines = (
            f"Listening to {self._device}. {INVITATION}\n",
            f"{PASSAGE}\n",
            f"level   {bar(self._level_dbfs, BAR)}  {in_dbfs(self._level_dbfs)}",
            f"speech  {'━' * spoken}{'·' * (BAR - spoken)}  {heard.speech_s:.0f} of {SPEECH_S:.0f} s",
            f"\n{hint or 'Press Ctrl-C to stop.'}",
        )
        return Group(*(Text(line) for line in lines))
