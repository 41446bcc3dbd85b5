"""What a check says."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "look", "bad"]
"""Fine; works, but worth a look; a call would suffer."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The verdict on one thing."""

    check: str
    """What was looked at, in a word."""
    verdict: Verdict
    told: str
    """One sentence: what was found, and what to do if it is not fine."""
