"""Inputs that are not plain: what the card guard holds back, sealed files, and the key file."""

import base64
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from audio.block import AudioBlock
from fuzz.seeds import EVENTS_LOG, INFO
from monitor.call.info import read_info
from monitor.privacy import spool
from monitor.privacy.recovery import recovered
from monitor.sealed import keys, sealing
from monitor.sealed.cipher import KEY_BYTES, Key
from monitor.sealed.file import create, open_to_append, open_to_read, seal
from monitor.settings.config import Privacy

KEY = Key(bytes(range(KEY_BYTES)))
KEY_FILE = b"tone-monitor-key-1:" + base64.b64encode(KEY.secret) + b"\n"


def spools() -> list[bytes]:
    """What is held back of a call, with a record of each kind."""
    tone = (0.1 * np.sin(np.arange(8_000) / 5)).astype(np.float32)
    with TemporaryDirectory() as place:
        held = spool.Spool(Path(place) / "call", ("agent", "customer"), Path(place))
        for speaker in ("agent", "customer"):
            held.add(spool.Sound.of(AudioBlock(speaker, 16_000, tone)))
        for number, line in enumerate(EVENTS_LOG.splitlines(keepends=True)):
            held.add(spool.EventLine(number, line))
        held.add(spool.HiddenSound(1.0, 1.2, "keys"))
        held.add(spool.HiddenWords((("agent", 1.0, 1.2),), ("four",), 1.5))
        content = (Path(place) / f"call{spool.SUFFIX}").read_bytes()
        held.remove()
    return [content]


def take_up(path: Path) -> None:
    """What waited of a call that was killed, masked."""
    (path.parent / "call.toml").write_bytes(INFO.replace(b'"default"', b'"none"'))
    kept = recovered(path, read_info(path.parent), EVENTS_LOG.splitlines(keepends=True))
    assert kept.sound.ndim == 2  # noqa: S101, PLR2004 - shape (n, speakers), as promised


def sealed_files() -> list[bytes]:
    """A log, sealed in one piece, and in several as a call writes it."""
    with TemporaryDirectory() as place:
        path = Path(place) / "events.jsonl"
        with create(path, KEY) as file:
            for line in EVENTS_LOG.splitlines(keepends=True):
                file.write(line)
        return [seal(EVENTS_LOG, KEY), path.read_bytes()]


def unseal(path: Path) -> None:
    """A sealed log: all of it, its beginning, or a refusal; never anything else."""
    with open_to_read(path, KEY) as file:
        content = file.read()
    assert EVENTS_LOG.startswith(content)  # noqa: S101 - what sealing is for
    with open_to_append(path, KEY) as file:
        file.seek(0, os.SEEK_END)
        file.write(b"more")
    with open_to_read(path, KEY) as file:
        assert file.read() == content + b"more"  # noqa: S101 - a torn end is mended


def bring_back(path: Path) -> None:
    """A copy of the key."""
    path.chmod(0o600)
    key = path.parent / "kept.key"
    sealing.use(lambda: Privacy(key_file=str(key)))
    key.unlink(missing_ok=True)
    assert len(keys.bring_back(path).secret) == KEY_BYTES  # noqa: S101 - nothing else is a key
