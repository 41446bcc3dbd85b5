"""A machine with a Whisper process of the test's own, in which a model made to go wrong runs."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from audio.block import Samples
from monitor.whisper import client as clients
from monitor.whisper.client import Client
from monitor.whisper.recognizer import ProcessRecognizer
from monitor.whisper.wire_format import ModelSpec


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes started by this test, by their ids."""
    started: list[int] = []

    def start(folder: Path) -> "subprocess.Popen[bytes]":
        command = [sys.executable, str(Path(__file__).with_name("odd_whisper.py")), str(folder)]
        process = subprocess.Popen(command, start_new_session=True)
        started.append(process.pid)
        Thread(target=process.wait, daemon=True).start()
        return process

    monkeypatch.setattr(clients, "_start", start)
    return started


@pytest.fixture
def client(starts: list[int], tmp_path: Path) -> Iterator[Client]:
    """A program's, with a clock that the test sets and no wait between restarts."""
    del starts
    folder = tmp_path / "whisper"
    folder.mkdir(mode=0o700)
    one = Client(lambda: folder, sleep=lambda _: None)
    yield one
    one.leave()


@pytest.fixture
def odd(client: Client) -> ProcessRecognizer:
    """The model that goes wrong."""
    return ProcessRecognizer(client, ModelSpec("odd"))


def sound(samples: int) -> Samples:
    return np.zeros(samples, np.float32)
