"""Ships a file to which lines are added, also after a restore: lines that only the store has come back first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from monitor.call import files
from monitor.objects.bucket import Bucket
from monitor.objects.errors import TakenError
from monitor.shipping import merge
from monitor.shipping.notes import INCOMING
from monitor.shipping.record import Record
from monitor.shipping.send import Pace, send


def send_lines(  # noqa: PLR0913, PLR0917 - as `send` takes it
    bucket: Bucket, root: Path, known: Record, path: Path, key: str, pace: Pace, *, words_deleted: bool = False
) -> Record:
    """Do what `send` does; if the object has other lines than this machine knows of, add them to the file first.

    Args:
        bucket: the store.
        root: the folder of all calls.
        known: the record of the call.
        path: of the file.
        key: of its object.
        pace: when to wait.
        words_deleted: whether the words of the call are past their retention period: then no text comes back.

    Raises:
        TakenError: the object holds something else than lines.
    """
    try:
        return send(bucket, root, known, path, key, pace)
    except TakenError:
        there, incoming = bucket.head(key), path.with_name(path.name + INCOMING)
        if there is None:
            raise
        try:
            bucket.fetch(there, incoming)
            lines = files.read(incoming)
        finally:
            incoming.unlink(missing_ok=True)
        if not merge.is_lines(lines):
            raise
        merge.add(path, lines, words_deleted=words_deleted)
        tried = {**known.tried, path.name: (*known.tried.get(path.name, ()), bucket.digest(there))}
        return send(bucket, root, replace(known, tried=tried), path, key, pace)
