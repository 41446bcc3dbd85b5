"""How each reader is called with the file that holds its input."""

import itertools
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from threading import Thread
from unittest.mock import patch

import numpy as np

from audio.block import SAMPLE_RATE_HZ
from audio.files.recording import open_recording
from audio.files.stored_sound import RecordedSound
from audio.values import Usual
from fuzz.seeds import EVENTS_LOG, INFO
from monitor.call import marks
from monitor.call.analysis import Call
from monitor.call.info import CallInfo, read_info, write_info
from monitor.call.log import read_events
from monitor.call.summary import analysis
from monitor.catalogue import filter_text
from monitor.export import formats, source
from monitor.live import control
from monitor.live.control import Control
from monitor.live.session import Status
from monitor.notify.notify import Notifier
from monitor.pipeline.metrics import BY_NAME
from monitor.privacy.card_words import masked
from monitor.replay import plain
from monitor.report import text
from monitor.report.facts import of_call
from monitor.report.stored_call import read
from monitor.report.team import many, store
from monitor.settings import config
from monitor.setup import profile
from monitor.upkeep.repair import repair
from rules import cases
from rules.language.phrase_files import read_list
from rules.language.phrases import phrase_list
from rules.load import load
from rules.rulebook import Rulebook

BLOCKS = 2_000
"""A recording is read so far; how long a damaged header makes it is no matter here."""
TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TOKEN = b"the token of the session"
"""Stands in an input for the one that counts."""
SOCKET = b"the way to the session"
"""The same for its socket."""
LOOK = b"how the call looks"
"""The same for what the numbers of a call were made from."""


def sound(path: Path) -> None:
    """A recording, decoded."""
    for block in itertools.islice(open_recording(path).blocks(0.032), BLOCKS):
        assert np.isfinite(block.samples).all()  # noqa: S101 - what everything behind relies on


def recording(path: Path) -> None:
    """The sound of a call that broke off, packed and heard."""
    folder = path.parent
    (folder / "call.toml").write_bytes(INFO.replace(b"true", b"false"))
    (folder / "events.jsonl").write_bytes(EVENTS_LOG)
    repair(folder)
    parts = sorted(folder.glob("audio*"))
    kept = RecordedSound(parts)
    assert len(kept.read(0, SAMPLE_RATE_HZ)) == min(kept.frames, SAMPLE_RATE_HZ)  # noqa: S101 - what was proven
    kept.close()
    for part in parts:
        part.unlink()


def events(path: Path) -> None:
    """A log, summed up."""
    call = Call("a.wav", 10.0, ("agent", "customer"), "default", "abc")
    analysis(call, read_events(path.parent)).to_json()


def told(path: Path) -> None:
    """A log in all forms that need no screen."""
    folder = path.parent
    (folder / "call.toml").write_bytes(INFO)
    for _ in itertools.chain(plain.lines(folder), text.call(of_call(read(folder)))):
        pass
    kept = source.read(folder)
    for kind in ("json", "contact-lens", "vcon", "vtt", "srt", "csv"):
        formats.printed(kind, [kept], formats.Options(audio=False))


def rule_file(path: Path) -> None:
    """A team's rules."""
    load([path], metrics=BY_NAME)


def phrases(path: Path) -> None:
    """A team's list of phrases."""
    phrase_list(read_list(path.stem, [path.parent], "The program"))


def rule_cases(path: Path) -> None:
    """A team's cases."""
    for _ in cases.run(_shipped_rules(), [path]):
        pass


def call_file(path: Path) -> None:
    """What stands in call.toml."""
    read_info(path.parent)


def marks_file(path: Path) -> None:
    """What people noted."""
    list(marks.read(path.parent))


def settings(path: Path) -> None:
    """The settings, and the webhook that they name."""
    path.chmod(0o600)
    with _environment(TONE_MONITOR_CONFIG=path, TONE_MONITOR_OUTBOX=path.parent / "outbox"):
        Notifier(config.settings().webhook).close()


def webhook_key(path: Path) -> None:
    """The key of a webhook, as a file."""
    path.chmod(0o600)
    with _environment(TONE_MONITOR_OUTBOX=path.parent / "outbox"):
        Notifier(config.Webhook(url="https://example.org", secret_file=str(path))).close()


def voice(path: Path) -> None:
    """An agent's profile, and a call with it."""
    kept = profile.read(path)
    if kept:
        kept.expired(TODAY)
        kept.after_call(Usual("agent", -26.0, 4.5, 120.0, -7.0), 300.0, TODAY)
        kept.as_usual()


def numbers(path: Path) -> None:
    """The numbers kept of a call, in a report of the team."""
    folder = path.parent
    (folder / "call.toml").write_bytes(INFO)
    (folder / "events.jsonl").write_bytes(EVENTS_LOG)
    content = path.read_bytes()
    store.count(folder)
    path.write_bytes(content.replace(LOOK, json.loads(path.read_bytes())["made_from"].encode()))
    for _ in many.texts(folder.parents[1], many.Wanted(names=True)):
        pass


def attributes(path: Path) -> None:
    """What the desk says of a call it starts, from the command line to call.toml and back."""
    lines = path.read_bytes().decode("utf-8", "surrogateescape").split("\n")
    known = control.details(lines[0], dict(line.split("=", 1) for line in lines[1:] if "=" in line))
    started = datetime(2026, 3, 1, tzinfo=UTC)
    info = CallInfo(started, "a.wav", ("agent",), "none", "abc", "1", "", known.customer, attributes=known.attributes)
    write_info(path.parent, info)
    assert read_info(path.parent) == info  # noqa: S101 - what was taken must be kept


def request(path: Path) -> None:
    """Bytes on the control channel of a session; it survives and answers the next one."""
    content, folder = path.read_bytes(), path.parent
    with Control(lambda _: Status("waiting"), folder, session="1"):
        token = json.loads((folder / "control-1.json").read_bytes())["token"].encode()
        with socket.socket(socket.AF_UNIX) as connection, suppress(OSError):  # it may hang up on what is too long
            connection.connect(str(folder / "control-1.sock"))
            connection.sendall(content.replace(TOKEN, token))
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
        control.ask("status", folder=folder)


def answer(path: Path) -> None:
    """What something that is no session of ours answers to a request."""
    folder = path.parent
    (folder / "control-1.json").write_text(f'{{"token":"a","path":"{folder}/other.sock"}}', "utf-8")
    with socket.socket(socket.AF_UNIX) as listener:
        (folder / "other.sock").unlink(missing_ok=True)
        listener.bind(str(folder / "other.sock"))
        listener.listen()
        other = Thread(target=_answer_once, args=(listener, path.read_bytes()))
        other.start()
        try:
            control.ask("status", folder=folder)
        finally:
            other.join()


def address(path: Path) -> None:
    """The file that says where a session is reached."""
    content, folder = path.read_bytes(), path.parent
    with Control(lambda _: Status("waiting"), folder, session="1"):
        token = json.loads(path.read_bytes())["token"].encode()
        path.write_bytes(content.replace(TOKEN, token).replace(SOCKET, os.fsencode(folder / "control-1.sock")))
        control.ask("status", folder=folder)


def call_filter(path: Path) -> None:
    """What a supervisor types to find calls."""
    wanted = filter_text.parse(path.read_bytes().decode("utf-8", "replace"), NOW)
    filter_text.written(wanted)


def card_words(path: Path) -> None:
    """Words with a card number among them, whatever they are: masked, they are as many."""
    words = path.read_bytes().decode("utf-8", "replace").split()
    assert len(masked(words)) == len(words)  # noqa: S101 - what those that mask rely on


@cache
def _shipped_rules() -> Rulebook:
    return load(metrics=BY_NAME)


def _answer_once(listener: socket.socket, content: bytes) -> None:
    connection, _ = listener.accept()
    with connection, suppress(OSError):
        connection.recv(4096)
        connection.sendall(content)


@contextmanager
def _environment(**paths: Path) -> Iterator[None]:
    with patch.dict(os.environ, {name: str(path) for name, path in paths.items()}):
        yield
