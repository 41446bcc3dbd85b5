"""Notices to other systems about a call in progress, as CloudEvents 1.0.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from monitor.call.events import CallEvent, Mark, PromptShown
from monitor.call.info import CallKind
from rules.model import Firing

CONTENT_TYPE = "application/cloudevents+json"


@dataclass(frozen=True, slots=True)
class Notice:
    """One event for another system."""

    id: str
    """The same if it is sent again, so that the receiver can recognise it."""
    body: bytes
    """A CloudEvent in JSON."""


def notice(  # noqa: PLR0913 - whose event it is, and what may be said of it
    call: str, started: datetime, number: int, event: CallEvent, *, kind: CallKind = "live", words: bool = False
) -> Notice | None:
    """The notice of a prompt, an escalation or a flag; None for everything else.

    Args:
        call: id of the call.
        started: when it began.
        number: of the event within the call.
        event: what happened.
        kind: of the call. In a recording no prompt is shown: it is only due.
        words: include what was said: title, fact and advice of a prompt may quote it.
    """
    match event:
        case PromptShown(prompt=prompt):
            what, at_s = "prompt.due" if kind == "recording" else "prompt.shown", prompt.since_s
            data: Mapping[str, Any] = {
                **_only(prompt, "rule", "action", "severity"),
                **(_only(prompt, "title", "fact", "advice") if words else {}),
                "delay_s": event.delay_s,
            }
        case Firing(owner=owner, trial=False) if owner:
            what, at_s = "escalation", event.start_s
            data = {
                **_only(event, "rule", "action", "severity", "speaker", "value", "baseline", "limit"),
                **_only(event, "owner", "protocol"),
                **(_only(event, "evidence") if words else {}),
            }
        case Mark(kind="flag"):
            what, at_s, data = "flag", event.at_s, {}
        case _:
            return None
    name = f"{call}/{number}"
    content = {
        "specversion": "1.0",
        "id": name,
        "source": "/tone-monitor",
        "type": f"tone-monitor.{what}",
        "subject": call,
        "time": (started + timedelta(seconds=at_s)).isoformat(timespec="milliseconds"),
        "datacontenttype": "application/json",
        "data": {"at_s": round(at_s, 3), **data},
    }
    return Notice(name, msgspec.json.encode(content))


def _only(value: object, *names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}
