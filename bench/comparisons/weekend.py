"""The whole job as somebody would build it in a weekend, to compare with: a program that prints its prompts.

Every 5 seconds each side of the call is transcribed by faster-whisper, and librosa gives the level of its voiced frames
and its pitch by pYIN. Then come limits and lists of words. Nothing was tuned: the limits are those that handbooks give.

- Slow down: over 180 words a minute in the last 10 s; conversation has about 150, audiobooks 150 to 160.
- Lower volume: 6 dB over the first minute, which is twice the amplitude.
- Escalate: the customer says a word of a list. Paraphrase: the customer has spoken for 20 s, and the agent answers with
  no phrase of a list.

`Limits` has a second set as well, by the agent's own measure: 25 % more words than in the first minute, and a level
that only counts if the pitch has risen too, as more gain does not raise it.
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import librosa
import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
CHUNK_S = 5.0
FIRST_S, SETTLED_S = 60.0, 30.0
"""The agent's own measure is that of the first minute, and nothing is compared with less than half of it."""
LATELY = 2
"""Chunks in which words are counted and looked for."""
FEWEST_WORDS = 10
LONG_S, ANSWER_WORDS = 20.0, 5
"""What a customer says for so long has to be said back by an answer of so many words."""
AGAIN_S = 30.0
"""The same advice does not come again sooner."""
ESCALATE = re.compile(
    r"manager|supervisor|your boss|someone else|somebody else|complain|lawyer|cancel my|speak to (a|the|your)|in charge"
)
SAID_BACK = re.compile(
    r"\bso you|you('re| are) (saying|telling)|if i understand|i understand that|let me make sure|what i hear|"
    r"sounds like|you mean|to confirm|you said|in other words|correct me|did i get"
)

Word = tuple[str, float, float]
"""Its text, start and end in seconds."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When advice is given."""

    name: str
    most_wpm: float = np.inf
    faster: float = np.inf
    """Times the words a minute of the first minute."""
    louder_db: float = 6.0
    higher_st: float = -np.inf
    """Semitones over the first minute."""


FIXED = Limits("fixed limits", most_wpm=180.0)
OWN = Limits("own measure", faster=1.25, higher_st=1.0)


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is known of 5 seconds of one side."""

    words: tuple[Word, ...]
    level_db: float
    """Of the voiced frames; NaN without any, as the next."""
    pitch_hz: float

    @property
    def text(self) -> str:
        """In lower case."""
        return "".join(text for text, _, _ in self.words).lower()

    @property
    def spoken_s(self) -> float:
        """From the first word to the last."""
        return self.words[-1][2] - self.words[0][1] if self.words else 0.0


@dataclass(frozen=True, slots=True)
class Advice:
    """A prompt."""

    action: str
    at_s: float
    """When the chunk ends after which it comes; the time that computing takes is not in it."""


def chunks(model: Any, side: NDArray[np.float32]) -> Iterator[Chunk]:  # noqa: ANN401 - faster-whisper has no types
    """Measure and transcribe one side, chunk by chunk."""
    length = round(CHUNK_S * RATE_HZ)
    for start in range(0, len(side), length):
        sound = side[start : start + length]
        segments, _ = model.transcribe(sound, language="en", beam_size=5, vad_filter=True, word_timestamps=True)
        words = tuple((word.word, word.start, word.end) for segment in segments for word in segment.words)
        hz, voiced, _ = librosa.pyin(sound, fmin=65, fmax=400, sr=RATE_HZ)
        rms = librosa.feature.rms(y=sound)[0][voiced]
        if len(rms):
            level_db = float(20 * np.log10(np.median(rms) + 1e-9))
            yield Chunk(words, level_db, float(np.nanmedian(hz)))
        else:
            yield Chunk(words, np.nan, np.nan)


def advice(agent: Sequence[Chunk], customer: Sequence[Chunk], limits: Limits) -> Iterator[Advice]:
    """Judge a call chunk by chunk, with what is known by the end of each.

    Args:
        agent: their chunks.
        customer: as many, or none if only the agent is heard.
        limits: that decide.
    """
    last: dict[str, float] = {}
    for number in range(1, len(agent) + 1):
        now_s = number * CHUNK_S
        tone = _tone(agent[:number], limits)
        meaning = _meaning(agent[:number], customer[:number]) if customer else ()
        for action in (*tone, *meaning):
            if now_s - last.get(action, -np.inf) >= AGAIN_S:
                last[action] = now_s
                yield Advice(action, now_s)


def _tone(agent: Sequence[Chunk], limits: Limits) -> Iterator[str]:
    first = agent[: round(FIRST_S / CHUNK_S)]
    settled = len(agent) * CHUNK_S > SETTLED_S
    wpm = _wpm(agent[-LATELY:])
    usual_wpm = _wpm(first) if settled else np.nan
    if wpm > limits.most_wpm or wpm > limits.faster * usual_wpm:
        yield "slow_down"
    heard = [one for one in first if np.isfinite(one.level_db)]
    if settled and heard:
        over_db = agent[-1].level_db - float(np.median([one.level_db for one in heard]))
        over_st = 12 * np.log2(agent[-1].pitch_hz / float(np.median([one.pitch_hz for one in heard])))
        if over_db > limits.louder_db and over_st > limits.higher_st:
            yield "lower_volume"


def _wpm(some: Sequence[Chunk]) -> float:
    """Words a minute while there are words; NaN of too few."""
    count = sum(len(one.words) for one in some)
    return 60 * count / sum(one.spoken_s for one in some) if count >= FEWEST_WORDS else np.nan


def _meaning(agent: Sequence[Chunk], customer: Sequence[Chunk]) -> Iterator[str]:
    if ESCALATE.search(customer[-1].text):
        yield "escalate"
    answer = len(agent[-1].words) >= ANSWER_WORDS
    before = next((back for back, one in enumerate(agent[-2::-1]) if len(one.words) >= ANSWER_WORDS), len(agent) - 1)
    told_s = sum(one.spoken_s for one in customer[len(customer) - 1 - before :])
    if answer and told_s >= LONG_S and not SAID_BACK.search(agent[-1].text):
        yield "paraphrase"


def main(folder: str, *paths: str) -> None:
    """Print what comes of each recording with each set of limits, as JSON: left the agent, right the customer.

    Args:
        folder: of a Whisper model.
        paths: of recordings at 16 kHz.
    """
    import soundfile
    from faster_whisper import WhisperModel

    model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1)
    found = {}
    for path in paths:
        sound, _ = soundfile.read(path, dtype="float32", always_2d=True)
        agent, *others = (list(chunks(model, np.ascontiguousarray(side))) for side in sound.T)
        customer = others[0] if others else []
        found[path] = {limits.name: [asdict(one) for one in advice(agent, customer, limits)] for limits in (FIXED, OWN)}
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
