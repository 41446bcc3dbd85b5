import dataclasses
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.values import DeadAir, PitchSample, ToneSample, Turn, Usual, Utterance, Word
from monitor.call.events import (
    KINDS,
    CallEvent,
    Ended,
    Gap,
    Health,
    Mark,
    PromptCleared,
    PromptShown,
    from_lines,
    in_order,
    to_line,
)
from rules.model import Checklist, ChecklistStep, Firing, Noticed, Prompt, Ticked

PROMPT = Prompt("slow-down", "slow_down", "prompt", "Slow down", "fast", "Pause", 2.0)
EVENTS: list[CallEvent] = [
    ToneSample("agent", 0.0, 0.1, speaking=True, level_dbfs=-20.5, pitch_over_baseline_st=1.0),
    ToneSample("customer", 0.0, 0.1, speaking=False),
    PitchSample("agent", 0.0, 0.1, 123.4),
    Usual("agent", None, 4.5, None, -7.0),
    Turn("agent", 0.0, 2.5),
    DeadAir(2.5, 6.0),
    Utterance("customer", 6.0, 7.0, (Word(6.1, 6.9, "naïve – “so”", 0.75),), 7.4),
    Firing("slow-down", "agent", 1.9, None, None, 5.0, "prompt", "slow_down", ("so",)),
    Noticed("promise", "agent", 1.0, 2.5, "I will call you", due="tomorrow by five"),
    Ticked("six-steps", "listen", 2.5),
    Checklist(
        "six-steps", "Six steps", (ChecklistStep("listen", "Listen", 2.5), ChecklistStep("apologise", "Apologise"))
    ),
    PromptShown(PROMPT, 0.25),
    PromptCleared(dataclasses.replace(PROMPT, until_s=4.0, outcome="followed", after="followed")),
    Mark(3.0, "flag"),
    Mark(1.9, "dismiss", "a joke", by="Sam", made="2026-03-01T10:00:00+01:00", rule="slow-down", end_s=4.0),
    Gap(1.0, 2.0, "sound", "The microphone was gone."),
    Health(1.0, "microphone", fine=False, note="No sound."),
    Ended(7.5, "end of sound"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_is_a_line_and_comes_back_the_same(event: CallEvent) -> None:
    line = to_line(event)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert list(from_lines([line])) == [event]


def test_every_kind_of_event_has_its_word() -> None:
    assert set(KINDS.values()) == set(get_args(CallEvent))


def test_what_was_not_measured_takes_no_room() -> None:
    assert to_line(EVENTS[1]) == b'{"event":"tone","speaker":"customer","start_s":0.0,"end_s":0.1,"speaking":false}\n'


LINES = [to_line(event) for event in EVENTS]
LOG = b"".join(LINES)


@given(st.integers(0, len(LOG)))
def test_a_log_torn_anywhere_is_read_up_to_the_tear(at: int) -> None:
    torn = LOG[:at]
    whole = torn.count(b"\n")
    assert list(from_lines(torn.splitlines(keepends=True)))[:whole] == EVENTS[:whole]


@given(st.integers(0, len(LOG)), st.integers(0, 200), st.binary(max_size=50))
def test_damage_in_the_middle_costs_the_damaged_lines_alone(at: int, lost: int, garbage: bytes) -> None:
    damaged = LOG[:at] + garbage + LOG[at + lost :]
    before = LOG[:at].count(b"\n")
    after = LOG[at + lost :].count(b"\n") - 1
    torn: list[bytes] = []
    read = list(from_lines(damaged.splitlines(keepends=True), torn.append))
    assert read[:before] == EVENTS[:before]
    if after > 0:
        assert read[-after:] == EVENTS[-after:]
    assert len(torn) <= garbage.count(b"\n") + garbage.count(b"\r") + 1


@pytest.mark.parametrize(
    "line",
    [
        b"[1]",
        b"7",
        b"[" * 100_000,
        b'{"event":"mark","at_s":"\xff"}',
        b'{"event":"mark"}',
        b"\0",
    ],
)
def test_what_is_no_event_is_told_and_passed_over(line: bytes) -> None:
    torn: list[bytes] = []
    assert list(from_lines([line + b"\n", b"\n", LINES[-1]], torn.append)) == EVENTS[-1:]
    assert torn == [line + b"\n"]


OLD = (
    b'{"event":"prompt_cleared","prompt":{"rule":"slow-down","action":"slow_down","severity":"prompt",'
    b'"title":"Slow down","fact":"5.9","advice":"Pause.","since_s":52.0,"until_s":64.0,"outcome":%s}}\n'
)
"""As 0.3.0 wrote it."""


@pytest.mark.parametrize(
    ("written", "outcome", "taken_down"),
    [
        (b'"followed"', "followed", None),
        (b'"ignored"', "no_change", None),
        (b'"dismissed"', "not_applicable", "dismissed"),
        (b'"snoozed"', "not_applicable", "snoozed"),
        (b'"call ended"', "not_applicable", "call_ended"),
        (b"null", None, None),
    ],
)
def test_the_outcomes_of_an_older_version_are_read(written: bytes, outcome: str | None, taken_down: str | None) -> None:
    (cleared,) = from_lines([OLD % written], pytest.fail)
    assert isinstance(cleared, PromptCleared)
    prompt = cleared.prompt
    assert (prompt.outcome, prompt.after, prompt.taken_down, prompt.seen) == (outcome, outcome, taken_down, None)
    assert list(from_lines([to_line(cleared)])) == [cleared]


def test_events_of_a_newer_version_are_passed_over() -> None:
    newer = [b'{"event":"heartbeat","bpm":60}\n', b'{"event":["tone"]}\n']
    torn: list[bytes] = []
    assert list(from_lines([*newer, to_line(EVENTS[-1])], torn.append)) == [EVENTS[-1]]
    assert torn == []


@pytest.mark.parametrize(
    "line",
    [
        b'{"event":"pitch","speaker":"agent","start_s":0.0,"end_s":0.1,"pitch_hz":0.0}',
        b'{"event":"tone","speaker":"agent","start_s":0.0,"end_s":0.1,"speaking":true,"level_dbfs":-20100.0}',
        b'{"event":"ended","at_s":1e300,"why":"stopped"}',
    ],
)
def test_a_number_that_cannot_be_is_damage(line: bytes) -> None:
    torn: list[bytes] = []
    assert list(from_lines([line, to_line(EVENTS[0])], torn.append)) == [EVENTS[0]]
    assert torn == [line]


@given(st.data())
def test_words_that_were_written_late_are_read_in_their_place(data: st.DataObject) -> None:
    said = [Mark(float(number), "flag") for number in range(data.draw(st.integers(0, 20)))]
    late = [place for place in range(len(said)) if data.draw(st.booleans())]
    lines = [to_line(event) for place, event in enumerate(said) if place not in late]
    written = 0
    for place in late:
        written = data.draw(st.integers(written, len(lines)))
        lines.insert(written, to_line(said[place], place))
        written += 1
    assert list(from_lines(in_order(lines))) == said


def test_a_line_that_is_lost_or_twice_there_loses_no_other() -> None:
    lines = [to_line(Mark(float(place), "flag"), place if place % 2 else None) for place in range(9)]
    assert sorted(in_order(lines[3:])) == sorted(lines[3:])
    assert sorted(in_order([*lines, lines[1], b'{"event":"mark","place":999999999,"torn', b"\n"])) == sorted(
        [*lines, lines[1], b'{"event":"mark","place":999999999,"torn', b"\n"]
    )
    assert in_order(lines[::2]) == lines[::2]
