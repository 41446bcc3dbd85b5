"""The recordings of an archive wherever they are: in folders, in object stores, or named by a table in either."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from audio.files.encoding import SoundError
from audio.files.names import text_of
from monitor.archive.manifest import places
from monitor.recordings.many import SUFFIXES
from monitor.recordings.metadata import files_named
from monitor.store.copies import copies
from monitor.store.objects import StoredObject, listed, look, path_of, url_of


@dataclass(frozen=True, slots=True)
class ArchiveFiles:
    """What an archive consists of."""

    files: Mapping[Path, str]
    """Recordings with their places in the archive."""
    stored: Mapping[Path, StoredObject]
    """Those in an object store, by the paths that stand for them."""
    table: Path | None
    """The table of metadata as a file of this machine."""
    table_url: str
    """Its address, if it is in an object store."""


@contextmanager
def archive_files(paths: Sequence[Path], table: Path | None) -> Iterator[ArchiveFiles]:
    """Find the recordings; a table in a store is a file for as long as this lasts.

    Args:
        paths: files and folders, or what stands for addresses in a store; those that the table names if there are none.
        table: of metadata.

    Raises:
        SoundError: a folder or an address holds no recordings.
        MetadataError: the table can't be read.
        StoreError: a store can't be read.
    """
    table_url = url_of(table) if table else ""
    with copies([look(table_url)] if table_url else []) as fetched:
        file = fetched[0] if fetched else table
        if file and table_url and not paths:
            stored = dict(_named(file, table_url))
        else:
            stored = dict(_below([url for path in paths if (url := url_of(path))]))
        own = [path for path in paths if not url_of(path)]
        here = places(own, None if paths or table_url else file) if own or not (paths or table_url) else {}
        names = {path: text_of(one.url) for path, one in stored.items()}
        yield ArchiveFiles({**here, **names}, stored, file, table_url)


def _below(urls: Sequence[str]) -> Iterator[tuple[Path, StoredObject]]:
    for url in urls:
        found = [one for one in listed(url) if one.url == url or Path(one.name).suffix.lower() in SUFFIXES]
        if not found:
            raise SoundError(f"{url} holds no recordings. Choose an object, or a prefix with recordings below it.")
        yield from ((path_of(one.url), one) for one in found)


def _named(table: Path, table_url: str) -> Iterator[tuple[Path, StoredObject]]:
    """The objects that a table names, seen from its own address; those below it are listed and not looked at singly."""
    folder = table_url.rpartition("/")[0]
    near = {one.url: one for one in listed(folder)}
    for name in files_named(table).values():
        url = url_of(name) or f"{folder}/{name}"
        yield path_of(url), near.get(url) or look(url)
