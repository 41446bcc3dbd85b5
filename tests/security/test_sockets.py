"""What listens and what calls out: only this machine, only with the token, only to the one address."""

import base64
import hashlib
import hmac
import http.client
import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from monitor.live import control
from monitor.live.control import Control
from monitor.live.control_socket import LONGEST_BYTES
from monitor.live.session import Status
from monitor.notify import prometheus_page, webhook
from monitor.notify.cloud_events import Notice
from monitor.notify.notify import Notifier
from monitor.notify.prometheus import Telemetry
from monitor.notify.webhook import Webhook, WebhookError
from monitor.settings import config

NOTICE = Notice("100000-abc/0", b'{"specversion": "1.0"}')


@pytest.fixture
def port() -> Iterator[int]:
    with Telemetry().served(0) as number:
        yield number


def asked(port: int, host: str | None, path: str = "/metrics") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with closing(connection):
        connection.putrequest("GET", path, skip_host=True)
        if host is not None:
            connection.putheader("Host", host)
        connection.endheaders()
        return connection.getresponse().status


def test_the_metrics_are_shown_on_this_machines_own_address_alone(port: int) -> None:
    assert (asked(port, f"127.0.0.1:{port}"), asked(port, f"localhost:{port}", "/")) == (200, 200)
    others = {str(found[4][0]) for found in socket.getaddrinfo(socket.gethostname(), port, socket.AF_INET)}
    for other in (one for one in others if not ip_address(one).is_loopback):
        with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
            socket.create_connection((other, port), timeout=2)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", None])
def test_a_web_page_that_gave_its_name_this_address_gets_nothing(port: int, host: str | None) -> None:
    assert asked(port, host and host.format(port=port)) == 421


def test_two_hosts_are_as_good_as_none(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"GET /metrics HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nHost: evil.example\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.0 421 ")


def test_nothing_but_the_page_can_be_asked_for(port: int) -> None:
    assert asked(port, f"127.0.0.1:{port}", "/../../etc/passwd") == 404
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"POST /metrics HTTP/1.0\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.0 501 ")


def test_who_asks_very_slowly_is_cut_off_and_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prometheus_page, "PATIENCE_S", 0.3)
    with Telemetry().served(0) as port:
        slow = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(4)]
        for connection in slow:
            connection.sendall(b"GET /met")
        assert asked(port, f"127.0.0.1:{port}") == 200
        for connection in slow:
            with closing(connection):
                assert connection.recv(100) == b""


def test_no_more_are_answered_at_once_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prometheus_page, "PATIENCE_S", 1.0)
    with Telemetry().served(0) as port:
        held = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(prometheus_page.MOST_AT_ONCE)]
        with socket.create_connection(("127.0.0.1", port), timeout=10) as one_more:
            assert one_more.recv(100) == b""
        for connection in held:
            connection.close()


@pytest.fixture
def on_a_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A control channel as it is where there are no Unix sockets."""
    monkeypatch.delattr(socket, "AF_UNIX")
    with Control(lambda _: Status("waiting"), tmp_path):
        yield tmp_path


def on_the_wire(folder: Path, sent: bytes) -> bytes:
    address = json.loads((folder / "control.json").read_bytes())
    with socket.create_connection(("127.0.0.1", address["port"]), timeout=10) as connection:
        connection.sendall(sent)
        return b"".join(iter(lambda: connection.recv(4096), b""))


def test_a_web_page_cannot_steer_a_session(on_a_port: Path) -> None:
    token = json.loads((on_a_port / "control.json").read_bytes())["token"]
    body = json.dumps({"token": token, "do": "stop"})
    posted = f"POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: {len(body)}\r\n\r\n{body}\n"
    assert b'"status":null' in on_the_wire(on_a_port, posted.encode()), "the first line is no request"


def test_a_control_port_takes_no_request_without_the_token(on_a_port: Path) -> None:
    assert b"The token is wrong" in on_the_wire(on_a_port, b'{"token": "", "do": "stop"}\n')
    assert control.ask("status", folder=on_a_port) == Status("waiting")


def test_a_token_is_compared_in_constant_time(on_a_port: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    compare = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda *two: compared.append(two) or compare(*two))
    on_the_wire(on_a_port, b'{"token": "guess", "do": "stop"}\n')
    ((said, true),) = compared
    assert said == b"guess"
    assert len(true) == 43, "256 bits"


def test_a_request_without_an_end_is_given_up_and_the_next_one_heard(
    on_a_port: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "PATIENCE_S", 0.2)
    assert b"TimeoutError" in on_the_wire(on_a_port, b'{"token": ')
    assert b"too long" in on_the_wire(on_a_port, b"x" * (LONGEST_BYTES + 1))
    assert control.ask("status", folder=on_a_port) == Status("waiting")


class Receiver(ThreadingHTTPServer):
    """Keeps what it is sent, and answers as it is told."""

    def __init__(self, answer: int = 200) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.answer = answer
        self.taken: list[tuple[str, dict[str, str], bytes]] = []
        self.got = threading.Event()


class _Taking(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(self.server.answer)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.end_headers()
        self.server.got.set()

    do_GET = do_POST  # noqa: N815 - named so by http.server

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def receiving(answer: int = 200, context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    with Receiver(answer) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def verified(key: bytes, headers: dict[str, str], body: bytes, now_s: float) -> bool:
    """What a receiver has to do: the docstring of monitor/notify/webhook.py says so."""
    at = headers["webhook-timestamp"]
    signed = f"{headers['webhook-id']}.{at}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return abs(now_s - int(at)) <= 300 and hmac.compare_digest(headers["webhook-signature"], expected)


def test_a_receiver_can_tell_what_is_true(tmp_path: Path) -> None:
    key, now_s = b"a key of the receiver's", 1_772_000_000.0
    with receiving() as receiver:
        hook = Webhook(f"http://127.0.0.1:{receiver.server_port}/hook", key, tmp_path, lambda: now_s)
        hook.tell(NOTICE)
        assert receiver.got.wait(10)
        hook.close()
    ((_, headers, body),) = receiver.taken
    assert verified(key, headers, body, now_s)
    assert not verified(b"another key", headers, body, now_s)
    assert not verified(key, headers, body + b" ", now_s)
    assert not verified(key, headers, body, now_s + 3600), "a notice that was caught and is sent again"
    assert not verified(key, headers | {"webhook-id": "other"}, body, now_s)


def test_no_redirection_takes_a_notice_elsewhere(tmp_path: Path) -> None:
    with receiving(307) as receiver:
        hook = Webhook(f"http://127.0.0.1:{receiver.server_port}/hook", b"key", tmp_path, time.time)
        hook.tell(NOTICE)
        assert receiver.got.wait(10)
        hook.close()
    assert {path for path, _, _ in receiver.taken} == {"/hook"}


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = made.add_extension(names, critical=False).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


@pytest.mark.parametrize("trusted", [False, True])
def test_a_receiver_has_to_prove_who_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, trusted: bool) -> None:
    monkeypatch.setattr(webhook, "FIRST_WAIT_S", 0.01)
    context = self_signed(tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with receiving(context=context) as receiver:
        hook = Webhook(f"https://127.0.0.1:{receiver.server_port}/hook", b"key", tmp_path / "outbox", time.time)
        hook.tell(NOTICE)
        assert receiver.got.wait(10 if trusted else 0.5) is trusted
        hook.close()
    assert bool(receiver.taken) is trusted
    assert bool(list((tmp_path / "outbox").iterdir())) is not trusted, "what could not be sent waits"


def test_keys_and_secret_addresses_are_in_no_error(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(WebhookError) as refused:
        Webhook("http://hooks.example/T0/s3cr3t-path", b"key", tmp_path, time.time)
    assert "s3cr3t" not in str(refused.value)
    with receiving(500) as receiver:
        hook = Webhook(f"http://127.0.0.1:{receiver.server_port}/s3cr3t-path", b"s3cr3t-key", tmp_path, time.time)
        hook.tell(NOTICE)
        assert receiver.got.wait(10)
        hook.close()
    assert "s3cr3t" not in caplog.text


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s3cr3t", "utf-8")
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(WebhookError, match=r"^Others can read .*chmod 600\.$") as refused:
        Notifier(config.Webhook(url="http://localhost:9/", secret_file=str(tmp_path / "key")))
    assert "s3cr3t" not in str(refused.value)
