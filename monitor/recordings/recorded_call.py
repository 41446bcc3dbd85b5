"""A recorded call before it is analysed: its files, and what is known of it."""

import traceback
from dataclasses import dataclass, field
from pathlib import Path

from audio.files.names import text_of
from audio.files.recording import AgentChannel
from monitor.recordings.known import Known


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One call to be analysed."""

    files: tuple[Path, ...]
    """One file, or the agent's and the customer's."""
    known: Known = field(default_factory=Known)
    customer_late_s: float = 0.0
    """How long after the agent's file the customer's starts, in seconds; negative if before."""

    @property
    def name(self) -> str:
        """The names of its files, for people and for call.toml."""
        return " + ".join(text_of(path.name) for path in self.files)

    def sides(self, agent: AgentChannel) -> tuple[Path, Path, float]:
        """The agent's file, the customer's, and how much later that one starts, for a call of two files.

        Args:
            agent: with "right", the agent is in the file that is named like the customer's.
        """
        first, second = self.files
        return (second, first, -self.customer_late_s) if agent == "right" else (first, second, self.customer_late_s)


def fault_of_ours(name: str, error: Exception) -> str:
    """A sentence about an exception that nobody foresaw, without its message, which may hold words of the call.

    Args:
        name: of the recording.
        error: raised.
    """
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} in {Path(where.filename).name}, line {where.lineno}"
    return f"{name} met a fault of Tone Monitor ({place}). Report it with the recording."
