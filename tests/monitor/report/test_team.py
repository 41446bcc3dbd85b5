"""Reports over many calls: distributions, weeks, prompts, before and after, names."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.base.chance import Estimate
from monitor.report import page, text
from monitor.report.errors import ReportError
from monitor.report.facts import NOT_FOR, of_call
from monitor.report.stored_call import kept
from monitor.report.team import counted, many, store, team_tables
from monitor.report.team.estimates import OneCall
from monitor.report.team.numbers import numbers
from monitor.report.team.pseudonyms import KEY, pseudonyms
from monitor.report.team.team_facts import TeamFacts, of_calls, share_range_pct, spread
from monitor.report.team.team_figures import distributions, trend
from rules.model import Outcome
from tests.report_calls import INFO, MARKS, as_kept, events, folder, short_call

PICTURE = "<svg></svg>"


def one(agent: str, days: int, over_db: float, outcome: Outcome) -> OneCall:
    info, said = short_call(days, over_db, outcome)
    return OneCall(agent, info.started.date(), numbers(of_call(kept(f"{agent}/{days}", info, said))))


@pytest.fixture(scope="module")
def team() -> TeamFacts:
    """Loud calls in the first week, quiet ones in the third; none in the second."""
    early = [one(f"Agent {agent}", day, 8.0, "no_change") for agent, day in (("A", 0), ("B", 1), ("C", 2), ("A", 3))]
    late = [one(f"Agent {agent}", 14 + day, 1.0, "followed") for agent, day in (("A", 0), ("B", 1), ("C", 2))]
    richest = OneCall("Agent B", date(2026, 3, 18), numbers(of_call(kept("a/b", INFO, events(), MARKS))))
    return of_calls([*late, richest, *early], "Calls of the team", change_at=date(2026, 3, 9))


def test_weeks_begin_on_monday_and_none_is_left_out(team: TeamFacts) -> None:
    assert [(week.monday, week.calls) for week in team.weeks] == [
        (date(2026, 3, 2), 4),
        (date(2026, 3, 9), 0),
        (date(2026, 3, 16), 4),
    ]
    assert [week.averages["level_in_pct"] for week in team.weeks] == [Estimate(4), Estimate(0), Estimate(4)], "too few"


def test_calls_without_words_do_not_lower_the_share_of_those_in_which_something_was_said() -> None:
    heard = numbers(of_call(kept("a/b", INFO, events(), MARKS)))
    wordless = numbers(of_call(kept("a/c", replace(INFO, model="none"), short_call(0, 1.0, "followed")[1])))
    both = of_calls([OneCall("A", date(2026, 3, 2), own) for own in (heard, wordless)], "Calls of the team")
    assert not wordless.steps
    assert {row[2].split(" ")[0] for row in team_tables.items(both).rows} == {"100"}


def test_before_and_after_are_held_together(team: TeamFacts) -> None:
    assert team.change is not None
    assert team.change.calls == (4, 4)
    change = team.change
    assert (change.before["level_in_pct"], change.after["level_in_pct"]) == (Estimate(4), Estimate(4)), "too few"
    assert "too little speech before or from 9 March 2026 on" in "\n".join(text.team(team))


def test_each_prompt_is_judged_only_by_enough_outcomes(team: TeamFacts) -> None:
    assert [(prompt.title, prompt.shown, prompt.followed, prompt.unchanged) for prompt in team.prompts] == [
        ("Escalate request", 1, 0, 1),
        ("Lower volume", 8, 4, 4),
    ]
    assert [(prompt.effect.seen_pct, prompt.effect.unseen_pct) for prompt in team.prompts] == [
        (0.0, None),
        (50.0, None),
    ]
    assert {prompt.effect.difference.value for prompt in team.prompts} == {None}


def test_the_most_frequent_flag_comes_first(team: TeamFacts) -> None:
    assert [(issue.title, issue.calls, issue.weeks) for issue in team.issues] == [
        ("Lower volume", 8, (4, 0, 4)),
        ("Escalate request", 1, (0, 0, 1)),
        ("Monologue", 1, (0, 0, 1)),
    ]


def test_agents_stand_by_name_and_only_where_there_are_enough(team: TeamFacts) -> None:
    assert [(row.agent, row.calls) for row in team.agents] == [("Agent A", 3), ("Agent B", 3), ("Agent C", 2)]
    two = of_calls([one(agent, 0, 1.0, "no_change") for agent in ("B", "A", "A")], "Calls of the team")
    assert two.agents == ()
    assert "pseudonyms would protect nobody" in page.team(two, PICTURE, PICTURE)


def test_a_call_with_little_speech_is_counted_but_not_measured() -> None:
    info, said = short_call(0, 8.0, "no_change")
    few = numbers(of_call(kept("a/b", info, [event for event in said if getattr(event, "start_s", 0) < 30])))
    assert few.talk_s == pytest.approx(10.0)
    assert set(few.values.values()) == {None}
    told = "\n".join(text.team(of_calls([OneCall("A", date(2026, 3, 2), few)], "Calls of A")))
    assert "In none of them did the agent speak enough" in told


def test_page_and_text_are_as_kept(team: TeamFacts) -> None:
    as_kept("team.html", page.team(team, PICTURE, PICTURE))
    as_kept("team.txt", "\n".join(text.team(team)) + "\n")


@pytest.mark.slow
def test_the_pictures_are_the_same_again_and_tell_themselves(team: TeamFacts) -> None:
    pictures = [draw(team) for draw in (distributions, trend)]
    assert pictures[0] == distributions(team)
    for drawn in pictures:
        picture = ET.fromstring(drawn)  # noqa: S314 - our own
        assert picture.get("role") == "img"
        words = {(element.text or "").strip() for element in picture.iter("{http://www.w3.org/2000/svg}text")}
        assert {"Volume in usual range", "Dead air", "Prompts due"} <= words
    assert "too little data" in pictures[1]
    ids = re.findall(r'\bid="([^"]+)"', "".join(pictures))
    assert len(ids) == len(set(ids)), "both stand on one page"


VALUES = st.lists(st.floats(-1e6, 1e6), max_size=40)


@given(VALUES)
def test_quartiles_lie_in_order_inside_the_values(values: list[float]) -> None:
    own = spread([*values, None])
    assert own.calls == len(values)
    if values:
        assert min(values) <= (own.lower or 0) <= (own.middle or 0) <= (own.upper or 0) <= max(values)


@given(st.integers(1, 500), st.data())
def test_a_share_lies_in_its_range(of: int, data: st.DataObject) -> None:
    low, share, high = share_range_pct(data.draw(st.integers(0, of)), of)
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 100


def test_the_range_of_a_share_is_wilsons() -> None:
    assert share_range_pct(5, 10) == pytest.approx((23.66, 50.0, 76.34), abs=0.01)


@given(st.sets(st.text(min_size=1, max_size=8), max_size=60), st.binary(min_size=32, max_size=32))
def test_no_two_names_have_one_pseudonym_and_none_shows(names: set[str], key: bytes) -> None:
    made = pseudonyms(names, key)
    assert len(set(made.values())) == len(names) + 1
    assert made == pseudonyms(sorted(names), key)
    assert all(re.fullmatch(r"Agent [A-Z2-7]{3,}", made[name]) for name in names)


def test_another_calls_folder_has_other_pseudonyms() -> None:
    assert pseudonyms(["Ada"], b"1" * 32) != pseudonyms(["Ada"], b"2" * 32)


def many_calls(root: Path) -> None:
    for day, agent in enumerate(("Ada", "Ben", "Chi", "Ada")):
        info, said = short_call(day, 1.0, "followed")
        folder(root, f"09300{day}-aaaaa{day}", replace(info, agent=agent), said)


def test_a_team_is_reported_without_names_unless_they_are_asked_for(tmp_path: Path) -> None:
    many_calls(tmp_path)
    made = many.page(tmp_path, many.Wanted(), tmp_path / "team.html").read_text("utf-8")
    assert not re.search("Ada|Ben|Chi", made)
    assert len(set(re.findall(r"Agent [A-Z2-7]{3}\b", made))) == 3
    assert (tmp_path / KEY).stat().st_mode & 0o777 == 0o600
    assert many.page(tmp_path, many.Wanted(), tmp_path / "again.html").read_text("utf-8") == made
    named = many.page(tmp_path, many.Wanted(names=True), tmp_path / "named.html").read_text("utf-8")
    assert re.findall(r'<th scope="row">(Ada|Ben|Chi)</th>', named) == ["Ada", "Ben", "Chi"]
    assert NOT_FOR in made


def test_only_the_calls_asked_for_are_reported(tmp_path: Path) -> None:
    many_calls(tmp_path)
    told = "\n".join(many.texts(tmp_path, many.Wanted(agent="Ada")))
    assert "2 calls of 1 agent from 2 March 2026 to 5 March 2026" in told
    assert "\n".join(many.texts(tmp_path, many.Wanted(agent="adá"))) == told, "as in every filter"
    told = "\n".join(many.texts(tmp_path, many.Wanted(since=date(2026, 3, 3), until=date(2026, 3, 4))))
    assert "2 calls of 2 agents from 3 March 2026 to 4 March 2026" in told
    with pytest.raises(ReportError, match=r"has no such calls\. Try other days"):
        list(many.texts(tmp_path, many.Wanted(agent="Nobody")))


def test_folders_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    many_calls(tmp_path)
    first, second, *_ = sorted(tmp_path.glob("*/*"))
    (first / "call.toml").write_text("torn")
    (second / "events.jsonl").unlink()
    told = " ".join(many.texts(tmp_path, many.Wanted(names=True)))
    assert "2 of 4 call folders could not be read" in told
    assert "2 calls of 2 agents" in told


def test_the_numbers_of_a_call_are_kept_beside_it_until_it_changes(tmp_path: Path) -> None:
    place = folder(tmp_path)
    assert store.stored(place) is None
    counted = store.count(place)
    assert store.stored(place) == counted
    kept_file = place / store.FILE
    assert kept_file.stat().st_mode & 0o777 == 0o600
    with (place / "events.jsonl").open("ab") as file:
        file.write(b"\n")
    assert store.stored(place) is None, "to be counted again, as the events changed"
    assert store.count(place) == counted
    kept_file.write_text("torn")
    assert store.stored(place) is None


def test_a_folder_that_cannot_be_written_is_counted_every_time(tmp_path: Path) -> None:
    place = folder(tmp_path)
    (place / store.FILE).mkdir()  # where the file should be
    assert store.count(place)[0].escalations == 1
    assert store.stored(place) is None


def test_the_numbers_kept_hold_no_words(tmp_path: Path) -> None:
    place = folder(tmp_path)
    store.count(place)
    kept_file = (place / store.FILE).read_text("utf-8").lower()
    assert not re.search("manager|tomorrow|morning|order|ada|c-17", kept_file)


def test_many_calls_are_counted_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many_calls(tmp_path)
    alone = list(many.texts(tmp_path, many.Wanted(names=True)))
    for kept_file in tmp_path.rglob(store.FILE):
        kept_file.unlink()
    monkeypatch.setattr(counted, "SIDE_BY_SIDE", 2)
    assert list(many.texts(tmp_path, many.Wanted(names=True))) == alone
    assert len(list(tmp_path.rglob(store.FILE))) == 4


def test_every_column_of_the_page_has_a_name(team: TeamFacts) -> None:
    found = {name: table(team).heads for name, table in page.TEAM_TABLES.items()}
    assert {name: heads for name, heads in found.items() if not all(heads)} == {}
