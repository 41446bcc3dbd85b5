"""A streaming loop by LocalAgreement over plain faster-whisper, to compare with.

Written from Macháček, Dabre and Bojar (2023), "Turning Whisper into Real-Time Transcription System": whenever a second
of new sound is there, the whole buffer is transcribed again; the longest common prefix of two readings in a row is
final; when the buffer has grown past 15 s it is cut at the end of a finished segment, else at its last final word.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from audio.block import SAMPLE_RATE_HZ, Samples

NEW_S = 1.0
BUFFER_S = 15.0
PROMPT_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Said:
    """A word, when it was spoken, when a reading first had it, and when it was final."""

    text: str
    start_s: float
    end_s: float
    seen_s: float
    final_s: float


def stream(model: Any, sound: Samples) -> Iterator[Said]:  # noqa: ANN401 - faster-whisper has no types
    """Transcribe as the sound arrives, at 16 kHz, on one thread that does nothing else.

    The sound need not be waited for: while a reading is computed, as much sound arrives as that takes.
    """
    length_s = len(sound) / SAMPLE_RATE_HZ
    final: list[Said] = []
    earlier: list[tuple[str, float, float]] = []
    seen_s: list[float] = []
    now_s = offset_s = read_s = 0.0
    while read_s < length_s:
        now_s = max(now_s, min(read_s + NEW_S, length_s))
        read_s = min(now_s, length_s)
        piece = sound[round(offset_s * SAMPLE_RATE_HZ) : round(read_s * SAMPLE_RATE_HZ)]
        prompt = " ".join(word.text for word in final if word.end_s <= offset_s)[-PROMPT_CHARACTERS:]
        began_s = time.perf_counter()
        segments, _ = model.transcribe(
            piece,
            language="en",
            beam_size=5,
            word_timestamps=True,
            condition_on_previous_text=True,
            initial_prompt=prompt,
        )
        found = list(segments)
        now_s += time.perf_counter() - began_s
        heard = [
            (word.word.strip(), offset_s + word.start, offset_s + word.end) for part in found for word in part.words
        ]
        known_s = final[-1].end_s if final else 0.0
        later = [word for word in heard if word[1] > known_s - 0.1]
        seen_s += [now_s] * (len(final) + len(later) - len(seen_s))
        agreed = later if read_s >= length_s else later[: _common(earlier, later)]
        seen = seen_s[len(final) :]
        new = [Said(*word, at_s, now_s) for word, at_s in zip(agreed, seen, strict=False)]
        final += new
        yield from new
        earlier = later[len(agreed) :]
        if read_s - offset_s > BUFFER_S and final:
            ends_s = [offset_s + part.end for part in found[:-1] if offset_s + part.end <= final[-1].end_s]
            offset_s = max(ends_s, default=final[-1].end_s)


def _common(one: list[tuple[str, float, float]], other: list[tuple[str, float, float]]) -> int:
    count = 0
    for (mine, _, _), (theirs, _, _) in zip(one, other, strict=False):
        if _bare(mine) != _bare(theirs):
            break
        count += 1
    return count


def _bare(word: str) -> str:
    return re.sub(r"\W", "", word).casefold()
