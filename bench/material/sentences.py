"""Labelled sentences: what phrase lists find in them, and what is found beside that by meaning.

The sentences under `said` are divided by a fixed rule: the tuning half is what lists and examples were written after,
the held-out half is for counting alone. Those under `tuning` were written for the tuning half.
"""

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import get_args

from audio.words.model import resolve
from monitor.pipeline.metrics import BY_NAME
from monitor.sentences.meaning import Meaning
from rules.cases import spoken
from rules.language.phrase_files import ENGLISH_CODE, WORDS, read_list
from rules.language.phrases import Listener, phrase_list
from rules.language.tokens import tokens
from rules.load import load
from rules.model import Meant, Speaker
from tests import sounds
from tools.sample_call.voices import speak

LABELLED = Path(__file__).with_name("labelled")
LISTS = {
    "dismissive": ("dismissive", "blaming", "deflecting", "defensive", "policy", "as-i-said"),
    "complaint": ("complaint", "frustration"),
}
"""The lists that together are one label; the others have the name of their list."""
NEAR = {
    "acknowledgement": {"apology"},
    "ownership": {"promise", "supervisor-offer"},
    "promise": {"ownership", "supervisor-offer"},
    "dismissive": {"refusal"},
    "refusal": {"dismissive"},
    "paraphrase": {"acknowledgement"},
    "complaint": {"insult", "solution-demand", "waiting"},
    "insult": {"complaint"},
    "solution-demand": {"complaint"},
    "waiting": {"complaint"},
}
"""Labels so near to one that their sentences are no counter-examples of it."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What somebody said, and what it is."""

    speaker: Speaker
    text: str
    labels: frozenset[str]
    for_tuning: bool = False
    """Whether it was written for the tuning half."""

    @property
    def held_out(self) -> bool:
        """Whether nothing was written after it."""
        return not self.for_tuning and hashlib.sha256(self.text.encode()).digest()[0] % 2 == 0


@dataclass(frozen=True, slots=True)
class Count:
    """How often something was found where it was, where it was not, and not found where it was."""

    right: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of what was found that was right; 1 if nothing was found."""
        found = self.right + self.false
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        """Share of what was there that was found."""
        return self.right / (self.right + self.missed)


def labelled() -> list[Sentence]:
    """All sentences of both sides."""
    return [
        Sentence(speaker, text, frozenset(labels.split()), key == "tuning")
        for speaker in get_args(Speaker)
        for key, said in tomllib.loads((LABELLED / f"{speaker}.toml").read_text("utf-8")).items()
        for labels, text in said
    ]


def labels(sentences: Iterable[Sentence]) -> list[str]:
    """Everything that some sentence is."""
    return sorted({label for sentence in sentences for label in sentence.labels})


def count(label: str, sentences: Iterable[Sentence], *, meaning: bool = False) -> Count:
    """Count one label over the sentences of its speaker; those that are next to it count neither way.

    Args:
        label: what to look for.
        sentences: where to look.
        meaning: whether sentences count for what they mean, too, as the shipped limits have it.
    """
    sentences = list(sentences)
    speakers = {sentence.speaker for sentence in sentences if label in sentence.labels}
    asked = [
        (label in sentence.labels, _found(label, sentence, meaning=meaning))
        for sentence in sentences
        if sentence.speaker in speakers
        and (label in sentence.labels or sentence.labels.isdisjoint(NEAR.get(label, ())))
    ]
    return Count(asked.count((True, True)), asked.count((False, True)), asked.count((True, False)))


def pooled(sentences: Iterable[Sentence], *, meaning: bool = False) -> Count:
    """The counts of all labels, added up."""
    sentences = list(sentences)
    counts = [count(label, sentences, meaning=meaning) for label in labels(sentences)]
    return Count(sum(c.right for c in counts), sum(c.false for c in counts), sum(c.missed for c in counts))


def by_telephone(sentences: Iterable[Sentence]) -> list[Sentence]:
    """The sentences as Whisper hears them, spoken by two of flite's voices over a telephone."""
    from audio.words.whisper import Whisper  # half a second, and only here

    whisper, heard = Whisper.load(resolve("default")), []
    for place, sentence in enumerate(sentences):
        spoken_by_flite = speak(sentence.text, ("slt", "rms")[place % 2], 1.0, 1.0)
        sound = sounds.telephone(sounds.at_level(spoken_by_flite.samples, -22))
        heard.append(replace(sentence, text=" ".join(word.text for word in whisper.final(sound))))
    return heard


def _found(label: str, sentence: Sentence, *, meaning: bool) -> bool:
    words = tokens(spoken(sentence.speaker, 0.0, sentence.text).words)
    if any(list(Listener(phrase_list(_list(name)), _negators()).feed(words)) for name in LISTS.get(label, (label,))):
        return True
    limit = _limits().get(label) if meaning else None
    return limit is not None and any(
        meant.name == label and meant.score >= limit for meant in _meant(sentence.speaker, sentence.text)
    )


@cache
def _meant(speaker: Speaker, text: str) -> tuple[Meant, ...]:
    return _meaning().of(spoken(speaker, 0.0, text))


@cache
def _meaning() -> Meaning:
    return Meaning(tuple(_limits()))


@cache
def _list(name: str) -> tuple[str, ...]:
    return read_list(name, [WORDS / ENGLISH_CODE], "The bench")


@cache
def _negators() -> frozenset[str]:
    return frozenset(" ".join(_list("negators")).lower().split())


@cache
def _limits() -> dict[str, float]:
    return dict(load(metrics=BY_NAME).meanings)
