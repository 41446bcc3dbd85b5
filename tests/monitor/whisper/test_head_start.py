"""A model is loaded ahead if it comes with the program; whatever goes wrong is for those who ask for words."""

from pathlib import Path
from queue import SimpleQueue

import pytest

from audio.words.model import DEFAULT, ModelError, resolve
from monitor.whisper import base_model, head_start
from monitor.whisper.wire_format import ModelSpec, Request


class AskedClient:
    def __init__(self, error: Exception | None = None) -> None:
        self.requests: SimpleQueue[Request] = SimpleQueue()
        self._error = error

    def ask(self, request: Request) -> None:
        self.requests.put(request)
        if self._error:
            raise self._error


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> AskedClient:
    client = AskedClient()
    monkeypatch.setattr(head_start, "client", lambda: client)
    monkeypatch.setattr(base_model, "is_installed", lambda: False)
    return client


@pytest.mark.parametrize("name", ["auto", "default"])
def test_the_built_in_model_is_loaded_ahead_as_a_call_will_ask_for_it(client: AskedClient, name: str) -> None:
    head_start.load_ahead(name, "cpu", "int8")
    request = client.requests.get(timeout=60)
    assert request.method == "load"
    assert request.model == ModelSpec(str(resolve(DEFAULT)))
    assert request.allowed_s > 0


def test_a_cache_that_cannot_be_read_is_no_reason_not_to(
    client: AskedClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ("x" * 300)))
    head_start.load_ahead("auto", "cpu", "int8")
    assert client.requests.get(timeout=60).model == ModelSpec(str(resolve(DEFAULT)))


@pytest.mark.parametrize("name", ["none", "base", "owner/model", "/a/folder"])
def test_a_model_that_may_have_to_be_found_first_is_not(
    client: AskedClient, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head_start, "Thread", lambda **_: pytest.fail("It is loaded."))
    head_start.load_ahead(name, "cpu", "int8")
    assert client.requests.empty()


def test_the_better_model_is_not_joined_ahead(client: AskedClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base_model, "is_installed", lambda: True)
    monkeypatch.setattr(base_model, "folder", lambda: Path("/nowhere"))
    monkeypatch.setattr(head_start, "Thread", lambda **_: pytest.fail("It is loaded."))
    head_start.load_ahead("auto", "cpu", "int8")
    assert client.requests.empty()


def test_a_failure_is_left_to_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    failing = AskedClient(ModelError("Whisper can't be started."))
    monkeypatch.setattr(head_start, "client", lambda: failing)
    monkeypatch.setattr(base_model, "is_installed", lambda: False)
    head_start.load_ahead("default", "cpu", "int8")  # an error in a thread fails the test
    failing.requests.get(timeout=60)
