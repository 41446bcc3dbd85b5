"""Puts the last figures of all parts together: `python -m bench results` writes RESULTS.md."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from bench.figures.kept import Measured, kept
from bench.figures.table import Row
from bench.figures.targets import TARGETS

PAGE = Path(__file__).parents[1] / "RESULTS.md"
BUSY = 0.05
"""Other programs may take so much of the machine without a word about it."""
VERDICT = {True: "met", False: "**missed**", None: ""}


def write(titles: Mapping[str, str]) -> None:
    """Write the page from what is kept.

    Args:
        titles: what each part of the bench is called, by its name, in the order of the page.
    """
    PAGE.write_text("\n".join(page(titles, kept())) + "\n", encoding="utf-8")


def page(titles: Mapping[str, str], measured: Mapping[str, Measured]) -> Iterator[str]:
    """Yield the lines of the page: figures that were measured, and which parts have none."""
    parts = [measured[part] for part in titles if part in measured]
    newest = max(parts, key=lambda part: part.day)
    yield from ("# Results", "")
    yield f"Measured on {newest.machine}. Parts from an older day, another machine or other libraries say so."
    yield "Each part has its day and revision. Ratios are of the same run; times are medians unless stated otherwise."
    yield ""
    yield "    make bench                              # measure all parts, keep them in bench/results, write this page"
    yield "    python -m bench --write [PART …]        # the same for some parts"
    yield ""
    yield ", ".join(f"{name} {version}" for name, version in newest.machine.libraries.items()) + "."
    yield from ("", "## Targets", "", *target_table(measured))
    for part in parts:
        yield from ("", f"## {titles[part.part]}", "", _origin(part, newest), "")
        yield from _tables(part.rows)
    if missing := [part for part in titles if part not in measured]:
        yield from ("", "## Parts without figures", "")
        yield f"No result is kept of {', '.join(missing)}."
        yield f"`python -m bench --write {' '.join(missing)}` measures them and adds them to this page."


def target_table(measured: Mapping[str, Measured]) -> Iterator[str]:
    """Yield every promise that was measured, with the worst of its figures, their day and revision."""
    yield from _table_head(("promise", "target", "measured", "", "on"), "lrrll")
    for target in TARGETS:
        if row := target.worst(measured):
            wanted = f"{row.target} {row.unit}".strip() if row.target else "none"
            figure = f"{_figure(row)} {row.unit}".strip()
            yield f"| {target.promise} | {wanted} | {figure} | {VERDICT[row.met]} | {_when(measured[target.part])} |"


def _origin(part: Measured, newest: Measured) -> str:
    told = f"{_when(part)}, in {part.took_min:.0f} min: `python -m bench {part.part}`."
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


def _when(part: Measured) -> str:
    """Day, and the revision where it is known."""
    return f"{part.day:%-d %B %Y}" + f", at {part.revision}" * bool(part.revision)


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
