"""What can go wrong with an object store, each in a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from monitor.base.errors import MonitorError

NOT_INSTALLED = "Object stores need obstore: install it with pip install 'tone-monitor[objects]'."


class StoreError(MonitorError):
    """The store can't be used; the message is a full sentence."""


class NoObjectError(StoreError):
    """One object can't be used, and another one may be."""


class TakenError(StoreError):
    """Another object has this name, or has come there since."""


class KeepsVersionsError(StoreError):
    """What is deleted there can still be read."""


_CLOCK = ("RequestTimeTooSkewed", "RequestExpired")
_KEY = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "AuthenticationFailed", "ExpiredToken", "401 Unauthorized")
_VARIABLES = "them, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
_NO_KEY = ("Missing AccessKeyId", "Missing SecretAccessKey", "Missing AccountName", "169.254.169.254")
_NO_BUCKET = ("NoSuchBucket", "ContainerNotFound", "The specified bucket does not exist")
_LOCKED = ("ObjectLock", "Object Lock", "WORM", "RetentionPolicyNotMet", "retention policy", "BlobImmutableDueToPolicy")
_DENIED = ("AccessDenied", "403 Forbidden", "AuthorizationFailure", "Permission denied", "Operation not permitted")
_READ_ONLY = ("Read-only file system", "ReadOnly")
_FULL = (
    *("No space left on device", "Disk quota exceeded", "QuotaExceeded", "StorageFull", "InsufficientStorage"),
    *("507 ", "XMinioStorageFull"),
)


def sentence(url: str, doing: str, failure: str) -> str:
    """What happened, to what, and what to do.

    Args:
        url: of the store.
        doing: what was tried, such as "write call.toml to".
        failure: as the library says it; only looked through, as it may be pages long.
    """
    kinds = (
        (_CLOCK, f"{url} rejects the time of this machine's clock. Set the clock."),
        (_KEY, f"{url} rejects the credentials. Correct {_VARIABLES}."),
        (_NO_KEY, f"There are no credentials for {url}. Set {_VARIABLES}."),
        (_NO_BUCKET, f"There is no {url}. Create it, or correct objects.url in the settings."),
        (_LOCKED, f"Can't {doing} {url}: it locks its objects. Choose a store that locks none."),
        (_READ_ONLY, f"Can't {doing} {url}: it is read-only. Make it writable."),
        (_FULL, f"{url} is full. Free some space there, or raise its quota."),
        (_DENIED, f"Can't {doing} {url}: access denied. Allow these credentials to list, read, write and delete."),
    )
    for signs, said in kinds:
        if any(sign in failure for sign in signs):
            return said
    return f"Can't reach {url}. Check the network and objects.url in the settings; the next run tries again."


@contextmanager
def reported(url: str, doing: str, key: str) -> Iterator[None]:
    """Raise what the library raises as a `StoreError`.

    Args:
        url: of the store.
        doing: what is tried, such as "read" or "write to".
        key: of the object; empty for the store as a whole.
    """
    from obstore import exceptions

    where = f"{url.rstrip('/')}/{key}"
    try:
        yield
    except exceptions.AlreadyExistsError as error:
        raise TakenError(f"{where} is there already. Nothing was overwritten.") from error
    except exceptions.PreconditionError as error:
        raise TakenError(f"{where} has changed meanwhile. Nothing was overwritten; run the command again.") from error
    except (exceptions.BaseError, OSError) as error:
        if isinstance(error, FileNotFoundError) and not any(sign in str(error) for sign in _NO_BUCKET):
            raise NoObjectError(f"There is no {where}.") from error
        raise StoreError(sentence(url, doing, str(error))) from error
