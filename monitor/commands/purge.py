"""Deleting what is kept: by its age, or because somebody asks for it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.commands.options import calls_option, in_force, in_sentences


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@calls_option
@in_sentences
def purge(*, dry_run: bool, calls: Path | None) -> None:
    """Delete what has been kept long enough.

    The settings say for how many days ([retention]): the sound (30), the words (90), then the call with all its numbers
    (365). With the words go texts of people about the call, reports, and whatever else stands in its folder; flags,
    measures, outcomes and tags stay until the end. Every deletion is written down in deletions.jsonl. Run it daily.
    """
    from monitor.upkeep import delete  # noqa: PLC0415

    settings = in_force()
    sys.exit(0 if delete.by_age(calls, settings.retention, settings.calls.catalogue, dry_run=dry_run) else 1)


@click.command()
@click.argument("named", metavar="AGENT|CALL")
@click.option("--yes", "sure", is_flag=True, help="Do not ask.")
@calls_option
@in_sentences
def forget(*, named: str, sure: bool, calls: Path | None) -> None:
    """Delete a call, or everything that is kept of an agent.

    AGENT is the whole name: all calls go, with sound, words, numbers and marks, and the voice profiles of this machine.
    CALL is a folder, an id or the start of one. deletions.jsonl keeps when which call was deleted, and no name.
    """
    from monitor.setup import profile  # noqa: PLC0415
    from monitor.upkeep import delete  # noqa: PLC0415

    catalogue = in_force().calls.catalogue
    sys.exit(0 if delete.forget(calls, named, profile.of_agent(named), catalogue, sure=sure) else 1)
