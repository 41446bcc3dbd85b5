"""Notices to another system: what is in them, and that they arrive."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from monitor.call.events import CallEvent, Gap, Mark, PromptShown
from monitor.call.info import Identity
from monitor.notify import cloud_events, webhook
from monitor.notify.cloud_events import CONTENT_TYPE, Notice
from monitor.notify.webhook import Webhook, WebhookError
from rules.model import Firing, Prompt
from tests.waiting import until

STARTED = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
PROMPT = Prompt("paraphrase", "paraphrase", "prompt", "Paraphrase", "“nobody came”", "Say it back: router", 12.5)
FIRING = Firing("escalate-request", "customer", 20.0, None, None, None, "urgent", "escalate", ("your manager",))
CALL = Identity(
    "2026-03-01/100000-abc", STARTED, "live", "Sam Porter", "C-17", {"queue": "billing"}, ("agent", "customer")
)
WHOSE = {
    "id": "2026-03-01/100000-abc",
    "started": "2026-03-01T10:00:00Z",
    "kind": "live",
    "agent": "Sam Porter",
    "customer": "C-17",
    "attributes": {"queue": "billing"},
    "channels": ["agent", "customer"],
}
KEY = b"secret"


class Receiver(ThreadingHTTPServer):
    """Accepts notices, or refuses them as the test wants."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[int] = []
        """Status codes of the next answers; 200 when there are none."""
        self.taken: list[dict[str, object]] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.enough = threading.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    def wait_for(self, done: Callable[[], bool]) -> None:
        with self.enough:
            assert self.enough.wait_for(done, timeout=10)


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.enough:
            code = self.server.answers.pop(0) if self.server.answers else 200
            self.server.bodies.append(body)
            self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
            if code == 200:
                self.server.taken.append(json.loads(body))
            self.server.enough.notify_all()
        self.send_response(code)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "FIRST_WAIT_S", 0.01)


@contextmanager
def sending(url: str, outbox: Path) -> Iterator[Webhook]:
    hook = Webhook(url, KEY, outbox, lambda: 1_772_000_000.4)
    yield hook
    hook.close()


def told(number: int = 0, event: CallEvent | None = None, *, words: bool = False) -> Notice:
    said = cloud_events.message(CALL, event or PromptShown(PROMPT, 0.2), words=words)
    assert said
    return cloud_events.notice(said, number)


def test_a_prompt_is_told_without_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.node", lambda: "desk 7")
    assert json.loads(told().body) == {
        "specversion": "1.0",
        "id": "2026-03-01/100000-abc/0",
        "source": "/tone-monitor/desk%207",
        "type": "tone-monitor.prompt.shown",
        "subject": "2026-03-01/100000-abc",
        "time": "2026-03-01T10:00:12.500+00:00",
        "datacontenttype": "application/json",
        "data": {
            "at_s": 12.5,
            "call": WHOSE,
            "rule": "paraphrase",
            "action": "paraphrase",
            "severity": "prompt",
            "delay_s": 0.2,
        },
    }


def test_in_a_recording_nobody_is_prompted() -> None:
    said = cloud_events.message(replace(CALL, kind="recording"), PromptShown(PROMPT, 0.2))
    assert said
    assert json.loads(cloud_events.notice(said, 0).body)["type"] == "tone-monitor.prompt.due"


def test_words_go_along_only_when_they_are_asked_for() -> None:
    assert b"nobody came" in told(words=True).body
    quoting = PromptShown(replace(PROMPT, title="“nobody came”"))
    assert b"nobody" not in told(event=quoting).body, "a team may write titles that quote"
    escalation = replace(FIRING, owner="agent", protocol="Offer.")
    assert b"your manager" not in told(event=escalation).body
    assert json.loads(told(event=escalation, words=True).body)["data"]["evidence"] == ["your manager"]
    assert json.loads(told(event=escalation).body)["data"]["protocol"] == "Offer."


def test_only_prompts_escalations_and_flags_are_told() -> None:
    assert cloud_events.message(CALL, FIRING) is None
    assert cloud_events.message(CALL, replace(FIRING, owner="agent", trial=True)) is None
    assert cloud_events.message(CALL, Gap(0.0, 1.0, "sound", "gone")) is None
    bookmark = told(event=Mark(3.0, "flag", "secret words"))
    assert json.loads(bookmark.body)["data"] == {"at_s": 3.0, "call": WHOSE}


def test_a_call_that_is_not_saved_is_told_apart_by_its_start() -> None:
    said = cloud_events.started(replace(CALL, id=""))
    assert cloud_events.notice(said, "started").id == "2026-03-01T10:00:00+0000/started"


def test_notices_arrive_in_order_and_signed(receiver: Receiver, tmp_path: Path) -> None:
    with sending(receiver.url, tmp_path) as hook:
        for number in range(5):
            hook.tell(told(number))
        receiver.wait_for(lambda: len(receiver.taken) == 5)
    assert [taken["id"] for taken in receiver.taken] == [f"{CALL.id}/{number}" for number in range(5)]
    headers = receiver.headers[0]
    assert headers["content-type"] == CONTENT_TYPE
    signed = f"{CALL.id}/0.1772000000.".encode() + receiver.bodies[0]
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert list(tmp_path.iterdir()) == []


def test_it_is_signed_as_the_library_of_standard_webhooks_signs() -> None:
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = webhook.signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_that_fails_is_asked_again_in_order(receiver: Receiver, tmp_path: Path) -> None:
    receiver.answers = [500, 503, 429]
    with sending(receiver.url, tmp_path) as hook:
        hook.tell(told(0))
        hook.tell(told(1))
        receiver.wait_for(lambda: len(receiver.taken) == 2)
    assert [taken["id"] for taken in receiver.taken] == [f"{CALL.id}/0", f"{CALL.id}/1"]


def test_a_notice_that_will_never_be_taken_does_not_keep_the_others_waiting(receiver: Receiver, tmp_path: Path) -> None:
    receiver.answers = [400]
    with sending(receiver.url, tmp_path) as hook:
        hook.tell(told(0))
        hook.tell(told(1))
        receiver.wait_for(lambda: len(receiver.taken) == 1)
    assert receiver.taken[0]["id"] == f"{CALL.id}/1"


@pytest.mark.parametrize("answer", [301, 302, 303, 307, 308, 401, 403, 404, 405, 410])
def test_a_receiver_that_is_set_up_wrongly_loses_nothing(receiver: Receiver, tmp_path: Path, answer: int) -> None:
    receiver.answers = [answer]
    with sending(receiver.url, tmp_path) as hook:
        hook.tell(told(0))
        receiver.wait_for(lambda: len(receiver.taken) == 1)
    assert receiver.bodies == [told(0).body] * 2


def test_what_is_for_this_machine_goes_through_no_proxy(
    receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with sending(receiver.url, tmp_path) as hook:
        hook.tell(told(0))
        receiver.wait_for(lambda: len(receiver.taken) == 1)


def test_what_could_not_be_sent_is_sent_by_the_next_run(receiver: Receiver, tmp_path: Path) -> None:
    with sending("http://127.0.0.1:9/nobody", tmp_path) as hook:
        hook.tell(told(0))
    (kept,) = tmp_path.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    with sending(receiver.url, tmp_path) as hook:
        hook.tell(told(1))
        receiver.wait_for(lambda: len(receiver.taken) == 2)
    assert [taken["id"] for taken in receiver.taken] == [f"{CALL.id}/0", f"{CALL.id}/1"]


def test_what_is_told_while_another_notice_is_sent_is_sent_before_the_end(
    receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending, closing = threading.Event(), threading.Event()
    sent = Webhook._sent  # noqa: SLF001 - a request that lasts until the end has begun

    def slow(self: Webhook, name: str, body: bytes) -> bool:
        sending.set()
        assert closing.wait(10)
        return sent(self, name, body)

    monkeypatch.setattr(Webhook, "_sent", slow)
    hook = Webhook(receiver.url, KEY, tmp_path, datetime.now(UTC).timestamp)
    hook.tell(told(0))
    assert sending.wait(10)
    hook.tell(told(1))
    closer = threading.Thread(target=hook.close, args=(10.0,))
    closer.start()
    until(lambda: hook._closing, "the end has begun")  # noqa: SLF001 - nothing else shows it
    closing.set()
    closer.join()
    assert len(receiver.taken) == 2
    assert not list(tmp_path.iterdir())


def test_the_outbox_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "KEEP_AT_MOST", 3)
    with sending("http://127.0.0.1:9/nobody", tmp_path) as hook:
        for number in range(6):
            hook.tell(told(number))
    assert sorted(path.name.partition("-")[0] for path in tmp_path.iterdir()) == ["000000003", "000000004", "000000005"]


@pytest.mark.parametrize("url", ["http://example.com/hook", "ftp://localhost/", "example.com"])
def test_only_https_leaves_the_machine(url: str, tmp_path: Path) -> None:
    with pytest.raises(WebhookError, match=r"is not an https address\. Correct webhook\.url"):
        Webhook(url, KEY, tmp_path, lambda: 0.0)
