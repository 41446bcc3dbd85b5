"""What is known of a call before it begins takes part in judging it."""

import numpy as np

from audio.block import AudioBlock
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from rules.load import load
from rules.model import Firing


def firings(attributes: dict[str, str]) -> list[Firing]:
    """What the rules say of a second of silence."""
    pipeline = Pipeline(["agent"], load(metrics=BY_NAME), None, attributes=attributes)
    block = AudioBlock("agent", 0, np.zeros(16_000, dtype=np.float32))
    said = [*pipeline.feed(block), *pipeline.flush()]
    return [event for event in said if isinstance(event, Firing)]


def test_a_customer_who_was_in_touch_before_is_known_at_once() -> None:
    (firing,) = firings({"contacts_30d": "3", "tier": "gold"})
    assert (firing.rule, firing.start_s, firing.value, firing.owner) == ("escalate-repeat", 0.0, 3.0, "supervisor")


def test_one_contact_is_nothing() -> None:
    assert firings({"contacts_30d": "1"}) == []
    assert firings({}) == []
