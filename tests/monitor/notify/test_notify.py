"""A call's events reach a webhook and Prometheus; a wrong set-up is reported in a sentence."""

import json
import socket
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from monitor.call.events import Progress, PromptShown, SessionState
from monitor.call.info import identity
from monitor.cli import main
from monitor.export import source
from monitor.notify.notify import Notifier, _key
from monitor.notify.prometheus import TelemetryError
from monitor.notify.webhook import WebhookError
from monitor.settings import config
from rules.model import Prompt
from tests.made_calls import info
from tests.report_calls import events, folder

INFO = info()
FOLDER = "093015-abc"
ID = f"{INFO.started:%Y-%m-%d}/{FOLDER}"
PROMPT = Prompt("slow-down", "slow_down", "prompt", "Slow down", "5.9, usual 4.8", "Pause", 12.5)
NOBODY = "http://127.0.0.1:9/hook"


@pytest.fixture(autouse=True)
def outbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_OUTBOX", str(tmp_path / "outbox"))
    return tmp_path / "outbox"


def test_a_session_tells_nobody_unless_it_is_set_up(outbox: Path) -> None:
    with Notifier(config.Webhook()) as telling:
        telling.of_call(INFO, FOLDER)(PromptShown(PROMPT))
    assert not outbox.exists()


def test_calls_tell_both_and_number_what_they_tell(outbox: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.touch(0o600)
    key.write_text("secret\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with Notifier(config.Webhook(url=NOBODY, secret_file=str(key)), prometheus_port=port) as telling:
        tell = telling.of_call(INFO, FOLDER)
        for said in (SessionState("call"), Progress(12.6), PromptShown(PROMPT), PromptShown(PROMPT)):
            tell(said)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as page:
            assert b'tone_monitor_prompts_total{rule="slow-down",severity="prompt"} 2.0' in page.read()
    told = [json.loads(path.read_bytes()) for path in sorted(outbox.iterdir())]
    assert [notice["id"] for notice in told] == [f"{ID}/started", f"{ID}/0", f"{ID}/1"]
    assert b"usual 4.8" not in b"".join(path.read_bytes() for path in outbox.iterdir())


def sent(outbox: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_bytes()) for path in sorted(outbox.iterdir())]


def test_a_call_says_when_it_starts_and_how_it_went(outbox: Path, tmp_path: Path) -> None:
    about = replace(INFO, duration_s=80.0)
    with Notifier(config.Webhook(url=NOBODY)) as telling:
        tell = telling.of_call(about, FOLDER)
        for event in events():
            tell(event)
    messages = sent(outbox)
    assert [message["type"].removeprefix("tone-monitor.") for message in messages] == [
        *("call.started", "flag", "prompt.shown", "escalation", "prompt.shown", "call.ended"),
    ]
    assert {json.dumps(message["data"]["call"]) for message in messages} == {
        json.dumps(msgspec.to_builtins(identity(about, FOLDER)))
    }
    ended = messages[-1]["data"]
    assert (ended["at_s"], ended["why"]) == (80.0, "end of sound")
    exported = source.read(folder(tmp_path, FOLDER, about)).analysis
    figures = ended["figures"]
    assert figures.pop("speakers") == msgspec.to_builtins(exported.speakers), "the same figures as everywhere"
    assert figures == {
        "duration_s": 80.0,
        "flags_count": {"prompt": 1, "urgent": 1, "note": 1},
        "bookmarks_count": 1,
        "prompts_count": 2,
        "outcomes_count": {"followed": 1, "no_change": 1},
        "interruptions_count": 1,
        "dead_air_s": 4.0,
        "missing_s": 1.0,
    }


def analyzed(tmp_path: Path, *arguments: str) -> Result:
    sound = np.random.default_rng(1).normal(0, 0.01, (16_000, 2))
    soundfile.write(tmp_path / "call.wav", sound, 16_000)
    options = ("--model", "none", "--agent-name", "Ada", "--calls", str(tmp_path / "calls"))
    return CliRunner().invoke(main, ["analyze", str(tmp_path / "call.wav"), *options, *arguments])


def test_a_recording_is_told_only_when_that_is_asked_for(
    outbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.toml").write_text(f'[webhook]\nurl = "{NOBODY}"\n')
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    first = analyzed(tmp_path)
    assert first.exit_code == 0, first.output
    assert not outbox.exists()
    assert analyzed(tmp_path, "--again", "--notify").exit_code == 0
    began, ended = sent(outbox)
    assert [began["type"], ended["type"]] == ["tone-monitor.call.started", "tone-monitor.call.ended"]
    assert (ended["data"]["call"]["kind"], ended["data"]["call"]["agent"]) == ("recording", "Ada")
    assert ended["data"]["figures"]["duration_s"] == 1.0


def test_a_recording_cannot_be_told_to_nobody(tmp_path: Path) -> None:
    done = analyzed(tmp_path, "--notify")
    assert (done.exit_code, done.stderr) == (1, "--notify needs an address: set webhook.url in the settings.\n")


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
