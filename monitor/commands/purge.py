"""`tone-monitor purge` and `forget`: deletion by age, or on request."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.commands.options import calls_option, in_force, in_sentences


@click.command()
@click.option("--dry-run", is_flag=True, help="List what would be deleted, and delete nothing.")
@calls_option
@in_sentences
def purge(*, dry_run: bool, calls: Path | None) -> None:
    """Delete calls past their retention period.

    [retention] in the settings has the days for each: the recording (30), the transcript (90), the whole call (365).

    Deleting the transcript also deletes notes about the call, reports and any other file in its folder. Flags,
    measures, outcomes and tags stay until the whole call is deleted. Calls on hold (`call edit CALL hold=DATE`) are
    kept, and listed. Every deletion is logged in deletions.jsonl. Run this command daily.
    """
    from monitor.upkeep import delete

    settings = in_force()
    try:
        deleted = delete.by_age(calls, settings.retention, settings.calls.catalogue, dry_run=dry_run)
    finally:
        if not dry_run:
            _forget_exported(calls)
    sys.exit(0 if deleted else 1)


@click.command()
@click.argument("named", default="", metavar="[AGENT|CALL]")
@click.option("--customer", default="", metavar="ID", help="Delete all calls with this customer instead.")
@click.option("--even-held", is_flag=True, help="Delete calls that are on hold, too.")
@click.option("--yes", "sure", is_flag=True, help="Delete without asking.")
@calls_option
@in_sentences
def forget(*, named: str, customer: str, even_held: bool, sure: bool, calls: Path | None) -> None:
    """Delete a call, or all data kept about a person.

    AGENT is the full name. All of the agent's calls are deleted, with sound, words, numbers and marks. The agent's
    voice profiles and list of wrong prompts on this machine are deleted, too, and the name is removed from marks in
    other calls. CALL is a folder, an id or the start of an id. With --customer, the full id, all calls with a customer
    are deleted.

    If one of the calls is on hold, nothing is deleted unless --even-held is given. deletions.jsonl records which call
    was deleted and when, but no name.
    """
    if bool(named) == bool(customer):
        raise click.UsageError("Give an agent, a call, or --customer ID.")
    from monitor.setup import profile, wrong_prompts
    from monitor.upkeep import delete

    catalogue = in_force().calls.catalogue
    own = [*profile.of_agent(named), *wrong_prompts.files_of(named)]
    whom = delete.Named(agent_or_call=named, profiles=own, customer=customer)
    try:
        deleted = delete.forget(calls, whom, catalogue, sure=sure, even_held=even_held)
    finally:
        _forget_exported(calls)
    sys.exit(0 if deleted else 1)


def _forget_exported(calls: Path | None) -> None:
    """Also where the catalogue fails after calls were deleted, or an earlier deletion was killed here."""
    from monitor.call.folder import root_folder
    from monitor.export import exported

    exported.forget_gone(root_folder(calls))
