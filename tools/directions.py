"""Learn again what tells a meaning from the others, after its examples changed: `python -m tools.directions`."""

import json
from typing import get_args

from monitor.pipeline.meaning import DIRECTIONS, fingerprint, learn
from monitor.pipeline.sentence_model import MiniLM
from rules.model import Speaker


def main() -> None:
    """Write the directions of all meanings beside their examples."""
    model = MiniLM()
    told: dict[str, object] = {"examples": fingerprint()}
    for speaker in get_args(Speaker):
        told[speaker] = learn(speaker, model)
    DIRECTIONS.write_text(json.dumps(told, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
