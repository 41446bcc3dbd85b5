"""Runs the test cases of rules: each is a script of readings and speech, and when the rule must fire."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from rules.errors import RuleError
from rules.judge import Judge
from rules.model import Firing, Reading, Speaker, Spoken, SpokenWord, Watermark
from rules.rulebook import Rulebook
from rules.strict_toml import read_toml

CASES = Path(__file__).with_name("cases")
STEP_S = 0.1
"""Length of one reading."""
WORD_S = 0.3
"""Length of one word, when a line does not say how long it takes."""
EXACT_S = 0.06
"""Times in cases are written to a tenth of a second."""
LONGEST_S = 3600
"""Longest case: an hour."""
MOST_ITEMS = 100_000
"""Most readings in a case."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """The result of one case."""

    path: Path
    rule: str
    name: str
    expected_s: tuple[float, ...]
    """When the rule must fire."""
    fired_s: tuple[float, ...]
    """When it fired."""

    @property
    def passed(self) -> bool:
        """Whether it fired as often as expected, and at the expected times."""
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
        RuleError: a file is wrong; the message names the file and the error.
    """
    for path in paths:
        rule, cases = _read(rulebook, path)
        for case, items in cases:
            fired_s = tuple(firing.start_s for firing in _judged(rulebook, items) if firing.rule == rule)
            yield CaseResult(path, rule, case.name, case.fires_s, fired_s)


_Time = Annotated[float, msgspec.Meta(ge=0, le=LONGEST_S)]


class _Case(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    fires_s: tuple[float, ...]
    script: list[dict[str, float | str]]


class _Line(msgspec.Struct):
    """The fields of a line besides its readings."""

    speaker: Speaker
    from_s: _Time
    to_s: _Time | None = None
    says: str | None = None


def _read(rulebook: Rulebook, path: Path) -> tuple[str, list[tuple[_Case, list[Reading | Spoken]]]]:
    """The rule of a file, and its cases with the items of each, in order."""
    table = read_toml(path, RuleError)
    try:
        rule = rulebook[table["rule"]].id
        cases = msgspec.convert(table["case"], list[_Case])
        return rule, [(case, _items(case.script)) for case in cases]
    except KeyError as error:
        raise RuleError(f"In {path}, {error} is missing or is not a rule. Add or correct it.") from error
    except (TypeError, ValueError) as error:  # TypeError: a key that no dictionary can have
        raise RuleError(f"In {path}, a case is wrong ({error}). Correct it.") from error


def _judged(rulebook: Rulebook, items: Iterable[Reading | Spoken]) -> list[Firing]:
    judge = Judge(rulebook)
    said = [each for item in items for each in judge.feed(item)]
    said += judge.feed(Watermark(math.inf))
    return sorted((each for each in said if isinstance(each, Firing)), key=lambda firing: firing.start_s)


def _items(script: Iterable[Mapping[str, float | str]]) -> list[Reading | Spoken]:
    items: list[Reading | Spoken] = []
    for values in script:
        items += _of_line(values)
        if len(items) > MOST_ITEMS:
            raise ValueError(f"it has more than {MOST_ITEMS} readings")
    return sorted(items, key=lambda item: item.end_s)


def _of_line(values: Mapping[str, float | str]) -> Iterator[Reading | Spoken]:
    line = msgspec.convert(values, _Line)
    measured = {name: value for name, value in values.items() if name not in _Line.__struct_fields__}
    if line.says is not None:
        if not line.says.split():
            raise ValueError("a line is empty")
        yield spoken(line.speaker, line.from_s, line.says, line.to_s)
    elif line.to_s is None:
        raise ValueError("a line of readings has no to_s")
    else:
        for step in range(round((line.to_s - line.from_s) / STEP_S)):
            start_s = round(line.from_s + step * STEP_S, 3)
            for metric, value in measured.items():
                yield Reading(line.speaker, metric, start_s, round(start_s + STEP_S, 3), float(value))


def spoken(speaker: Speaker, from_s: float, text: str, to_s: float | None = None, probability: float = 0.9) -> Spoken:
    """An utterance with its words evenly spread; without an end, each takes 0.3 s."""
    texts = text.split()
    word_s = (to_s - from_s) / len(texts) if to_s is not None else WORD_S
    edges = [round(from_s + place * word_s, 3) for place in range(len(texts) + 1)]
    words = tuple(SpokenWord(edges[n], edges[n + 1], word, probability) for n, word in enumerate(texts))
    return Spoken(speaker, from_s, edges[-1], words)
