"""An S3 server of its own, moto's, with buckets as a test needs them."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import sleep
from typing import Any
from urllib.request import urlopen

import pytest

from tests.stores.s3_answers import ENVIRONMENT


@contextmanager
def s3_server() -> Iterator[str]:
    """The address of a server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as program:
        while program.poll() is None:
            with suppress(OSError), urlopen(f"{address}/moto-api/"):  # noqa: S310 - our own server
                break
            sleep(0.05)
        yield address
        program.kill()


def client(address: str) -> Any:  # noqa: ANN401 - made at run time
    """What makes buckets there."""
    boto3 = pytest.importorskip("boto3")
    return boto3.client(
        "s3",
        endpoint_url=address,
        aws_access_key_id=ENVIRONMENT["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=ENVIRONMENT["AWS_SECRET_ACCESS_KEY"],
        region_name=ENVIRONMENT["AWS_REGION"],
    )
