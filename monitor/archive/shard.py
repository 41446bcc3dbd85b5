"""Which part of an archive this run works: shard I of N, given or read from a scheduler."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.archive.errors import ShardError

AUTO = "auto"
INDEX_VARIABLES = {
    "JOB_COMPLETION_INDEX": "Kubernetes indexed jobs",
    "AWS_BATCH_JOB_ARRAY_INDEX": "AWS Batch array jobs",
    "SLURM_ARRAY_TASK_ID": "SLURM job arrays",
}
"""Environment variables that count the parts of a job from 0, and who sets them."""
MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several parts of an archive that share it out among themselves."""

    index: int = 1
    """Counted from 1."""
    count: int = 1

    def has(self, name: str) -> bool:
        """Whether a recording is in this part: by its name alone, so that no list of the others is needed.

        Args:
            name: its place in the archive.
        """
        return int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest()[:8]) % self.count == (
            self.index - 1
        )

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"


def read_shard(written: str, environment: Mapping[str, str]) -> Shard:
    """Read "I/N", counted from 1, or "auto/N", which takes the index of the scheduler that started this run.

    Args:
        written: as it was given.
        environment: of the process.

    Raises:
        ShardError: it is not like that, or no scheduler has set an index.
    """
    index, slash, count = (part.strip() for part in written.partition("/"))
    if not slash or not count.isdecimal() or not 1 <= int(count) <= MOST:
        raise ShardError(f"“{written}” is no shard. Write I/N such as 1/3, or auto/3.")
    if index == AUTO:
        return _automatic(int(count), environment)
    if not index.isdecimal() or not 1 <= int(index) <= int(count):
        raise ShardError(f"“{written}” is no shard. Shards of {count} are counted from 1/{count} to {count}/{count}.")
    return Shard(int(index), int(count))


def _automatic(count: int, environment: Mapping[str, str]) -> Shard:
    found = {name: value for name in INDEX_VARIABLES if (value := environment.get(name, "").strip())}
    if not found:
        names = ", ".join(f"{name} ({who})" for name, who in INDEX_VARIABLES.items())
        raise ShardError(f"No scheduler has set an index, so --shard auto/{count} can't be read. Looked for: {names}.")
    if len(set(found.values())) > 1:
        said = ", ".join(f"{name}={value}" for name, value in found.items())
        raise ShardError(f"Several schedulers have set an index, and they differ: {said}. Write --shard I/{count}.")
    name, value = next(iter(found.items()))
    if not value.isdecimal() or int(value) >= count:
        raise ShardError(
            f"{name} is {value}, but shards of {count} are counted from 0 to {count - 1} there. Start the job with "
            f"{count} parts, or use another --shard."
        )
    return Shard(int(value) + 1, count)
