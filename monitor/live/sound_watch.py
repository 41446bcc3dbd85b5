"""Watches each speaker's sound: at most one problem a side, reported when it starts and when it ends."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Speaker, seconds
from audio.values import SoundLost, SourceState
from monitor.call.events import Health

SoundItem = AudioBlock | SoundLost | SourceState
"""What a source yields: sound and its state."""

Cause = Literal["silent", "clipped", "gone"] | None

DEAD_AFTER = 3 * SAMPLE_RATE_HZ
"""Samples of digital silence after which a microphone is reported, as it always has some noise;"""
SILENT_AFTER = 60 * SAMPLE_RATE_HZ
"""and after which a side is that may give nothing at all between words: a telephone line, on mute and on hold, and a
headset with a noise gate, of which only the silence counts in which the customer does not speak either."""
OPEN_AFTER = 2 * SAMPLE_RATE_HZ
"""Samples of steady noise that tell a microphone from a headset with a noise gate, which closes within a second of the
last word."""
STEADY = 4.0
"""Noise is steady while its peaks stay within 12 dB of the quietest sound so far; those of speech do not."""
AUDIBLE = 0.01
"""Peak from which a customer's line is taken to be speech or music: −40 dBFS."""
NOTHING = 1e-6
"""Peak of digital silence: −120 dBFS, as some drivers give values that are not quite zero."""
FULL_SCALE = 0.99
"""A sample of at least this counts as clipped."""
CLIPPED_SHARE = 0.005
"""Share of clipped samples that makes a second count as clipped; a single shout stays below it."""
CLIPPED_SECONDS = 3
"""Clipped seconds among the last 10 after which clipping is reported;"""
CLEAR_SECONDS = 30
"""seconds without any, after which it is over."""
_LATELY_SECONDS = 10
_CLIPPING = "Your microphone is clipping. Lower its input level."
_CLEAR = "Your microphone has stopped clipping."
_PARTS: dict[Speaker, Literal["microphone", "customer line"]] = {"agent": "microphone", "customer": "customer line"}
_SILENT = {
    "agent": "No sound from the microphone. Is it muted?",
    "customer": "No sound from the customer for a minute.",
}
_HEARD = {"agent": "Sound from the microphone is back.", "customer": "Sound from the customer's line is back."}


@dataclass(slots=True)
class _Side:
    silent: int = 0
    """Samples of digital silence since the last sound."""
    missed: int = 0
    """Those of them in a call in which something could have been expected from this side."""
    quietest: float = 0.0
    """Peak of the quietest block that was no digital silence; 0 if there has been none yet."""
    steady: int = 0
    """Samples of noise since the last speech or digital silence."""
    open: bool = False
    """Whether it has given noise between words, and so has no noise gate."""
    audible: bool = False
    """Whether the last block was speech or music."""
    gone: str = ""
    """What the source reported about a device that is gone."""
    back: str = ""
    reported: str = ""
    """The problem that was reported last."""
    cause: Cause = None
    """Of that problem."""
    second: int = 0
    """The second of media time in which clipped samples are being counted."""
    clipped: int = 0
    seconds: deque[bool] = field(default_factory=lambda: deque(maxlen=CLEAR_SECONDS))
    """Which of the last seconds were clipped."""

    def hear(self, block: AudioBlock, *, in_call: bool, other_speaks: bool) -> None:
        peak = max(float(block.samples.max(initial=0.0)), -float(block.samples.min(initial=0.0)))
        count = len(block.samples)
        self.audible = peak >= AUDIBLE
        if peak < NOTHING:
            self.silent += count
            self.missed = self.missed + count * (not other_speaks) if in_call else 0
        else:
            self.quietest = min(peak, self.quietest or peak)
            self.steady = 0 if self.silent or peak > STEADY * self.quietest else self.steady + count
            self.open = self.open or self.steady >= OPEN_AFTER
            self.silent = self.missed = 0
        if peak >= FULL_SCALE:
            self.clipped += int((abs(block.samples) >= FULL_SCALE).sum())
        if (second := block.end // SAMPLE_RATE_HZ) > self.second:
            self.seconds.append(self.clipped > CLIPPED_SHARE * SAMPLE_RATE_HZ * (second - self.second))
            self.second, self.clipped = second, 0

    @property
    def is_clipping(self) -> bool:
        lately = list(self.seconds)[-_LATELY_SECONDS:]
        return sum(lately) >= CLIPPED_SECONDS or (self.reported == _CLIPPING and any(self.seconds))

    @property
    def may_be_gated(self) -> bool:
        """Whether it has given sound, but never noise between words."""
        return self.quietest > 0 and not self.open


class SoundWatch:
    """Takes everything that a source yields."""

    def __init__(self) -> None:
        self._sides: dict[Speaker, _Side] = {"agent": _Side(), "customer": _Side()}

    @property
    def troubles(self) -> Iterator[Health]:
        """The current problems."""
        return (
            _health(speaker, 0.0, side.reported, cause=side.cause)
            for speaker, side in self._sides.items()
            if side.reported
        )

    def feed(self, heard: SoundItem, *, in_call: bool = True) -> Iterator[Health]:
        """Take sound; a silent customer line is normal while there is no call."""
        if isinstance(heard, SoundLost):
            return
        side = self._sides[heard.speaker]
        match heard:
            case SourceState(fine=True):
                side.gone, side.back = "", heard.note
            case SourceState():
                side.gone, side.back = heard.note, ""
            case AudioBlock():
                customer_speaks = self._sides["customer"].audible and heard.speaker == "agent"
                side.hear(heard, in_call=in_call, other_speaks=customer_speaks)
        silent = _is_silent(side, heard.speaker)
        trouble = side.gone or (_SILENT[heard.speaker] if silent else "")
        if not trouble and heard.speaker == "agent" and side.is_clipping:  # nobody here can lower the customer's level
            trouble = _CLIPPING
        if trouble != side.reported:
            relief = _CLEAR if side.reported == _CLIPPING else _HEARD[heard.speaker]
            if side.cause == "silent" and side.silent and not in_call:
                relief = ""  # the sound is not back: the call is over
            side.reported = trouble
            side.cause = ("gone" if side.gone else "silent" if silent else "clipped") if trouble else None
            yield _health(heard.speaker, _at_s(heard), trouble, side.back or relief, cause=side.cause)
            side.back = ""


def _is_silent(side: _Side, speaker: Speaker) -> bool:
    if speaker == "agent" and not side.may_be_gated:
        return side.silent >= DEAD_AFTER
    return side.missed >= SILENT_AFTER


def _health(speaker: Speaker, at_s: float, trouble: str, relief: str = "", *, cause: Cause) -> Health:
    return Health(at_s, _PARTS[speaker], fine=not trouble, note=trouble or relief, cause=cause)


def _at_s(heard: AudioBlock | SourceState) -> float:
    return round(seconds(heard.end) if isinstance(heard, AudioBlock) else heard.at_s, 3)
