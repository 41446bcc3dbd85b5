"""Calls of the session that runs: begun and ended from outside, by a softphone or a hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.base.terminal import say
from monitor.commands.options import in_sentences
from monitor.settings.consent import STATUSES, ConsentStatus

if TYPE_CHECKING:
    from monitor.live.session import Status


session_option = click.option(
    "--session",
    default="",
    metavar="ID",
    help="Where several sessions run: which one, by the id that it shows. Default: the oldest.",
)


@click.group()
def call() -> None:
    """Start, stop, flag a call of the session that runs on this machine."""


@call.command("start")
@click.option("--customer-id", default="", help="The customer, as your own software names them.")
@click.option(
    "--attribute",
    "attributes",
    multiple=True,
    metavar="NAME=VALUE",
    help="What else is known of the call, such as contacts_30d=3. May be given again.",
)
@click.option(
    "--consent",
    type=click.Choice(STATUSES),
    help="Whether the customer agreed to be recorded; after a refusal neither sound nor words are kept. Default: "
    "calls.consent of the settings.",
)
@click.option("--consent-method", default="", metavar="HOW", help="How that was settled, such as spoken.")
@session_option
@in_sentences
def start(
    *, customer_id: str, attributes: tuple[str, ...], consent: ConsentStatus | None, consent_method: str, session: str
) -> None:
    """Begin a call; one that is on ends with it."""
    if consent_method and consent is None:
        raise click.UsageError("--consent-method goes with --consent.")
    from monitor.live import control  # noqa: PLC0415

    named = dict(_pair(attribute) for attribute in attributes)
    known = control.details(customer_id, named, consent, consent_method)
    say(_sentence(control.ask("start", known, session=session)))


@call.command("stop")
@session_option
@in_sentences
def stop(*, session: str) -> None:
    """End the call; the session waits for the next one."""
    from monitor.live import control  # noqa: PLC0415

    say(_sentence(control.ask("stop", session=session)))


@call.command("flag")
@session_option
@in_sentences
def flag(*, session: str) -> None:
    """Mark this moment of the call for later."""
    from monitor.live import control  # noqa: PLC0415

    say(f"Flagged{_named(control.ask('flag', session=session))}.")


@call.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@session_option
@in_sentences
def status(*, as_json: bool, session: str) -> None:
    """Say whether a call is on."""
    import msgspec  # noqa: PLC0415

    from monitor.live import control  # noqa: PLC0415

    now = control.ask("status", session=session)
    say(msgspec.json.encode(now).decode() if as_json else _sentence(now))


def _pair(attribute: str) -> tuple[str, str]:
    name, equals, value = attribute.partition("=")
    if not equals:
        raise click.BadParameter(f"{attribute} has no “=”: write NAME=VALUE.", param_hint="--attribute")
    return name, value


def _sentence(now: Status) -> str:
    from monitor.base.clock import clock  # noqa: PLC0415

    if now.state == "waiting":
        return f"Waiting for a call{_named(now)}."
    customer = f" with customer {now.customer}" if now.customer else ""
    kept = f", kept in {now.folder}" if now.folder else ""
    return f"In a call{customer} for {clock(now.heard_s)}{kept}{_named(now)}."


def _named(now: Status) -> str:
    """The session that answered, in brackets; nothing for one of an older version."""
    from datetime import datetime  # noqa: PLC0415

    if not now.session:
        return ""
    started = datetime.fromisoformat(now.started).astimezone()
    return f" (session {now.session}, started {started:%Y-%m-%d %H:%M})"
