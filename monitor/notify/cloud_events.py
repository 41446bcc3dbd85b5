"""Messages to other systems about a call, as CloudEvents 1.0.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
"""

import platform
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

import msgspec

from monitor.call.events import CallEvent, Mark, PromptShown
from monitor.call.info import Identity
from monitor.call.supervision.supervisor_events import HelpRequest
from monitor.notify.messages import TYPE_OF, Bookmark, CallStarted, Escalation, Help, Message, PromptDue, PromptUp
from rules.model import Firing

CONTENT_TYPE = "application/cloudevents+json"


@dataclass(frozen=True, slots=True)
class Notice:
    """One event for another system."""

    id: str
    """The same if it is sent again, so that the receiver can recognise it."""
    body: bytes
    """A CloudEvent in JSON."""


def started(call: Identity) -> CallStarted:
    """The message that a call began."""
    return CallStarted(0.0, call)


def message(call: Identity, event: CallEvent, *, words: bool = False) -> Message | None:
    """The message of a prompt, an escalation, a bookmark or a request for help; None for everything else.

    Args:
        call: which call.
        event: what happened.
        words: include what was said: title, fact and advice of a prompt may quote it.
    """
    match event:
        case PromptShown(prompt=up):
            texts = (up.title, up.fact, up.advice) if words else ()
            kind = PromptDue if call.kind == "recording" else PromptUp
            return kind(_at(up.since_s), call, up.rule, up.action, up.severity, event.delay_s, *texts)
        case Firing(owner=owner, trial=False) if owner:
            return Escalation(
                _at(event.start_s),
                call,
                event.rule,
                event.action,
                event.severity,
                event.speaker,
                event.value,
                event.baseline,
                event.limit,
                owner,
                event.protocol,
                event.evidence if words else None,
            )
        case Mark(kind="flag"):
            return Bookmark(_at(event.at_s), call)
        case HelpRequest(state=state):
            return Help(_at(event.at_s), call, state)
        case _:
            return None


def notice(said: Message, number: int | str) -> Notice:
    """A message as an event.

    Args:
        said: the message.
        number: tells it from others of the call.
    """
    call = said.call
    subject = call.id or f"{call.started:%Y-%m-%dT%H:%M:%S%z}"
    name = f"{subject}/{number}"
    content = {
        "specversion": "1.0",
        "id": name,
        "source": f"/tone-monitor/{quote(platform.node(), safe='')}",
        "type": TYPE_OF[type(said)],
        "subject": subject,
        "time": (call.started + timedelta(seconds=said.at_s)).isoformat(timespec="milliseconds"),
        "datacontenttype": "application/json",
        "data": said,
    }
    return Notice(name, msgspec.json.encode(content))


def _at(time_s: float) -> float:
    return round(time_s, 3)
