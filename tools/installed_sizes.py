"""How much room each package of an environment takes: `python -m tools.installed_sizes PATH-TO-SITE-PACKAGES`."""

import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

MB = 1_000_000
ROWS = 14
"""The largest packages, each in a row of its own; the others together are one more."""


def sizes(site_packages: Path) -> dict[str, int]:
    """Bytes on the disk by package, with what installers make of it: compiled modules and what stands in bin.

    pip itself is left out: it comes with `python -m venv`, and with uv and pipx there is none.
    """
    found = distributions(path=[str(site_packages)])
    return {package.name: sum(_files(package)) for package in found if package.name != "pip"}


def _files(found: Distribution) -> Iterator[int]:
    for file in found.files or ():
        path = Path(str(found.locate_file(file)))
        if path.is_file():
            yield path.stat().st_size


def table(measured: dict[str, int]) -> Iterator[str]:
    """Rows of a Markdown table, the largest package first, and the sum."""
    largest = sorted(measured, key=lambda name: -measured[name])
    for name in largest[:ROWS]:
        yield f"| {name} | {_mb(measured[name])} |"
    others = [measured[name] for name in largest[ROWS:]]
    if others:
        yield f"| {len(others)} more | {_mb(sum(others))} |"
    yield f"| all {len(measured)} | {_mb(sum(measured.values()))} |"


def _mb(size: int) -> str:
    return f"{size / MB:,.0f} MB"


def main(arguments: Iterable[str]) -> None:
    """Print the table of each folder that is given."""
    for folder in arguments:
        sys.stdout.writelines(f"{row}\n" for row in table(sizes(Path(folder))))


if __name__ == "__main__":
    main(sys.argv[1:])
