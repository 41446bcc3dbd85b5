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
    measures, outcomes and tags stay until the whole call is deleted. Every deletion is logged in deletions.jsonl. Run
    this command daily.
    """
    from monitor.upkeep import delete

    settings = in_force()
    sys.exit(0 if delete.by_age(calls, settings.retention, settings.calls.catalogue, dry_run=dry_run) else 1)


@click.command()
@click.argument("named", metavar="AGENT|CALL")
@click.option("--yes", "sure", is_flag=True, help="Delete without asking.")
@calls_option
@in_sentences
def forget(*, named: str, sure: bool, calls: Path | None) -> None:
    """Delete a call, or all data kept about an agent.

    AGENT is the full name. All of the agent's calls are deleted, with sound, words, numbers and marks. The agent's
    voice profiles and list of wrong prompts on this machine are deleted, too. CALL is a folder, an id or the start of
    an id. deletions.jsonl records which call was deleted and when, but no name.
    """
    from monitor.setup import profile, wrong_prompts
    from monitor.upkeep import delete

    catalogue = in_force().calls.catalogue
    own = [*profile.of_agent(named), *wrong_prompts.files_of(named)]
    sys.exit(0 if delete.forget(calls, named, own, catalogue, sure=sure) else 1)
