"""What is left of each event if the call ended at a certain second."""

from dataclasses import replace

import pytest

from audio.values import DeadAir, ToneSample, Turn, Usual
from monitor.call.events import CallEvent, Ended, Gap, Health, Mark, PromptCleared, PromptShown, from_lines, to_line
from monitor.call.log import cut, cut_lines
from rules.model import Prompt

END_S = 10.0
UP = Prompt("slow-down", "slow_down", "prompt", "Slow down", "Fast.", "Pause.", since_s=7.0)
GONE = replace(UP, until_s=9.0, taken_down="eased")
GONE_LATER = replace(UP, until_s=19.0, taken_down="time")
JUDGED = replace(GONE_LATER, after="not_yet", outcome="not_yet")


@pytest.mark.parametrize(
    ("event", "left"),
    [
        (tone := ToneSample("agent", 9.9, 10.0, speaking=False), tone),
        (ToneSample("agent", 10.0, 10.1, speaking=False), None),
        (turn := Turn("agent", 3.0, 5.0), turn),
        (DeadAir(5.0, 70.0), DeadAir(5.0, 10.0)),
        (Gap(12.0, 70.0, "sound", "Lost."), None),
        (Health(60.0, "customer line", fine=False, note="Silent."), None),
        (mark := Mark(9.0, "flag"), mark),
        (shown := PromptShown(UP), shown),
        (gone := PromptCleared(GONE), gone),
        (PromptCleared(GONE_LATER), None),
        (PromptCleared(JUDGED), PromptCleared(replace(JUDGED, until_s=10.0, taken_down="call_ended"))),
        (usual := Usual("agent", -20.0, 4.0, 200.0, 0.0), usual),
        (end := Ended(10.0, "end of sound"), end),
    ],
)
def test_what_came_later_is_left_out_and_what_lasted_longer_ends_there(
    event: CallEvent, left: CallEvent | None
) -> None:
    assert list(cut([event], END_S)) == ([] if left is None else [left])


def test_lines_that_came_late_are_put_in_their_place() -> None:
    turn, air, end = Turn("agent", 3.0, 5.0), DeadAir(5.0, 70.0), Ended(10.0, "end of sound")
    log = b"".join([to_line(air), to_line(end), to_line(turn, place=0)])
    assert list(from_lines(cut_lines(log, END_S).splitlines())) == [turn, DeadAir(5.0, 10.0), end]
