"""Whether a store keeps what is deleted from it, found out by trying: no interface of all stores tells."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from monitor.objects.bucket import Bucket
from monitor.objects.errors import KeepsVersionsError

PROBE = "probes"
"""Below it, an object of a few bytes is put and deleted again."""
_UNKNOWN = {
    "gs": "whether the bucket's soft delete is off",
    "az": "whether the account's soft delete is off",
    "": "whether the folder's drive keeps snapshots or backups",
}


def check_forgets(bucket: Bucket) -> None:
    """Put an object, delete it, and look whether it is gone.

    Raises:
        KeepsVersionsError: it can still be read, so nothing that must be forgotten may be put there.
        StoreError: the store can't be used.
    """
    key = f"{PROBE}/{secrets.token_hex(8)}"
    bucket.put(key, b"Written to see whether deleted objects are gone. It can be deleted.\n")
    try:
        bucket.delete(key)
    except KeepsVersionsError as error:
        raise KeepsVersionsError(
            f"{bucket.url} keeps old versions, so a call that is forgotten could still be read. Choose a store without "
            "versions and object lock."
        ) from error


def not_known(url: str) -> str:
    """What no program can find out about a store, for `doctor` to say; empty if there is nothing."""
    scheme = urlsplit(url).scheme
    kind = {"gs": "gs", "az": "az", "azure": "az", "abfs": "az", "abfss": "az", "file": "", "": ""}.get(scheme)
    return "" if kind is None else _UNKNOWN[kind]
