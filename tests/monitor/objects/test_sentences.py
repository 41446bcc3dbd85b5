"""What a store in trouble says, as a sentence that says what to do."""

import sys

import pytest

from monitor.objects.bucket import Bucket, connect
from monitor.objects.errors import StoreError
from tests.stores.s3_answers import ENVIRONMENT, answering

obstore = pytest.importorskip("obstore")


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (403, "AccessDenied", "access denied. Allow these credentials to list, read, write and delete."),
        (403, "SignatureDoesNotMatch", "rejects the credentials. Correct them"),
        (403, "InvalidAccessKeyId", "rejects the credentials. Correct them"),
        (403, "RequestTimeTooSkewed", "rejects the time of this machine's clock. Set the clock."),
        (404, "NoSuchBucket", "There is no s3://calls. Create it"),
        (400, "QuotaExceeded", "is full. Free some space there"),
        (400, "ReadOnlyMode", "it is read-only. Make it writable."),
        (503, "SlowDown", "Can't reach s3://calls. Check the network"),
    ],
)
def test_an_answer_of_the_store_is_a_sentence(
    status: int, code: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(status, code, monkeypatch) as url, pytest.raises(StoreError) as raised:
        connect(url).put("calls/a", b"x")
    assert said in str(raised.value)
    assert code not in str(raised.value)


def test_a_store_that_is_away_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StoreError, match="Can't reach s3://calls"):
        list(connect("s3://calls").list())


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        ("No space left on device (os error 28)", "is full"),
        ("Permission denied (os error 13)", "access denied"),
        ("Read-only file system (os error 30)", "read-only"),
    ],
)
def test_a_folder_in_trouble_is_a_sentence(failure: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise obstore.exceptions.GenericError(f"Generic LocalFileSystem error: {failure}")

    monkeypatch.setattr(obstore, "put", fails)
    with pytest.raises(StoreError, match=said):
        Bucket(obstore.store.MemoryStore(), "/mnt/calls").put("a", b"")


def test_without_the_extra_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.exceptions", None)
    with pytest.raises(StoreError, match=r"pip install 'tone-monitor\[objects\]'"):
        connect("s3://calls")
