"""Whose part of a call is whose, in everything that lists, replays, reports and deletes calls."""

from dataclasses import replace
from datetime import timedelta
from math import inf
from pathlib import Path

import pytest
from sqlalchemy import select

from audio.values import Turn
from monitor.call.events import Mark
from monitor.call.info import CallInfo, read_info, write_info
from monitor.call.telephone.agent_parts import (
    AgentPart,
    agent_parts,
    agents,
    current_agent,
    own_info,
    parts_of,
    taken_over,
)
from monitor.catalogue import query, schema
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.query import Filter
from monitor.catalogue.update import refresh
from monitor.replay.call_log import CallReader
from monitor.replay.view import opened
from monitor.report.team import many, store
from monitor.supervisor import plain_list
from monitor.upkeep import retention
from rules.model import Firing
from tests.made_calls import START, fired, info, make, prompted, said


def taken_over_once() -> CallInfo:
    return taken_over(info(), "Kim", 60.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Sam has a call for a minute, then Kim: a flag of his, two of hers, one of them urgent."""
    events = [
        said("the first invoice", 5.0),
        fired("slow-down", 10.0),
        *prompted("slow-down", 10.0, "followed"),
        Turn("agent", 61.0, 85.0),
        said("the second invoice", 65.0),
        fired("slow-down", 70.0),
        fired("lower-voice", 90.0, "urgent"),
        Mark(95.0, "flag"),
    ]
    return make(tmp_path, events, taken_over_once(), [Mark(12.0, "note", "Well done."), Mark(0.0, "tag", "training")])


def test_an_agent_has_the_call_until_another_one_takes_it_over(tmp_path: Path) -> None:
    twice = taken_over(taken_over_once(), "Sam Porter", 90.0)
    assert agent_parts(info()) == (AgentPart("Sam Porter", 0.0, inf),)
    assert parts_of(twice, "SAM porter") == (AgentPart("Sam Porter", 0.0, 60.0), AgentPart("Sam Porter", 90.0, inf))
    assert (agents(twice), current_agent(twice)) == (("Sam Porter", "Kim"), "Sam Porter")
    assert (own_info(twice, "Kim", 120.0).duration_s, own_info(twice, "Sam Porter", 120.0).duration_s) == (30.0, 90.0)
    write_info(tmp_path, twice)
    assert read_info(tmp_path) == twice


def test_who_is_named_first_had_the_call_from_its_start() -> None:
    named = taken_over(replace(info(), agent=""), "Kim", 3.0)
    assert (named.agent, named.takeovers) == ("Kim", ())


def test_a_call_is_listed_for_every_agent_who_had_it_and_shows_each_her_own_figures(folder: Path) -> None:
    root = folder.parents[1]
    with open_catalogue(root) as catalogue:
        refresh(catalogue, folder)

        def row(**wanted: str) -> tuple[object, ...]:
            (call,) = query.calls(catalogue, Filter(**wanted))  # type: ignore[arg-type]  # texts alone
            counts = call.flags, call.prompts, call.worst_rule, call.flagged
            return call.agent, call.duration_s, call.agent_talk_s, *counts

        whole = ("Sam Porter", 120.0, 26.0, 4, 1, "lower-voice", True)
        assert row() == row(agent="kim") == row(agent="porter") == whole
        assert row(mine="Sam Porter") == ("Sam Porter", 60.0, 2.0, 1, 1, "slow-down", False)
        assert row(mine="kim") == ("Kim", 60.0, 24.0, 3, 0, "lower-voice", True)
        assert query.count(catalogue, Filter(mine="Kim")).calls == 1
        assert not query.calls(catalogue, Filter(mine="Ki"))
        with catalogue.reading() as connection:
            days = {
                (row.agent, row.calls, row.duration_s, row.flags) for row in connection.execute(select(schema.daily))
            }
        assert days == {("Sam Porter", 1, 60.0, 1), ("Kim", 1, 60.0, 3)}
        (call,) = query.calls(catalogue, Filter(mine="Kim"))
        assert [hit.at_s for hit in plain_list.hits(root, call, "invoice", "Kim")] == [67.0]


def test_the_replay_of_an_agents_own_calls_keeps_to_her_part(folder: Path) -> None:
    reader = CallReader(folder)
    reader.mine = "Kim"
    log = reader.catch_up()
    assert [one.start_s for one in log.of(Firing)] == [70.0, 90.0]
    assert [one.start_s for one in log.utterances] == [65.0]
    assert [mark.at_s for mark in log.marks] == [95.0]
    assert opened(log, ()).at_s == 60.0


def test_a_report_on_an_agent_counts_only_her_part(folder: Path) -> None:
    root = folder.parents[1]
    of_sam, of_kim = store.count(folder)
    assert (of_sam.flags, of_kim.flags) == (("slow-down",), ("slow-down", "lower-voice"))
    assert (of_sam.duration_s, of_kim.duration_s, of_sam.talk_s, of_kim.talk_s) == (60.0, 60.0, 2.0, 0.0)
    assert "1 call of 1 agent" in "\n".join(many.texts(root, many.Wanted("kim")))
    assert "2 calls of 2 agents" in "\n".join(many.texts(root, many.Wanted(names=True)))


def test_whoever_had_a_part_of_a_call_can_have_it_deleted(folder: Path) -> None:
    later = START + timedelta(days=1)
    assert [due.folder for due in retention.of_agent(folder.parents[1], "kim", later)] == [folder]
    assert not retention.of_agent(folder.parents[1], "Ki", later)
