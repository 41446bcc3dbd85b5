"""`monitor.analyze` as other engines map it: over recordings, in processes that they start."""

import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile

import monitor


@pytest.mark.slow
def test_a_new_process_gives_the_same_as_this_one_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.random.default_rng(1).normal(0, 0.05, (16_000, 2)).astype(np.float32), 16_000)
    analyze = partial(monitor.analyze, model="none")
    assert pickle.loads(pickle.dumps(analyze)).func is monitor.analyze  # noqa: S301 - our own
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        there = list(pool.map(analyze, [path, path]))
    here = analyze(path)
    for one in there:
        assert replace(one, call=replace(one.call, started=None)) == replace(
            here, call=replace(here.call, started=None)
        )
    assert list(tmp_path.iterdir()) == [path]
