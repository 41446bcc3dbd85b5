"""The export formats, and the files they write."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from monitor.base import atomic
from monitor.export.captions import prompts_vtt, srt, vtt
from monitor.export.contact_lens import contact_lens
from monitor.export.errors import ExportError
from monitor.export.source import Source
from monitor.export.tables.csv_tables import csv_text, write_csv
from monitor.export.tables.parquet_tables import write_parquet
from monitor.export.vcon import vcon

Files = Mapping[str, bytes]
"""Contents by the suffix added to the name of the call."""


@dataclass(frozen=True, slots=True)
class Options:
    """Options of an export."""

    table: str = "utterances"
    """For CSV on standard output: which table."""
    audio: bool = True
    """For vCon: whether to include the recording."""
    redact: bool = True
    """Whether digits that may be a card number are masked when a call is read."""


_ONE_CALL: dict[str, Callable[[Source, Options], Files]] = {
    "json": lambda source, _: {".json": msgspec.json.encode(source.analysis) + b"\n"},
    "contact-lens": lambda source, _: {".contact-lens.json": contact_lens(source) + b"\n"},
    "vcon": lambda source, options: {".vcon.json": vcon(source, with_audio=options.audio) + b"\n"},
    "vtt": lambda source, _: {".vtt": vtt(source).encode(), ".prompts.vtt": prompts_vtt(source).encode()},
    "srt": lambda source, _: {".srt": srt(source).encode()},
}
FORMATS = (*_ONE_CALL, "csv", "parquet")
_TABLES = {"csv": write_csv, "parquet": write_parquet}


def printed(kind: str, sources: Sequence[Source], options: Options) -> bytes:
    """Make an export for standard output.

    Raises:
        ExportError: this format, or so many calls, need files.
    """
    check_printable(kind, len(sources))
    if kind == "csv":
        return csv_text(options.table, sources).encode()
    return next(iter(_ONE_CALL[kind](sources[0], options).values()))


def check_printable(kind: str, calls: int) -> None:
    """Check that so many calls can be printed, before they are read.

    Raises:
        ExportError: this format, or so many calls, need files.
    """
    if kind == "parquet" or (kind != "csv" and calls > 1):
        what = "Parquet" if kind == "parquet" else f"{calls} calls"
        raise ExportError(f"{what} can't be printed. Choose a folder for the files with -o.")


def write(kind: str, sources: Iterable[Source], options: Options, to: Path, ending: str = "") -> list[Path]:
    """Write an export as files that only their owner may read.

    Args:
        kind: a name of FORMATS.
        sources: the calls, which may be read one by one.
        options: of the export.
        to: a folder, created if it is missing.
        ending: of the names of tables, before their suffix.

    Returns:
        The files.

    Raises:
        ExportError: nothing can be written there.
        ExportError: pyarrow is not installed.
    """
    with _writing(to):
        if kind in _TABLES:
            return _TABLES[kind](to, sources, ending)
        paths = []
        for source in sources:
            for suffix, content in _ONE_CALL[kind](source, options).items():
                paths.append(to / f"{source.name}{suffix}")
                atomic.write(paths[-1], content)
        return paths


def write_one(kind: str, source: Source, options: Options, to: Path) -> list[Path]:
    """Write one call in a format of one file to that file, and what belongs to it beside it.

    Returns:
        The files.

    Raises:
        ExportError: nothing can be written there.
    """
    first, *others = _ONE_CALL[kind](source, options).items()
    beside = {to.with_name(to.name.removesuffix(first[0]) + suffix): content for suffix, content in others}
    made = {to: first[1], **beside}
    with _writing(to):
        for path, content in made.items():
            atomic.write(path, content)
    return list(made)


def is_tables(kind: str) -> bool:
    """Whether a format is tables of many calls, rather than files of each."""
    return kind in _TABLES


@contextmanager
def _writing(to: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportError(f"Can't write {to}: {error.strerror}. Choose another place with -o.") from error
