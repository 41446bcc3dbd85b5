"""One reader in one process: feeds damaged input until its time is over."""

import hashlib
import os
import random
import time
import traceback
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path

import keyring

from fuzz.coverage import Coverage
from fuzz.limits import ForbiddenError, confine, in_time
from fuzz.mutation import mutate
from fuzz.targets import TARGETS, run

KEPT = Path(__file__).parents[1] / "tests" / "fuzz_inputs"
"""Where findings are saved; a test feeds them again in every run."""
MOST_SEEDS = 400
"""Most inputs worth damaging further; beyond that, a new one replaces a random other."""

Tally = SynchronizedArray
"""Number of inputs fed, of findings, and of our lines reached."""


def feed(name: str, seed: int, cpu_s: float, folder: str, tally: Tally) -> None:
    """Feed a reader until so much CPU time has gone; the input at hand lies in `folder` meanwhile."""
    target, chance = TARGETS[name], random.Random(seed)  # noqa: S311 - damage must be repeatable, not secret
    good = target.seeds()
    seeds = list(good)
    path = Path(folder) / target.file
    path.parent.mkdir(parents=True, exist_ok=True)
    os.environ |= {"HOME": folder, "TMPDIR": folder}
    coverage, seen = Coverage(), set[str]()
    for content in good:  # what is loaded at first use is not part of reading an input
        path.write_bytes(content)
        run(target, path)
    keyring.get_keyring()  # needed for any input that looks sealed; it runs programs once to find its back ends
    confine(Path(folder), KEPT)
    until_s = time.process_time() + cpu_s  # what was loaded until here took its own
    while time.process_time() < until_s:
        content = mutate(chance.choice(seeds), seeds, target.tokens, chance)
        path.write_bytes(content)
        try:
            with in_time(), coverage:
                run(target, path)
        except (Exception, ForbiddenError) as error:  # noqa: BLE001 - whatever is raised here is the finding
            frame = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{type(error).__name__} in {frame.name}, line {frame.lineno}"
            if where not in seen:
                seen.add(where)
                tally[1] += 1
                keep(name, content, "".join(traceback.format_exception(error)[-3:]))
        if coverage.lines > tally[2]:
            tally[2] = coverage.lines
            if len(seeds) < MOST_SEEDS:
                seeds.append(content)
            else:
                seeds[chance.randrange(len(good), MOST_SEEDS)] = content
        tally[0] += 1


def keep(name: str, content: bytes, what: str) -> None:
    """Save a finding where the tests look, and print what it is."""
    kept = KEPT / f"{name}-{hashlib.sha256(content).hexdigest()[:10]}"
    KEPT.mkdir(exist_ok=True)
    kept.write_bytes(content)
    print(f"{kept.name}: {what}", flush=True)
