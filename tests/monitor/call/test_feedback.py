import re
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from audio.values import Interruption, Turn
from monitor.base.clock import clock
from monitor.call.feedback import LONG_TURN_S, SOON_S, earned, to_try
from rules.model import Noticed, Prompt
from tests.made_rules import SHIPPED

ACTIONS = sorted({rule.action for rule in SHIPPED.rules})
OUTCOMES = ["followed", "partly", "not_yet", "no_change", "not_applicable", None]


@st.composite
def prompts(draw: st.DrawFn) -> Prompt:
    since_s = draw(st.integers(0, 300))
    return Prompt(
        "a-rule",
        draw(st.sampled_from(ACTIONS)),
        "prompt",
        "Title",
        "fact",
        "advice",
        since_s=float(since_s),
        until_s=draw(st.none() | st.floats(since_s, since_s + 12.0)),
        after=draw(st.sampled_from(OUTCOMES)),
        taken_down=draw(st.sampled_from(["eased", "time", "dismissed", "snoozed", "call_ended"])),
        seen=draw(st.sampled_from([True, False, None])),
    )


SPEAKER = st.sampled_from(["agent", "customer"])
START_S = st.integers(0, 300).map(float)
TURNS = st.builds(lambda who, at_s, long_s: Turn(who, at_s, at_s + long_s), SPEAKER, START_S, st.integers(1, 60))
CUTS = st.builds(lambda who, at_s: Interruption(who, at_s, at_s + 1.0), SPEAKER, START_S)
SAID = st.builds(
    lambda item, who, at_s: Noticed(item, who, at_s, at_s + 2.0),
    st.sampled_from(["paraphrase", "apology"]),
    SPEAKER,
    START_S,
)


def listened(text: str, turns: Sequence[Turn], cuts: Sequence[Interruption], said: Sequence[Noticed]) -> bool:
    """Whether there is a turn of that length, uncut, that was said back when the sentence says."""
    seconds, at = re.findall(r"speak for (\d+) s and said it back at (\S+)\.", text)[0]
    return any(
        turn.speaker == "customer"
        and int(turn.end_s - turn.start_s) == int(seconds) >= LONG_TURN_S
        and not any(cut.by == "agent" and turn.start_s <= cut.start_s <= turn.end_s for cut in cuts)
        and any(
            (one.item, one.speaker, clock(one.start_s)) == ("paraphrase", "agent", at)
            and turn.end_s <= one.start_s <= turn.end_s + SOON_S
            for one in said
        )
        for turn in turns
    )


@given(st.lists(prompts(), max_size=4), st.lists(TURNS, max_size=6), st.lists(CUTS, max_size=3), st.lists(SAID))
def test_praise_never_appears_without_its_evidence(
    shown: list[Prompt], turns: list[Turn], cuts: list[Interruption], said: list[Noticed]
) -> None:
    text = earned(shown, turns, cuts, said)
    followed = [prompt for prompt in shown if prompt.seen is True and prompt.after == "followed"]
    if "prompt at" in text:
        at = re.findall(r"prompt at (\S+)\.", text)[0]
        own = [prompt for prompt in followed if clock(prompt.since_s) == at]
        assert own
        if within := re.findall(r"within (\d+) s", text):
            assert any(
                p.taken_down == "eased" and p.until_s is not None and p.until_s - p.since_s <= int(within[0])
                for p in own
            )
    elif text:
        assert listened(text, turns, cuts, said)
    else:
        assert not any(prompt.action in {"slow_down", "lower_volume", "paraphrase", "escalate"} for prompt in followed)


@given(st.lists(prompts(), max_size=4))
def test_what_to_try_next_is_one_thing_that_changed_nothing(shown: list[Prompt]) -> None:
    text = to_try(shown)
    if text:
        at = re.findall(r"prompt at (\S+)\)", text)[0]
        assert any(p.seen is True and p.after == "no_change" and clock(p.since_s) == at for p in shown)
        assert text.count(".") == 1


def up(action: str, since_s: float, until_s: float, after: str, taken_down: str) -> Prompt:
    return Prompt("a", action, "prompt", "", "", "", since_s, until_s, after, after, taken_down, seen=True)


SLOWED = up("slow_down", 52.0, 57.6, "followed", "eased")
OFFERED = up("escalate", 145.0, 157.0, "followed", "time")
LOUD = up("lower_volume", 200.0, 212.0, "no_change", "time")
EXPLAINED = Turn("customer", 66.0, 98.5)
SAID_BACK = Noticed("paraphrase", "agent", 102.0, 104.0)


def test_the_line_is_concrete() -> None:
    assert earned([OFFERED, SLOWED], [], [], []) == "You slowed down within 6 s of the prompt at 0:52."
    assert (
        earned([OFFERED], [EXPLAINED], [], [SAID_BACK])
        == "You let the customer speak for 32 s and said it back at 1:42."
    )
    assert earned([OFFERED, LOUD], [EXPLAINED], [], []) == "You offered your supervisor after the prompt at 2:25."
    assert earned([LOUD], [], [], []) == ""
    assert to_try([LOUD, SLOWED]) == "To try next: lean back and speak more softly (prompt at 3:20)."
    assert to_try([SLOWED]) == ""
