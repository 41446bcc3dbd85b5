"""An archive in an object store: an S3 server of its own, recordings and metadata in a bucket."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import Request, urlopen

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from monitor.archive.lake import Lake
from monitor.archive.query import ask
from monitor.cli import main
from monitor.store.copies import PREFIX

pytestmark = pytest.mark.slow
obstore = pytest.importorskip("obstore")
pytest.importorskip("moto")

TABLE = "file,agent,started\na.wav,Sam Porter,2026-10-01T09:00+02:00\nnone.wav,Kim Lee,2026-10-01T10:00+02:00\n"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of an S3 server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    while program.poll() is None:
        with suppress(OSError), urlopen(Request(f"{address}/calls", method="PUT")):  # noqa: S310 - makes the bucket
            break
        time.sleep(0.1)
    yield address
    program.kill()
    program.wait()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> "obstore.store.ObjectStore":
    """The bucket `calls`, and what a program needs to reach it."""
    own = {
        "AWS_ENDPOINT_URL": server,
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
    }
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    return obstore.store.from_url("s3://calls")


def recording(seed: int, path: Path) -> bytes:
    sound = np.random.default_rng(seed).normal(0, 0.05, (8_000, 2)).astype(np.float32)
    soundfile.write(path, sound, 16_000)
    return path.read_bytes()


def analyze(*arguments: str) -> tuple[int, list[dict[str, str]], str]:
    done = CliRunner().invoke(main, ["analyze", "--model", "none", "--jsonl", *arguments])
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_recordings_and_metadata_are_read_from_a_bucket(
    tmp_path: Path, bucket: "obstore.store.ObjectStore", monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    obstore.put(bucket, "year/a.wav", recording(1, tmp_path / "a.wav"))
    obstore.put(bucket, "year/table.csv", TABLE.encode())
    lake = str(tmp_path / "lake")
    code, lines, _ = analyze("--metadata", "s3://calls/year/table.csv", "--lake", lake)
    outcomes = {line["recording"]: line["outcome"] for line in lines}
    assert (code, outcomes) == (1, {"s3://calls/year/a.wav": "worked", "s3://calls/year/none.wav": "failed"})
    missing = next(line["failed"] for line in lines if line["outcome"] == "failed")
    assert missing == "There is no s3://calls/year/none.wav. Correct the metadata, or upload it."
    assert ask(Lake(Path(lake)), "SELECT started::DATE::VARCHAR FROM calls").rows == [("2026-10-01",)]

    obstore.put(bucket, "year/none.wav", recording(2, tmp_path / "b.wav"))
    code, lines, said = analyze("s3://calls/year", "--metadata", "s3://calls/year/table.csv", "--lake", lake)
    assert (code, [line["recording"] for line in lines]) == (0, ["s3://calls/year/none.wav"])
    assert "1 in the lake before" in said
    assert list(temporary.glob(f"{PREFIX}*")) == []


def test_a_bucket_that_is_not_there_is_a_sentence(tmp_path: Path, bucket: "obstore.store.ObjectStore") -> None:
    assert bucket
    code, lines, said = analyze("s3://nothing/year", "--lake", str(tmp_path / "lake"))
    assert (code, lines) == (1, [])
    assert said == "There is no bucket nothing. Check the address s3://nothing/year.\n"


@pytest.mark.parametrize("arguments", [["s3://calls/year"], ["--metadata", "s3://calls/year/table.csv"]])
def test_recordings_in_a_store_need_a_lake(arguments: list[str]) -> None:
    code, _, said = analyze(*arguments)
    assert code == 2
    assert "Recordings in an object store need --lake" in said
