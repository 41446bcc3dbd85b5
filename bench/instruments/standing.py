"""How a program stands at one moment: what would grow if it kept something of each minute or of each call."""

import gc
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bench.instruments.processes import cpu_s, descendants, memory_mb


@dataclass(frozen=True, slots=True)
class Standing:
    """Of a program and all it has started."""

    heard_s: float
    """Of the call."""
    cpu_s: float
    memory_mb: float
    """Shared pages count once (PSS)."""
    threads: int
    descriptors: int
    """Of the program itself."""
    objects: int = 0
    """Of Python; 0 where they can't be counted from outside."""
    prompts: int = 0
    """Shown so far."""

    @classmethod
    def here(cls, heard_s: float, prompts: int) -> Self:
        """Look at this program."""
        gc.collect()
        return cls(heard_s, time.process_time(), *_of(os.getpid()), len(gc.get_objects()), prompts)

    @classmethod
    def of(cls, pid: int, heard_s: float) -> Self:
        """Look at another program."""
        return cls(heard_s, sum(map(cpu_s, descendants(pid))), *_of(pid))


def _of(pid: int) -> tuple[float, int, int]:
    """Memory in MB, threads, descriptors."""
    process = Path("/proc", str(pid))
    return memory_mb(pid), len(list((process / "task").iterdir())), len(list((process / "fd").iterdir()))
