"""Figures of the same sound change only together with `MEASURES`: otherwise archives would keep the old ones."""

import json

import pytest

from monitor.archive.key import MEASURES
from tools.measures import STORED, figures

pytestmark = pytest.mark.slow
ADVICE = (
    "Figures of the same sound have changed. Raise MEASURES in monitor/archive/key.py, unless no release has had the "
    "present one, then store the new figures: python -m tools.measures"
)
"""Platforms differ by less than what is allowed here."""
CLOSE, CLOSE_BY = 0.005, 0.03


def test_figures_of_the_same_sound_are_those_that_belong_to_the_version_of_the_measures() -> None:
    stored = json.loads(STORED.read_text("utf-8"))
    assert stored["measures"] == MEASURES, "MEASURES was raised. Store the figures: python -m tools.measures"
    found = figures()
    changed = {
        name: (stored["figures"].get(name), found.get(name))
        for name in stored["figures"].keys() | found.keys()
        if found.get(name) != pytest.approx(stored["figures"].get(name), rel=CLOSE, abs=CLOSE_BY)
    }
    assert not changed, f"{ADVICE}\n{changed}"
