"""`tone-monitor call`: controls the running session from outside, by hand or from a softphone."""

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
    """Start, stop or flag a call in the running session."""


@call.command("start")
@click.option("--customer-id", default="", help="The customer's id in your own software.")
@click.option(
    "--attribute",
    "attributes",
    multiple=True,
    metavar="NAME=VALUE",
    help="Something else known about the call, such as contacts_30d=3. Can be repeated.",
)
@click.option(
    "--consent",
    type=click.Choice(STATUSES),
    help="Whether the customer agreed to be recorded. If refused, neither sound nor words are saved. Default: "
    "calls.consent in the settings.",
)
@click.option("--consent-method", default="", metavar="HOW", help="How consent was given, such as spoken.")
@in_sentences
def start(*, customer_id: str, attributes: tuple[str, ...], consent: ConsentStatus | None, consent_method: str) -> None:
    """Start a call, ending the one in progress."""
    if consent_method and consent is None:
        raise click.UsageError("--consent-method needs --consent.")
    from monitor.live import control

    named = dict(_pair(attribute) for attribute in attributes)
    say(_sentence(control.ask("start", control.details(customer_id, named, consent, consent_method))))


@call.command("stop")
@in_sentences
def stop() -> None:
    """End the call; the session waits for the next one."""
    from monitor.live import control

    say(_sentence(control.ask("stop")))


@call.command("flag")
@in_sentences
def flag() -> None:
    """Flag this moment of the call for later."""
    from monitor.live import control

    control.ask("flag")
    click.echo("Flagged.")


@call.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@in_sentences
def status(*, as_json: bool) -> None:
    """Show whether a call is in progress."""
    import msgspec

    from monitor.live import control

    now = control.ask("status")
    say(msgspec.json.encode(now).decode() if as_json else _sentence(now))


def _pair(attribute: str) -> tuple[str, str]:
    name, equals, value = attribute.partition("=")
    if not equals:
        raise click.BadParameter(f"{attribute} has no “=”. Write NAME=VALUE.", param_hint="--attribute")
    return name, value


def _sentence(now: Status) -> str:
    from monitor.base.clock import clock

    if now.state == "waiting":
        return "Waiting for a call."
    customer = f" with customer {now.customer}" if now.customer else ""
    kept = f", saved in {now.folder}" if now.folder else ""
    return f"In a call{customer} for {clock(now.heard_s)}{kept}."
