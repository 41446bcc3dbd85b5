"""The same with an S3 server: conditional puts, versions, large files, and a listing that fetches no sound."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.call import marks
from monitor.call.events import Mark
from tests.stores.desks import Desk, desk
from tests.stores.s3_answers import ENVIRONMENT
from tests.stores.s3_server import client, s3_server

pytestmark = pytest.mark.slow
pytest.importorskip("obstore")
pytest.importorskip("moto")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with s3_server() as address:
        yield address


@pytest.fixture
def _environment(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": server}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("_environment")
def test_calls_are_shipped_noted_and_forgotten_in_a_bucket(
    server: str, homes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3 = client(server)
    s3.create_bucket(Bucket="calls")
    sam, robin = (desk(homes / name, "s3://calls/support", monkeypatch) for name in ("first", "second"))
    folder = sam.call("the router is broken", name="aaaaaa")
    (folder / "audio.flac").write_bytes(b"x" * (9 << 20))
    sam.ok("ship")
    marks.add(folder, Mark(1.0, "tag", "billing"))
    sam.ok("ship")
    assert "Sam Porter" in robin.ok("calls", "--team", "--plain")
    assert list(robin.copies.rglob("audio*")) == []
    assert "broken" in robin.ok("replay", "aaaaaa", "--plain")
    assert next(robin.copies.rglob("audio.flac")).stat().st_size == 9 << 20
    (copy,) = robin.copies.glob("*/*aaaaaa")
    marks.add(copy, Mark(2.0, "tag", "praise"))
    robin.ok("ship")
    assert "Added notes of others to 1 call." in sam.ok("ship")
    robin.ok("forget", "aaaaaa", "--yes")
    assert "Deleted 1 call" in sam.ok("ship")
    left = [one["Key"] for one in s3.list_objects_v2(Bucket="calls")["Contents"]]
    assert {key.split("/")[1] for key in left} <= {"forgotten", "deletions"}


@pytest.mark.usefixtures("_environment")
def test_a_bucket_with_versions_is_refused_and_holds_nothing_of_a_call(
    server: str, homes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3 = client(server)
    s3.create_bucket(Bucket="versions")
    s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    sam: Desk = desk(homes / "first", "s3://versions", monkeypatch)
    sam.call()
    done = sam.run("ship")
    assert done.exit_code == 1
    assert "s3://versions keeps old versions" in done.output
    kept = s3.list_object_versions(Bucket="versions")["Versions"]
    assert all(one["Key"].startswith("probes/") for one in kept)


@pytest.mark.usefixtures("_environment")
def test_a_bucket_that_keeps_versions_later_is_found_out_when_a_call_is_forgotten(
    server: str, homes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3 = client(server)
    s3.create_bucket(Bucket="later")
    sam: Desk = desk(homes / "first", "s3://later", monkeypatch)
    sam.call(name="aaaaaa")
    sam.ok("ship")
    s3.put_bucket_versioning(Bucket="later", VersioningConfiguration={"Status": "Enabled"})
    done = sam.run("forget", "aaaaaa", "--yes")
    assert done.exit_code == 1
    assert "are not deleted yet" in done.output
