"""Masks runs of digits that may be a card or account number: in the words, where they are quoted, in the sound."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from audio.block import SAMPLE_RATE_HZ, Samples, Speaker
from audio.measures import Word
from monitor.analysis import Analysis, UtteranceText

AT_LEAST = 8
"""Digits in a row from which on they are masked; dates, times and most amounts have fewer."""
MASK = "•"
AROUND_S = 0.2
"""Before and after a masked word the sound is silent, too: Whisper does not know to the syllable when it was said."""
TOGETHER_S = 1.0
"""Masked words so near to one another leave nothing between them to be heard."""

_SPOKEN = frozenset(["zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
_REPEATS = {"double": 2, "triple": 3}
_HESITATION = frozenset(["uh", "um", "er", "erm", "and", "then"])
_DIGITS = re.compile(r"\d")
_PLAIN = re.compile(r"[^a-z]")


@dataclass(frozen=True, slots=True)
class Redacted:
    """A call without its long numbers."""

    analysis: Analysis
    stretches: tuple[tuple[float, float], ...]
    """Start and end in seconds of what must not be heard, in order and apart."""


def redacted(analysis: Analysis) -> Redacted:
    """Mask the long numbers of a call: in its words, in what the rules took from them, in what was shown.

    A number goes on over the pauses in which its speaker is confirmed by the other: "4111 1111" "mm-hm" "1111 1111".
    """
    speakers: tuple[Speaker, ...] = ("agent", "customer")
    texts = {speaker: iter(masked(_texts(analysis.utterances, speaker))) for speaker in speakers}
    utterances = tuple(_masked(spoken, texts[spoken.speaker]) for spoken in analysis.utterances)
    words = [
        word
        for before, after in zip(analysis.utterances, utterances, strict=True)
        for word, other in zip(before.words, after.words, strict=True)
        if word != other
    ]
    return Redacted(
        replace(
            analysis,
            utterances=utterances,
            prompts=tuple(
                replace(prompt, fact=quoted(prompt.fact), advice=quoted(prompt.advice)) for prompt in analysis.prompts
            ),
            noticed=tuple(replace(entry, text=quoted(entry.text), due=quoted(entry.due)) for entry in analysis.noticed),
        ),
        tuple(_stretches(words)),
    )


def quoted(text: str) -> str:
    """Mask a text; one without long numbers stays as it is."""
    words = text.split()
    out = masked(words)
    return text if out == words else " ".join(out)


def silenced(sound: Samples, start_s: float, stretches: Sequence[tuple[float, float]]) -> Samples:
    """Take what must not be heard out of a piece of sound.

    Args:
        sound: shape (n, channels) at 16 kHz.
        start_s: where it stands in the call.
        stretches: start and end of what goes, in seconds of the call.

    Returns:
        The same shape.
    """
    out = sound.copy()
    for stretch in stretches:
        first, last = (max(0, round((at_s - start_s) * SAMPLE_RATE_HZ)) for at_s in stretch)
        out[first:last] = 0
    return out


def masked(words: Sequence[str]) -> list[str]:
    """Mask the digits of every run of at least eight, whether written as digits or in words.

    Hesitations within a run do not end it: "four one, uh, double two".

    Args:
        words: as Whisper wrote them, punctuation attached.

    Returns:
        As many words; digits replaced one by one, spelled digits by one mask each.
    """
    out = list(words)
    run: list[int] = []
    count = 0
    for place, word in enumerate([*words, ""]):
        digits = _digits(word)
        if digits:
            run.append(place)
            count += digits
        elif _PLAIN.sub("", word.lower()) not in _HESITATION or not run:
            if count >= AT_LEAST:
                for inside in run:
                    out[inside] = _mask(words[inside])
            run, count = [], 0
    return out


def _digits(word: str) -> int:
    written = len(_DIGITS.findall(word))
    if written:
        return 0 if re.search(r"[a-z]", word.lower()) else written
    plain = _PLAIN.sub("", word.lower())
    return _REPEATS.get(plain, 1) - (plain in _REPEATS) if plain in _SPOKEN or plain in _REPEATS else 0


def _mask(word: str) -> str:
    return _DIGITS.sub(MASK, word) if _DIGITS.search(word) else MASK


def _texts(utterances: Sequence[UtteranceText], speaker: Speaker) -> list[str]:
    return [word.text for spoken in utterances if spoken.speaker == speaker for word in spoken.words]


def _masked(spoken: UtteranceText, texts: Iterator[str]) -> UtteranceText:
    words = tuple(replace(word, text=next(texts)) for word in spoken.words)
    return spoken if words == spoken.words else replace(spoken, words=words, text=" ".join(word.text for word in words))


def _stretches(words: Sequence[Word]) -> Iterator[tuple[float, float]]:
    start_s = end_s = None
    for word in sorted(words, key=lambda word: word.start_s):
        if start_s is None or end_s is None:
            start_s, end_s = word.start_s, word.end_s
        elif word.start_s - end_s <= TOGETHER_S:
            end_s = max(end_s, word.end_s)
        else:
            yield start_s - AROUND_S, end_s + AROUND_S
            start_s, end_s = word.start_s, word.end_s
    if start_s is not None and end_s is not None:
        yield start_s - AROUND_S, end_s + AROUND_S
