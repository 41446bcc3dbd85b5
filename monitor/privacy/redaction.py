"""Masks card and other long numbers and security codes: in the words, where they are quoted, in the sound."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from audio.block import SAMPLE_RATE_HZ, Samples, Speaker
from audio.values import Word
from monitor.call.analysis import Analysis, UtteranceText
from monitor.privacy.numbers import CardWords, SaidWord, Secret, masked
from rules.language.digits import mask, plain

AROUND_S = 0.2
"""Before and after a masked word the sound is silent, too: Whisper does not know to the syllable when it was said."""
TOGETHER_S = 1.0
"""Masked words so near to one another leave nothing between them to be heard."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """A call without its long numbers and codes."""

    analysis: Analysis
    stretches: tuple[tuple[float, float], ...]
    """Start and end in seconds of what must not be heard, in order and apart."""
    spoken: frozenset[str] = frozenset()
    """The words that were masked, for masking what quotes them."""


def redacted(analysis: Analysis) -> Redacted:
    """Mask the long numbers and codes of a call: in its words, in what the rules took from them, in what was shown.

    A number goes on over the pauses in which its speaker is confirmed by the other: "4111 1111" "mm-hm" "1111 1111".
    """
    secret = _secret(analysis.utterances)
    utterances = tuple(_masked(spoken, secret) for spoken in analysis.utterances)
    words = [
        word
        for before, after in zip(analysis.utterances, utterances, strict=True)
        for word, other in zip(before.words, after.words, strict=True)
        if word != other
    ]
    spoken = frozenset(plain(word.text) for word in words)
    return Redacted(
        replace(
            analysis,
            utterances=utterances,
            prompts=tuple(
                replace(prompt, fact=quoted(prompt.fact, spoken), advice=quoted(prompt.advice, spoken))
                for prompt in analysis.prompts
            ),
            noticed=tuple(
                replace(entry, text=quoted(entry.text, spoken), due=quoted(entry.due, spoken))
                for entry in analysis.noticed
            ),
        ),
        tuple(_stretches(words)),
        spoken,
    )


def quoted(text: str, spoken: Collection[str] = ()) -> str:
    """Mask a text; one without long numbers stays as it is.

    Args:
        text: as it was shown or noted.
        spoken: the words of the call that were masked.
    """
    words = text.split()
    out = masked(words, spoken)
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


def _secret(utterances: Sequence[UtteranceText]) -> set[tuple[Speaker, SaidWord]]:
    """The words that must not be read, and whose they are."""
    step, found = CardWords(), list[Secret]()
    for spoken in sorted(utterances, key=lambda spoken: (spoken.start_s, spoken.end_s)):
        found += step.pass_time(spoken.start_s)
        found += step.feed(spoken.speaker, [_said(word) for word in spoken.words])
    return {(secret.speaker, word) for secret in (*found, *step.flush()) for word in secret.words}


def _masked(spoken: UtteranceText, secret: Collection[tuple[Speaker, SaidWord]]) -> UtteranceText:
    words = tuple(
        replace(word, text=mask(word.text)) if (spoken.speaker, _said(word)) in secret else word
        for word in spoken.words
    )
    return spoken if words == spoken.words else replace(spoken, words=words, text=" ".join(word.text for word in words))


def _said(word: Word) -> SaidWord:
    return SaidWord(word.start_s, word.end_s, word.text)


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
