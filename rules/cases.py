"""Runs the test cases of rules: a script of readings and speech, and when the rule must fire."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rules.judge import Judge
from rules.load import read_toml
from rules.model import Firing, Reading, Speaker, Spoken, SpokenWord, Watermark
from rules.rulebook import Rulebook, RuleError

CASES = Path(__file__).with_name("cases")
STEP_S = 0.1
"""Length of one reading."""
WORD_S = 0.3
"""Length of one word, when a line does not say how long it takes."""
EXACT_S = 0.06
"""Times in cases are written to a tenth of a second."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case that was run."""

    path: Path
    rule: str
    name: str
    expected_s: tuple[float, ...]
    """When the rule must fire."""
    fired_s: tuple[float, ...]
    """When it did."""

    @property
    def passed(self) -> bool:
        """Whether it fired as often as it must, and when it must."""
        return len(self.expected_s) == len(self.fired_s) and all(
            abs(expected - fired) <= EXACT_S for expected, fired in zip(self.expected_s, self.fired_s, strict=True)
        )


def run(rulebook: Rulebook, paths: Iterable[Path]) -> Iterator[CaseResult]:
    """Run all cases of some files.

    A file looks like this; a line of the script is either speech or readings (any metrics), of one speaker:

        rule = "slow-down"

        [[case]]
        name = "fifteen percent over the usual"
        fires_s = [8.0]
        script = [
            { speaker = "agent", from_s = 0, to_s = 20, rate_over_baseline_pct = 15, articulation_rate_sps = 5.6 },
            { speaker = "customer", from_s = 21, says = "Could you say that again?" },
        ]

    Args:
        rulebook: what to judge by.
        paths: the files.

    Raises:
        RuleError: with a sentence that names the file and what is wrong in it.
    """
    for path in paths:
        table = read_toml(path)
        try:
            rule = rulebook[table["rule"]].id
            for case in table["case"]:
                fired_s = tuple(firing.start_s for firing in _judged(rulebook, case["script"]) if firing.rule == rule)
                yield CaseResult(path, rule, case["name"], tuple(map(float, case["fires_s"])), fired_s)
        except KeyError as error:
            raise RuleError(f"In {path}, {error} is missing or names no rule; add or correct it.") from error


def _judged(rulebook: Rulebook, script: Sequence[Mapping[str, Any]]) -> list[Firing]:
    judge = Judge(rulebook)
    items = sorted((item for line in script for item in _items(line)), key=lambda item: item.end_s)
    said = [each for item in items for each in judge.feed(item)]
    said += judge.feed(Watermark(math.inf))
    return sorted((each for each in said if isinstance(each, Firing)), key=lambda firing: firing.start_s)


def _items(line: Mapping[str, Any]) -> Iterator[Reading | Spoken]:
    values = dict(line)
    speaker, from_s, says = values.pop("speaker"), float(values.pop("from_s")), values.pop("says", None)
    to_s = values.pop("to_s", None)
    if says is not None:
        yield spoken(speaker, from_s, says, to_s)
    else:
        for step in range(round((to_s - from_s) / STEP_S)):
            start_s = round(from_s + step * STEP_S, 3)
            for metric, value in values.items():
                yield Reading(speaker, metric, start_s, round(start_s + STEP_S, 3), float(value))


def spoken(speaker: Speaker, from_s: float, text: str, to_s: float | None = None, probability: float = 0.9) -> Spoken:
    """An utterance with its words evenly spread; without an end, each takes 0.3 s."""
    texts = text.split()
    word_s = (to_s - from_s) / len(texts) if to_s is not None else WORD_S
    edges = [round(from_s + place * word_s, 3) for place in range(len(texts) + 1)]
    words = tuple(SpokenWord(edges[n], edges[n + 1], word, probability) for n, word in enumerate(texts))
    return Spoken(speaker, from_s, edges[-1], words)
