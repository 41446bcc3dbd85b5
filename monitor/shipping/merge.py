"""Lines that several people add to a file of a call: each line once, whoever has it, and no clock decides."""

from __future__ import annotations

from pathlib import Path

from monitor.call import files, marks
from monitor.call.events import from_lines, to_line
from monitor.call.wordless import without_words
from monitor.upkeep.retention import is_kept


def missing_in(base: bytes, other: bytes) -> bytes:
    """The whole lines of another text that a text does not have, each once and in their order."""
    known = set(base.splitlines())
    lines = dict.fromkeys(other.splitlines())
    return b"".join(line + b"\n" for line in lines if line not in known and _is_whole(line))


def add(path: Path, others: bytes, *, words_deleted: bool = False) -> bool:
    """Add the lines that a file does not have yet; say whether there were any.

    Args:
        path: of the file, which may be missing, and may be sealed.
        others: the lines of somebody else, not sealed.
        words_deleted: whether the words of the call are past their retention period: then no text comes back.

    Raises:
        OSError: the file can't be read or written.
        SealedError: it is sealed, and there is no key.
    """
    if words_deleted and path.name == marks.FILE:
        others = b"".join(map(to_line, without_words(list(from_lines(others.splitlines())))))
    elif words_deleted and not is_kept(path.name):
        return False
    before = files.read(path) if path.exists() else b""
    new = missing_in(before, others)
    if new:
        files.write(path, before + (b"\n" if before and not before.endswith(b"\n") else b"") + new)
    return bool(new)


def is_lines(text: bytes) -> bool:
    """Whether there is nothing but whole lines in it."""
    return all(_is_whole(line) for line in text.splitlines() if line.strip())


def _is_whole(line: bytes) -> bool:
    """Whether it was not cut off by a program that was killed."""
    return line.startswith(b"{") and line.endswith(b"}")
