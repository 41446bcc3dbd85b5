"""German sentences that others wrote, with the phrase list each must be in, and a German call with known moments.

The table `german/list.csv`, in the folder of `voices`, has the columns text, list, expected (1 or 0) and source.
"""

import csv
from collections import Counter
from collections.abc import Iterator

from bench.figures.table import Row
from bench.material.voices import FOLDER
from monitor.pipeline.metrics import BY_NAME
from rules.cases import spoken
from rules.language.language import Language
from rules.language.phrases import Listener, phrase_list
from rules.language.tokens import tokens
from rules.load import load

TARGETS = {"manager-request": ("≥ 0.9", "≥ 0.7"), "complaint": ("≥ 0.85", "≥ 0.3")}


def rows() -> Iterator[Row]:
    """Precision and recall of each list on each source; nothing where the table is not there."""
    table, german = FOLDER / "german" / "list.csv", load(metrics=BY_NAME).language("de")
    if german is None or not table.exists():
        return
    found: Counter[tuple[str, str, bool, bool]] = Counter()
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["list"], row["source"], row["expected"] == "1", _is_in(german, row["list"], row["text"])] += 1
    for name, source in sorted({key[:2] for key in found}):
        right, missed, false = (found[name, source, *is_so] for is_so in ((True, True), (True, False), (False, True)))
        precision, recall = TARGETS[name]
        yield Row(f"German {name}, {source}: sentences", right + missed, "")
        yield Row(f"German {name}, {source}: precision", right / max(1, right + false), "", precision)
        yield Row(f"German {name}, {source}: recall", right / max(1, right + missed), "", recall)


def _is_in(language: Language, name: str, text: str) -> bool:
    negators = frozenset(word for line in language.words["negators"] for word in line.split())
    words = tokens(spoken("customer", 0.0, text).words, language.spelling) if text.split() else ()
    return any(Listener(phrase_list(language.words[name], language.spelling), negators).feed(words))
