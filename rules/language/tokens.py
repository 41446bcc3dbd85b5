"""Words normalised for comparison: one spelling for what is said the same way."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rules.model import SpokenWord

WRITTEN_OUT = {
    "ain't": "is not",
    "can't": "can not",
    "cannot": "can not",
    "let's": "let us",
    "shan't": "shall not",
    "won't": "will not",
    "y'all": "you all",
    "dunno": "do not know",
    "gimme": "give me",
    "gonna": "going to",
    "gotta": "got to",
    "lemme": "let me",
    "wanna": "want to",
    "ok": "okay",
    "yep": "yes",
    "yeah": "yes",
    "mhm": "mm hm",
    "mmhm": "mm hm",
    "hmm": "hm",
    "1": "one",
    "2": "two",
    "3": "three",
    "4": "four",
    "5": "five",
    "6": "six",
    "7": "seven",
    "8": "eight",
    "9": "nine",
    "10": "ten",
    "1st": "first",
    "2nd": "second",
    "3rd": "third",
    "4th": "fourth",
    "5th": "fifth",
    "6th": "sixth",
}
ENDINGS = {"n't": " not", "'m": " am", "'re": " are", "'ve": " have", "'ll": " will", "'d": " would"}
IS_AFTER = frozenset({"he", "here", "how", "it", "she", "that", "there", "this", "what", "where", "who"})
"""After all other words 's is a possessive and dropped."""

FILLERS = frozenset({"um", "umm", "uh", "uhh", "er", "erm", "uhm"})

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)]*$")
_CLAUSE_END = re.compile(r"[.,!?;:…—][\"'”’)]*$")


@dataclass(frozen=True, slots=True, eq=False)
class Spelling:
    """How one language is written, so that what is said the same way gets one spelling."""

    written_out: Mapping[str, str] = field(default_factory=dict)
    """Words and what they are written as."""
    endings: Mapping[str, str] = field(default_factory=dict)
    """The same for what words end in."""
    fillers: frozenset[str] = frozenset()
    """Utterances without any other word say nothing."""
    is_after: frozenset[str] = frozenset()
    """Words after which 's stands for "is"."""
    percent: str = "percent"
    suffixes: tuple[tuple[str, str], ...] = ()
    """What is cut off two words to compare them, and what is put in its place; the first that fits counts."""
    nouns_have_capitals: bool = False
    """Whether a capital within a sentence makes a noun, as in German."""


ENGLISH = Spelling(
    WRITTEN_OUT,
    ENDINGS,
    FILLERS,
    IS_AFTER,
    suffixes=(("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", "")),
)


@dataclass(frozen=True, slots=True)
class Token:
    """One normalised word; a spoken word can give several ("can't" is "can", "not") or none ("um")."""

    text: str
    surface: str
    """The spoken word it comes from, without punctuation."""
    start_s: float
    end_s: float
    probability: float
    ends_clause: bool
    """Whether punctuation follows."""
    begins_clause: bool = False
    """Whether it is the first of its utterance, or punctuation goes before."""
    ends_sentence: bool = False
    """Whether a full stop or a question mark follows."""


def normalise(text: str, spelling: Spelling = ENGLISH) -> tuple[str, ...]:
    """Lower-case words without punctuation; contractions, small numbers and a few spellings written out."""
    plain = _THOUSANDS.sub("", text.lower().replace("’", "'").replace("%", f" {spelling.percent}"))
    return tuple(word for raw in _WORD.findall(plain) for word in _spelled_out(raw, spelling).split())


def tokens(words: tuple[SpokenWord, ...], spelling: Spelling = ENGLISH) -> tuple[Token, ...]:
    """The tokens of an utterance, in order."""
    found: list[Token] = []
    begins = True
    for word in words:
        texts = normalise(word.text, spelling)
        stops, closes = bool(_CLAUSE_END.search(word.text)), bool(_SENTENCE_END.search(word.text))
        if not texts or (len(texts) == 1 and texts[0] in spelling.fillers):
            begins = begins or stops
            continue
        surface = word.text.strip(" .,!?;:…—\"'“”‘’()[]")
        for place, text in enumerate(texts, start=1):
            ends = stops and place == len(texts)
            found.append(
                Token(text, surface, word.start_s, word.end_s, word.probability, ends, begins, ends and closes)
            )
            begins = ends
    return tuple(found)


def as_said(words: Iterable[Token]) -> str:
    """The words as they were transcribed, without punctuation."""
    return " ".join(surface for _, surface in dict.fromkeys((word.start_s, word.surface) for word in words))


def _spelled_out(word: str, spelling: Spelling) -> str:
    if word in spelling.written_out:
        return spelling.written_out[word]
    for ending, full in spelling.endings.items():
        if word.endswith(ending):
            return word.removesuffix(ending) + full
    stem, _, ending = word.rpartition("'")
    if stem and ending == "s":
        return f"{stem} is" if stem in spelling.is_after else stem
    return word
