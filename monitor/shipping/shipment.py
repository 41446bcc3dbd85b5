"""One run of shipping: delete what is to be deleted, take what others noted, ship what is new, and say what failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from monitor.base import atomic
from monitor.base.counts import count
from monitor.base.errors import CallFolderError, MonitorError
from monitor.call import find, hold, lock
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.site import site_of
from monitor.catalogue.update import forget_deleted, refresh
from monitor.objects.bucket import Bucket, Stored, connect
from monitor.objects.errors import StoreError, TakenError
from monitor.objects.versions import check_forgets
from monitor.shipping import closed_calls, deletions, notes, record
from monitor.shipping.object_names import CallKey
from monitor.shipping.send import Pace
from monitor.upkeep import retention

LOCK = "lock"
ELSEWHERE = "forgotten by the team"
"""Why a call is deleted here that somebody has forgotten elsewhere."""


@dataclass(slots=True)
class Outcome:
    """What a run has done."""

    shipped: int = 0
    deleted: int = 0
    """Calls deleted here, as somebody has forgotten them elsewhere."""
    noted: int = 0
    """Calls to which notes of others were added."""
    failed: list[str] = field(default_factory=list)
    """A sentence for each thing that failed."""

    def __str__(self) -> str:
        said = [f"Shipped {count(self.shipped, 'call')}."]
        if self.noted:
            said.append(f"Added notes of others to {count(self.noted, 'call')}.")
        if self.deleted:
            said.append(f"Deleted {count(self.deleted, 'call')} that the team has forgotten.")
        return " ".join(said)


@contextmanager
def alone(root: Path, patience_s: float = 2.0) -> Iterator[None]:
    """Let no other program ship the same calls.

    Raises:
        CallFolderError: another one does.
    """
    path = root / record.FOLDER / LOCK
    try:
        atomic.make_folder(path.parent)
        path.touch(mode=0o600)
        with lock.hold_file(path, patience_s):
            yield
    except lock.HeldError as error:
        raise CallFolderError(
            f"Another program is shipping the calls in {root}. Wait for it, or end it, and try again."
        ) from error
    except PermissionError as error:
        raise CallFolderError(f"Can't write {path}: permission denied. Change its permissions.") from error


def ship(
    url: str, root: Path, catalogue_url: str, pace: Pace, progress: Callable[[Path], object] = lambda _: None
) -> Outcome:
    """Bring the store in line with a calls folder, and the folder with what the team has noted and forgotten.

    Args:
        url: of the store.
        root: the folder of all calls.
        catalogue_url: that in the calls folder if empty.
        pace: when to wait.
        progress: called with the folder of each call that was shipped.

    Raises:
        StoreError: the store can't be used at all.
        CallFolderError: another program ships, or the calls folder can't be used.
        CatalogueError: a call was changed, and can't be listed as it is now.
        StoppedError: shipping is to stop.
    """
    outcome = Outcome()
    with alone(root):
        bucket, site = connect(url), site_of(root)
        check_forgets(bucket)
        _delete_pending(bucket, root, outcome)
        forgotten = deletions.forgotten(bucket)
        changed = _forget(root, site, forgotten, outcome)
        taken = notes.of_others(bucket, site)
        changed += _take(bucket, root, taken, outcome)
        skip = {one.key.forgotten for one in deletions.pending(root) if one.what == "call"} | forgotten
        whole = _ship_calls(bucket, root, site, pace, outcome, skip, progress)
        for one in (one for noted in taken.values() for one in noted):
            if whole:
                bucket.delete(one.key)  # it is in what was shipped
        deletions.ship_log(bucket, root, site)
        _delete_pending(bucket, root, outcome)  # what was forgotten meanwhile
    if changed:
        with open_catalogue(root, catalogue_url) as catalogue:
            for folder in changed:
                refresh(catalogue, folder)
            forget_deleted(catalogue)
    return outcome


def _delete_pending(bucket: Bucket, root: Path, outcome: Outcome) -> None:
    for one in list(deletions.pending(root)):
        try:
            deletions.delete(bucket, root, one)
        except StoreError as error:
            outcome.failed.append(str(error))


def _forget(root: Path, site: str, forgotten: frozenset[str], outcome: Outcome) -> list[Path]:
    """Delete the calls here that were forgotten elsewhere, unless they are on hold."""
    if not forgotten:
        return []
    now, gone = datetime.now().astimezone(), []
    for folder in list(find.folders(root)):
        if CallKey("", folder.name, site).forgotten not in forgotten:
            continue
        if held := hold.in_force(folder, now.date()):
            outcome.failed.append(
                f"The team has forgotten {folder}, but it is {held}. It is not shipped; lift the hold to delete it."
            )
            continue
        try:
            due = retention.of_call(root, str(folder), now, why=ELSEWHERE)
            retention.delete(root, due)
            record.remove(root, folder.name)
            gone.append(folder)
        except CallFolderError as error:
            outcome.failed.append(str(error))
    outcome.deleted = len(gone)
    return gone


def _take(bucket: Bucket, root: Path, taken: dict[str, list[Stored]], outcome: Outcome) -> list[Path]:
    if not taken:
        return []
    by_name = {folder.name: folder for folder in find.folders(root) if folder.name in taken}
    changed = []
    for call, folder in by_name.items():
        try:
            new = [notes.take(bucket, folder, noted) for noted in taken[call]]
            if any(new):
                changed.append(folder)
        except MonitorError as error:
            taken.pop(call)
            outcome.failed.append(str(error))
    outcome.noted = len(changed)
    return changed


def _ship_calls(  # noqa: PLR0913, PLR0917 - what, where, when and what came of it
    bucket: Bucket,
    root: Path,
    site: str,
    pace: Pace,
    outcome: Outcome,
    skip: AbstractSet[str],
    progress: Callable[[Path], object],
) -> bool:
    """Ship what is new; whether all of it was shipped."""
    before = len(outcome.failed)
    for folder in closed_calls.unshipped(root):
        if CallKey("", folder.name, site).forgotten in skip:
            continue
        try:
            closed_calls.ship(bucket, root, folder, site, pace)
        except FileNotFoundError:
            continue  # deleted meanwhile
        except OSError as error:
            outcome.failed.append(f"Can't read {folder}: {error.strerror}. Change its permissions.")
        except TakenError as error:
            outcome.failed.append(str(error))
        except StoreError as error:
            outcome.failed.append(str(error))
            break  # it is away, or takes nothing: the next call would fail like this one
        else:
            outcome.shipped += 1
            progress(folder)
    return len(outcome.failed) == before
