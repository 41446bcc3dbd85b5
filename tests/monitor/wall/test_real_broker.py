"""Desks and a wall with the real broker: with TLS and the ACL of the example, away, killed, and refusing."""

import ipaddress
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from monitor.settings.config import Settings, Team
from monitor.settings.config import Wall as WallSettings
from monitor.wall.broker import WallError, broker_of
from monitor.wall.publisher import Publisher
from monitor.wall.topics import Desk as DeskTopic
from monitor.wall.topics import OnDesk
from monitor.wall.wall_client import PROBE_S, WallClient
from monitor.wall.wall_messages import CallState, encoded
from monitor.wall.wall_run import Watching
from tests.monitor.wall.mosquitto import Mosquitto, free_port, passwords

pytestmark = pytest.mark.slow
EXAMPLE = Path(__file__).parents[3] / "docs/examples/mosquitto"
PASSWORD = "correct horse"  # noqa: S105 - of a broker that lives for seconds
PATIENCE_S = 20.0


def wait(ready: Callable[[], object], what: str = "") -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not ready():
        assert time.monotonic() < until_s, what
        time.sleep(0.02)


def certificate(
    folder: Path, name: str, issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None = None
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer, signing = issuer or (None, key)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer.subject if signer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .sign(signing, hashes.SHA256())
    )
    (folder / f"{name}.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / f"{name}.key").write_bytes(private)
    return made, key


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("broker")


@pytest.fixture(scope="module")
def secure(folder: Path) -> Iterator[Mosquitto]:
    """The broker of the example, on a port of this machine."""
    certificate(folder, "broker", certificate(folder, "ca"))
    certificate(folder, "other-ca")
    known = passwords(folder, desk7=PASSWORD, kim=PASSWORD, mallory=PASSWORD)
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o600)
    here = (EXAMPLE / "mosquitto.conf").read_text().replace("/etc/mosquitto/passwords", str(known))
    here = here.replace("/etc/mosquitto/acl", str(EXAMPLE / "acl")).replace("/etc/mosquitto/", f"{folder}/")
    settings = [line for line in here.splitlines() if line and not line.startswith(("#", "listener", "persistence"))]
    with Mosquitto(folder, *settings) as broker:
        yield broker


def settings(broker: Mosquitto, login: str, folder: Path, **other: str) -> Settings:
    files = {"password_file": str(folder / "password"), "ca_file": str(folder / "ca.crt"), **other}
    return Settings(
        team=Team(name="Support"), wall=WallSettings(broker=f"mqtts://localhost:{broker.port}", user=login, **files)
    )


def in_the_clear(port: int, login: str = "") -> Settings:
    return Settings(team=Team(name="Support"), wall=WallSettings(broker=f"mqtt://localhost:{port}", user=login))


class Desk(Publisher):
    def __init__(self, settings: Settings) -> None:
        self.orders: list[tuple[str, str, str]] = []
        super().__init__(settings, lambda *order: self.orders.append(order))

    def say(self, at_s: float = 1.0) -> None:
        self.publish("1", "state", encoded(CallState(agent="Sam", at_s=at_s)), certain=False)


def opened(settings: Settings, login: str, clock_s: Callable[[], float] = time.monotonic) -> Watching:
    return Watching(WallClient(broker_of(settings.wall), settings.team.name, login, clock_s), "Support", clock_s)


def lives(watching: Watching) -> list[str]:
    watching.look()
    return [row.life for row in watching.view.rows]


def test_a_desk_and_a_wall_find_each_other_over_tls_and_the_acl_of_the_example(secure: Mosquitto, folder: Path) -> None:
    desk = Desk(settings(secure, "desk7", folder))
    watching = opened(settings(secure, "kim", folder), "kim")
    try:
        wait(lambda: desk.reach.wall == "connected" and desk.reach.walls == 1, desk.reach.trouble)
        desk.say()
        wait(lambda: lives(watching) == ["live"], watching.view.trouble)
        watching.take(watching.view.rows[0])
        watching.follow(watching.view.rows[0].call)
        wait(lambda: lives(watching) and len(desk.orders) == 2)
        assert desk.orders == [("1", "take", "kim"), ("1", "follow", "kim")]
        desk.publish("1", "state", b"", certain=True)
        wait(lambda: lives(watching) == [])
        watching.client.close()
        wait(lambda: desk.reach.walls == 0)
    finally:
        desk.close()
        watching.client.close()


@pytest.mark.parametrize(
    ("login", "other", "said"),
    [
        ("desk7", {"ca_file": "other-ca.crt"}, "The certificate of the broker at localhost:"),
        ("desk8", {}, "refuses the login desk8. Check wall.user and wall.password_file in the settings."),
    ],
    ids=["certificate", "password"],
)
def test_a_broker_that_is_not_trusted_or_refuses_the_login_is_a_sentence(
    secure: Mosquitto, folder: Path, login: str, other: dict[str, str], said: str
) -> None:
    desk = Desk(settings(secure, login, folder, **{name: str(folder / path) for name, path in other.items()}))
    try:
        wait(lambda: said in desk.reach.trouble, desk.reach.trouble)
        assert desk.reach.wall == "away"
        assert desk.reach.trouble[-1] == "."
    finally:
        desk.close()


def test_a_login_that_may_not_read_is_named_instead_of_an_empty_wall(secure: Mosquitto, folder: Path) -> None:
    later_s = [0.0]
    watching = opened(settings(secure, "mallory", folder), "mallory", lambda: time.monotonic() + later_s[0])
    try:
        wait(lambda: lives(watching) == [] and watching.client.probed)
        later_s[0] = PROBE_S + 1
        wait(lambda: lives(watching) == [] and watching.view.trouble)
        said = "The broker's ACL denies mallory the topic tone/calls/Support/#. Add it to the ACL."
        assert (watching.view.trouble, watching.view.connected) == (said, False)
    finally:
        watching.client.close()


def test_a_supervisor_who_may_not_take_a_call_reads_why(secure: Mosquitto, folder: Path) -> None:
    watching = opened(settings(secure, "kim", folder), "kim")
    try:
        wait(lambda: lives(watching) == [] and watching.view.connected)
        watching.client.order(OnDesk(DeskTopic("Sales", "desk3", "p"), "1"), "take")
        wait(lambda: lives(watching) == [] and watching.view.trouble)
        said = "The broker's ACL denies kim the topic tone/orders/Sales/desk3/p/1/kim. Add it to the ACL."
        assert (watching.view.trouble, watching.view.connected) == (said, True)
    finally:
        watching.client.close()


def test_a_desk_that_the_acl_refuses_says_so(folder: Path) -> None:
    (folder / "nobody").write_text("topic read nothing\n")
    with Mosquitto(folder, "allow_anonymous true", f"acl_file {folder / 'nobody'}") as broker:
        desk = Desk(in_the_clear(broker.port, "desk9"))
        try:
            wait(lambda: "ACL denies desk9 the topic tone/desks/Support/desk9/" in desk.reach.trouble)
            assert desk.reach.wall == "away"
        finally:
            desk.close()


def test_a_broker_that_is_away_at_the_start_and_in_mid_call_loses_nothing(folder: Path) -> None:
    broker = Mosquitto(folder, "allow_anonymous true")
    desk, watching = Desk(in_the_clear(broker.port)), opened(in_the_clear(broker.port), "Kim")
    try:
        wait(lambda: desk.reach.trouble)
        assert desk.reach.trouble == (
            f"Can't reach the broker at localhost:{broker.port}: connection refused. "
            "It is tried again every few seconds."
        )
        desk.say()
        with broker:
            wait(lambda: lives(watching) == ["live"] and watching.view.connected and desk.reach.wall == "connected")
            assert desk.reach.trouble == ""
            broker.kill()
            wait(lambda: lives(watching) and not watching.view.connected and desk.reach.wall == "away")
            assert watching.view.lost_s is not None
            desk.say(2.0)
            broker.start()
            wait(lambda: lives(watching) and watching.view.rows[0].state.at_s == 2.0 and watching.view.connected)
            assert (watching.view.trouble, watching.view.lost_s) == ("", None)
    finally:
        desk.close()
        watching.client.close()


KILLED = """
import sys, time
from monitor.settings.config import Settings, Team, Wall
from monitor.wall.publisher import Publisher
from monitor.wall.wall_messages import CallState, encoded
wall = Wall(broker=f"mqtt://localhost:{sys.argv[1]}", user="desk7")
desk = Publisher(Settings(team=Team(name="Support"), wall=wall), print)
while True:
    desk.publish("1", "state", encoded(CallState(agent="Sam", at_s=1.0)), False)
    time.sleep(0.2)
"""


def test_a_desk_that_is_killed_is_gone_and_two_with_one_login_are_two_lines(folder: Path) -> None:
    with Mosquitto(folder, "allow_anonymous true") as broker:
        killed = subprocess.Popen([sys.executable, "-c", KILLED, str(broker.port)])
        watching, desk = opened(in_the_clear(broker.port), "Kim"), Desk(in_the_clear(broker.port, "desk7"))
        try:
            desk.say()
            wait(lambda: lives(watching) == ["live", "live"])
            assert watching.view.notes == ("Two desks log in as desk7. Give each its own login.",)
            killed.kill()
            wait(lambda: "gone" in lives(watching))
        finally:
            killed.kill()
            killed.wait()
            desk.close()
            watching.client.close()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"password_file": "nowhere"},
            r"^Can't read .*nowhere: No such file or directory\. Correct \[wall\] in the se",
        ),
        ({"password_file": "open"}, r"^Others can read .*open\. Change its permissions with chmod 600\.$"),
        ({"ca_file": "open"}, r"^.*open holds no certificate, or its key is another\. Choose the right PEM files\.$"),
    ],
)
def test_files_that_cannot_be_used_are_sentences_and_no_call_is_refused(
    tmp_path: Path, given: dict[str, str], said: str
) -> None:
    (tmp_path / "open").write_text("secret")
    (tmp_path / "open").chmod(0o644)
    files = {name: str(tmp_path / path) for name, path in given.items()}
    wall = WallSettings(broker=f"mqtts://localhost:{free_port()}", **files)
    with pytest.raises(WallError, match=said) as error:
        broker_of(wall)
    assert Desk(Settings(wall=wall)).reach.trouble == str(error.value)
