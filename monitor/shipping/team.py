"""The team's copies of calls that are deleted here: in the store, and in the folder of copies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from monitor.base.counts import count
from monitor.base.errors import MonitorError
from monitor.catalogue.site import site_of
from monitor.objects.bucket import Bucket, connect
from monitor.objects.versions import check_forgets
from monitor.shipping import closed_calls, deletions, record, shipment
from monitor.shipping.cache import folder_of
from monitor.shipping.object_names import CallKey
from monitor.shipping.send import Pace
from monitor.upkeep.retention import Due


class TeamCopies:
    """Deletes from a store what is deleted here; what can't be deleted now is noted, and every later run tries again.

    Args:
        url: of the store.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.cache = folder_of(url)
        self._bucket: Bucket | None = None
        self._failed: dict[str, None] = {}

    def before(self, root: Path, due: Due) -> None:
        """Something of a call is about to be deleted here: delete it from the store first.

        Args:
            root: the folder of all calls, or of all copies.
            due: what is deleted.

        Raises:
            CallFolderError: it can't be noted, so nothing may be deleted yet.
        """
        known = record.read(root, due.folder.name)
        if known is None and due.deletion.what != "call":
            return
        key = known.key if known else CallKey(due.folder.parent.name, due.folder.name, site_of(root))
        pending = deletions.note(root, key, due.deletion)
        if self._failed:
            return  # a store that did not answer is not asked for every call
        try:
            bucket = self._connected()
            if known is None and not any(bucket.list(key.folder)):
                deletions.drop(root, pending)  # it was never shipped
            elif due.deletion.what != "words":
                with shipment.alone(root):
                    deletions.delete(bucket, root, pending)
        except MonitorError as error:
            self._failed[str(error)] = None

    def after(self, root: Path, deleted: Sequence[Due]) -> Sequence[str]:
        """Ship what is left of calls whose sound or words were deleted, and say what is not deleted from the store yet.

        Args:
            root: as before.
            deleted: what was deleted here.
        """
        changed = {one.folder for one in deleted if one.deletion.what != "call"}
        pending = list(deletions.pending(root))
        if root != self.cache and (changed or deleted):
            try:
                with shipment.alone(root):
                    for folder in changed:
                        if record.read(root, folder.name):
                            closed_calls.ship(self._connected(), root, folder, site_of(root), Pace())
                    for one in pending:
                        if one.what == "words":
                            deletions.delete(self._connected(), root, one)
                    deletions.ship_log(self._connected(), root, site_of(root))
            except MonitorError as error:
                self._failed[str(error)] = None
            except OSError as error:
                self._failed[f"Can't read {root}: {error.strerror}. Change its permissions."] = None
        said = list(self._failed)
        if left := len({one.key for one in deletions.pending(root)}):
            said.append(
                f"The copies of {count(left, 'call')} in {self.url} are not deleted yet. Run `tone-monitor ship` when "
                "the store can be reached; every session tries, too."
            )
        self._failed.clear()
        return said

    def _connected(self) -> Bucket:
        if self._bucket is None:
            bucket = connect(self.url)
            check_forgets(bucket)
            self._bucket = bucket
        return self._bucket
