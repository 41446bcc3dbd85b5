"""Whether each speaker's sound is as it should be: one trouble a side, told when it comes and when it goes."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Speaker, seconds
from audio.values import SoundLost, SourceState
from monitor.call.events import Health

Heard = AudioBlock | SoundLost | SourceState
"""What a source yields: sound, and what is to be said of it."""

Cause = Literal["silent", "clipped", "gone"] | None

SILENT_AFTER: dict[Speaker, int] = {"agent": 3 * SAMPLE_RATE_HZ, "customer": 60 * SAMPLE_RATE_HZ}
"""Samples of digital silence after which a side is reported.

A microphone always hums; a telephone line may send nothing at all between two words, on mute and on hold.
"""
NOTHING = 1e-6
"""Peak below which there is digital silence: −120 dBFS; some drivers give numbers that are not quite zero."""
FULL_SCALE = 0.99
"""From here a sample is cut off at the top."""
CUT_OFF_SHARE = 0.005
"""Of the samples of a second, from which the second is cut off: what a shout alone does not reach."""
CUT_OFF_SECONDS = 3
"""Of the last 10, from which it is told;"""
CLEAR_SECONDS = 30
"""so many without make it good."""
_LATELY_SECONDS = 10
_CUT_OFF = "Your microphone is clipping: turn its input level down."
_NOT_CUT_OFF = "Your microphone is no longer clipping."
_PARTS: dict[Speaker, Literal["microphone", "customer line"]] = {"agent": "microphone", "customer": "customer line"}
_SILENT = {
    "agent": "No sound from the microphone: is it muted?",
    "customer": "No sound from the customer for a minute.",
}
_HEARD = {"agent": "The microphone is heard again.", "customer": "The customer's line is heard again."}


@dataclass(slots=True)
class _Side:
    silent: int = 0
    """Samples of digital silence since the last sound."""
    gone: str = ""
    """What the source said of a device that is gone."""
    back: str = ""
    told: str = ""
    """The trouble that was told last."""
    cause: Cause = None
    """Of that trouble."""
    second: int = 0
    """Of media time, of which samples that are cut off are being counted."""
    cut_off: int = 0
    seconds: deque[bool] = field(default_factory=lambda: deque(maxlen=CLEAR_SECONDS))
    """Which of the last ones were cut off."""

    def hear(self, block: AudioBlock, *, heeded: bool) -> None:
        level = abs(block.samples)
        self.silent = self.silent + len(level) if heeded and level.max(initial=0.0) < NOTHING else 0
        self.cut_off += int((level >= FULL_SCALE).sum())
        if (second := block.end // SAMPLE_RATE_HZ) > self.second:
            self.seconds.append(self.cut_off > CUT_OFF_SHARE * SAMPLE_RATE_HZ * (second - self.second))
            self.second, self.cut_off = second, 0

    @property
    def is_cut_off(self) -> bool:
        lately = list(self.seconds)[-_LATELY_SECONDS:]
        return sum(lately) >= CUT_OFF_SECONDS or (self.told == _CUT_OFF and any(self.seconds))


class SoundWatch:
    """Feed it all that a source yields."""

    def __init__(self) -> None:
        self._sides: dict[Speaker, _Side] = {"agent": _Side(), "customer": _Side()}

    @property
    def troubles(self) -> Iterator[Health]:
        """What is not fine now."""
        return (
            _health(speaker, 0.0, side.told, cause=side.cause) for speaker, side in self._sides.items() if side.told
        )

    def feed(self, heard: Heard, *, in_call: bool = True) -> Iterator[Health]:
        """Take what was heard; a customer's line is silent for good reason while there is no call."""
        side = self._sides[heard.speaker]
        match heard:
            case SourceState(fine=True):
                side.gone, side.back = "", heard.note
            case SourceState():
                side.gone, side.back = heard.note, ""
            case AudioBlock():
                side.hear(heard, heeded=in_call or heard.speaker == "agent")
            case SoundLost():
                return
        silent = side.silent >= SILENT_AFTER[heard.speaker]
        trouble = side.gone or (_SILENT[heard.speaker] if silent else "")
        if not trouble and heard.speaker == "agent" and side.is_cut_off:  # nobody here can turn the customer down
            trouble = _CUT_OFF
        if trouble != side.told:
            relief = _NOT_CUT_OFF if side.told == _CUT_OFF else _HEARD[heard.speaker]
            side.told = trouble
            side.cause = ("gone" if side.gone else "silent" if silent else "clipped") if trouble else None
            yield _health(heard.speaker, _at_s(heard), trouble, side.back or relief, cause=side.cause)
            side.back = ""


def _health(speaker: Speaker, at_s: float, trouble: str, relief: str = "", *, cause: Cause) -> Health:
    return Health(at_s, _PARTS[speaker], fine=not trouble, note=trouble or relief, cause=cause)


def _at_s(heard: AudioBlock | SourceState) -> float:
    return round(seconds(heard.end) if isinstance(heard, AudioBlock) else heard.at_s, 3)
