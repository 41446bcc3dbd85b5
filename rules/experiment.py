"""Keeps some of the due prompts silent at random, so that what follows with and without them can be compared.

The design is a micro-randomised trial (Klasnja et al. 2015): every prompt that is due is drawn anew, whatever was drawn
before.
"""

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Draw:
    """What was drawn for a prompt."""

    silent: bool
    """Whether it is kept silent."""
    chance: float
    """The probability of that, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """The draws of one call."""

    call: str
    """Tells the call apart from all others."""
    silent: float
    """The probability with which a prompt is kept silent, 0 to 1."""

    def draw(self, rule: str, number: int) -> Draw:
        """Draw for a prompt: always the same for the same one.

        Args:
            rule: the prompt's.
            number: of the prompt in the call, from 1 on.
        """
        digest = sha256(f"{self.call}\n{rule}\n{number}".encode()).digest()
        return Draw(int.from_bytes(digest[:8], "big") / 2**64 < self.silent, self.silent)
