"""Teaches the classifiers again: `python -m tools.understanding DIALOGUES SETS`, after changing examples or labels."""

import json
import sys
import tomllib
from functools import lru_cache
from pathlib import Path

from monitor.sentences.encoder import MiniLM
from monitor.sentences.meaning import DIRECTIONS
from rules.language.phrase_files import ENGLISH_CODE
from rules.model import Speaker
from rules.understanding.classifier import FOLDER
from tools.understanding import material
from tools.understanding.training import direction, spread, teach

PENALTY = 8.0
TAUGHT: dict[str, Speaker] = {
    "complaint": "customer",
    "insult": "customer",
    "manager-request": "customer",
    "acknowledgement": "agent",
    "apology": "agent",
    "ownership": "agent",
    "paraphrase": "agent",
}
"""Phrase lists that a classifier stands beside, each with whose words it reads."""
BY_VECTORS: dict[Speaker, tuple[str, ...]] = {
    "customer": ("complaint", "insult"),
    "agent": ("acknowledgement", "ownership"),
}
"""Those that also have a direction in the space of the sentence model."""
RELATED = frozenset({"paraphrase"})
"""Those that go by what the other said before."""


def main(dialogues: Path, sets: Path) -> None:
    """Write the weights of all classifiers, and print how far the two passes of the labels agree."""
    print(f"Cohen's kappa of the two passes: {kappa():.2f}")
    embed, directions = lru_cache(None)(MiniLM().embed), dict[str, dict[str, list[float]]]()
    speakers: tuple[Speaker, ...] = ("agent", "customer")
    for speaker in speakers:
        examples = list(material.examples(speaker, dialogues, sets))
        if speaker == "agent":
            examples += material.said_back(sets)
        for kind in (kind for kind, whose in TAUGHT.items() if whose == speaker):
            taught = teach(kind, examples, related=kind in RELATED, penalty=PENALTY)
            path = FOLDER / ENGLISH_CODE / speaker / f"{kind}.tsv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(taught.text(), "utf-8")
            print(f"{kind}: {len(taught.weights)} weights")
        kinds = BY_VECTORS[speaker]
        directions[speaker] = {kind: direction(kind, spread(examples, kind), embed) for kind in kinds}
    DIRECTIONS.write_text(json.dumps(directions, separators=(",", ":")) + "\n", "utf-8")


def kappa() -> float:
    """Agreement of the two passes over the labelled turns beyond chance."""
    tables = tomllib.loads((material.HERE / "labels.toml").read_text("utf-8")).values()
    total = sum(len(table["read"]) for table in tables)
    one, two, differ = (
        sum(map(len, found))
        for found in (
            [table["one"] for table in tables],
            [table["two"] for table in tables],
            [set(table["one"]) ^ set(table["two"]) for table in tables],
        )
    )
    shares = one / total, two / total
    by_chance = shares[0] * shares[1] + (1 - shares[0]) * (1 - shares[1])
    return (1 - differ / total - by_chance) / (1 - by_chance)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
