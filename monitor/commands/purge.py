"""`tone-monitor purge` and `forget`: deletion by age, or on request."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.base.counts import count
from monitor.base.terminal import say
from monitor.commands.options.common import calls_option, in_force, in_sentences

if TYPE_CHECKING:
    from monitor.settings.config import Settings
    from monitor.shipping.team import TeamCopies
    from monitor.upkeep.delete import Named


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

    What was shipped to objects.url is deleted there, too, with all notes of others. Copies of others' calls on this
    machine are deleted by the same days; in the store, each desk deletes its own.

    Rows of the lakes in archive.lakes are deleted when the whole call would be, counted from its start.
    """
    from monitor.upkeep import delete

    settings = in_force()
    team = _team(settings)
    try:
        deleted = delete.by_age(calls, settings.retention, settings.calls.catalogue, dry_run=dry_run, copies=team)
        if team and team.cache.is_dir():
            say("Copies of shipped calls on this machine:")
            deleted &= delete.by_age(team.cache, settings.retention, "", dry_run=dry_run)
    finally:
        if not dry_run:
            _forget_exported(calls)
    purged = _purge_lakes(settings, calls, dry_run=dry_run)
    sys.exit(0 if deleted and purged else 1)


def _team(settings: Settings) -> TeamCopies | None:
    """Where the team's copies are; None if calls are not shipped."""
    if not settings.objects.url:
        return None
    from monitor.shipping.team import TeamCopies

    return TeamCopies(settings.objects.url)


def _purge_lakes(settings: Settings, calls: Path | None, *, dry_run: bool) -> bool:
    """Delete the rows past their retention period from the lakes of the settings; False if a lake can't be used."""
    if not settings.archive.lakes:
        return True
    from datetime import datetime, timedelta

    from monitor.archive.errors import LakeError
    from monitor.archive.forget import removal, rows_before
    from monitor.archive.lake import Lake
    from monitor.upkeep import delete

    now, rows, usable = datetime.now().astimezone(), 0, True
    oldest = now.date() - timedelta(settings.retention.numbers_days - 1)
    kept = delete.on_hold(calls, settings.retention)
    for folder in map(Path, settings.archive.lakes):
        try:
            _check_lake(folder)
            lake = Lake(folder)
            past = rows_before(lake, oldest, kept)
            if past and not dry_run:
                removal([(lake, past)], now)()
        except LakeError as error:
            say(error, err=True)
            usable = False
        else:
            rows += len(past)
    say(f"{'Would delete' if dry_run else 'Deleted'} {count(rows, 'row')} of the lakes.")
    return usable


def _check_lake(folder: Path) -> None:
    """See to it that none is made where there is none."""
    from monitor.archive.errors import LakeError
    from monitor.archive.lake import KEY

    if not (folder / KEY).exists():
        raise LakeError(f"{folder} is no lake. Correct --lake, or archive.lakes in the settings.")


@click.command()
@click.argument("named", default="", metavar="[AGENT|CALL]")
@click.option("--customer", default="", metavar="ID", help="Delete all calls with this customer instead.")
@click.option(
    "--lake",
    "lakes",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    multiple=True,
    metavar="DIR",
    help="Delete from this lake, too. Can be repeated. Default: archive.lakes in the settings.",
)
@click.option("--even-held", is_flag=True, help="Delete calls that are on hold, too.")
@click.option("--yes", "sure", is_flag=True, help="Delete without asking.")
@calls_option
@in_sentences
def forget(  # noqa: PLR0913 - one argument an option
    *, named: str, customer: str, lakes: tuple[Path, ...], even_held: bool, sure: bool, calls: Path | None
) -> None:
    """Delete a call, or all data kept about a person.

    AGENT is the full name. All of the agent's calls are deleted, with sound, words, numbers, marks and agreed actions,
    also those that another agent took over or had before. The agent's voice profiles and lists of wrong prompts and of
    notes read on this machine are deleted, too, and the name is removed from marks and actions in other calls. CALL is
    a folder, an id or the start of an id. With --customer, the full id, all calls with a customer are deleted.

    If one of the calls is on hold, nothing is deleted unless --even-held is given. deletions.jsonl records which call
    was deleted and when, but no name.

    Of shipped calls, those of all desks are deleted from the store, and from every other machine as soon as it uses the
    store again. Names that an agent signed with in calls of other desks stay there: forget the agent there, too.

    In a lake, an agent's rows are found by the name as the metadata have it, a call's by its sound; CALL may also be
    the id of a call in a lake. A recording that is still there is analyzed again by the next `analyze --lake`.
    """
    if bool(named) == bool(customer):
        raise click.UsageError("Give an agent, a call, or --customer ID.")
    from monitor.follow_up import new_notes
    from monitor.setup import profile, wrong_prompts
    from monitor.upkeep import delete

    settings = in_force()
    catalogue = settings.calls.catalogue
    own = [*profile.of_agent(named), *wrong_prompts.files_of(named), *new_notes.files_of(named)]
    whom = delete.Named(agent_or_call=named, profiles=own, customer=customer)
    if folders := lakes or tuple(map(Path, settings.archive.lakes)):
        whom = _with_rows(whom, folders, calls)
    looked = True
    if team := _team(settings):
        from monitor.shipping.copies import brought_up_to_date

        _, trouble = brought_up_to_date(settings)
        if trouble:
            say(f"Calls of other desks may be missed. {trouble}", err=True)
            looked = False
    try:
        deleted = delete.forget(calls, whom, catalogue, sure=sure, even_held=even_held, copies=team)
    finally:
        _forget_exported(calls)
    sys.exit(0 if deleted and looked else 1)


def _with_rows(whom: Named, folders: Sequence[Path], calls: Path | None) -> Named:
    """Whom to forget, with what lakes know of them."""
    from dataclasses import replace
    from datetime import datetime

    from monitor.archive.forget import Wanted, removal, rows_in
    from monitor.archive.lake import Lake
    from monitor.upkeep import delete

    for folder in folders:
        _check_lake(folder)
    wanted = Wanted(agent_or_call=whom.agent_or_call, customer=whom.customer, saved=delete.saved(calls, whom))
    found = rows_in(map(Lake, folders), wanted)
    rows = sum(len(own) for _, own in found)
    return replace(whom, rows=rows, remove_rows=removal(found, datetime.now().astimezone()))


def _forget_exported(calls: Path | None) -> None:
    """Also where the catalogue fails after calls were deleted, or an earlier deletion was killed here."""
    from monitor.call.folder import root_folder
    from monitor.export import exported

    exported.forget_gone(root_folder(calls))
