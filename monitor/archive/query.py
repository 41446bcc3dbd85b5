"""Questions to the lake in SQL, answered by DuckDB from its Parquet files; no server, and nothing is copied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from monitor.archive.columns import NESTED, schema
from monitor.archive.errors import LakeError
from monitor.archive.key import pseudonym
from monitor.archive.lake import Lake

if TYPE_CHECKING:
    import duckdb

TRIES = 3
"""A compaction may delete files between the list of them and their reading; the next list has the new ones."""

READS = ("SELECT", "MULTI")
"""Kinds of statements that only read; "MULTI" is PIVOT, which has no kind of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a question is about; what it does not read may be empty."""

    agent: str = ""
    """An agent's name or pseudonym."""
    month: str = ""
    """Such as 2026-03."""
    rules: str = ""
    """Hash of a rulebook, or how it begins."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A table."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]


def ask(lake: Lake, sql: str, about: About | None = None, *, threads: int = 0) -> Answer:
    """Put a question.

    The tables are `calls`, with a row for each call, and `flags`, `outcomes`, `checklists`, `noticed`, `utterances`,
    `turns`, `overlaps`, `dead_air` and `gaps`, with the call, its agent and its start in every row.

    Args:
        lake: that is asked.
        sql: the question; it reads the fields of `about` with getvariable.
        about: what it is about.
        threads: that DuckDB may use; as many as it likes if 0.

    Raises:
        LakeError: DuckDB is not installed, the question is wrong, or the lake can't be read.
    """
    try:
        import duckdb
    except ImportError as error:
        raise LakeError("Questions need DuckDB: install it with pip install 'tone-monitor[lake]'.") from error
    about = about or About()
    variables = asdict(about) | {"agent_pseudonym": pseudonym(lake.secret, about.agent)}
    for tried in range(1, TRIES + 1):
        try:
            with _connected(lake, variables, threads) as connection:
                table = connection.sql(_only_reads(connection, sql)).to_arrow_table()  # fetchall would need pytz
                return Answer(tuple(table.column_names), list(zip(*map(_values, table.columns), strict=True)))
        except duckdb.IOException as error:
            if tried == TRIES:
                raise LakeError(f"Can't read the lake {lake.folder}: {_first_line(error)}") from error
        except duckdb.Error as error:
            raise LakeError(f"DuckDB can't answer this: {_first_line(error)}") from error
    return Answer((), ())


@contextmanager
def _connected(lake: Lake, variables: dict[str, str], threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    # A question reads the lake and nothing else, and DuckDB fetches nothing from the network.
    limits: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": False,
        **({"threads": threads} if threads else {}),
    }
    with duckdb.connect(config=limits) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name, value in variables.items():
            connection.execute(f"SET VARIABLE {name} = ?", [value])
        _make_views(connection, lake)
        connection.execute("SET allowed_directories = ?", [[str(lake.calls), str(lake.parts)]])
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection


def _only_reads(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The question as a subquery, in which DuckDB refuses whatever writes, such as COPY behind WITH.

    Allowed folders alone would not do: they may be written as well as read, and a row of the lake be overwritten.

    Raises:
        LakeError: it is not one question.
    """
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type.name not in READS:
        raise LakeError("This is not one SELECT. Write a single SELECT: a question only reads the lake.")
    return f"FROM (\n{statements[0].query.rstrip().removesuffix(';')}\n)"


def _make_views(connection: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    own = [str(lake.path(call)) for call in lake.own_calls()]
    parts = [str(part) for part in lake.packed()]
    connection.register("no_calls", schema().empty_table())
    sources = ["SELECT * EXCLUDE (log) FROM no_calls"]
    if own:
        sources.append(f"SELECT * EXCLUDE (log) FROM {_read(own)}")  # noqa: S608 - our own names
    if parts:
        newer = f" ANTI JOIN (SELECT call FROM {_read(own)}) USING (call)" if own else ""  # noqa: S608
        sources.append(f"SELECT * FROM {_read(parts)}{newer}")  # noqa: S608
    connection.execute(f"CREATE VIEW rows AS {' UNION ALL BY NAME '.join(sources)}")
    lists = ", ".join(f'"{name}"' for name in NESTED)
    connection.execute(f"CREATE VIEW calls AS SELECT * EXCLUDE ({lists}) FROM rows")  # noqa: S608
    for name in NESTED:
        unnested = f'SELECT call, started, day, agent, unnest("{name}", max_depth := 2) FROM rows'  # noqa: S608
        connection.execute(f'CREATE VIEW "{name}" AS {unnested}')


def _read(paths: Sequence[str]) -> str:
    quoted = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{quoted}], union_by_name = true, hive_partitioning = false)"


def _values(column: Any) -> list[Any]:  # noqa: ANN401 - pyarrow has no types
    values: list[Any] = column.to_pylist()
    return values


def _first_line(error: Exception) -> str:
    text = str(error).partition("\n")[0]
    return text if text.endswith((".", "!", "?")) else f"{text}."
