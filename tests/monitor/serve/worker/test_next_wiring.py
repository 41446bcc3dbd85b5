"""A worker's next call goes by the roll-out in force when it starts; calls in progress do not."""

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.serve.orders import CallBegins
from monitor.serve.worker.next_wiring import with_present_rules
from monitor.serve.worker.shop import OpenCall, Shop
from monitor.serve.worker_options import WorkerOptions
from tests.monitor.rollout.conftest import team
from tests.monitor.rollout.rollouts import Team

__all__ = ["team"]


def options(team: Team) -> WorkerOptions:
    settings = team.settings()
    rules = tuple(map(str, settings.rules.files))
    return WorkerOptions(settings, "none", rules, "swift", version=team.state().in_force)


def opened(shop: Shop, id_: str) -> OpenCall:
    return shop.open(CallBegins(0, id_, 0, "asterisk", agent="kim"), 0)


def close(*calls: OpenCall) -> None:
    for call in calls:
        call.pipeline.close()
        if call.parts.writer:
            call.parts.writer.close()


def test_a_call_in_progress_keeps_its_rules_with_another_agent_too_and_the_next_one_has_the_new_ones(
    team: Team,
) -> None:
    shop = Shop.of(options(team))
    first = opened(shop, "one")
    assert shop.next.record
    team.publish("[calls]\nrecord = false\n", "urgent")
    team.take()
    second = opened(shop, "two")
    assert first.wiring.rulebook["slow-down"].severity == "prompt"
    assert second.wiring.rulebook["slow-down"].severity == "urgent"
    assert first.info.rules != second.info.rules
    assert not shop.next.record
    pipeline, _ = shop.part(first.wiring, first.info, "sam")
    pipeline.close()
    close(first, second)


def test_calls_that_start_at_the_same_time_have_the_same_wiring(team: Team) -> None:
    shop = Shop.of(options(team))
    with shop.next.of_call() as first:
        team.publish(severity="urgent")
        team.take()
        with shop.next.of_call() as second:
            assert second is first
    with shop.next.of_call() as third:
        assert third is not first


def test_a_worker_that_starts_again_loads_the_rules_of_now_as_those_of_the_start_may_be_gone(team: Team) -> None:
    team.publish(severity="urgent")
    team.take()
    at_start = options(team)
    for severity in ("note", "prompt"):
        team.publish(severity=severity)
        team.take()
    (gone,) = at_start.rules
    assert not Path(gone).exists()
    shop = Shop.of(with_present_rules(at_start))
    with shop.next.of_call() as wiring:
        assert wiring.rulebook["slow-down"].severity == "prompt"


@pytest.mark.parametrize("version", [None, 1])
def test_rule_files_of_the_command_line_stay(team: Team, version: int | None) -> None:
    own = replace(options(team), rules=("own.toml",), version=version)
    assert with_present_rules(own) is own
