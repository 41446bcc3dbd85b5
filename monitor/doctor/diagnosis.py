"""The result of a check."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "look", "bad"]
"""Fine; works, but deserves a look; a call would suffer. JSON has these words, people read those of `SHOWN`."""
SHOWN: dict[Verdict, str] = {"ok": "ok", "look": "warning", "bad": "problem"}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The verdict on one thing."""

    check: str
    """What was checked, in a word."""
    verdict: Verdict
    told: str
    """What was found, and what to do if it is not fine."""
