"""What is known about a recording besides its sound: who, when, consent, and on which channel the agent is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, get_args

import msgspec

from audio.files.recording import AgentChannel
from monitor.base.start_time import read_started
from monitor.call.consent import Consent
from monitor.call.info import CallDetails, CallInfo
from monitor.live.control import MOST_ATTRIBUTES, Key, Value
from monitor.settings.consent import STATUSES
from rules.strict_toml import suggestion

ATTRIBUTE = ("attribute.", "attributes.")
"""How the name of a field begins that is an attribute of the call."""
ALIASES = {"agent_name": "agent", "customer_id": "customer"}
"""The names that options have, for those of the fields."""
FIELDS = ("agent", "customer", "started", "consent", "consent_method", "consent_at", "agent_channel")
CHANNELS: tuple[AgentChannel, ...] = get_args(AgentChannel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What one source says about a recording, or all of them together."""

    agent: str = ""
    customer: str = ""
    started: datetime | None = None
    """With its offset from UTC."""
    consent: Consent | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    agent_channel: AgentChannel | None = None

    def over(self, other: Known) -> Known:
        """This, and whatever the other one knows besides."""
        return Known(
            agent=self.agent or other.agent,
            customer=self.customer or other.customer,
            started=self.started or other.started,
            consent=self.consent or other.consent,
            attributes={**other.attributes, **self.attributes},
            agent_channel=self.agent_channel or other.agent_channel,
        )

    @property
    def details(self) -> CallDetails:
        """The part of it that call.toml keeps of any call."""
        return CallDetails(self.customer, self.attributes, self.consent, self.agent, self.started)

    def unlike(self, info: CallInfo) -> tuple[str, ...]:
        """The fields in which a saved call says something else, or nothing."""
        pairs = (
            ("agent", self.agent, info.agent),
            ("customer", self.customer, info.customer),
            ("started", self.started, info.started),
            ("consent", self.consent and self.consent.status, info.consent.status),
            ("agent_channel", self.agent_channel, info.agent_channel),
            *((f"attribute.{name}", value, info.attributes.get(name)) for name, value in self.attributes.items()),
        )
        return tuple(name for name, here, there in pairs if here and here != there)

    def contradicts(self, other: Known) -> tuple[str, ...]:
        """The fields that a call has once, and about which the two say different things."""
        pairs = (
            ("agent", self.agent, other.agent),
            ("customer", self.customer, other.customer),
            ("consent", self.consent and self.consent.status, other.consent and other.consent.status),
        )
        return tuple(name for name, here, there in pairs if here and there and here != there)


def merged(sources: Iterable[Known]) -> Known:
    """All that is known; what stands first counts."""
    known = Known()
    for source in sources:
        known = known.over(source)
    return known


def field_name(written: str) -> str:
    """The name of a field as `from_fields` takes it: without spaces around, in lower case, an alias resolved."""
    name = written.strip()
    if name.casefold().startswith(ATTRIBUTE):
        return f"attribute.{name.partition('.')[2]}"
    name = name.casefold().replace("-", "_").replace(" ", "_")
    return ALIASES.get(name, name)


def is_field(name: str) -> bool:
    """Whether `from_fields` knows a name."""
    return name in FIELDS or name.startswith(ATTRIBUTE)


def unknown_field(name: str) -> str:
    """Half a sentence about a name that is no field, with the nearest one that is."""
    return f'"{name}" is not a known field{suggestion(name, (*FIELDS, "attribute.NAME"))}'


def from_fields(fields: Mapping[str, str]) -> Known:
    """What fields say; empty ones say nothing.

    Args:
        fields: values by the names that `field_name` gives.

    Raises:
        ValueError: a value can't be used; the message is a full sentence that names the field.
    """
    said = {name: value.strip() for name, value in fields.items() if value.strip()}
    attributes = {name.partition(".")[2]: value for name, value in said.items() if name.startswith(ATTRIBUTE)}
    if len(attributes) > MOST_ATTRIBUTES:
        raise ValueError(f"There are {len(attributes)} attributes. A call can have {MOST_ATTRIBUTES}.")
    known = Known(
        agent=_text(said, "agent"),
        customer=_text(said, "customer"),
        consent=_consent(said),
        attributes={_checked(name, Key, "attribute"): _checked(attributes[name], Value, name) for name in attributes},
    )
    if started := said.get("started"):
        try:
            known = replace(known, started=read_started(started))
        except ValueError as error:
            raise ValueError(f"started: {error}") from None
    if channel := said.get("agent_channel", "").casefold():
        if channel not in CHANNELS:
            raise ValueError(f"agent_channel: {channel[:40]} is not a channel. Write left, right or mono.")
        known = replace(known, agent_channel=CHANNELS[CHANNELS.index(channel)])
    return known


def _consent(said: Mapping[str, str]) -> Consent | None:
    written = said.get("consent", "").casefold().replace("_", " ")
    if not written:
        if "consent_method" in said or "consent_at" in said:
            raise ValueError("consent is missing, though its method or time is given. Write given, refused or unknown.")
        return None
    status = next((one for one in STATUSES if one == written), None)
    if status is None:
        raise ValueError(f"consent: {written[:40]} is not an answer. Write {', '.join(STATUSES)}.")
    try:
        at = read_started(said["consent_at"]).isoformat(timespec="seconds") if "consent_at" in said else ""
    except ValueError as error:
        raise ValueError(f"consent_at: {error}") from None
    return Consent(status, at, _text(said, "consent_method"))


def _text(said: Mapping[str, str], name: str) -> str:
    return _checked(said.get(name, ""), Value, name)


def _checked(text: str, kind: Any, name: str) -> str:  # noqa: ANN401 - an annotated type
    try:
        return msgspec.convert(text, kind)  # type: ignore[no-any-return]
    except msgspec.ValidationError:
        limit = "letters, digits, “_”, “.” and “-”, at most 64" if kind is Key else "one line of at most 256 characters"
        raise ValueError(f"{name}: {text[:40]!r} can't be used. Write {limit}.") from None
