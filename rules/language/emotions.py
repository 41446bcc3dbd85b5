"""Words for what people feel."""

from functools import cache
from pathlib import Path


@cache
def emotions() -> frozenset[str]:
    """Words for what people feel, lower case."""
    lines = Path(__file__).parents[1].joinpath("words/en/emotions.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
