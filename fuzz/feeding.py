"""One reader, one process: damaged input until its time is over."""

import hashlib
import random
import time
import traceback
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path

from fuzz.mutation import mutate
from fuzz.targets import TARGETS, run

KEPT = Path(__file__).parents[1] / "tests" / "fuzz_inputs"
"""From where a test feeds what was found again ever after."""

Tally = SynchronizedArray
"""Inputs fed, and findings among them."""


def feed(name: str, seed: int, cpu_s: float, folder: str, tally: Tally) -> None:
    """Feed a reader until so much CPU time has gone; the input at hand lies in `folder` meanwhile."""
    target, chance = TARGETS[name], random.Random(seed)  # noqa: S311 - damage must be repeatable, not secret
    seeds = target.seeds()
    path = Path(folder) / target.file
    seen: set[str] = set()
    while time.process_time() < cpu_s:
        path.write_bytes(mutate(chance.choice(seeds), seeds, target.tokens, chance))
        try:
            run(target, path)
        except Exception as error:  # noqa: BLE001 - whatever is raised here is the finding
            frame = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{type(error).__name__} in {frame.name}, line {frame.lineno}"
            if where not in seen:
                seen.add(where)
                tally[1] += 1
                keep(name, path, "".join(traceback.format_exception(error)[-3:]))
        tally[0] += 1


def keep(name: str, path: Path, what: str) -> None:
    """Put a finding where the tests look, and say what it is."""
    content = path.read_bytes() if path.exists() else b""
    kept = KEPT / f"{name}-{hashlib.sha256(content).hexdigest()[:10]}"
    KEPT.mkdir(exist_ok=True)
    kept.write_bytes(content)
    print(f"{kept.name}: {what}", flush=True)
