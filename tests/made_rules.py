"""Makes rulebooks and streams for the tests of rules."""

from pathlib import Path

from monitor.pipeline.metrics import BY_NAME
from rules.cases import spoken
from rules.load import load
from rules.model import Reading, Speaker
from rules.rulebook import Rulebook

SHIPPED = load(metrics=BY_NAME)
WORDS = SHIPPED.words

TEXTS = 'about = "a"\nsource = "s"\ntitle = "Title"\nfact = "{value}"\nadvice = "Do this"\n'


def rulebook(tmp_path: Path, text: str) -> Rulebook:
    """The shipped rules with a team's file over them."""
    path = tmp_path / "team.toml"
    path.write_text(text, "utf-8")
    return load([path], metrics=BY_NAME)


def level(start_s: float, value: float, speaker: Speaker = "agent") -> Reading:
    """One reading of the level."""
    return Reading(speaker, "level_over_baseline_db", start_s, round(start_s + 0.1, 6), value)


def levels(start_s: float, *values: float, speaker: Speaker = "agent") -> list[Reading]:
    """Readings of the level, one after the other."""
    return [level(round(start_s + 0.1 * n, 6), value, speaker) for n, value in enumerate(values)]


__all__ = ["SHIPPED", "TEXTS", "WORDS", "level", "levels", "rulebook", "spoken"]
