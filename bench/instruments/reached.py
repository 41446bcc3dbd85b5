"""Import every package that our code imports anywhere; print which distributions are loaded by that.

Run by the Python of the installation that is looked at. librosa's needs count as reached: it loads them when used.
"""

import ast
import contextlib
import importlib.metadata
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

OURS = ("audio", "monitor", "rules")
LATE = "librosa"
"""The one package that loads what it needs only when a function of it is called."""


def imported(folders: Iterable[Path]) -> set[str]:
    """The top-level names that modules in the folders import, at their top or in functions."""
    names: set[str] = set()
    for module in (module for folder in folders for module in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names - {*OURS, *sys.stdlib_module_names}


def needs(name: str) -> Iterator[str]:
    """A distribution and all that it requires without extras, and what these require."""
    waiting, seen = [name], set[str]()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found = importlib.metadata.distribution(one)
            yield found.name
            waiting += [re.split(r"[^\w.-]", need)[0] for need in found.requires or () if "extra ==" not in need]


def reached(site: Path) -> set[str]:
    """The distributions that are loaded once all that our code imports is imported."""
    for name in sorted(imported(site / ours for ours in OURS)):
        with contextlib.suppress(ImportError):  # an extra that is not installed
            importlib.import_module(name)
    by_module = importlib.metadata.packages_distributions()
    loaded = {name.partition(".")[0] for name in sys.modules}
    return {"tone-monitor", *(one for name in loaded for one in by_module.get(name, ())), *needs(LATE)}


if __name__ == "__main__":
    print(json.dumps(sorted(reached(Path(sys.argv[1])))))
