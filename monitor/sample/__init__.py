"""The built-in call, and all that is known of it because it was made: by `tools/sample_call`, from a script."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from audio.block import Speaker
from rules.model import Outcome

CALL = Path(__file__).with_name("call.flac")
"""Left the agent, right the customer; 16 kHz, 16 bit."""
TRUTH = Path(__file__).with_name("truth.json")
"""What came of the script, to the millisecond."""


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One line of the script as it stands in the sound."""

    speaker: Speaker
    start_s: float
    """Of the first phone."""
    end_s: float
    """Of the last phone."""
    text: str
    rate: float
    """Times the voice's ordinary rate."""
    gain_db: float
    """Over the voice's ordinary level."""
    effort_db: float
    """Lift of everything above 1 kHz over what is below."""
    pitch_factor: float
    """Times the voice's ordinary pitch."""
    level_dbfs: float
    """RMS of the phones, pauses left out."""
    syllables_s: tuple[float, ...]
    """Middle of each vowel."""
    pauses_s: tuple[tuple[float, float], ...]
    """Start and end of each silence inside the line."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A prompt the call was written to cause, at the moment its definition comes true in what was made."""

    action: str
    at_s: float
    why: str
    after: Outcome
    """What she does after it, as it is to be judged."""
    then: str
    """The same in a sentence."""


@dataclass(frozen=True, slots=True)
class Truth:
    """All that is known of the call."""

    flite: str
    """The version of the synthesizer."""
    duration_s: float
    lines: tuple[SpokenLine, ...]
    """In the order they begin."""
    planned: tuple[Planned, ...]
    """In the order they come."""


@cache
def truth() -> Truth:
    """Read `truth.json`."""
    return msgspec.json.decode(TRUTH.read_bytes(), type=Truth)


def planned() -> tuple[Planned, ...]:
    """Give the prompts that a listener should see in this call, in order."""
    return truth().planned
