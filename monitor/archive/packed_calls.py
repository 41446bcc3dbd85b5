"""Which calls a part holds, in 8 bytes a call: found without reading the part again for every recording."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from monitor.archive.columns import CALL

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIGITS = 16
"""Of an id that are compared: one of 2^64 other calls looks the same."""


def may_hold(part: Path, call: str) -> bool:
    """Whether a call is in a part; a yes is to be verified there.

    Args:
        part: one that is never changed: a compaction writes others.
        call: its id.
    """
    ids = _ids(part)
    wanted = np.uint64(int(call[:DIGITS], 16))
    at = int(np.searchsorted(ids, wanted))
    return at < len(ids) and bool(ids[at] == wanted)


@lru_cache(maxsize=1024)
def _ids(part: Path) -> NDArray[np.uint64]:
    import pyarrow.parquet as pq

    table = pq.read_table(part, columns=[CALL.name], partitioning=None)
    found = np.array([int(call[:DIGITS], 16) for call in table[CALL.name].to_pylist()], dtype=np.uint64)
    found.sort()
    return found
