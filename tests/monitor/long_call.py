"""A call of many hours, as fast as it goes.

The sound is made and the words are scripted; voice activity is taken from the level, because the model for it would
take most of the time and keeps the same few numbers for ever. No screen is open, no sound is kept, and the call enters
no catalogue: `bench/parts/long/endurance.py` has all three. All else is what runs in a call.
"""

import gc
import resource
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples, Speaker
from audio.values import ToneSample, Word
from audio.words.spoken_language import FOREIGN
from audio.words.transcribe import Transcriber
from monitor.agent.view import AgentView
from monitor.call.folder import CallWriter
from monitor.call.info import CallDetails, new_info
from monitor.live.parts import CallParts, SessionParts
from monitor.live.session import Session
from monitor.live.writer_thread import WritingThread
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from monitor.privacy.guard import guarded
from rules.load import load
from tests.sounds import silence, syllables
from tests.waiting import until

BLOCK = 10 * SAMPLE_RATE_HZ
"""Long blocks are measured at half the cost of a sound card's."""
LOUDER_MINUTES = 10
"""In every tenth minute the agent raises the voice, so that rules fire and prompts come and go."""
SAID = (
    "I understand that the router drops every hour and I will look at it now",
    "It has not worked since Monday and this is the third time I call",
    "Let me make sure I have that right",
    "I want to speak to a manager please",
    "You should have told us before",
    "Thank you that would help",
)


@dataclass(frozen=True, slots=True)
class Moment:
    """How the program stood at one moment of the call."""

    heard_s: float
    cpu_s: float
    rss_mb: float
    objects: int


@dataclass(slots=True)
class Watch:
    """Takes what a screen would, and looks at the program every five minutes of the call."""

    every_s: float = 300.0
    moments: list[Moment] = field(default_factory=list)
    view: AgentView = field(default_factory=AgentView)
    writer: WritingThread | None = None
    """What waits for it is on its way to the disk and no part of what the call leaves behind."""
    tone_until_s: float = 0.0
    prompts: int = 0

    def show(self, event: object) -> None:
        """Take an event."""
        self.view = self.view.after(event)  # type: ignore[arg-type]
        if isinstance(event, ToneSample):
            self.tone_until_s = event.end_s
            if event.speaker == "agent" and event.end_s >= self.every_s * (len(self.moments) + 1):
                self._let_write()
                self.moments.append(Moment(event.end_s, time.process_time(), _rss_mb(), _objects()))
        self.prompts = max(self.prompts, self.view.shown)

    def _let_write(self) -> None:
        if self.writer:
            self.writer.sync()
            until(lambda: self.writer is None or self.writer.up_to_date, "all of the call is on the disk")


class Scripted:
    """Hears the script's next line in whatever is said."""

    def __init__(self) -> None:
        self._lines = cycle(SAID)

    def final(self, samples: Samples, *, quick: bool = False, **_context: object) -> Sequence[Word]:
        """Spread a line over the sound."""
        del quick
        words = next(self._lines).split()
        step_s = len(samples) / SAMPLE_RATE_HZ / len(words)
        return [Word(number * step_s, (number + 1) * step_s, word, 0.9) for number, word in enumerate(words)]

    def again(self, samples: Samples, _before: str = "", **_context: object) -> Sequence[Word]:
        """Spread a line over the sound of several utterances."""
        return self.final(samples)

    def partial(self, samples: Samples, **_context: object) -> str:
        """Read the beginning of a line."""
        return SAID[len(samples) % len(SAID)][:20]

    def languages(self, _samples: Samples) -> Mapping[str, float]:
        """Know English alone, as the built-in model does."""
        return {FOREIGN: 0.0}


def simulate(hours: float, *, every_s: float = 300.0) -> Watch:
    """Run one call of so many hours through session, pipeline, call folder and view; the sound itself is not kept."""
    watch = Watch(every_s)
    rulebook = load((), metrics=BY_NAME)
    speakers: tuple[Speaker, ...] = ("agent", "customer")
    with TemporaryDirectory() as root, patch("audio.measure.speech.SpeechModel", LevelModel):

        def prepare(_details: CallDetails) -> CallParts:
            pipeline = Pipeline(speakers, rulebook, lambda: Transcriber(Scripted()), live=True)
            writer = CallWriter(Path(root), new_info("made", speakers, "scripted", rulebook.fingerprint), record=False)
            watch.writer = WritingThread(guarded(writer, speakers, on=True, live=True))
            return CallParts(pipeline, watch.writer)

        session = Session(lambda: SessionParts(sound(hours), prepare, 0.0))
        session.run(watch.show)
        watch.writer = None
        if session.failure:
            raise session.failure
    return watch


class LevelModel:
    """Takes all that is loud enough for speech."""

    def look_ahead(self, frames: Samples) -> None:
        """Nothing can be prepared."""

    def probability(self, samples: Samples) -> float:
        """1 for sound, 0 for silence."""
        return float(np.abs(samples).max() > 0.003)


def sound(hours: float) -> Iterator[AudioBlock]:
    """Two voices that take turns, the same minute again and again, louder and faster now and then."""
    calm, loud = minute(4.5, -26.0), minute(6.5, -16.0)
    for start in range(0, round(hours * 3600 * SAMPLE_RATE_HZ), BLOCK):
        number, at = divmod(start, 60 * SAMPLE_RATE_HZ)
        now = loud if number % LOUDER_MINUTES == LOUDER_MINUTES - 1 else calm
        for speaker in ("agent", "customer"):
            yield AudioBlock(speaker, start, now[speaker][at : at + BLOCK])


def minute(rate_sps: float, agent_dbfs: float) -> dict[Speaker, Samples]:
    """One minute: the agent for 5 s, the customer for 4 s, three times over."""
    return {
        "agent": np.tile(np.concatenate([silence(0.5), _voice(5.0, rate_sps, 120, agent_dbfs), silence(14.5)]), 3),
        "customer": np.tile(np.concatenate([silence(10.5), _voice(4.0, 4.5, 190, -26.0), silence(5.5)]), 3),
    }


def _voice(length_s: float, rate_sps: float, f0_hz: float, dbfs: float) -> Samples:
    return syllables(np.arange(0.1, length_s - 0.1, 1 / rate_sps), length_s, f0_hz, dbfs)


def _rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def _objects() -> int:
    gc.collect()
    return len(gc.get_objects())
