"""What people correct about a saved call, as they write it: "customer=C4711 started=2026-03-02T14:30"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, TypeVar, get_args

from audio.files.recording import AgentChannel
from monitor.base.errors import MonitorError
from monitor.call.consent import Consent
from monitor.call.hold import Hold
from monitor.call.info import CallInfo, Edited
from monitor.settings.consent import STATUSES, ConsentStatus
from rules.strict_toml import suggestion

KEYS = ("agent", "customer", "started", "consent", "consent_method", "agent_channel", "hold", "reason")
"""What can be corrected, besides attributes."""
ATTRIBUTE = "attribute."
"""How the key of an attribute begins."""
CHANNELS: tuple[AgentChannel, ...] = get_args(AgentChannel)

Choice = TypeVar("Choice", bound=str)

_SYNONYMS = {"agent_name": "agent", "customer_id": "customer"}
"""The names of the options that say the same when a call starts or is imported."""
_TEXT = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{0,256}")
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class EditError(MonitorError):
    """A correction cannot be made; the message is a full sentence."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a call outside its log."""

    info: CallInfo
    hold: Hold | None = None
    agent_channel: AgentChannel | Literal[""] = ""
    """The agent's channel in the recording that was analysed; empty for a call from sound cards."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What is known after a correction, and how it is logged."""

    known: Known
    edited: tuple[Edited, ...]
    """What changes; none if all of it was so before."""


def correction(before: Known, written: Iterable[str], by: str, now: datetime) -> Correction:
    """Read corrections. Names and free text are logged without their values, which must be gone once corrected.

    Args:
        before: what is known about the call.
        written: as KEY=VALUE; see `KEYS`. An empty value removes what was there.
        by: name of the person.
        now: with its offset from UTC.

    Raises:
        EditError: a key is unknown or there twice, or a value is wrong.
    """
    values = _values(written, before.info.attributes)
    if not values:
        raise EditError(f"Nothing to edit was given. Write KEY=VALUE, with one of {', '.join(KEYS)}.")
    channel = before.agent_channel
    if "agent_channel" in values:
        channel = _one_of("agent_channel", values["agent_channel"], CHANNELS)
    known = Known(_info(before.info, values, now), _hold(before.hold, values, by, now), channel)
    made = now.isoformat(timespec="seconds")
    return Correction(known, tuple(Edited(name, by, made, *change) for name, change in _changes(before, known)))


def _values(written: Iterable[str], attributes: Mapping[str, str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for one in written:
        name, equals, value = one.partition("=")
        if not equals:
            raise EditError(f"{one!r} has no “=”. Write KEY=VALUE, such as customer=C4711.")
        key = _key(name.strip(), attributes)
        if key in values:
            raise EditError(f"{key} is given twice. Give it once.")
        if not _TEXT.fullmatch(value):
            raise EditError(f"{key} has more than 256 characters, or a line break. Shorten it.")
        values[key] = value.strip()
    return values


def _key(name: str, attributes: Mapping[str, str]) -> str:
    plain = name.replace("-", "_")
    plain = _SYNONYMS.get(plain, plain)
    if plain in KEYS:
        return plain
    attribute = name.removeprefix(ATTRIBUTE)
    if attribute in attributes or (name.startswith(ATTRIBUTE) and _NAME.fullmatch(attribute)):
        return ATTRIBUTE + attribute
    known = (*KEYS, *_SYNONYMS, *(ATTRIBUTE + one for one in sorted(attributes)))
    raise EditError(
        f'"{name}" is nothing that can be edited{suggestion(plain, known)} Write {ATTRIBUTE}NAME=VALUE for an '
        "attribute."
    )


def _info(info: CallInfo, values: Mapping[str, str], now: datetime) -> CallInfo:
    attributes = dict(info.attributes) | {
        key.removeprefix(ATTRIBUTE): value for key, value in values.items() if key.startswith(ATTRIBUTE)
    }
    return replace(
        info,
        agent=values.get("agent", info.agent),
        customer=values.get("customer", info.customer),
        started=_started(values["started"], now) if "started" in values else info.started,
        consent=_consent(info.consent, values, now),
        attributes={name: value for name, value in attributes.items() if value},
    )


def _started(text: str, now: datetime) -> datetime:
    """A time of day on a date; without an offset it is this machine's."""
    try:
        if len(text) <= len("2026-03-02"):
            raise ValueError  # noqa: TRY301 - a date alone would be taken for midnight
        started = datetime.fromisoformat(text)
        started = started if started.tzinfo else started.astimezone()
        after = started > now
    except (ValueError, OverflowError, OSError) as error:
        raise EditError(
            f"started is {text!r}, which is no date with a time. Write 2026-03-02T14:30 or 2026-03-02T14:30+01:00."
        ) from error
    if after:
        raise EditError(f"started is {text!r}, which is in the future. Write when the call started.")
    return started


def _consent(consent: Consent, values: Mapping[str, str], now: datetime) -> Consent:
    method = values.get("consent_method", consent.method)
    status: ConsentStatus = consent.status
    if "consent" in values:
        status = _one_of("consent", values["consent"], STATUSES)
    if status == consent.status:
        return replace(consent, method=method)
    return Consent(status, method=method).settled(now)


def _hold(hold: Hold | None, values: Mapping[str, str], by: str, now: datetime) -> Hold | None:
    if "hold" not in values and "reason" not in values:
        return hold
    if "hold" in values and not values["hold"]:
        if values.get("reason"):
            raise EditError("A hold that is lifted needs no reason. Leave out reason=.")
        return None
    reason = values.get("reason") or (hold.reason if hold else "")
    if not reason:
        raise EditError('A hold needs a reason. Add reason="…", such as the number of the complaint.')
    if "hold" in values:
        until = _day(values["hold"], now.date())
    elif hold:
        until = hold.until
    else:
        raise EditError("reason= is that of a hold. Add hold=DATE, until when the call must be kept.")
    if hold and (until, reason) == (hold.until, hold.reason):
        return hold
    return Hold(until, reason, by, now.isoformat(timespec="seconds"))


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise EditError(f"hold is {text!r}, which is no date. Write it as {today.isoformat()}.") from error
    if day < today:
        raise EditError(f"hold is {text!r}, which has passed. Write today or a later day; hold= lifts a hold.")
    return day


def _one_of(key: str, value: str, choices: Iterable[Choice]) -> Choice:
    for choice in choices:
        if choice == value:
            return choice
    raise EditError(f"{key} is {value!r}, which is not one of its values{suggestion(value, choices)}")


def _changes(before: Known, after: Known) -> Iterable[tuple[str, tuple[str, ...]]]:
    """What differs, and the values before and after where they name nobody."""
    was, now = before.info, after.info
    if was.agent != now.agent:
        yield "agent", ()
    if was.customer != now.customer:
        yield "customer", ()
    if was.started != now.started or was.started.utcoffset() != now.started.utcoffset():
        yield "started", (was.started.isoformat(), now.started.isoformat())
    if was.consent.status != now.consent.status:
        yield "consent", (was.consent.status, now.consent.status)
    if was.consent.method != now.consent.method:
        yield "consent_method", ()
    for name in sorted(was.attributes.keys() | now.attributes.keys()):
        if was.attributes.get(name) != now.attributes.get(name):
            yield ATTRIBUTE + name, ()
    if before.agent_channel != after.agent_channel:
        yield "agent_channel", (before.agent_channel, after.agent_channel)
    if before.hold != after.hold:
        yield "hold", tuple(hold.until.isoformat() if hold else "" for hold in (before.hold, after.hold))
