"""How the readers of what a team shares are called: roll-outs, the wall, shipped calls, keys, who looked at a call."""

import base64
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from monitor.access import access_lines, entries
from monitor.base.errors import MonitorError
from monitor.catalogue import saved_filters
from monitor.rollout import signing
from monitor.rollout.document import BEGINS, Rollout, RuleFile, opened, signed
from monitor.sealed import recipients, team_key
from monitor.serve.desk import changes
from monitor.serve.front import secret_file
from monitor.settings import team_settings
from monitor.shipping import deletions, merge, record
from monitor.wall import wall_messages
from monitor.wall.topics import call_of, desk_of, order_of

_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CALL = "100000-a1b2c3"

ACCESSES = b"""{"kind":"opened","by":"Sue","made":"2026-03-03T08:00:00+00:00"}
{"kind":"played","by":"Sue","made":"2026-03-03T08:01:00+00:00","start_s":3.0,"end_s":9.5}
"""
FILTERS = b'urgent = "severity:urgent since:7d"\nmine = "agent:sam"\n'
STATE = b'in_force = 3\nbefore = 2\nnewest = 3\nrefused = "Version 4 is damaged."\n'
CHANGES = [
    b'{"agent":"sam","role":"customer","call":"17.9","customer_id":"4711"}',
    b'{"consent":"given","hold":true,"end":false}',
]
SECRETS = b"""admin = "0123456789abcdef0123456789abcdef"
[platforms]
pbx = "0123456789abcdef0123456789abcdee"
[audiohook]
key = "c2VjcmV0"
[agents]
sam = "0123456789abcdef0123456789abcded"
"""
SHIPPED = (
    b'{"key":{"site":"0123456789abcdef0123456789abcdef","day":"2026-03-01","call":"100000-a1b2c3"},'
    b'"sent":{"call.toml":{"size":12,"changed_ns":5,"sha256":"ab","etag":"x"}},"tried":{"audio.flac":["cd"]}}'
)
UNDELETED = (
    b'{"key":{"site":"0123456789abcdef0123456789abcdef","day":"2026-03-01","call":"100000-a1b2c3"},'
    b'"what":"sound","when":"2026-03-03T08:00:00+00:00","why":"14 days"}'
)
WALL = [
    wall_messages.encoded(wall_messages.CallState(agent="sam", at_s=3.5, rule="slow-down", followed_by=("Sue",))),
    wall_messages.encoded(
        wall_messages.CallDetail(
            at_s=3.5, talk_s={"agent": 1.5}, moments=(wall_messages.Moment(at_s=1.0, kind="agent", text="hello"),)
        )
    ),
    wall_messages.encoded(wall_messages.Presence(gone=True, team="north")),
    wall_messages.encoded(wall_messages.Order(do="take")),
]
TOPICS = b"tone/calls/north/sam/1/100000-a1b2c3/state\ntone/desks/-/sam/1\ntone/orders/north/sam/1/c/Sue"


def rollouts() -> list[bytes]:
    """Roll-outs as a team publishes them."""
    rollout = Rollout(
        version=3,
        team="north",
        published=datetime(2026, 3, 1, tzinfo=UTC),
        by="Sue",
        program="0.1.0",
        settings={"privacy": {"card_guard": True}, "retention": {"audio_days": 14}},
        files=(
            RuleFile(name="team.toml", text='extends = "default"\n'),
            RuleFile(name="words/thanks.txt", text="ta\n"),
        ),
    )
    return [signed(rollout, _KEY)]


def rollout(path: Path) -> None:
    """A roll-out as it is in the store, and the same with the signature of whoever damaged it."""
    content = path.read_bytes()
    read = partial(opened, version=3, key=_KEY.public_key())
    try:
        found = read(content)
    except MonitorError:
        text = content.removeprefix(BEGINS).partition(b"\n")[2]
        read(BEGINS + base64.b64encode(_KEY.sign(BEGINS + text)) + b"\n" + text)
    else:
        assert found == read(rollouts()[0])  # noqa: S101 - nothing else was signed


def rollout_state(path: Path) -> None:
    """Which roll-out a machine is on."""
    team_settings.state(path.parents[1] / "config.toml")


def signing_keys() -> list[bytes]:
    """A team's signing key."""
    return [b"tone-monitor-signing-1:" + base64.urlsafe_b64encode(_KEY.private_bytes_raw()) + b"\n"]


def signing_key(path: Path) -> None:
    """The file of a signing key."""
    path.chmod(0o600)
    signing.private_key(str(path))


def public_keys() -> list[bytes]:
    """What the settings of desks have of it."""
    return [signing.public_text(_KEY).encode()]


def public_key(path: Path) -> None:
    """The public key of a team."""
    signing.public_key(path.read_bytes().decode("utf-8", "replace"))


def recipient_lines() -> list[bytes]:
    """Public keys with names."""
    from pyrage import x25519  # noqa: PLC0415 - an extra

    return [b"".join(f"{x25519.Identity.generate().to_public()} {name}\n".encode() for name in ("Sue", ""))]


def recipient_list(path: Path) -> None:
    """The supervisors for whom calls are sealed."""
    recipients.read_all(path.read_bytes().decode("utf-8", "replace").splitlines())


def supervisor_keys() -> list[bytes]:
    """A private key, as it is saved."""
    from pyrage import x25519  # noqa: PLC0415 - an extra

    return [f"# of a supervisor\n{x25519.Identity.generate()}\n".encode()]


def supervisor_key(path: Path) -> None:
    """The private key of a supervisor."""
    path.chmod(0o600)
    team_key.forget()
    team_key._private_key(str(path))  # noqa: SLF001 - the settings, which name it, are read elsewhere


def wall_message(path: Path) -> None:
    """What somebody sends to the broker of the wall, taken for each kind of message."""
    payload = path.read_bytes()
    for kind in (wall_messages.CallState, wall_messages.CallDetail, wall_messages.Presence, wall_messages.Order):
        try:
            wall_messages.decoded(payload, kind)
        except wall_messages.WallMessageError:
            continue


def topics(path: Path) -> None:
    """The topics on which it is sent."""
    for topic in path.read_bytes().decode("utf-8", "replace").splitlines():
        desk_of(topic), call_of(topic), order_of(topic)


def accesses(path: Path) -> None:
    """Who looked at a call, as its agent sees it."""
    list(access_lines.sentences(entries.read(path.parent)))


def filters(path: Path) -> None:
    """The filters that were saved with the calls."""
    saved_filters.read(path.parent)


def shipped(path: Path) -> None:
    """What is known of a call's copy in the store."""
    record.read(path.parents[1], CALL)
    list(record.every(path.parents[1]))


def undeleted(path: Path) -> None:
    """What is still to be deleted from the store."""
    list(deletions.pending(path.parents[1]))


def merged(path: Path) -> None:
    """The notes of others, joined with those that are here: a line is kept whole or not at all, and once."""
    others, here = path.read_bytes(), path.parent / "here" / "marks.jsonl"
    here.parent.mkdir(exist_ok=True)
    here.unlink(missing_ok=True)
    merge.add(here, others, words_deleted=True)
    merge.add(here, others)
    assert not merge.add(here, others)  # noqa: S101 - what was added is there


def secrets(path: Path) -> None:
    """The tokens of a server."""
    path.chmod(0o600)
    secret_file.read_secrets(path)


def change(path: Path) -> None:
    """What a telephone system posts of a call."""
    try:
        changes.read(path.read_bytes())
    except ValueError as error:  # the answer to the request
        str(error).encode()
