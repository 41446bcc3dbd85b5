"""The order of the wall: quiet, but for a request for help and for safety."""

from monitor.wall.ranking import MOVE_EVERY_S
from monitor.wall.wall_state import OPENING_S, Wall
from tests.monitor.wall.wall_calls import order, present, said

DESKS = ("ana", "ben", "cid", "dora")


def opened() -> Wall:
    """A wall of calm calls, the longest first, that has been open for a while."""
    wall = Wall()
    for place, desk in enumerate(DESKS):
        wall = said(wall, desk, 100.0, at_s=90.0 - 10 * place)
    return wall.at(100.0).at(100.0 + OPENING_S)


def test_a_wall_that_opens_has_the_worst_first_and_of_equal_ones_the_one_that_lasts_longest() -> None:
    wall = said(Wall(), "ana", 100.0)
    wall = said(wall, "ben", 100.0, severity="urgent", rule="danger", since_s=95.0)
    wall = said(wall, "cid", 100.0, severity="urgent", rule="danger", since_s=40.0)
    wall = said(wall, "dora", 100.0, severity="prompt", rule="slow-down", since_s=90.0)
    assert order(wall.at(100.0), 100.0) == ["cid", "ben", "dora", "ana"]


def test_at_most_one_line_moves_up_in_ten_seconds_and_the_worst_is_first() -> None:
    wall = opened()
    for desk in ("cid", "dora"):
        wall = said(wall, desk, 110.0, severity="prompt", rule="slow-down", since_s=109.0)
    wall = said(wall, "ben", 110.0, severity="urgent", rule="legal", since_s=109.0)
    orders = []
    for later_s in (0.0, MOVE_EVERY_S - 0.1, MOVE_EVERY_S, 2 * MOVE_EVERY_S):
        wall = wall.at(110.0 + later_s)
        orders.append(order(wall, 110.0 + later_s))
    first, second = ["ben", "ana", "cid", "dora"], ["ben", "cid", "ana", "dora"]
    assert orders == [first, first, second, ["ben", "cid", "dora", "ana"]]


def test_a_request_for_help_and_a_rule_about_safety_move_up_at_once() -> None:
    wall = said(opened(), "dora", 110.0, severity="urgent", rule="legal", since_s=109.0).at(110.0)
    wall = said(wall, "cid", 111.0, help_s=110.0).at(111.0)
    assert order(wall, 111.0) == ["cid", "dora", "ana", "ben"]
    wall = said(wall, "ben", 112.0, severity="urgent", rule="danger", safety=True, since_s=109.5).at(112.0)
    assert order(wall, 112.0) == ["ben", "cid", "dora", "ana"]


def test_what_calms_down_moves_down_at_once_and_so_does_what_somebody_takes_care_of() -> None:
    wall = said(opened(), "dora", 110.0, help_s=105.0).at(110.0)
    wall = said(wall, "cid", 110.0, severity="urgent", rule="legal", since_s=100.0).at(130.0)
    assert order(wall, 130.0) == ["dora", "cid", "ana", "ben"]
    wall = said(wall, "dora", 131.0, severity="urgent", rule="legal", since_s=104.0, taken_by="Kim").at(131.0)
    assert order(wall, 131.0) == ["cid", "dora", "ana", "ben"]
    assert order(said(wall, "cid", 132.0, at_s=99.0).at(132.0), 132.0)[0] == "cid"  # older than what is known
    assert order(said(wall, "cid", 132.0, at_s=111.0).at(132.0), 132.0) == ["dora", "ana", "ben", "cid"]


def test_a_desk_that_is_gone_moves_to_the_end() -> None:
    wall = said(present(opened(), "ana"), "ana", 110.0, severity="urgent", rule="legal").at(110.0)
    assert order(wall, 110.0)[0] == "ana"
    assert order(present(wall, "ana", gone=True).at(111.0), 111.0) == ["ben", "cid", "dora", "ana"]


def test_a_new_call_begins_at_its_place_among_the_calm_ones() -> None:
    wall = said(opened(), "eve", 110.0, at_s=1.0).at(110.0)
    assert order(wall, 110.0) == [*DESKS, "eve"]
