"""Puts the latest figures of all parts on one page: `python -m bench results` writes RESULTS.md."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from math import isinf
from pathlib import Path

from bench.figures.kept import Measured, kept
from bench.figures.table import Row
from bench.figures.targets import Section, sections

PAGE = Path(__file__).parents[1] / "RESULTS.md"
BUSY = 0.05
"""Share of the machine that other programs may take before the page mentions it."""
VERDICT = {True: "met", False: "**missed**", None: ""}
NOT_MEASURED = "not measured"


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
    yield "    make bench-long                         # those that take longest, each in a run of its own"
    yield "    make bench-quick                        # ten figures of a subset, printed only"
    yield "    python -m bench --write [PART …]        # some parts"
    yield ""
    yield ", ".join(f"{name} {version}" for name, version in newest.machine.libraries.items()) + "."
    yield from ("", "## Targets", "")
    yield from _summary(sections(), measured)
    for section in sections():
        yield from ("", f"### {section.title}", "", *target_table(section, measured))
    for part in parts:
        yield from ("", f"## {titles[part.part]}", "", _origin(part, newest), "")
        yield from _tables(part.rows)
    if missing := [part for part in titles if part not in measured]:
        yield from ("", "## Parts without figures", "")
        yield f"There are no figures for {', '.join(missing)} yet."
        yield f"`python -m bench --write {' '.join(missing)}` measures them and adds them to this page."


def counts(measured: Mapping[str, Measured], of: Iterable[Section]) -> dict[str, int]:
    """How many promises are met, missed, not measured and held by tests; those without a target count nowhere."""
    found = {"met": 0, "missed": 0, NOT_MEASURED: 0, "held by tests": 0}
    for target in (target for section in of for target in section.target if target.target):
        row = target.worst(measured)
        without = "held by tests" if target.test else NOT_MEASURED
        found[without if row is None else "met" if row.met else "missed"] += 1
    return found


def told() -> str:
    """How the targets of bench/targets.toml fare, and which are missed without a reason."""
    measured = kept()
    found = ", ".join(f"{count} {name}" for name, count in counts(measured, sections()).items())
    missed = [
        target.promise
        for section in sections()
        for target in section.target
        if (row := target.worst(measured)) and row.met is False and not target.why
    ]
    reasons = f" Say in bench/targets.toml why: {'; '.join(missed)}." if missed else ""
    return f"Targets: {found}.{reasons}"


def _summary(of: Sequence[Section], measured: Mapping[str, Measured]) -> Iterator[str]:
    told = ", ".join(f"{count} {name}" for name, count in counts(measured, of).items())
    yield f"{told}. CPU is the share of the machine that other programs left to the part. Parts"
    yield "whose figures are accuracies or losses were measured two at a time, and say so."


def target_table(section: Section, measured: Mapping[str, Measured]) -> Iterator[str]:
    """Yield every promise of a section with the worst of its figures, their day, revision and share of the CPU."""
    yield from _table_head(("promise", "target", "figure", "", "on", "CPU"), "lrrllr")
    for target in section.target:
        row = target.worst(measured)
        if row is None:
            verdict = f"held by `{target.test}`" if target.test else NOT_MEASURED
            verdict = _with_reason(verdict, "" if target.part else target.why)
            yield f"| {target.promise} | {target.wanted} |  | {verdict} |  |  |"
            continue
        verdict = _with_reason(VERDICT[row.met], target.why if row.met is False else "")
        part, figure = measured[target.part], f"{_figure(row)} {row.unit}".strip()
        yield f"| {target.promise} | {target.wanted} | {figure} | {verdict} | {_when(part)} | {_cpu(part)} |"


def _with_reason(verdict: str, why: str) -> str:
    return f"{verdict}: {why}" if why else verdict


def _cpu(part: Measured) -> str:
    return f"{100 * max(0.0, 1 - part.others):.0f} %" + ", beside another part" * part.beside


def _origin(part: Measured, newest: Measured) -> str:
    origin = f"{_when(part)}, in {part.took_min:.0f} min: `python -m bench {part.part}`."
    if part.beside:
        origin += f" Beside another part, with {_cpu(part).partition(',')[0]} of the machine."
    elif part.others > BUSY:
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
