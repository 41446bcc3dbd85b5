"""One speaker on the agent's screen."""

from dataclasses import dataclass, field

from audio.values import ToneSample
from monitor.agent.level_trace import Trace


@dataclass(frozen=True, slots=True)
class SpeakerView:
    """One speaker, as the screen shows them."""

    tone: ToneSample | None = None
    """The newest."""
    trace: Trace = field(default_factory=Trace)
    spoken_s: float = 0.0
    spoke_until_s: float = 0.0
    """When they were last heard to speak."""
    said: str = field(default="", repr=False)
    """Words of the utterances that are over, the newest last."""
    solid: str = field(default="", repr=False)
    """The last words that are certain."""
    tentative: str = field(default="", repr=False)
    unfinished: bool = False
    """Whether the last words belong to an utterance in progress."""
    final_until_s: float = 0.0
