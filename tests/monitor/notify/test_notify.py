"""A call tells a webhook and Prometheus what it says; what is set up wrongly is a sentence."""

import json
import socket
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.call.events import Progress, PromptShown, SessionState
from monitor.notify.notify import Notifier, _key
from monitor.notify.prometheus import TelemetryError
from monitor.notify.webhook import WebhookError
from monitor.settings import config
from rules.model import Prompt

STARTED = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
PROMPT = Prompt("slow-down", "slow_down", "prompt", "Slow down", "5.9, usual 4.8", "Pause", 12.5)
NOBODY = "http://127.0.0.1:9/hook"


@pytest.fixture(autouse=True)
def outbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_OUTBOX", str(tmp_path / "outbox"))
    return tmp_path / "outbox"


def test_a_session_tells_nobody_unless_it_is_set_up(outbox: Path) -> None:
    with Notifier(config.Webhook()) as telling:
        telling.of_call("100000-abc", STARTED)(PromptShown(PROMPT))
    assert not outbox.exists()


def test_calls_tell_both_and_number_what_they_tell(outbox: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.touch(0o600)
    key.write_text("secret\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with Notifier(config.Webhook(url=NOBODY, secret_file=str(key)), prometheus_port=port) as telling:
        tell = telling.of_call("100000-abc", STARTED)
        for said in (SessionState("call"), Progress(12.6), PromptShown(PROMPT), PromptShown(PROMPT)):
            tell(said)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as page:
            assert b'tone_monitor_prompts_total{rule="slow-down",severity="prompt"} 2.0' in page.read()
    told = [json.loads(path.read_bytes()) for path in sorted(outbox.iterdir())]
    assert [notice["id"] for notice in told] == ["2026-03-01/100000-abc/0", "2026-03-01/100000-abc/1"]
    assert b"usual 4.8" not in b"".join(path.read_bytes() for path in outbox.iterdir())


def test_a_key_that_is_not_there_is_said() -> None:
    with pytest.raises(WebhookError, match="Can't read the webhook's key /nowhere"):
        Notifier(config.Webhook(url=NOBODY, secret_file="/nowhere"))  # noqa: S106 - a name, no secret


def test_a_key_may_have_the_form_of_standard_webhooks(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.touch(0o600)
    for written, read in ((b"plain\n", b"plain"), (b"whsec_c2VjcmV0\n", b"secret")):
        key.write_bytes(written)
        assert _key(str(key)) == read
    key.write_bytes(b"whsec_no base64")
    with pytest.raises(WebhookError, match=r"^Can't read .*\. Correct webhook\.secret_file"):
        _key(str(key))


def test_a_port_that_is_taken_leaves_nothing_open() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(TelemetryError, match="Can't serve metrics"),
    ):
        Notifier(config.Webhook(), prometheus_port=taken.getsockname()[1])
