"""Whether the customer agreed to be recorded."""

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.settings.consent import STATUSES, ConsentStatus

REFUSED = "The customer refused to be recorded: no sound and no words are saved, and none are transcribed."
REFUSED_AFTERWARDS = (
    "The customer refused to be recorded, but sound or words were saved before that was known. `tone-monitor forget` "
    "deletes the call."
)


@dataclass(frozen=True, slots=True)
class Consent:
    """What is known about consent; part of a call's record."""

    status: ConsentStatus = "unknown"
    """What the customer said to being recorded."""
    at: str = ""
    """When it was settled, ISO 8601."""
    method: str = ""
    """How, such as "spoken", "announcement" or "contract"."""

    def settled(self, at: datetime) -> "Consent":
        """The same with a time, if consent was given or refused and the time is not known yet."""
        return self if self.status == "unknown" or self.at else replace(self, at=at.isoformat(timespec="seconds"))

    def __str__(self) -> str:
        how = ", ".join(filter(None, (self.method, self.at[:16].replace("T", " "))))
        return f"{self.status} ({how})" if how else self.status


def as_written(found: object) -> object:
    """Consent as call.toml has it: a table or, until version 0.2, a single word."""
    if isinstance(found, str):
        return {"status": found if found in STATUSES else "unknown"}
    return found
