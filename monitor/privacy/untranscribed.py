"""Speech that is not transcribed yet."""

from dataclasses import dataclass, field

from audio.block import Speaker
from audio.values import ToneSample, Utterance
from monitor.call.events import CallEvent, Gap

PAUSE_S = 0.5
"""Speech with less between it becomes one utterance, or several that follow one another at once."""
LEAST_S = 0.25
"""Less speech between two pauses need not become an utterance at all: nobody waits for it."""


@dataclass(slots=True)
class _Spoken:
    start_s: float
    end_s: float


@dataclass(slots=True)
class UntranscribedSpeech:
    """Feed it the events of a call; who spoke is among them, and so is what was made of it.

    A matter of the events alone: how late words are for other reasons than the sound is not seen.
    """

    _stretches: dict[Speaker, list[_Spoken]] = field(default_factory=dict)

    def feed(self, event: CallEvent) -> None:
        """Take the next event."""
        match event:
            case ToneSample(speaker, start_s, end_s, speaking=True):
                own = self._stretches.setdefault(speaker, [])
                if own and start_s - own[-1].end_s < PAUSE_S:
                    own[-1].end_s = end_s
                else:
                    own.append(_Spoken(start_s, end_s))
            case Utterance(speaker, start_s, end_s):
                self._known(speaker, start_s, end_s)
            case Gap(start_s, end_s, "words", speaker=speaker) if speaker:
                self._known(speaker, start_s, end_s)

    def since_s(self, now_s: float) -> float:
        """From when on something may have been said that is not known; `now_s` if there is no such thing.

        Args:
            now_s: up to here it is known who spoke.
        """
        first_s = now_s
        for own in self._stretches.values():
            while own and own[0].end_s - own[0].start_s < LEAST_S and now_s - own[0].end_s > PAUSE_S:
                del own[0]
            first_s = min(first_s, *(one.start_s for one in own[:1]), now_s)
        return first_s

    def give_up(self, until_s: float) -> None:
        """Wait no longer for what was said before."""
        for speaker in self._stretches:
            self._known(speaker, 0.0, until_s)

    def _known(self, speaker: Speaker, start_s: float, end_s: float) -> None:
        left = []
        for one in self._stretches.get(speaker, []):
            if one.end_s <= start_s or one.start_s >= end_s:
                left.append(one)
                continue
            left += [_Spoken(one.start_s, start_s)] if one.start_s < start_s else []
            left += [_Spoken(end_s, one.end_s)] if one.end_s > end_s else []
        self._stretches[speaker] = left
