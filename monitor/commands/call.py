"""Calls of the session that runs: begun and ended from outside, by a softphone or a hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.base.terminal import say
from monitor.commands.options import in_sentences
from monitor.settings.consent import STATUSES, ConsentStatus

if TYPE_CHECKING:
    from monitor.live.session import Status


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
@in_sentences
def start(*, customer_id: str, attributes: tuple[str, ...], consent: ConsentStatus | None, consent_method: str) -> None:
    """Begin a call; one that is on ends with it."""
    if consent_method and consent is None:
        raise click.UsageError("--consent-method goes with --consent.")
    from monitor.live import control  # noqa: PLC0415

    named = dict(_pair(attribute) for attribute in attributes)
    say(_sentence(control.ask("start", control.details(customer_id, named, consent, consent_method))))


@call.command("stop")
@in_sentences
def stop() -> None:
    """End the call; the session waits for the next one."""
    from monitor.live import control  # noqa: PLC0415

    say(_sentence(control.ask("stop")))


@call.command("flag")
@in_sentences
def flag() -> None:
    """Mark this moment of the call for later."""
    from monitor.live import control  # noqa: PLC0415

    control.ask("flag")
    click.echo("Flagged.")


@call.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@in_sentences
def status(*, as_json: bool) -> None:
    """Say whether a call is on."""
    import msgspec  # noqa: PLC0415

    from monitor.live import control  # noqa: PLC0415

    now = control.ask("status")
    say(msgspec.json.encode(now).decode() if as_json else _sentence(now))


def _pair(attribute: str) -> tuple[str, str]:
    name, equals, value = attribute.partition("=")
    if not equals:
        raise click.BadParameter(f"{attribute} has no “=”: write NAME=VALUE.", param_hint="--attribute")
    return name, value


def _sentence(now: Status) -> str:
    from monitor.base.clock import clock  # noqa: PLC0415

    if now.state == "waiting":
        return "Waiting for a call."
    customer = f" with customer {now.customer}" if now.customer else ""
    kept = f", kept in {now.folder}" if now.folder else ""
    return f"In a call{customer} for {clock(now.heard_s)}{kept}."
