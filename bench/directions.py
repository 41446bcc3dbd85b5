"""Learn anew what tells a meaning from the others, after its examples changed: `python -m bench.directions`."""

import json

from monitor.pipeline.meaning import DIRECTIONS, fingerprint, learn
from monitor.pipeline.sentence_model import MiniLM
from rules.model import Speaker


def main() -> None:
    """Write the directions of all meanings beside their examples."""
    model = MiniLM()
    speakers: tuple[Speaker, ...] = ("agent", "customer")
    learnt = {speaker: learn(speaker, model) for speaker in speakers}
    told = {"examples": fingerprint(), **learnt}
    DIRECTIONS.write_text(json.dumps(told, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
