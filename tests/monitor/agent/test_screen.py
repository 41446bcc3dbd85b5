import asyncio
import functools
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from threading import Event

import pytest
from rich.color import Color
from rich.segment import Segment
from textual.pilot import Pilot

from audio.values import ToneSample
from monitor.agent import app as app_module
from monitor.agent.app import AgentApp
from monitor.agent.card_widget import PromptCard
from monitor.agent.view import AgentView
from monitor.call.events import Health, LiveEvent, Mark, Progress, PromptCleared, PromptShown, SessionState
from monitor.settings.prompt_choices import PromptChoices
from rules.budget import PromptKind
from tests import screens
from tests.fakes import FakeCall
from tests.screens import Row
from tests.waiting import until_on
from tools.pictures import SIZES, SLOW_DOWN, STATES, SUPERVISOR, picture, talk

DOCKED, TALL, LARGE = (46, 10), (80, 24), (120, 40)
CARD_ROWS = {DOCKED: slice(0, 5), TALL: slice(2, 9), LARGE: slice(2, 13)}
TITLES = {
    "waiting": "Waiting for sound",
    "between-calls": "Waiting for a call",
    "no-baseline": "Listening",
    "at-rest": "Listening",
    "prompt": SLOW_DOWN.title,
    "urgent": SUPERVISOR.title,
    "snoozed": "Snoozed",
    "no-sound": "Check your microphone",
    "muted": "Listening",
    "muted-and-asked": "Are you muted?",
    "clipping": "Turn microphone down",
    "silent-line": "Check the line",
    "snoozed-and-silent-line": "Check the line",
    "second-session": "Second session",
    "screen-restarted": "Screen restarted",
    "disk-full": "Not recording",
    "kept-again": "Recording again",
    "usual-known": "Listening",
    "words-behind": "Listening",
    "too-busy": "Listening",
    "call-over": "Call over?",
    "paused": "Recording paused",
    "ended": "Call ended",
    "ended-earned": "Call ended",
    "ended-and-waiting": "Call ended",
    "followed": "Kim follows",
    "help-asked": "Help requested",
    "taken": "Kim takes this",
    "nobody-connected": "Nobody is connected",
}
EMOTIONS = (
    "angry",
    "anger",
    "upset",
    "calm",
    "emotion",
    "feel",
    "nervous",
    "stress",
    "happy",
    "sad",
    "frustrat",
    "mood",
)


async def painted(pilot: Pilot[AgentView]) -> list[Row]:
    pilot.app.catch_up()
    await pilot.pause()
    return screens.painted(pilot.app.screen)


async def all_painted(pilot: Pilot[AgentView], call: FakeCall) -> list[Row]:
    await until_on(pilot, call.played.is_set, "the call is played")
    return await painted(pilot)


def frame(events: Iterable[LiveEvent], size: tuple[int, int], *, keys: Iterable[str] = ()) -> list[Row]:
    """Show events, press keys, and return the painted rows as lists of styled segments."""

    async def take() -> list[Row]:
        async with AgentApp(FakeCall()).run_test(size=size) as pilot:
            for event in events:
                pilot.app.show(event)
            await painted(pilot)
            await pilot.press(*keys)
            return await painted(pilot)

    return asyncio.run(take())


@functools.cache
def state_frame(state: str, size: tuple[int, int]) -> list[Row]:
    return frame(STATES[state], size)


def rows(painted: Iterable[Row]) -> list[str]:
    return ["".join(segment.text for segment in row) for row in painted]


def contrast(segment: Segment) -> float:
    """Return the contrast ratio of a segment's text against its background, after WCAG 2.2."""

    def luminance(colour: Color) -> float:
        parts = [part / 255 for part in colour.get_truecolor()]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(segment.style.color), luminance(segment.style.bgcolor)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_has_the_contrast_it_is_known_to_have() -> None:
    segment = frame([], DOCKED)[0][0]
    style = segment.style.parse("#000000 on #ffffff")
    assert contrast(Segment("x", style)) == pytest.approx(21.0)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES)
class TestEveryState:
    def test_has_its_title_in_the_card(self, state: str, size: tuple[int, int]) -> None:
        assert TITLES[state] in "\n".join(rows(state_frame(state, size))[CARD_ROWS[size]])

    def test_leaves_everything_in_its_place(self, state: str, size: tuple[int, int]) -> None:
        shown, first = rows(state_frame(state, size)), rows(state_frame("waiting", size))
        card = shown[CARD_ROWS[size]]
        assert card[0].strip()[0] in "┌┏╔▛"
        assert card[-1].strip()[0] in "└┗╚▙"
        below = CARD_ROWS[size].stop
        assert [row[:10] for row in shown[below:]] == [row[:10] for row in first[below:]]
        assert [len(row) for row in shown] == [size[0]] * size[1]

    def test_is_legible(self, state: str, size: tuple[int, int]) -> None:
        for row in state_frame(state, size):
            for segment in row:
                if segment.text.strip():
                    assert contrast(segment) >= 4.5, segment

    def test_claims_nothing_about_the_agents_heart(self, state: str, size: tuple[int, int]) -> None:
        seen = " ".join(rows(state_frame(state, size))).lower()
        assert not [word for word in EMOTIONS if word in seen]


def test_both_sizes_show_gauges_and_traces_and_the_larger_one_words() -> None:
    docked, tall = (rows(state_frame("prompt", size)) for size in (DOCKED, TALL))
    heads = [" volume   ", " rate     ", " pitch    ", " you      ", " customer "]
    assert [row[:10] for row in docked[5:]] == heads
    assert [row[:10] for row in tall if row[:10].strip() and row[:10] in heads] == [*heads, *heads[3:]]
    assert "put in on Monday …" in "\n".join(tall)
    assert "+23 % ▲" in docked[6].replace("  ", " ")


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_states_tell_apart_without_colour(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    events = {
        **STATES,
        "note": [*talk(), PromptShown(replace(SLOW_DOWN, severity="note"))],
        "urgent, same words": [*talk(), PromptShown(replace(SLOW_DOWN, severity="urgent"))],
    }
    frames = {state: frame(shown, size) for state, shown in events.items()}
    texts = [segment for shown in frames.values() for row in shown for segment in row if segment.text.strip()]
    assert all(len(set(segment.style.color.get_truecolor())) == 1 for segment in texts)
    assert min(contrast(segment) for segment in texts) >= 4.5
    grounds = {segment.style.bgcolor.get_truecolor() for segment in texts if not dark(segment)}
    assert grounds == {(0, 0, 0)}
    status_and_card = {"\n".join(rows(shown)[: CARD_ROWS[size].stop]) for shown in frames.values()}
    assert len(status_and_card) == len(events)


@pytest.mark.parametrize("size", [(46, 10), (46, 11), (60, 14), (80, 24), (120, 40), (20, 6), (12, 4)])
def test_any_size_keeps_the_prompt_first(size: tuple[int, int]) -> None:
    shown = rows(frame(STATES["prompt"], size))
    assert len(shown) == size[1]
    assert "► Slow" in "\n".join(shown[:5])


def test_no_size_is_too_small() -> None:
    assert len(frame(STATES["prompt"], (3, 2), keys=["question_mark"])) == 2


async def test_a_prompt_is_confirmed_once_when_it_is_painted() -> None:
    call = FakeCall()
    async with AgentApp(call).run_test(size=SIZES[0]) as pilot:
        pilot.app.show(PromptShown(SLOW_DOWN))
        await painted(pilot)
        await painted(pilot)
        assert call.seen == [SLOW_DOWN]


async def test_a_terminal_that_changes_its_size_is_followed() -> None:
    async with AgentApp(FakeCall()).run_test(size=TALL) as pilot:
        for event in STATES["prompt"]:
            pilot.app.show(event)
        before = rows(await painted(pilot))
        await pilot.resize_terminal(*DOCKED)
        assert rows(await painted(pilot)) == rows(state_frame("prompt", DOCKED))
        await pilot.resize_terminal(*TALL)
        assert rows(await painted(pilot)) == before


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        ("space", ("dismiss", None)),
        ("f", ("flag", None)),
        ("m", ("snooze", 2.0)),
        ("p", ("pause recording", None)),
    ],
)
async def test_a_key_asks_the_call(key: str, asked: tuple[str, float | None]) -> None:
    call = FakeCall([(0.0, Progress(1.0)), (0.0, PromptShown(SLOW_DOWN))])
    async with AgentApp(call).run_test() as pilot:
        await all_painted(pilot, call)
        await pilot.press(key)
        assert call.asked == [asked]


@pytest.mark.parametrize(
    ("state", "key", "asked"),
    [
        ("call", "e", [("end call", None)]),
        ("call", "s", []),
        ("waiting", "s", [("start call", None)]),
        ("ending", "s", [("start call", None)]),
        ("waiting", "e", []),
    ],
)
async def test_calls_are_begun_and_ended_by_key_where_that_can_be(
    state: str, key: str, asked: list[tuple[str, None]]
) -> None:
    call = FakeCall([(0.0, SessionState(state))])
    async with AgentApp(call).run_test() as pilot:
        await all_painted(pilot, call)
        await pilot.press(key)
        assert call.asked == asked


@pytest.mark.parametrize(("key", "asked"), [("space", "keep call"), ("e", "end call")])
async def test_the_question_whether_the_call_is_over_is_answered_by_a_key(key: str, asked: str) -> None:
    call = FakeCall([(0.0, event) for event in [SessionState("call"), *STATES["call-over"]]])
    async with AgentApp(call).run_test() as pilot:
        await all_painted(pilot, call)
        await pilot.press(key)
        assert call.asked == [(asked, None)]


@pytest.mark.parametrize("size", SIZES)
def test_the_question_whether_the_call_is_over_names_the_keys(size: tuple[int, int]) -> None:
    card = " ".join(row.strip("┃ ") for row in rows(state_frame("call-over", size)))
    assert "? Call over?" in card
    assert "e ends it, space keeps it going. Silent since 1:12. It ends at 3:12." in " ".join(card.split())


async def test_the_next_call_begins_on_a_clean_screen_with_the_troubles_that_last() -> None:
    call = FakeCall([(0.0, event) for event in [*STATES["ended"], *STATES["no-sound"], SessionState("call")]])
    async with AgentApp(call).run_test() as pilot:
        await all_painted(pilot, call)
        assert pilot.app.view.shown == pilot.app.view.flags == 0
        assert pilot.app.view.agent == AgentView().agent
        assert [trouble.part for trouble in pilot.app.view.troubles] == ["microphone"]


async def test_a_session_that_failed_closes_the_screen() -> None:
    call = FakeCall([(0.0, SessionState("failed"))])
    app = AgentApp(call)
    async with app.run_test() as pilot:
        await until_on(pilot, lambda: not app.is_running, "the screen is gone")
    assert app.return_value is not None


async def test_nothing_is_dismissed_while_no_prompt_is_up() -> None:
    call = FakeCall()
    async with AgentApp(call).run_test() as pilot:
        await pilot.press("space")
        assert call.asked == []


async def test_snooze_again_and_again_goes_round() -> None:
    call = FakeCall([(0.0, Progress(60.0, recording="on"))])
    async with AgentApp(call).run_test() as pilot:
        await all_painted(pilot, call)
        titles, statuses = [], []
        for _ in range(4):
            await pilot.press("m")
            shown = rows(await painted(pilot))
            titles += [row for row in shown if "Prompts come back" in row or "No prompts" in row]
            statuses.append(shown[0].split("recording")[1].strip())
        assert [minutes for _, minutes in call.asked] == [2.0, 10.0, float("inf"), None]
        assert [title.strip(" ╏") for title in titles] == [
            "Prompts come back at 3:00.",
            "Prompts come back at 11:00.",
            "No prompts for the rest of the call.",
        ]
        assert statuses == ["snoozed until 3:00", "snoozed until 11:00", "snoozed for this call", ""]


@pytest.mark.parametrize("state", ["silent-line", "disk-full", "clipping", "muted-and-asked"])
@pytest.mark.parametrize("size", SIZES)
def test_a_snooze_says_until_when_while_another_card_is_up(state: str, size: tuple[int, int]) -> None:
    events = [event for event in STATES[state] if not isinstance(event, PromptShown)]
    shown = "\n".join(rows(frame(events, size, keys=["m"])))
    assert "snoozed until 3:" in shown or "Prompts come back at 3:" in shown
    assert "recording" in shown.lower()


@pytest.mark.parametrize(
    ("state", "then"),
    [
        ("no-sound", "Listening"),
        ("muted-and-asked", "Listening"),
        ("clipping", "Listening"),
        ("silent-line", "Listening"),
        ("snoozed-and-silent-line", "Snoozed"),
        ("second-session", "Listening"),
        ("disk-full", SLOW_DOWN.title),
        ("kept-again", SLOW_DOWN.title),
        ("ended-and-waiting", "Waiting for a call"),
        ("ended", "Call ended"),
    ],
)
def test_space_takes_every_card_down(state: str, then: str) -> None:
    assert then in "\n".join(rows(frame(STATES[state], DOCKED, keys=["space"]))[CARD_ROWS[DOCKED]])


@pytest.mark.parametrize("state", ["at-rest", "prompt", "no-sound", "words-behind", "too-busy", "muted"])
def test_the_smallest_window_still_says_whether_the_call_is_recorded(state: str) -> None:
    assert "● recording" in rows(frame(STATES[state], (30, 8)))[0]


def test_the_smallest_window_says_that_a_full_disk_takes_no_call() -> None:
    assert "○ not recording" in rows(frame(STATES["disk-full"], (30, 8)))[0]


@pytest.mark.parametrize("state", ["ended", "ended-and-waiting"])
def test_the_summary_of_a_call_is_not_cut_off_in_a_small_window(state: str) -> None:
    card = " ".join(row.strip(" ║") for row in rows(state_frame(state, DOCKED))[1:4])
    assert card.startswith("■ Call ended · 1:15 · you talked 56 % 1 prompt, 1 followed; 1 bookmark. ")
    assert card.endswith(("q quits.", "s starts a call."))


def test_what_the_agent_did_right_is_not_cut_off_in_a_small_window() -> None:
    card = " ".join(row.strip(" ║") for row in rows(state_frame("ended-earned", DOCKED))[1:4])
    assert card == "■ Call ended · 1:15 · you talked 56 % You slowed down within 6 s of the prompt at 1:10."


def test_a_large_window_has_a_larger_title_and_the_words_of_about_a_minute() -> None:
    painted = frame(STATES["prompt"], LARGE)
    bar = [row for row in painted if any(dark(segment) for segment in row)]
    assert len(bar) == 3
    words = "\n".join(rows(painted))
    assert "It began when you sent me the new router" in words
    assert "I am sorry about that." in words
    assert "I called on Monday" in words
    assert "put in on Monday …" in words
    assert "It began" not in "\n".join(rows(state_frame("prompt", TALL)))


def dark(segment: Segment) -> bool:
    """Whether it is black on a filled bar."""
    return segment.style.color is not None and segment.style.color.get_truecolor() == (0, 0, 0)


@pytest.mark.parametrize("size", SIZES)
def test_escape_closes_the_help_and_never_opens_it(size: tuple[int, int]) -> None:
    shown = rows(state_frame("prompt", size))
    assert rows(frame(STATES["prompt"], size, keys=["question_mark", "escape"])) == shown
    assert rows(frame(STATES["prompt"], size, keys=["escape"])) == shown


def test_the_yellow_block_of_the_traces_is_in_the_help() -> None:
    painted = frame(STATES["at-rest"], DOCKED, keys=["question_mark"])
    (block,) = [segment for row in painted for segment in row if segment.text == "▆"]
    traces = [segment for row in state_frame("at-rest", TALL) for segment in row if "▆" in segment.text]
    assert block.style.color in [segment.style.color for segment in traces]
    assert "▆ yellow: both speak" in "\n".join(rows(painted))


@pytest.mark.parametrize("size", SIZES)
def test_help_explains_the_keys_and_leaves_the_card_in_sight(size: tuple[int, int]) -> None:
    shown, helped = state_frame("prompt", size), frame(STATES["prompt"], size, keys=["question_mark"])
    card = CARD_ROWS[size]
    assert rows(helped)[: card.stop] == rows(shown)[: card.stop]
    text = "\n".join(rows(helped)[card.stop :])
    assert all(word in text for word in ("dismiss", "bookmark", "snooze", "pause recording", "start, end, quit"))
    assert "snooze 2 or 10 min, rest of call, off" in text
    assert not [word for word in EMOTIONS if word in text.lower()]
    again = frame(STATES["prompt"], size, keys=["question_mark", "question_mark"])
    assert rows(again) == rows(shown)


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_ending_stops_the_call_once_and_returns_the_last_view(key: str) -> None:
    call = FakeCall([(0.0, Progress(60.0)), (0.0, PromptShown(SLOW_DOWN))])
    app = AgentApp(call)
    async with app.run_test() as pilot:
        await all_painted(pilot, call)
        await pilot.press(key)
        await until_on(pilot, lambda: not app.is_running, "the screen is gone")
    assert call.asked == [("stop", None)]
    assert app.return_value is not None
    assert (app.return_value.shown, app.return_value.progress.heard_s) == (1, 60.0)


async def test_the_screen_says_that_the_call_is_being_ended_and_a_second_press_leaves_at_once() -> None:
    class Slow(FakeCall):
        written = Event()

        def stop(self) -> None:
            self.written.wait()

    app = AgentApp(Slow())
    async with app.run_test() as pilot:
        await pilot.press("q")
        assert "Ending the call" in "\n".join(rows(await painted(pilot)))
        await pilot.press("q")
        await until_on(pilot, lambda: not app.is_running, "the screen is gone")
    Slow.written.set()
    assert app.return_value is not None


async def test_a_call_that_does_not_stop_does_not_hold_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stuck(FakeCall):
        def stop(self) -> None:
            Event().wait()

    monkeypatch.setattr(app_module, "STOP_S", 0.05)
    app = AgentApp(Stuck())
    async with app.run_test() as pilot:
        await pilot.press("q")
        await until_on(pilot, lambda: not app.is_running, "the screen is gone")
    assert app.return_value is not None


def endless() -> Iterator[tuple[float, LiveEvent]]:
    step = 0
    while True:
        at_s = step / 1000
        yield at_s, ToneSample("agent", at_s, at_s + 0.001, speaking=True, level_dbfs=-20.0, level_over_baseline_db=1.0)
        if step % 10 == 0:
            yield at_s, PromptShown(replace(SLOW_DOWN, since_s=at_s))
            yield at_s, PromptCleared(replace(SLOW_DOWN, since_s=at_s))
        step += 1


async def test_the_app_leaves_cleanly_while_events_keep_coming() -> None:
    call = FakeCall(endless(), in_time=True)
    app = AgentApp(call)
    async with app.run_test() as pilot:
        await until_on(pilot, lambda: app.view.shown > 0, "a prompt is shown")
        await pilot.press("q")
        await until_on(pilot, lambda: not app.is_running, "the screen is gone")
    assert call.asked == [("stop", None)]
    call.show(Health(1.0, "words", fine=False, note="Late."))


async def test_a_screen_that_goes_unasked_stops_the_call() -> None:
    call = FakeCall(endless(), in_time=True)
    async with AgentApp(call).run_test() as pilot:
        await pilot.pause(0.05)
    assert call.asked == [("stop", None)]


async def test_a_prompt_is_painted_without_waiting_for_the_next_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "PAINT_S", 3600.0)
    async with AgentApp(FakeCall()).run_test() as pilot:
        pilot.app.show(PromptShown(SLOW_DOWN))
        await pilot.pause()
        assert SLOW_DOWN.title in "\n".join(rows(screens.painted(pilot.app.screen)))


async def test_only_lines_that_changed_are_painted_again() -> None:
    async with AgentApp(FakeCall()).run_test() as pilot:
        for event in talk():
            pilot.app.show(event)
        await painted(pilot)
        card = pilot.app.screen.query_one(PromptCard)
        drawn = []
        card.refresh = lambda *regions: drawn.append(regions)
        pilot.app.show(Progress(73.0, recording="on"))
        await painted(pilot)
        assert drawn == []
        pilot.app.show(PromptShown(SLOW_DOWN))
        await painted(pilot)
        assert len(drawn) == 1


def test_a_crash_says_where_it_was_and_shows_no_words_of_the_call(capsys: pytest.CaptureFixture[str]) -> None:
    class Crashing(FakeCall):
        def start(self, show: Callable[[LiveEvent], None]) -> None:
            spoken = "".join(reversed("ognam"))
            show(spoken)
            raise OSError(5, spoken)

    app = AgentApp(Crashing())
    app.run(headless=True)
    assert app.failed_in.startswith("OSError in ")
    assert "mango" not in app.failed_in
    assert capsys.readouterr().err == ""


async def test_a_screen_that_follows_a_failed_one_shows_what_that_showed_and_what_it_has_missed() -> None:
    call = FakeCall()
    failed = AgentApp(call)
    failed.view = failed.view.after(Progress(70.0)).after(PromptShown(SLOW_DOWN))
    failed.show(Mark(3.0, "flag"))
    async with AgentApp(call, failed=failed).run_test(size=TALL) as pilot:
        shown = "\n".join(rows(await painted(pilot)))
        assert SLOW_DOWN.title in shown
        assert "1 bookmark" in shown


async def test_a_picture_is_the_same_every_time_and_names_no_host() -> None:
    first, second = [await picture(STATES["prompt"], DOCKED) for _ in range(2)]
    assert first == second
    assert first.count("http") == first.count("http://www.w3.org/2000/svg") == 1


def test_the_screen_loads_no_sound_or_word_engine() -> None:
    engines = (
        "librosa",
        "faster_whisper",
        "ctranslate2",
        "onnxruntime",
        "sounddevice",
        "soundfile",
        "av",
    )
    code = f"import sys, monitor.agent.app; sys.exit(bool(set({engines!r}) & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


CHOICES = PromptChoices((PromptKind("slow_down", "Slow down"), PromptKind("paraphrase", "Paraphrase")))


@pytest.mark.parametrize("size", SIZES)
def test_the_choice_of_prompts_leaves_the_card_in_sight_and_escape_closes_it(size: tuple[int, int]) -> None:
    events = [*STATES["prompt"], CHOICES]
    shown, chosen = state_frame("prompt", size), frame(events, size, keys=["c"])
    card = CARD_ROWS[size]
    assert rows(chosen)[: card.stop] == rows(shown)[: card.stop]
    text = "\n".join(rows(chosen)[card.stop :])
    assert all(word in text for word in ("How many prompts", "[usual]", "Slow down", "Esc close"))
    assert rows(frame(events, size, keys=["c", "escape"])) == rows(shown)
    assert rows(frame(events, size, keys=["c", "c"])) == rows(shown)
    assert rows(frame(events, size, keys=["c", "question_mark"])) == rows(frame(events, size, keys=["question_mark"]))


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        (["left"], CHOICES.with_amount("fewer")),
        (["left", "left"], CHOICES.with_amount("fewer")),
        (["right"], CHOICES.with_amount("more")),
        (["enter", "enter"], CHOICES.with_amount("fewer")),
        (["up", "down", "enter"], CHOICES.switched("slow_down")),
        (["down", "enter", "enter"], CHOICES),
        (["down", "down", "enter"], CHOICES.switched("paraphrase")),
        ([*["down"] * 9, "enter"], replace(CHOICES, share_wrong=True)),
    ],
)
async def test_the_keys_change_the_choice_during_a_call(keys: list[str], chosen: PromptChoices) -> None:
    call = FakeCall([(0.0, CHOICES), (0.0, Progress(60.0))])
    async with AgentApp(call).run_test(size=DOCKED) as pilot:
        await all_painted(pilot, call)
        await pilot.press("down", "enter", "left", "right")
        assert call.chosen == []
        await pilot.press("c", *keys)
        assert call.chosen[-1] == chosen
        assert pilot.app.choice.choices == chosen


async def test_x_marks_the_prompt_on_the_card_as_wrong_and_nothing_else() -> None:
    call = FakeCall([(0.0, Progress(60.0))])
    async with AgentApp(call).run_test() as pilot:
        await all_painted(pilot, call)
        await pilot.press("x")
        assert call.wrong == []
        call.show(PromptShown(SLOW_DOWN))
        await painted(pilot)
        await pilot.press("x")
        assert call.wrong == [SLOW_DOWN]
