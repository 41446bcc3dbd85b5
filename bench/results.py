"""Puts the last figures of all parts together: `python -m bench results` writes RESULTS.md."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from bench.kept import Measured, kept
from bench.table import Row
from bench.targets import TARGETS

PAGE = Path(__file__).with_name("RESULTS.md")
BUSY = 0.05
"""Other programs may take so much of the machine without a word about it."""
VERDICT = {True: "met", False: "**missed**", None: ""}


def write(titles: Mapping[str, str]) -> None:
    """Write the page anew from what is kept.

    Args:
        titles: what each part of the bench is called, by its name, in the order of the page.
    """
    PAGE.write_text("\n".join(page(titles, kept())) + "\n", encoding="utf-8")


def page(titles: Mapping[str, str], measured: Mapping[str, Measured]) -> Iterator[str]:
    """Yield the lines of the page."""
    parts = [measured[part] for part in titles if part in measured]
    newest = max(parts, key=lambda part: part.day)
    yield from ("# Results", "")
    yield f"Measured on {newest.machine}. Figures of older days, other machines or other libraries say so themselves."
    yield "Ratios are of the same run; times are medians where a figure does not say otherwise."
    yield ""
    yield "    make bench                              # all parts, kept in bench/results, and this page written anew"
    yield "    python -m bench --write [PART …]        # those named"
    yield ""
    yield ", ".join(f"{name} {version}" for name, version in newest.machine.libraries.items()) + "."
    yield from ("", "## Targets", "", *target_table(measured))
    for part in parts:
        yield from ("", f"## {titles[part.part]}", "", _origin(part, newest), "")
        yield from _tables(part.rows)
    if missing := [title for part, title in titles.items() if part not in measured]:
        yield from ("", "## Not measured yet", "", *(f"- {title}" for title in missing))


def target_table(measured: Mapping[str, Measured]) -> Iterator[str]:
    """Yield every promise with the worst of its figures."""
    yield from _table_head(("promise", "target", "measured", ""), "lrrl")
    for target in TARGETS:
        row = target.worst(measured)
        if row is None:
            yield f"| {target.promise} | | | not measured |"
        else:
            wanted = f"{row.target} {row.unit}".strip() if row.target else "to be known"
            yield f"| {target.promise} | {wanted} | {_figure(row)} {row.unit} | {VERDICT[row.met]} |"


def _origin(part: Measured, newest: Measured) -> str:
    told = f"{part.day:%-d %B %Y}, at {part.revision}, in {part.took_min:.0f} min: `python -m bench {part.part}`."
    if part.others > BUSY:
        told += f" **Other programs took {100 * part.others:.0f} % of the machine meanwhile: times are too long.**"
    if part.day != newest.day:
        told += " **Older than the newest figures.**"
    if part.machine != newest.machine:
        told += f" **With others**: {part.machine}; " + ", ".join(
            f"{name} {version}"
            for name, version in part.machine.libraries.items()
            if newest.machine.libraries.get(name) != version
        )
    return told


def _tables(rows: Iterable[Row]) -> Iterator[str]:
    """Yield single figures a line each, series with a column a figure."""
    for number, (series, some) in enumerate(groupby(rows, key=lambda row: row.series)):
        if number:
            yield ""
        yield from _series_table(series, list(some)) if series else _single_table(some)


def _single_table(rows: Iterable[Row]) -> Iterator[str]:
    yield from _table_head(("", "figure", "unit", "target", ""), "lrlrl")
    for row in rows:
        yield f"| {row.name} | {_figure(row)} | {row.unit} | {row.target} | {VERDICT[row.met]} |"


def _series_table(series: str, rows: Sequence[Row]) -> Iterator[str]:
    names = list(dict.fromkeys(row.name for row in rows))
    units = {row.name: row.unit for row in reversed(rows)}
    heads = [f"{name}, {units[name]}" if units[name] else name for name in names]
    yield from _table_head((series, *heads), "l" + "r" * len(names))
    for at in dict.fromkeys(row.at for row in rows):
        cells = {row.name: row for row in rows if row.at == at}
        figures = [_cell(cells.get(name), units[name]) for name in names]
        yield f"| {at} | {' | '.join(figures)} |"


def _cell(row: Row | None, unit: str) -> str:
    if row is None:
        return ""
    own_unit = f" {row.unit}" if row.unit != unit else ""
    missed = " (missed)" if row.met is False else ""
    return _figure(row) + own_unit + missed


def _figure(row: Row) -> str:
    """Three digits that count, no exponents."""
    return f"{row.value:.0f}" if abs(row.value) >= 100 else f"{row.value:.3g}"


def _table_head(names: Sequence[str], sides: str) -> Iterator[str]:
    yield f"| {' | '.join(names)} |"
    yield f"|{'|'.join('---:' if side == 'r' else '---' for side in sides)}|"
