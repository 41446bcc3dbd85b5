"""Every reader of outside input, fed damaged input for twelve minutes of CPU."""

from collections.abc import Iterator

from bench.figures.table import Row
from fuzz.all_readers import feed_all
from fuzz.targets import TARGETS


def rows() -> Iterator[Row]:
    """What was fed to each reader, and what was found."""
    found = []
    for fed in feed_all(list(TARGETS)):
        found.append(fed)
        for name, value, unit in (
            ("CPU", fed.cpu_s, "s"),
            ("inputs", fed.inputs, ""),
            ("lines reached", fed.lines, ""),
        ):
            yield Row(name, value, unit, series="reader", at=fed.name)
        yield Row("findings", fed.findings, "", series="reader", at=fed.name)
    yield Row("readers", len(found), "")
    yield Row("CPU", sum(fed.cpu_s for fed in found) / 60, "min", "≥ 11.9")
    yield Row("inputs", sum(fed.inputs for fed in found), "")
    yield Row("findings in this run", sum(fed.findings for fed in found), "", "≤ 0")
