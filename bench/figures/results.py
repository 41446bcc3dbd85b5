"""Puts the latest figures of all parts on one page: `python -m bench results` writes RESULTS.md."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from math import isinf
from pathlib import Path

from bench.figures.kept import Measured, kept
from bench.figures.table import Row
from bench.figures.targets import TARGETS

PAGE = Path(__file__).parents[1] / "RESULTS.md"
BUSY = 0.05
"""Share of the machine that other programs may take before the page mentions it."""
VERDICT = {True: "met", False: "**missed**", None: ""}


def write(titles: Mapping[str, str]) -> None:
    """Write the page from the saved figures.

    Args:
        titles: of the parts of the bench, by name, in the order of the page.
    """
    PAGE.write_text("\n".join(page(titles, kept())) + "\n", encoding="utf-8")


def page(titles: Mapping[str, str], measured: Mapping[str, Measured]) -> Iterator[str]:
    """Yield the lines of the page: the figures, and which parts have none."""
    parts = [measured[part] for part in titles if part in measured]
    newest = max(parts, key=lambda part: part.day)
    yield from ("# Results", "")
    yield f"Measured on {newest.machine}. Parts measured earlier, elsewhere or with other libraries say so."
    yield "Each part gives its day and revision. Ratios are within one run; times are medians unless stated otherwise."
    yield ""
    yield "    make bench                              # measure all parts, save them in bench/results, write this page"
    yield "    python -m bench --write [PART …]        # the same for some parts"
    yield ""
    yield ", ".join(f"{name} {version}" for name, version in newest.machine.libraries.items()) + "."
    yield from ("", "## Targets", "", *target_table(measured))
    for part in parts:
        yield from ("", f"## {titles[part.part]}", "", _origin(part, newest), "")
        yield from _tables(part.rows)
    if missing := [part for part in titles if part not in measured]:
        yield from ("", "## Parts without figures", "")
        yield f"There are no figures for {', '.join(missing)} yet."
        yield f"`python -m bench --write {' '.join(missing)}` measures them and adds them to this page."


def target_table(measured: Mapping[str, Measured]) -> Iterator[str]:
    """Yield every measured target, with the worst of its figures, their day and revision."""
    yield from _table_head(("promise", "target", "measured", "", "on"), "lrrll")
    for target in TARGETS:
        if row := target.worst(measured):
            wanted = f"{row.target} {row.unit}".strip() if row.target else "none"
            figure = f"{_figure(row)} {row.unit}".strip()
            yield f"| {target.promise} | {wanted} | {figure} | {VERDICT[row.met]} | {_when(measured[target.part])} |"


def _origin(part: Measured, newest: Measured) -> str:
    origin = f"{_when(part)}, in {part.took_min:.0f} min: `python -m bench {part.part}`."
    if part.others > BUSY:
        origin += f" **Other programs used {100 * part.others:.0f} % of the machine, so times are too long.**"
    if part.day != newest.day:
        origin += " **Older than the newest figures.**"
    if part.machine != newest.machine:
        origin += f" **Measured elsewhere**: {part.machine}; " + ", ".join(
            f"{name} {version}"
            for name, version in part.machine.libraries.items()
            if newest.machine.libraries.get(name) != version
        )
    return origin


def _when(part: Measured) -> str:
    """Day, and the revision if it is known."""
    return f"{part.day:%-d %B %Y}" + f", at {part.revision}" * bool(part.revision)


def _tables(rows: Iterable[Row]) -> Iterator[str]:
    """Yield single figures one a line, series with one column per figure."""
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
    """Three significant digits, no exponents."""
    if isinf(row.value):
        return "never"
    return f"{row.value:.0f}" if abs(row.value) >= 100 else f"{row.value:.3g}"


def _table_head(names: Sequence[str], sides: str) -> Iterator[str]:
    yield f"| {' | '.join(names)} |"
    yield f"|{'|'.join('---:' if side == 'r' else '---' for side in sides)}|"
