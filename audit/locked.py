"""The packages of a lock file."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCKS = (ROOT / "requirements.lock", ROOT / "requirements-dev.lock")
"""What everybody installs; the same with all extras and what development needs."""


def packages(lock: Path) -> dict[str, str]:
    """The versions of all packages, by name."""
    return dict(re.findall(r"(?m)^([A-Za-z0-9._-]+)==([^\s\\;]+)", lock.read_text("utf-8")))
