"""The program: composes sound and rules into live calls, recordings, screens and reports."""

import os
from typing import TYPE_CHECKING, Any

from monitor.base.version import __version__

if TYPE_CHECKING:
    from monitor.recordings.one import analyze as analyze

# The work is shared out over threads of our own; pools of two libraries fighting for two cores double its cost.
# The cache would otherwise keep a compiled kernel for every length of utterance, and grow all day.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16")
# ONNX Runtime would keep a number for this machine and report to its maker over the network.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__all__ = ["__version__", "analyze"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attributes are of any type
    """Give `monitor.analyze`, loaded only for those who ask for it."""
    if name == "analyze":
        from monitor.recordings.one import analyze  # numpy alone takes longer than `--help` may

        return analyze
    raise AttributeError(f"module 'monitor' has no attribute {name!r}")
