"""Whether the object store can be used, forgets what is deleted, and has the time of this machine."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from monitor.doctor.diagnosis import Diagnosis
from monitor.objects.bucket import Bucket, connect
from monitor.objects.errors import KeepsVersionsError, StoreError
from monitor.objects.versions import PROBE, not_known
from monitor.settings.config import Settings

EARLY = timedelta(seconds=60)
"""From here on, calls of two desks are listed in the wrong order."""
LATE = timedelta(minutes=10)
"""Stores refuse requests that are a quarter of an hour off."""


def check(settings: Settings) -> Iterator[Diagnosis]:
    """Put an object, read it, look when the store says that was, and delete it."""
    url = settings.objects.url
    if not url:
        told = "The object store is not set up: calls stay on this machine. Set url under [objects] to ship them."
        yield Diagnosis("store", "ok", told)
        yield Diagnosis("clock", "ok", "The clock is not compared: that needs an object store.")
        return
    try:
        yield from _tried(connect(url))
    except StoreError as error:
        yield Diagnosis("store", "bad", str(error))


def _tried(bucket: Bucket) -> Iterator[Diagnosis]:
    key, content = f"{PROBE}/{secrets.token_hex(8)}", b"Written by tone-monitor doctor. It can be deleted.\n"
    before = datetime.now(UTC)
    bucket.put(key, content)
    after = datetime.now(UTC)
    if bucket.get(key) != content:
        raise StoreError(f"{bucket.url} returns something else than was written. Check the store.")
    found = bucket.head(key)
    try:
        bucket.delete(key)
    except KeepsVersionsError as error:
        yield Diagnosis("store", "bad", f"{error} Until then, forgotten calls could still be read there.")
    else:
        told = f"{bucket.url} can be read and written, and forgets what is deleted."
        unknown = not_known(bucket.url)
        if unknown:
            told += f" No program can tell {unknown}: look there."
        yield Diagnosis("store", "ok", told)
    yield of_clock(found.changed if found else None, before, after)


def of_clock(there: datetime | None, before: datetime, after: datetime) -> Diagnosis:
    """How far this machine's clock is from another one.

    Args:
        there: what the other one said.
        before: when it was asked, by this machine's.
        after: when the answer came.
    """
    if there is None:
        return Diagnosis("clock", "ok", "The clock is not compared: the store does not say its time.")
    # A store cuts its time to the second.
    off = before - there - timedelta(seconds=1) if there < before else there - after
    if off < EARLY:
        return Diagnosis("clock", "ok", "The clock agrees with the store's.")
    minutes = round(off.total_seconds() / 60) or 1
    which = "ahead of" if there < before else "behind"
    told = f"The clock is about {minutes} min {which} the store's. Turn on automatic time (NTP)."
    return Diagnosis("clock", "bad" if off >= LATE else "look", told)
