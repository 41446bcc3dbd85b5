"""How the readers of metadata of recordings, and of lakes, are called with the file that holds their input."""

from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.archive.history import read_history
from monitor.archive.lake import KEY, KEY_BYTES, Lake
from monitor.recordings.metadata import files_named, read_metadata
from monitor.recordings.sidecar import from_sidecar

CALL = "ab" * 16
FIELDS = {"file": "a.wav", "agent": "Sam", "started": "2026-03-01T10:00:00+01:00", "customer_id": "4711"}

TABLES = [
    b'file,agent,started,customer_id,attribute.queue\na.wav,Sam,2026-03-01T10:00:00+01:00,4711,"billing, north"\n',
    "file;agent;started\nb.wav;Zoë;2026-03-01 10:00\n".encode("cp1252"),
]
LINES = b'{"file":"a.wav","agent":"Sam","started":"2026-03-01T10:00:00+01:00","attributes":{"queue":"billing"}}\n'
SIDECAR = b'{"agent":"Sam","started":"2026-03-01T10:00:00+01:00","attributes":{"queue":"billing"}}\n'
TOML = b'agent = "Sam"\nstarted = 2026-03-01T10:00:00+01:00\ncustomer_id = "4711"\n[attributes]\nqueue = "billing"\n'
HISTORY = (
    b'{"line":"start","started":"2026-03-01T10:00:00Z","shard":"1/2","archive":"ab","planned":["r1","r2"]}\n'
    b'{"line":"done","recording":"r1","call":"c1","mark":"m"}\n'
    b'{"line":"failed","recording":"r2","name":"a.wav","sentence":"It is empty.","mark":"m","lasting":true}\n'
)


def table(path: Path) -> None:
    """A table of metadata."""
    files_named(path)
    read_metadata(path, [(path.parent / "a.wav",), (path.parent / "b.wav",)])


def parquet_tables() -> list[bytes]:
    """The same as Parquet."""
    import pyarrow as pa  # noqa: PLC0415 - one process of many needs it
    from pyarrow import parquet  # noqa: PLC0415 - same

    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        parquet.write_table(pa.table({name: [value] * 3 for name, value in FIELDS.items()}), path)
        return [path.read_bytes()]


def beside(path: Path) -> None:
    """What stands beside a recording."""
    from_sidecar(path.with_name("a.wav"))


def lake_rows() -> list[bytes]:
    """The row of a call in a lake."""
    with TemporaryDirectory() as folder:
        lake = Lake(Path(folder))
        lake.put({"call": CALL, "duration_s": 131.5, "log": b"{}\n"})
        return [lake.path(CALL).read_bytes()]


def lake_row(path: Path) -> None:
    """A row of a lake."""
    (path.parents[2] / KEY).write_bytes(bytes(KEY_BYTES))
    Lake(path.parents[2]).row(CALL)


def packed(path: Path) -> None:
    """Which parts of a lake count."""
    (path.parent / KEY).write_bytes(bytes(KEY_BYTES))
    Lake(path.parent).packed()


def history(path: Path) -> None:
    """What the runs of a lake have said."""
    found = read_history(Lake(path.parents[1]))
    found.left()
    found.not_started()
