"""Which part of an archive a run works."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.archive.errors import ShardError
from monitor.archive.shard import INDEX_VARIABLES, Shard, read_shard


@given(st.text(), st.integers(1, 9))
def test_every_recording_is_in_exactly_one_shard(name: str, count: int) -> None:
    assert [Shard(index, count).has(name) for index in range(1, count + 1)].count(True) == 1


def test_shards_are_counted_from_1_and_the_variables_of_schedulers_from_0() -> None:
    assert read_shard("2/3", {}) == Shard(2, 3)
    for name in INDEX_VARIABLES:
        assert read_shard("auto/3", {name: "0"}) == Shard(1, 3)
        assert read_shard("auto/3", {name: "2"}) == Shard(3, 3)


@pytest.mark.parametrize("written", ["", "3", "0/3", "4/3", "1/0", "-1/3", "a/3", "1/x", "auto", "1/3/2", "1/9999999"])
def test_what_is_no_shard_is_refused(written: str) -> None:
    with pytest.raises(ShardError, match="is no shard"):
        read_shard(written, {})


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "No scheduler has set an index"),
        ({"SLURM_ARRAY_TASK_ID": "3"}, "counted from 0 to 2"),
        ({"SLURM_ARRAY_TASK_ID": "one"}, "SLURM_ARRAY_TASK_ID is one"),
        ({"SLURM_ARRAY_TASK_ID": "1", "JOB_COMPLETION_INDEX": "2"}, "they differ"),
    ],
)
def test_an_index_that_cannot_be_used_is_told(environment: dict[str, str], said: str) -> None:
    with pytest.raises(ShardError, match=said):
        read_shard("auto/3", environment)
