"""Calls as tidy tables, one observation a row and one variable a column, as CSV and as Parquet."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

from audio.block import Speaker
from monitor.base import atomic
from monitor.call.analysis import SpeakerFigures
from monitor.export.errors import ExportError
from monitor.export.source import Source

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """What one table holds."""

    columns: Mapping[str, type]
    rows: Callable[[Source], Iterable[Row]]


def _calls(source: Source) -> Iterator[Row]:
    info, call = source.info, source.analysis.call
    row: Row = {
        "call": source.id,
        "started": info.started.isoformat(),
        "agent": info.agent,
        "customer": info.customer,
        "source": info.source,
        "duration_s": call.duration_s,
        "model": call.model,
        "rules": call.rules,
        "version": info.version,
        "consent": info.consent.status,
        "consent_at": info.consent.at,
        "consent_method": info.consent.method,
    }
    for speaker, figures in source.analysis.speakers.items():
        row |= {f"{speaker}_{name}": getattr(figures, name) for name in _FIGURES}
    yield row


def _utterances(source: Source) -> Iterator[Row]:
    for spoken in source.analysis.utterances:
        yield {
            "call": source.id,
            "speaker": spoken.speaker,
            "start_s": spoken.start_s,
            "end_s": spoken.end_s,
            "text": spoken.text,
            "words": len(spoken.words),
        }


def _tone(source: Source) -> Iterator[Row]:
    for speaker, tone in source.analysis.tone.items():
        for step, speaking in enumerate(tone.speaking):
            yield {
                "call": source.id,
                "speaker": speaker,
                "start_s": round(step * tone.step_s, 3),
                "speaking": bool(speaking),
                **{name: getattr(tone, name)[step] for name in _CURVES},
            }


def _prompts(source: Source) -> Iterator[Row]:
    for prompt in source.analysis.prompts:
        yield {"call": source.id, **{name: getattr(prompt, name) for name in list(_PROMPT)[1:]}}


_SPEAKERS: tuple[Speaker, ...] = ("agent", "customer")
_CURVES = ("level_dbfs", "pitch_hz", "articulation_rate_sps", "level_over_baseline_db")
_FIGURES = {
    field.name: int if get_type_hints(SpeakerFigures)[field.name] is int else float
    for field in fields(SpeakerFigures)
    if field.name != "baseline"
}
_PROMPT: dict[str, type] = {
    **dict.fromkeys(("call", "rule", "action", "severity"), str),
    **dict.fromkeys(("since_s", "until_s"), float),
    **dict.fromkeys(("title", "fact", "advice", "outcome", "after", "taken_down"), str),
    "seen": bool,
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters of a cell that a spreadsheet takes for a formula."""
_TIMES: dict[str, type] = {"start_s": float, "end_s": float}

TABLES: dict[str, Table] = {
    "calls": Table(
        {
            **dict.fromkeys(("call", "started", "agent", "customer", "source"), str),
            "duration_s": float,
            **dict.fromkeys(("model", "rules", "version", "consent", "consent_at", "consent_method"), str),
            **{f"{speaker}_{name}": kind for speaker in _SPEAKERS for name, kind in _FIGURES.items()},
        },
        _calls,
    ),
    "utterances": Table({"call": str, "speaker": str, **_TIMES, "text": str, "words": int}, _utterances),
    "tone": Table(
        {"call": str, "speaker": str, "start_s": float, "speaking": bool, **dict.fromkeys(_CURVES, float)}, _tone
    ),
    "prompts": Table(_PROMPT, _prompts),
}
"""Every table: its columns in order, and how a call fills it."""


def csv_text(name: str, sources: Iterable[Source]) -> str:
    """One table of some calls as CSV (RFC 4180), absent values empty.

    A text that a spreadsheet would take for a formula starts with an apostrophe, as
    https://owasp.org/www-community/attacks/CSV_Injection recommends: a customer may say anything.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, TABLES[name].columns, lineterminator="\r\n")
    writer.writeheader()
    for source in sources:
        writer.writerows({key: _cell(value) for key, value in row.items()} for row in TABLES[name].rows(source))
    return text.getvalue()


def write_parquet(folder: Path, sources: Sequence[Source]) -> list[Path]:
    """Write every table of some calls as a Parquet file of its name.

    Raises:
        ExportError: pyarrow is not installed.
        OSError: the files cannot be written.
    """
    try:
        import pyarrow as pa  # an extra, and large
        import pyarrow.parquet as pq
    except ImportError as error:
        raise ExportError("Parquet needs pyarrow: install it with pip install 'tone-monitor[parquet]'.") from error
    kinds = {str: pa.string(), float: pa.float64(), int: pa.int64(), bool: pa.bool_()}
    paths = []
    for name, table in TABLES.items():
        schema = pa.schema([(column, kinds[kind]) for column, kind in table.columns.items()])
        content = io.BytesIO()
        with pq.ParquetWriter(content, schema) as writer:
            for source in sources:
                writer.write_table(pa.Table.from_pylist(list(table.rows(source)), schema=schema))
        paths.append(folder / f"{name}.parquet")
        atomic.write(paths[-1], content.getvalue())
    return paths


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return int(value) if isinstance(value, bool) else value
