"""What a classifier goes by: runs of one to three words, and a few numbers."""

import math
from collections.abc import Collection, Iterator, Sequence

from rules.language.content import stem
from rules.language.digits import read

START = "^"
"""Stands for the beginning of the sentence."""
LONGEST = 3
NUMBER = "0"
"""Stands for every number."""
_NUMBERS = frozenset({"digits", "tens", "formed"})
_YOU = frozenset({"you", "your", "yours", "yourself"})
_ME = frozenset({"i", "me", "my", "mine", "we", "us", "our"})
_SUMMING_UP = frozenset({"so", "and", "okay", "then"})
_ASKING = frozenset(
    {
        "what", "how", "why", "when", "where", "which", "who", "do", "does", "did", "is", "are", "can", "could",
        "would", "will", "have", "has", "may", "shall",
    }
)  # fmt: skip


def word_runs(words: Sequence[str]) -> Iterator[str]:
    """Every run of one to three words once; "^" is the beginning, all numbers are one."""
    marked = [START, *(NUMBER if read(word).kind in _NUMBERS else word for word in words)]
    runs = (
        " ".join(marked[start : start + length])
        for length in range(1, LONGEST + 1)
        for start in range(len(marked) - length + 1)
    )
    return (run for run in dict.fromkeys(runs) if run != START)


def numbers(words: Sequence[str], before: Sequence[str], stop_words: Collection[str]) -> dict[str, float]:
    """How a sentence of one speaker relates to what the other said before it.

    Args:
        words: of the sentence, normalised.
        before: of the other's last turn.
        stop_words: words without content.
    """
    taken_up = _stems(words, stop_words) & _stems(before, stop_words)
    count = max(1, len(words))
    return {
        "#shared": min(len(taken_up), 4) / 2,
        "#share": len(taken_up) / max(1, len(_stems(words, stop_words))),
        "#length": math.log2(count) / 4,
        "#you": sum(word in _YOU for word in words) / count,
        "#me": sum(word in _ME for word in words) / count,
        "#you-first": float(bool(words) and next((w for w in words if w not in _SUMMING_UP), "") in _YOU),
        "#so-first": float(bool(words) and words[0] in _SUMMING_UP),
        "#asking": float(bool(words) and next((w for w in words if w not in _SUMMING_UP), "") in _ASKING),
    }


def _stems(words: Sequence[str], stop_words: Collection[str]) -> set[str]:
    return {stem(word) for word in words if len(word) > 2 and word not in stop_words}  # noqa: PLR2004 # "it", "is"
