"""What a profile says of the rooms of the program."""

from xml.etree import ElementTree as ET

import pytest

from tools.profile.flame import picture, table
from tools.profile.stacks import OTHER, by_room, read

RAW = """\
main (/home/sam/monitor/cli.py:3);Session._run (monitor/live/session.py:9);feed (/a/audio/measure/pitch.py:7) 30
<module> (monitor/__main__.py:3);feed (audio/measure/speech.py:5);run (/venv/lib/python3.11/site-packages/a/s.py:1) 50
<module> (monitor/__main__.py:3);_find_and_load (<frozen importlib._bootstrap>:7);<module> (audio/measure/pitch.py:1) 10
Thread.run (threading.py:982);Queue.get (queue.py:1);Condition.wait (threading.py:327) 900
tick (somewhere.py:1) 10
"""


def test_the_deepest_function_that_a_room_knows_decides_and_what_waits_does_not_count() -> None:
    assert by_room(read(RAW)) == {"voice activity": 0.5, "pitch": 0.3, "start: imports": 0.1, OTHER: 0.1}


def test_no_place_of_a_machine_is_in_the_picture() -> None:
    shown = picture("A call & more", read(RAW))
    assert "/home" not in shown
    assert "venv" not in shown
    assert "feed (audio/measure/pitch.py): 30.0 %" in shown


def test_the_picture_is_valid_and_what_is_called_stands_on_what_calls() -> None:
    root = ET.fromstring(picture("A call", read(RAW)))  # noqa: S314 - our own
    boxes = {(box.findtext("{*}title") or "").partition(":")[0]: box.find("{*}rect") for box in root.iterfind("{*}g")}
    caller, called = (
        boxes[name] for name in ("Session._run (monitor/live/session.py)", "feed (audio/measure/pitch.py)")
    )
    assert caller is not None
    assert called is not None
    assert float(called.attrib["y"]) < float(caller.attrib["y"])


def test_the_table_shares_the_cost_of_a_second_out() -> None:
    lines = list(table([("live", 200.0, read(RAW))]))
    assert lines[0] == "| ms of CPU for a second of the call | live |"
    assert "| voice activity | 100.0 |" in lines
    assert lines[-1] == "| **together** | **200** |"
    assert sum(float(line.split("|")[2]) for line in lines[2:-1]) == pytest.approx(200.0)
