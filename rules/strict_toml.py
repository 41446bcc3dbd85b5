"""TOML files of known fields, read strictly: an error is one sentence with the file, the field and what is expected.

For rules and for settings: every function raises the class of error it is given.
"""

import difflib
import tomllib
from collections.abc import Iterable
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec

LARGEST_BYTES = 2**20
"""Of a file; everything that is shipped is smaller together."""
LONGEST_QUOTE = 80
"""Characters of a wrong value that an error shows."""
MOST_LISTED = 12
"""Names that an error lists to choose from."""

_IN_WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text in quotes"}


def read_toml(path: Path, error: type[Exception], *, missing_ok: bool = False) -> dict[str, Any]:
    """The tables of a file.

    Args:
        path: the file.
        error: raised where it is missing, unreadable, too large or not TOML.
        missing_ok: whether a missing file counts as an empty one.
    """
    try:
        return tomllib.loads(read_text(path, error, missing_ok=missing_ok))
    except (ValueError, RecursionError) as fault:  # not TOML, or brackets a thousand deep
        raise error(f"The file {path} is not valid TOML ({fault}). Correct it.") from fault


def read_text(path: Path, error: type[Exception], *, missing_ok: bool = False) -> str:
    """The text of a file, whatever ends its lines; takes and raises what `read_toml` does."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
        if len(content) > LARGEST_BYTES:
            raise error(f"The file {path} is larger than 1 MB. Choose a smaller file.")
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as fault:
        if missing_ok and isinstance(fault, FileNotFoundError):
            return ""
        raise error(f"Can't read {path} ({fault.strerror}). Check the path and its permissions.") from fault
    except UnicodeDecodeError as fault:
        raise error(f"Can't read {path} ({fault}). Save it as text in UTF-8.") from fault


def convert(value: object, kind: Any, where: str, error: type[Exception]) -> Any:  # noqa: ANN401 - kinds as annotations have them
    """A value of a file as the type of its field.

    Args:
        value: as TOML holds it.
        kind: the field's annotation; `msgspec.Meta` bounds a value.
        where: file and field, to begin the error's sentence with.
        error: raised where the value does not fit.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as fault:
        hint = suggestion(str(value), get_args(kind)) if get_origin(kind) is Literal else ""
        hint = hint if "?" in hint else ". Correct it."
        raise error(f"{where} is {_quoted(value)}, but must be {_in_words(kind)}{hint}") from fault


def suggestion(name: str, known: Iterable[str]) -> str:
    """What to write instead of an unknown name, to end an error's sentence with."""
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f'; did you mean "{close[0]}"?'
    listed = ", ".join(known[:MOST_LISTED])
    return f"; choose from {listed}." if len(known) <= MOST_LISTED else f"; choose from {len(known)}, such as {listed}."


def _quoted(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"


def _in_words(kind: Any) -> str:  # noqa: ANN401 - same
    """What a value must be, in words."""
    if get_origin(kind) is UnionType:
        return " or ".join(_in_words(one) for one in get_args(kind) if one is not NoneType)
    if get_origin(kind) is Literal:
        return " or ".join(f'"{choice}"' for choice in get_args(kind))
    limits = next((meta for meta in get_args(kind) if isinstance(meta, msgspec.Meta)), msgspec.Meta())
    if limits.pattern:
        return f"{limits.title} in quotes, or empty"
    plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    text = _IN_WORDS.get(plain, "a list of quoted texts in brackets")
    return text if limits.ge is None else f"{text} from {limits.ge} to {limits.le}"
