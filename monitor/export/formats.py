"""The export formats, and the files they write."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from monitor.base import atomic
from monitor.export.captions import prompts_vtt, srt, vtt
from monitor.export.contact_lens import contact_lens
from monitor.export.errors import ExportError
from monitor.export.source import Source
from monitor.export.tables import TABLES, csv_text, write_parquet
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


_ONE_CALL: dict[str, Callable[[Source, Options], Files]] = {
    "json": lambda source, _: {".json": msgspec.json.encode(source.analysis) + b"\n"},
    "contact-lens": lambda source, _: {".contact-lens.json": contact_lens(source) + b"\n"},
    "vcon": lambda source, options: {".vcon.json": vcon(source, with_audio=options.audio) + b"\n"},
    "vtt": lambda source, _: {".vtt": vtt(source).encode(), ".prompts.vtt": prompts_vtt(source).encode()},
    "srt": lambda source, _: {".srt": srt(source).encode()},
}
FORMATS = (*_ONE_CALL, "csv", "parquet")


def printed(kind: str, sources: Sequence[Source], options: Options) -> bytes:
    """Make an export for standard output.

    Raises:
        ExportError: this format, or so many calls, need files.
    """
    if kind == "csv":
        return csv_text(options.table, sources).encode()
    if kind == "parquet" or len(sources) > 1:
        what = "Parquet" if kind == "parquet" else f"{len(sources)} calls"
        raise ExportError(f"{what} can't be printed. Choose a folder for the files with -o.")
    return next(iter(_ONE_CALL[kind](sources[0], options).values()))


def write(kind: str, sources: Sequence[Source], options: Options, to: Path) -> list[Path]:
    """Write an export as files that only their owner may read.

    Args:
        kind: a name of FORMATS.
        sources: the calls.
        options: of the export.
        to: a file for one call in a format of one file; otherwise a folder, created if it is missing.

    Returns:
        The files.

    Raises:
        ExportError: nothing can be written there.
        ExportError: pyarrow is not installed.
    """
    try:
        if kind == "parquet":
            atomic.make_folder(to)
            return write_parquet(to, sources)
        made = _named(kind, sources, options, to)
        for path, content in made.items():
            atomic.write(path, content)
    except OSError as error:
        raise ExportError(f"Can't write {to}: {error.strerror}. Choose another place with -o.") from error
    return list(made)


def _named(kind: str, sources: Sequence[Source], options: Options, to: Path) -> dict[Path, bytes]:
    if kind == "csv":
        return {to / f"{name}.csv": csv_text(name, sources).encode() for name in TABLES}
    make = _ONE_CALL[kind]
    if len(sources) > 1 or to.is_dir():
        return {to / f"{one.name}{end}": content for one in sources for end, content in make(one, options).items()}
    first, *others = make(sources[0], options).items()
    beside = {to.with_name(to.name.removesuffix(first[0]) + end): content for end, content in others}
    return {to: first[1], **beside}
