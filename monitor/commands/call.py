"""`tone-monitor call`: controls the running session from outside, corrects saved calls, and answers notes on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.base.terminal import say
from monitor.commands.call_edit import edit
from monitor.commands.coaching.answer import answer, dispute
from monitor.commands.options.common import in_sentences
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
    """Control the session; correct or answer a saved call."""


for command in (edit, answer, dispute):
    call.add_command(command)


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
@session_option
@in_sentences
def start(
    *, customer_id: str, attributes: tuple[str, ...], consent: ConsentStatus | None, consent_method: str, session: str
) -> None:
    """Start a call, ending the one in progress."""
    if consent_method and consent is None:
        raise click.UsageError("--consent-method needs --consent.")
    from monitor.live import control

    named = dict(_pair(attribute) for attribute in attributes)
    known = control.details(customer_id, named, consent, consent_method)
    say(_sentence(control.ask("start", known, session=session)))


@call.command("stop")
@session_option
@in_sentences
def stop(*, session: str) -> None:
    """End the call; the session waits for the next one."""
    from monitor.live import control

    say(_sentence(control.ask("stop", session=session)))


@call.command("flag")
@session_option
@in_sentences
def flag(*, session: str) -> None:
    """Bookmark this moment of the call for the supervisor."""
    from monitor.live import control

    say(f"Bookmarked{_named(control.ask('flag', session=session))}.")


@call.command("keep")
@session_option
@in_sentences
def keep(*, session: str) -> None:
    """Keep a call going in which nobody has spoken."""
    from monitor.live import control

    say(_sentence(control.ask("keep", session=session)))


@call.command("supervisor")
@session_option
@in_sentences
def supervisor(*, session: str) -> None:
    """Ask for a supervisor, or take the request back.

    It does what h does on the screen: the wall and the webhook have the request at once.
    """
    from monitor.live import control

    before = control.ask("status", session=session)
    now = control.ask("supervisor", session=session)
    if now.waits_for_help:
        say(f"Asked for a supervisor{_named(now)}.")
    elif before.waits_for_help:
        say(f"Took the request for a supervisor back{_named(now)}.")
    else:
        say("Nobody can be asked: the settings have neither a wall nor a webhook.")


@call.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@session_option
@in_sentences
def status(*, as_json: bool, session: str) -> None:
    """Show whether a call is in progress."""
    import msgspec

    from monitor.live import control

    now = control.ask("status", session=session)
    say(msgspec.json.encode(now).decode() if as_json else _sentence(now))


def _pair(attribute: str) -> tuple[str, str]:
    name, equals, value = attribute.partition("=")
    if not equals:
        raise click.BadParameter(f"{attribute} has no “=”. Write NAME=VALUE.", param_hint="--attribute")
    return name, value


def _sentence(now: Status) -> str:
    from monitor.base.clock import clock

    if now.state == "waiting":
        return f"Waiting for a call{_named(now)}."
    customer = f" with customer {now.customer}" if now.customer else ""
    kept = f", saved in {now.folder}" if now.folder else ""
    return f"In a call{customer} for {clock(now.heard_s)}{kept}{_named(now)}."


def _named(now: Status) -> str:
    """The session that answered, in brackets; nothing for one of an older version."""
    from datetime import datetime

    if not now.session:
        return ""
    started = datetime.fromisoformat(now.started).astimezone()
    return f" (session {now.session}, started {started:%Y-%m-%d %H:%M})"
