"""`tone-monitor ship`: calls that are over go to the team's object store."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.base.terminal import say
from monitor.commands.options.common import calls_option, in_force, in_sentences


@click.command()
@click.option("--now", is_flag=True, help="Ship also while a call is in progress on this machine.")
@calls_option
@in_sentences
def ship(*, now: bool, calls: Path | None) -> None:
    """Ship saved calls to the team's object store.

    The store is objects.url in the settings. Every call that is over goes there, the sound first, and what changed in
    calls since, such as marks. While a call is in progress it waits. Whatever was interrupted is continued by the next
    run; a live session ships after each call, too.

    Notes that others made on copies of your calls come back, and calls that the team has forgotten are deleted here.
    """
    from monitor.call.folder import root_folder
    from monitor.settings.config import ConfigError
    from monitor.shipping import cache, shipment
    from monitor.shipping.background import between_calls
    from monitor.shipping.send import Pace

    settings, root = in_force(), root_folder(calls)
    if not settings.objects.url:
        raise ConfigError("There is no object store to ship to. Set objects.url in the settings.")
    pace = Pace() if now else between_calls(root, lambda: say("Waiting for the call to end …"))
    outcome = shipment.ship(settings.objects.url, root, settings.calls.catalogue, pace)
    say(outcome)
    failed = [*outcome.failed, *cache.sent_notes(settings.objects.url)]
    for sentence in failed:
        say(sentence, err=True)
    sys.exit(1 if failed else 0)
