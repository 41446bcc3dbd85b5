"""Files that are the two sides of one call, found by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

SIDES = (
    ("out", "in"),
    ("agent", "caller"),
    ("agent", "customer"),
    ("tx", "rx"),
)
"""How the names of the agent's and the customer's file end, after a “-”, “_”, “.” or space.

Seen from the desk, the customer comes in and is received; the agent goes out and is transmitted. So Asterisk names the
two files of the customer's channel.
"""

_END = re.compile(r"(?P<call>.*)[-_. ](?P<side>out|in|agent|caller|customer|tx|rx)", re.IGNORECASE | re.DOTALL)


def in_calls(files: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    """Files by calls, in the order of the first of each: one, or the agent's and the customer's.

    Args:
        files: a file that is named twice is one.
    """
    by_side: dict[tuple[Path, str, str], list[Path]] = {}
    for path in dict.fromkeys(files):
        if end := _END.fullmatch(path.stem):
            by_side.setdefault((path.parent, end["call"], end["side"].casefold()), []).append(path)
    partners: dict[Path, tuple[Path, Path]] = {}
    for (folder, call, side), own in by_side.items():
        for agent_side, customer_side in SIDES:
            others = by_side.get((folder, call, customer_side), [])
            if side == agent_side and len(own) == len(others) == 1 and others[0] not in partners:
                partners[own[0]] = partners[others[0]] = own[0], others[0]
    done: set[Path] = set()
    for path in dict.fromkeys(files):
        if path not in done:
            call_files = partners.get(path, (path,))
            done.update(call_files)
            yield call_files


def call_name(path: Path) -> str:
    """The name of a file without the suffix and without the side of the call that it is."""
    end = _END.fullmatch(path.stem)
    return end["call"] if end else path.stem
