"""Whether each speaker's sound is as it should be: one trouble a side, told when it comes and when it goes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Speaker, seconds
from audio.measures import SoundLost, SourceState
from monitor.events import Health

Heard = AudioBlock | SoundLost | SourceState
"""What a source yields: sound, and what is to be said of it."""

SILENT_AFTER: dict[Speaker, int] = {"agent": 3 * SAMPLE_RATE_HZ, "customer": 60 * SAMPLE_RATE_HZ}
"""Samples of digital silence after which a side is reported.

A microphone always hums; a telephone line may send nothing at all between two words, on mute and on hold.
"""
_PARTS: dict[Speaker, Literal["microphone", "customer line"]] = {"agent": "microphone", "customer": "customer line"}
_SILENT = {"agent": "No sound from the microphone.", "customer": "No sound from the customer's line for a minute."}
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


class SoundWatch:
    """Feed it all that a source yields."""

    def __init__(self) -> None:
        self._sides: dict[Speaker, _Side] = {"agent": _Side(), "customer": _Side()}

    @property
    def troubles(self) -> Iterator[Health]:
        """What is not fine now."""
        return (_health(speaker, 0.0, side.told) for speaker, side in self._sides.items() if side.told)

    def feed(self, heard: Heard, *, in_call: bool = True) -> Iterator[Health]:
        """Take what was heard; a customer's line is silent for good reason while there is no call."""
        side = self._sides[heard.speaker]
        match heard:
            case SourceState(fine=True):
                side.gone, side.back = "", heard.note
            case SourceState():
                side.gone, side.back = heard.note, ""
            case AudioBlock():
                heeded = in_call or heard.speaker == "agent"
                side.silent = side.silent + len(heard.samples) if heeded and not heard.samples.any() else 0
            case SoundLost():
                return
        silent = side.silent >= SILENT_AFTER[heard.speaker]
        trouble = side.gone or (_SILENT[heard.speaker] if silent else "")
        if trouble != side.told:
            side.told = trouble
            yield _health(heard.speaker, _at_s(heard), trouble, side.back or _HEARD[heard.speaker])
            side.back = ""


def _health(speaker: Speaker, at_s: float, trouble: str, relief: str = "") -> Health:
    return Health(at_s, _PARTS[speaker], fine=not trouble, note=trouble or relief)


def _at_s(heard: AudioBlock | SourceState) -> float:
    return round(seconds(heard.end) if isinstance(heard, AudioBlock) else heard.at_s, 3)
