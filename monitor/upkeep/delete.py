"""`purge` and `forget`: find, ask, delete, and remove what was deleted from the catalogue."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

import click

from monitor.base.counts import count
from monitor.base.errors import CallFolderError
from monitor.base.terminal import say, shows_progress
from monitor.call import find
from monitor.call.folder import root_folder
from monitor.call.info import CallInfo, readable_info
from monitor.catalogue import saved_filters
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.update import forget_deleted, refresh
from monitor.settings.config import Retention
from monitor.upkeep import retention, signatures, unfinished
from monitor.upkeep.retention import Due, Held

_WHAT = {"sound": "the sound of", "words": "the words of", "call": "all of"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Whom or what to forget: one of these."""

    agent_or_call: str = ""
    """Whole name of an agent; otherwise a call, as `find.find` takes it."""
    profiles: Sequence[Path] = ()
    """The voice profiles of the agent, if it is one, and what else is kept beside them."""
    customer: str = ""
    """Whole id of a customer."""
    rows: int = 0
    """How many rows of lakes are about the same."""
    remove_rows: Callable[[], None] = lambda: None
    """Removes them."""


class Copies(Protocol):
    """Copies of calls in other places, from which they are deleted, too."""

    @property
    def cache(self) -> Path:
        """A folder with copies of the calls of others, laid out like that of all calls."""

    def before(self, root: Path, due: Due) -> None:
        """Something of a call is about to be deleted."""

    def after(self, root: Path, deleted: Sequence[Due]) -> Sequence[str]:
        """It was deleted here: say what is not deleted elsewhere."""


def by_age(calls: Path | None, days: Retention, catalogue: str, *, dry_run: bool, copies: Copies | None = None) -> bool:
    """Delete what is past its retention period; False if something could not be deleted.

    Args:
        calls: the folder of all calls.
        days: for how long things are kept.
        catalogue: its URL; that in the calls folder if empty.
        dry_run: only list what would be deleted, a line each.
        copies: elsewhere, from which it is deleted, too.

    Raises:
        CatalogueError: the catalogue may still hold words of what was deleted.
    """
    root = root_folder(calls)
    if not dry_run:
        _clear(root)
    past = tuple(retention.due(root, days, _now()))
    found = [one for one in past if isinstance(one, Due)]
    held = [one for one in past if isinstance(one, Held)]
    if dry_run:
        for one in found:
            say(f"{one.deletion.what:<6}  {one.deletion.call}  {one.deletion.why}")
        click.echo(f"Would delete {_summary(found)}.")
        _report_held(held)
        return True
    deleted = _delete(root, catalogue, found, copies=copies)
    _report_held(held)
    return deleted


def forget(  # noqa: PLR0913 - whom, where, and what was decided
    calls: Path | None,
    named: Named,
    catalogue: str,
    *,
    sure: bool,
    even_held: bool,
    copies: Copies | None = None,
) -> bool:
    """Delete a call, or all data kept about a person; False if something could not be deleted.

    Args:
        calls: the folder of all calls.
        named: whom or what.
        catalogue: its URL; that in the calls folder if empty.
        sure: do not ask.
        even_held: delete calls that are on hold, too.
        copies: elsewhere, from which they are deleted, too.

    Raises:
        CallFolderError: nothing has that name, or a call is in progress or on hold.
        CatalogueError: the catalogue may still hold words of what was deleted.
        FilterError: the saved filters that name the agent cannot be removed.
        click.Abort: the answer to the question was no.
    """
    root = root_folder(calls)
    _clear(root)
    found, signed_by, here = _found_everywhere(root, named, copies)
    if not even_held and (held := retention.held([*here, *found], _now().date())):
        raise CallFolderError(_on_hold(held))
    every = {one.deletion.call: one for one in (*found, *here)}
    if not sure:
        what = " and ".join(_what(list(every.values()), named))
        click.confirm(f"Delete {what} permanently?", abort=True, err=True)
    if named.rows:
        named.remove_rows()  # first: what is found by the saved calls is not found without them
        click.echo(f"Deleted {count(named.rows, 'row')} of the lakes.")
    if person := named.customer or signed_by:
        saved_filters.forget(root, person)
    for path in named.profiles:
        path.unlink(missing_ok=True)
    of_others = [one for one in found if one.deletion.call not in {own.deletion.call for own in here}]
    quiet = bool(named.rows and not every)
    deleted = _delete(root, catalogue, here, signed_by, quiet=quiet or bool(of_others and not here), copies=copies)
    if copies and found:
        deleted &= _delete(copies.cache, "", found, quiet=not of_others, copies=copies)
    return deleted


def saved(calls: Path | None, named: Named) -> tuple[CallInfo, ...]:
    """What is known of the calls that would be deleted; nothing if there are none.

    Raises:
        CallFolderError: a call is in progress, or a name means several.
    """
    try:
        found, _ = _found(root_folder(calls), replace(named, rows=1))
    except find.NoCallError:
        return ()
    return tuple(info for one in found if (info := readable_info(one.folder)))


def on_hold(calls: Path | None, days: Retention) -> tuple[CallInfo, ...]:
    """What is known of the calls that would be deleted by age if they were not on hold."""
    root = root_folder(calls)
    held = (one for one in retention.due(root, days, _now()) if isinstance(one, Held))
    return tuple(info for one in held if (info := readable_info(root / one.call)))


def _what(found: Sequence[Due], named: Named) -> Iterator[str]:
    """What is to be deleted, part by part."""
    if len(found) == 1:
        yield f"the call {found[0].deletion.call}"
    elif found or not named.rows:
        yield _summary(found)
    if named.rows:
        yield f"{count(named.rows, 'row')} of the lakes"
    if named.profiles:
        yield "the voice profiles of this agent"


def _clear(root: Path) -> None:
    """Remove the sound and words that a new analysis left when it was killed: no list of calls shows them."""
    try:
        unfinished.clear(root)
    except OSError as error:
        raise CallFolderError(
            f"Can't remove what an unfinished analysis left in {root}: {error.strerror or error}. Change its "
            "permissions, then try again."
        ) from error


def _found(root: Path, named: Named) -> tuple[tuple[Due, ...], str]:
    """The calls to delete, and the agent's name, which is to be removed from other calls, too."""
    if named.customer:
        found = retention.of_customer(root, named.customer, _now())
        if found or named.rows:
            return found, ""
        raise find.NoCallError(f"No call in {root} has this customer's id. Check it, or set --calls.")
    found = retention.of_agent(root, named.agent_or_call, _now())
    if found or named.profiles:
        return found, named.agent_or_call
    try:
        return (retention.of_call(root, named.agent_or_call, _now()),), ""
    except find.NoCallError:
        if not named.rows:
            raise
        return (), named.agent_or_call


def _found_everywhere(root: Path, named: Named, copies: Copies | None) -> tuple[tuple[Due, ...], str, tuple[Due, ...]]:
    """Copies of calls to delete, the agent's name, and calls to delete here."""
    if copies is None or not copies.cache.is_dir() or _is_in(root, named.agent_or_call):
        here, signed_by = _found(root, named)
        return (), signed_by, here
    try:
        found, signed_by = _found(copies.cache, replace(named, profiles=()))
    except find.NoCallError:
        here, signed_by = _found(root, named)
        return (), signed_by, here
    try:
        here, own_name = _found(root, named)
    except find.NoCallError:
        return found, signed_by, ()
    return found, own_name or signed_by, here


def _is_in(root: Path, named: str) -> bool:
    """Whether it is the path of something in a folder."""
    return bool(named) and Path(named).is_dir() and root.resolve() in Path(named).resolve().parents


def _delete(  # noqa: PLR0913 - what, where, and what is said of it
    root: Path,
    url: str,
    found: Sequence[Due],
    signed_by: str = "",
    *,
    quiet: bool = False,
    copies: Copies | None = None,
) -> bool:
    deleted: list[Due] = []
    with click.progressbar(found, label="Deleting", file=sys.stderr, hidden=not shows_progress()) as bar:
        for one in bar:
            try:
                if copies:
                    copies.before(root, one)  # first: what is elsewhere is not found without the call
                retention.delete(root, one)
            except CallFolderError as error:
                say(error, err=True)
            else:
                deleted.append(one)
    if not quiet:
        click.echo(f"Deleted {_summary(deleted)}.")
    unsigned = signatures.remove(root, signed_by) if signed_by else []
    if deleted or unsigned:
        with open_catalogue(root, url) as catalogue:
            for folder in dict.fromkeys([*(one.folder for one in deleted), *unsigned]):
                refresh(catalogue, folder)
            forget_deleted(catalogue)
    elsewhere = copies.after(root, deleted) if copies else ()
    for sentence in elsewhere:
        say(sentence, err=True)
    return len(deleted) == len(found) and not elsewhere


def _report_held(held: Sequence[Held]) -> None:
    if held:
        say(f"Kept {count(len(held), 'call')} on hold:")
        for one in held:
            say(f"  {one.call}  until {one.hold.until}" + (f", by {one.hold.by}" if one.hold.by else ""))


def _on_hold(held: Sequence[Held]) -> str:
    one, are = held[0], "1 call is" if len(held) == 1 else f"{len(held)} calls are"
    return (
        f"Nothing was deleted: {are} on hold, such as {one.call}, {one.hold}. Lift the hold with `tone-monitor call "
        "edit CALL hold=`, or delete it anyway with --even-held."
    )


def _summary(found: Sequence[Due]) -> str:
    counts = Counter(one.deletion.what for one in found)
    said = [f"{_WHAT[what]} {count} call{'s' if count > 1 else ''}" for what, count in counts.items()]
    return ", ".join(said) or "nothing"


def _now() -> datetime:
    return datetime.now().astimezone()
