from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from rich.color import Color
from rich.segment import Segment
from textual.pilot import Pilot

from audio.block import AudioBlock
from audio.playback.output import OutputError, Silence
from audio.values import ToneSample
from monitor.call import lock, marks
from monitor.call.events import Ended, Mark, to_line
from monitor.call.folder import CallWriter
from monitor.call.info import CallInfo, read_info, write_info
from monitor.replay import plain
from monitor.replay.notes_screen import NotesScreen
from monitor.replay.replay_app import ReplayApp
from monitor.replay.replay_screen import ReplayScreen
from monitor.replay.timeline import LABEL, Timeline
from monitor.replay.transcript_pane import HEAD, TranscriptPane, transcript_rows
from monitor.replay.view import ReplayView
from tests import screens
from tests.made_calls import info, make, said
from tests.made_conversations import made_call, made_events
from tests.outputs import FakeOutput
from tests.screens import Row
from tests.waiting import until_on

WIDE, SMALL = (110, 26), (80, 24)
EMOTIONS = ("angry", "anger", "upset", "emotion", "feel", "nervous", "stress", "happy", "sad", "mood")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_call(tmp_path_factory.mktemp("calls"), 480, sound=True)


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A call of eight minutes whose marks nobody else makes."""
    copied = tmp_path / "2026-03-01" / made.name
    copied.mkdir(parents=True)
    for path in made.iterdir():
        (copied / path.name).symlink_to(path)
    return copied


class Replay:
    """A replay that a test sits in front of."""

    def __init__(self, screen: ReplayScreen, pilot: Pilot[None], output: FakeOutput) -> None:
        self.screen, self.pilot, self.output = screen, pilot, output

    @property
    def view(self) -> ReplayView:
        assert self.screen.view is not None
        return self.screen.view

    async def press(self, *keys: str) -> ReplayView:
        await self.pilot.press(*keys)
        await self.pilot.pause()
        return self.view

    async def type(self, text: str) -> ReplayView:
        return await self.press(*("space" if letter == " " else letter for letter in text), "enter")

    def painted(self) -> list[Row]:
        return screens.painted(self.screen)

    def rows(self) -> list[str]:
        return ["".join(segment.text for segment in row) for row in self.painted()]

    async def hear(self, seconds: float) -> ReplayView:
        """Let so much be heard."""
        assert self.screen.listening
        player = self.screen.listening.player
        count = round(seconds * self.output.rate_hz)
        await self.until(lambda: not player.playing or player.prepared >= count, "the sound is prepared")
        self.output.take(count)
        self.output.time_s += seconds
        self.screen.keep_up()
        return self.view

    async def until(self, true: Callable[[], bool], what: str) -> None:
        await until_on(self.pilot, true, what)


@asynccontextmanager
async def replaying(folder: Path, size: tuple[int, int] = WIDE, *, follow: bool = False) -> AsyncIterator[Replay]:
    output = FakeOutput()
    screen = ReplayScreen(folder, follow=follow, signer="Grace", output=lambda: output)
    async with ReplayApp(screen).run_test(size=size) as pilot:
        replay = Replay(screen, pilot, output)
        await replay.until(lambda: screen.listening is not None, "the sound output is there")
        await pilot.pause()
        yield replay


async def test_the_first_picture_shows_the_whole_call(folder: Path) -> None:
    async with replaying(folder) as replay:
        text = "\n".join(replay.rows())
        assert replay.view.zoom_s is None
        for word in ("whole call", "agent    level", "customer level", "overlap", "prompts", "flags", "missing", "Ada"):
            assert word in text
        assert "First flag at 1:10. Press f to go there." in text
        assert [len(row) for row in replay.rows()] == [WIDE[0]] * WIDE[1]


PLACES = {
    "right": 101.0,
    "left": 99.0,
    "shift+right": 105.0,
    "shift+left": 95.0,
    "l l j": 105.0,
    "home": 0.0,
    "end": 480.0,
    "f": 190.0,
    "F": 90.0,
    "F F": 70.0,
    "down": 105.4,
    "up": 91.4,
    "pagedown": 168.4,
    "pageup": 28.4,
    "ctrl+right": 100.3,
    "ctrl+left": 99.92,
}
"""Where keys lead from 100 s."""


async def test_keys_go_somewhere(folder: Path) -> None:
    async with replaying(folder) as replay:
        for keys, at_s in PLACES.items():
            replay.screen.show(replace(replay.view.at(100.0), chosen=None))
            assert (await replay.press(*keys.split())).at_s == pytest.approx(at_s, abs=0.001), keys


async def test_zoom(folder: Path) -> None:
    async with replaying(folder) as replay:
        assert [(await replay.press("plus")).zoom_s for _ in range(5)] == [300, 120, 60, 30, 30]
        assert " 30 s" in replay.rows()[1]
        assert (await replay.press("minus")).zoom_s == 60
        assert (await replay.press("0")).zoom_s is None
        assert (await replay.press("equals_sign")).zoom_s == 300


async def test_space_plays_and_pauses_and_the_cursor_is_what_is_heard(folder: Path) -> None:
    async with replaying(folder) as replay:
        replay.screen.show(replay.view.at(10.0))
        assert (await replay.press("space")).playing
        assert (await replay.hear(0.4)).at_s == pytest.approx(10.4)
        assert "► 0:10.4" in replay.rows()[-2]
        await replay.press("right")
        assert replay.view.at_s == pytest.approx(11.4)
        assert (await replay.hear(0.2)).at_s == pytest.approx(11.6)
        view = await replay.press("space")
        assert (view.playing, replay.output.fill) == (False, None)


async def test_speed_and_mix_change_while_it_plays(folder: Path) -> None:
    async with replaying(folder) as replay:
        await replay.press("space", "s", "s", "m")
        assert (replay.view.speed, replay.view.mix, replay.view.playing) == (1.5, "agent", True)
        start_s = replay.view.at_s
        assert (await replay.hear(0.4)).at_s == pytest.approx(start_s + 0.6, abs=0.001)
        assert "×1.5  agent" in replay.rows()[-2]
        assert (await replay.press("S", "S", "S")).speed == 0.75
        assert [(await replay.press("m")).mix for _ in range(2)] == ["customer", "both"]


async def test_at_the_end_it_stops_and_space_begins_again(folder: Path) -> None:
    async with replaying(folder) as replay:
        replay.screen.show(replay.view.at(479.8))
        await replay.press("space")
        await replay.hear(0.2)
        assert not replay.view.playing
        assert replay.view.at_s == 480.0
        assert (await replay.press("space")).at_s == 0.0


async def test_a_flag_is_heard_with_what_led_to_it(folder: Path) -> None:
    async with replaying(folder) as replay:
        assert "There is no flag before the cursor" in (await replay.press("p")).said
        await replay.press("f", "f", "p")
        assert (replay.view.at_s, replay.view.playing) == (85.0, True)
        assert replay.view.moment is not None
        assert replay.view.moment.start_s == 90.0


async def test_enter_plays_the_line(folder: Path) -> None:
    async with replaying(folder) as replay:
        replay.screen.show(replay.view.at(100.0))
        view = await replay.press("enter")
        assert (view.at_s, view.playing) == (pytest.approx(98.4), True)


async def test_a_flag_shows_its_evidence_and_what_the_agent_saw(folder: Path) -> None:
    async with replaying(folder) as replay:
        await replay.press("f", "right")
        text = " ".join(row[64:].strip() for row in replay.rows())
        for part in (
            "► Slow down",
            "◆ slow-down (prompt) at 1:10",
            "value 5.9, usual 4.8, limit 5.5, for 8.2 s",
            "shown 1:10–1:18 (0.3 s after the flag, 0.24 s of it screen delay): no change",
        ):
            assert part in text
        await replay.press("f")
        assert "F bookmarked by the agent at 1:30" in "\n".join(replay.rows())


async def test_the_prompts_of_a_recording_would_have_come_up(folder: Path) -> None:
    write_info(folder, replace(read_info(folder), kind="recording"))
    async with replaying(folder) as replay:
        await replay.press("f", "right")
        text = " ".join(row[64:].strip() for row in replay.rows())
        assert "would have come up 1:10–1:18 (0.3 s after the flag): nobody saw it, no change" in text
        assert "agent's screen" not in "\n".join(replay.rows())
        assert all(any(part in row for row in replay.rows()) for part in ("nobody saw a prompt", " would prompt "))
    told = list(plain.lines(folder))
    assert any(line.split()[1:4] == ["due", "Slow", "down"] for line in told)
    assert not any("PROMPT" in line or "followed" in line for line in told)


@pytest.mark.parametrize(
    ("seen", "said"), [(b"true", "agent's screen"), (b"false", "nobody saw it"), (b"null", "not known whether it was")]
)
async def test_a_card_says_who_had_it_before_their_eyes(folder: Path, seen: bytes, said: str) -> None:
    log = folder / "events.jsonl"
    written = log.read_bytes()
    log.unlink()  # it is that of all tests
    log.write_bytes(written.replace(b'"seen":true', b'"seen":' + seen))
    async with replaying(folder) as replay:
        await replay.press("f", "right")
        assert any(said in row for row in replay.rows()), "\n".join(replay.rows())


async def test_what_was_heard_and_who_is_responsible_stand_in_the_detail(folder: Path) -> None:
    async with replaying(folder) as replay:
        await replay.press("f", "f", "f", "f", "right")
        text = "\n".join(replay.rows())
        assert all(
            part in text for part in ("!! Offer a supervisor", "heard: “a manager”", "manager-asked-for (urgent)")
        )
        await replay.press("f")
        assert "No prompt came up for it." in "\n".join(replay.rows())


async def test_what_is_missing_is_told_where_it_is_missing(folder: Path) -> None:
    async with replaying(folder) as replay:
        await replay.press("f", "f", *["l"] * 3)
        assert "× sound missing 1:44–1:48" in "\n".join(replay.rows())
        assert "! Check your microphone" in "\n".join(replay.rows())


async def test_the_transcript_follows_and_marks_the_word(folder: Path) -> None:
    async with replaying(folder) as replay:
        replay.screen.show(replay.view.at(100.0))
        await replay.pilot.pause()
        current = [row for row in replay.painted() if row[0].text.startswith("►")]
        assert len(current) == 1
        assert "1:38 customer" in current[0][0].text
        line = replay.view.transcript.lines[replay.view.transcript.line_at(100.0) or 0]
        said = next(word.text for word in reversed(line.words) if word.start_s <= 100.0)
        bold = [segment.text.strip() for row in replay.painted() for segment in row if segment.style.bold]
        assert said in bold


async def test_search_finds_marks_and_goes_on(folder: Path) -> None:
    async with replaying(folder) as replay:
        await replay.press("slash")
        view = await replay.type("a manager")
        first = view.at_s
        assert len(view.found) > 1
        assert view.said == f"“a manager”: 1 of {len(view.found)}"
        assert "n next" in replay.rows()[-1]
        second = (await replay.press("n")).at_s
        assert second > first
        assert (await replay.press("N")).at_s == first
        assert not (await replay.press("escape")).found
        assert "space play" in replay.rows()[-1]
        await replay.press("slash")
        assert (await replay.type("zebra")).said == "“zebra” was not said."


async def test_keys_go_into_the_question_while_one_is_asked(folder: Path) -> None:
    async with replaying(folder) as replay:
        await replay.press("slash", "q", "f", "space", "down")
        assert (replay.view.at_s, replay.view.playing) == (0.0, False)
        await replay.press("escape")
        assert not replay.screen.has_class("-asking")
        assert (await replay.press("f")).at_s == 70.0


async def test_verdicts_are_kept_beside_the_call_signed_and_shown(folder: Path) -> None:
    async with replaying(folder) as replay:
        events = (folder / "events.jsonl").read_bytes()
        assert "No flag to confirm" in (await replay.press("c")).said
        await replay.press("f", "c")
        assert "confirmed by Grace" in "\n".join(replay.rows())
        await replay.press("d")
        await replay.type("she was quoting")
        assert "dismissed by Grace" in "\n".join(replay.rows())
        first, second = marks.read(folder)
        assert (first.kind, first.at_s, first.rule, first.by) == ("confirm", 70.0, "slow-down", "Grace")
        assert (second.kind, second.text, second.made[:2]) == ("dismiss", "she was quoting", "20")
        assert (folder / "events.jsonl").read_bytes() == events


async def test_a_dismissal_needs_a_reason(folder: Path) -> None:
    async with replaying(folder) as replay:
        await replay.press("f", "d", "enter")
        assert replay.view.said == "Enter a reason."
        await replay.press("f", "d")
        assert "No flag to confirm" in replay.view.said, "the agent's own flag is hers"
        assert marks.read(folder) == ()


async def test_notes_and_tags_stand_where_they_were_made(folder: Path) -> None:
    async with replaying(folder) as replay:
        replay.screen.show(replay.view.at(33.0))
        await replay.press("n")
        assert (await replay.type("kind words")).said == "Noted at 0:33."
        await replay.press("left_square_bracket", "l", "right_square_bracket", "t")
        await replay.type("opening")
        note, tag = marks.read(folder)
        assert (note.kind, note.at_s, note.text, note.end_s) == ("note", 33.0, "kind words", None)
        assert (tag.kind, tag.at_s, tag.text, tag.end_s) == ("tag", 33.0, "opening", 38.0)
        assert "tag by Grace" in "\n".join(replay.rows())
        await replay.press("n", "enter")
        assert replay.view.said == "Nothing was entered."


async def test_reviewed_and_not_after_all(folder: Path) -> None:
    async with replaying(folder) as replay:
        assert (await replay.press("r")).reviewed
        assert "✓ reviewed" in replay.rows()[0]
        assert not (await replay.press("r")).reviewed
        assert [mark.kind for mark in marks.read(folder)] == ["reviewed", "reviewed"]


async def test_marks_that_cannot_be_written_are_said(folder: Path) -> None:
    (folder / "marks.jsonl").mkdir()
    async with replaying_anyway(folder) as said:
        assert "Can't read" in said


@asynccontextmanager
async def replaying_anyway(folder: Path) -> AsyncIterator[str]:
    """Open a call that does not open; give what was said."""
    screen = ReplayScreen(folder, output=FakeOutput)
    app = ReplayApp(screen)
    said: list[str] = []
    app.notify = lambda message, **_: said.append(message)  # type: ignore[method-assign, assignment]
    async with app.run_test() as pilot:
        await pilot.pause()
    yield " ".join(said)


async def test_a_clip_of_the_stretch_is_written(folder: Path, tmp_path: Path) -> None:
    async with replaying(folder) as replay:
        await replay.press("f", "left_square_bracket", "l", "l", "right_square_bracket")
        assert "clip 1:10–1:20" in replay.rows()[-2]
        await replay.press("x")
        assert "Save the clip as" in replay.rows()[-1]
        answer = replay.screen.query_one("#answer")
        assert answer.value == f"{folder.name}-1.10-1.20.zip"  # type: ignore[attr-defined]
        answer.value = str(tmp_path / "shared" / "clip")  # type: ignore[attr-defined]
        (tmp_path / "shared").mkdir()
        view = await replay.press("enter")
        assert view.said.startswith("Saved the clip as ")
        assert (tmp_path / "shared" / "clip" / "sound.flac").exists()
        await replay.press("x")
        answer.value = str(tmp_path / "shared" / "clip")  # type: ignore[attr-defined]
        assert "already exists" in (await replay.press("enter")).said


@pytest.mark.parametrize("size", [WIDE, SMALL])
async def test_help_names_every_key(folder: Path, size: tuple[int, int]) -> None:
    async with replaying(folder, size) as replay:
        await replay.press("question_mark")
        text = "\n".join(replay.rows())
        for word in (
            "play, pause",
            "next, previous flag",
            "search",
            "zoom",
            "confirm",
            "note, tag",
            "share",
            "interrupts",
        ):
            assert word in text
        await replay.press("escape")
        assert "interrupts" not in "\n".join(replay.rows())


@pytest.mark.parametrize("key", ["q", "escape", "ctrl+c", "ctrl+q"])
async def test_leaving_lets_go_of_the_output(folder: Path, key: str) -> None:
    async with replaying(folder) as replay:
        await replay.press("space")
        assert replay.output.fill
        app = replay.screen.app
        await replay.pilot.press(key)
    assert replay.output.fill is None
    assert app.return_code == 0


async def test_a_click_goes_to_a_time_or_to_a_word(folder: Path) -> None:
    async with replaying(folder) as replay:
        width = WIDE[0] - LABEL
        await replay.pilot.click(Timeline, offset=(LABEL + width // 2, 3))
        await replay.pilot.pause()
        assert replay.view.at_s == pytest.approx(240, abs=480 / width)
        before = replay.view.at_s
        await replay.pilot.click(Timeline, offset=(2, 3))
        assert replay.view.at_s == before
        pane = replay.screen.query_one(TranscriptPane)
        row = transcript_rows(replay.view, pane.size.width, pane.size.height)[0]
        first = len(row.line[1][0])
        await replay.pilot.click(TranscriptPane, offset=(HEAD + first + 1, 0))
        await replay.pilot.pause()
        assert replay.view.at_s == row.times_s[1]


async def test_without_a_sound_output_time_passes_and_the_screen_says_so(folder: Path) -> None:
    screen = ReplayScreen(folder, output=Silence)
    async with ReplayApp(screen).run_test(size=WIDE) as pilot:
        replay = Replay(screen, pilot, FakeOutput())
        await replay.until(lambda: screen.listening is not None, "the sound output is there")
        await replay.press("space")
        await replay.until(lambda: replay.view.at_s > 0.1, "time passes")
        assert "no sound output" in replay.rows()[-2]


async def test_an_output_that_is_taken_is_said(folder: Path) -> None:
    async with replaying(folder) as replay:

        def taken(_fill: object) -> None:
            raise OutputError("Can't open the sound output fake. Check whether another program is using it.")

        replay.output.start = taken  # type: ignore[method-assign]
        view = await replay.press("space")
        assert not view.playing
        assert "Can't open the sound output" in replay.rows()[-2]


async def test_an_output_that_goes_while_it_plays_is_said(folder: Path) -> None:
    async with replaying(folder) as replay:
        await replay.press("space")
        await replay.hear(0.2)
        replay.output.alive = False
        view = await replay.hear(0.2)
        assert (view.playing, view.said) == (False, "fake was disconnected. Connect it again.")


async def test_a_call_without_sound_says_so_and_its_time_passes(tmp_path: Path) -> None:
    async with replaying(made_call(tmp_path, 30)) as replay:
        assert "There is no sound." in replay.rows()[0]
        await replay.press("space")
        assert (await replay.hear(0.4)).at_s == pytest.approx(0.4)


async def test_a_call_without_words_says_so(tmp_path: Path) -> None:
    folder = made_call(tmp_path, 30)
    lines = (folder / "events.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "events.jsonl").write_bytes(b"".join(line for line in lines if b'"utterance"' not in line))
    async with replaying(folder) as replay:
        assert "There is no transcript." in "\n".join(replay.rows())
        assert "no transcript" in (await replay.press("down")).said
        assert (await replay.press("enter")).said


async def test_lanes_without_anything_fold_and_come_back(tmp_path: Path) -> None:
    about = replace(info(), speakers=("agent",))
    folder = make(tmp_path, [said("good morning", 0.0, "agent"), Mark(1.0, "flag")], about)
    async with replaying(folder, size=(60, 20)) as replay:
        lanes = [row[:LABEL].strip() for row in replay.rows()[1 : 1 + replay.screen.query_one(Timeline).size.height]]
        assert lanes == ["whole call", "agent    level", "flags"]
        await replay.press("n")
        await replay.type("calm here")
        await replay.until(lambda: "marks" in "".join(replay.rows()[1:6]), "the lane of marks is there")


async def test_a_small_screen_shows_only_unusual_rates_and_pitches(tmp_path: Path) -> None:
    usual = [
        ToneSample(
            "agent", 3.0, 3.1, speaking=True, level_dbfs=-20.0, rate_over_baseline_pct=2.0, pitch_over_baseline_st=9.0
        )
    ]
    folder = make(tmp_path, [said("good morning", 0.0, "agent"), *usual])
    async with replaying(folder, size=(60, 20)) as replay:
        assert [row[:LABEL].strip() for row in replay.rows()[2:4]] == ["agent    level", "pitch"]
        await replay.pilot.resize_terminal(60, 40)
        await replay.until(lambda: "rate" in "".join(replay.rows()[1:6]), "there is room for the rate")


async def test_v_shows_a_long_note_whole(folder: Path) -> None:
    marks.add(folder, Mark(3.0, "note", "this gets faster " * 30 + "and then calm", "Sue", "2026-03-03T08:04:00+00:00"))
    async with replaying(folder) as replay:
        await replay.press("v")
        await replay.until(lambda: isinstance(replay.pilot.app.screen, NotesScreen), "the notes are shown")
        await replay.pilot.pause()
        notes = screens.painted(replay.pilot.app.screen)
        shown = " ".join("".join(segment.text for row in notes for segment in row).split())
        assert "note by" in shown
        assert "and then calm" in shown
        await replay.press("escape")
        assert replay.pilot.app.screen is replay.screen


async def test_a_call_that_broke_off_opens_and_says_so(tmp_path: Path) -> None:
    async with replaying(made_call(tmp_path, 30, closed=False)) as replay:
        assert "This call broke off" in replay.rows()[0]
        assert replay.view.log.duration_s == pytest.approx(30.0)


async def test_a_call_that_goes_on_is_followed_to_its_end(tmp_path: Path) -> None:
    folder = made_call(tmp_path, 60, closed=False)
    whole = list(made_events(120))
    with lock.hold(folder):
        async with replaying(folder, follow=True) as replay:
            assert (replay.view.following, replay.view.at_s, replay.view.zoom_s) == (True, pytest.approx(60.0), 60.0)
            assert replay.view.left_s + 60 > 60
            assert "● following" in replay.rows()[0]
            later = [event for event in whole if getattr(event, "start_s", 0.0) >= 60]
            with (folder / "events.jsonl").open("ab") as log:
                log.writelines(map(to_line, later))
            await replay.until(lambda: replay.view.at_s > 110, "the end of now is passed")
            await replay.press("left")
            assert not replay.view.following
            assert (await replay.press("end")).following
            with (folder / "events.jsonl").open("ab") as log:
                log.write(to_line(whole[-1]))
            await replay.until(lambda: replay.view.log.closed, "the call is closed")
            assert (replay.view.following, replay.view.said) == (False, "The call has ended.")


async def test_a_call_that_breaks_off_while_it_is_followed_says_so(tmp_path: Path) -> None:
    folder = made_call(tmp_path, 60, closed=False)
    writing = lock.hold(folder)
    async with replaying(folder, follow=True) as replay:
        assert replay.view.following
        writing.close()
        await replay.until(lambda: not replay.view.following, "the call is over")
        assert replay.view.said == "The call broke off."
        assert "This call broke off." in replay.rows()[0]
        assert not (await replay.press("end")).following


async def test_a_call_that_broke_off_is_not_followed(tmp_path: Path) -> None:
    async with replaying(made_call(tmp_path, 30, closed=False), follow=True) as replay:
        assert not replay.view.following


async def test_a_call_that_goes_on_is_heard_beyond_its_end_of_now(tmp_path: Path) -> None:
    root = tmp_path / "calls"
    writer = CallWriter(root, CallInfo(datetime(2026, 3, 1, tzinfo=UTC), "made", ("agent",), "none", "abc", "0.1.0"))
    second = np.full(16_000, 0.25, np.float32)
    writer.note(ToneSample("agent", 1.9, 2.0, speaking=True))
    writer.hear(AudioBlock("agent", 0, second))
    writer.hear(AudioBlock("agent", 16_000, second))
    async with replaying(writer.folder, follow=True) as replay:
        await replay.press("home", "right", "space")
        await replay.hear(0.5)
        assert (await replay.hear(0.5)).at_s == pytest.approx(2.0)
        assert replay.view.playing
        writer.note(ToneSample("agent", 2.9, 3.0, speaking=True))
        writer.hear(AudioBlock("agent", 32_000, second))
        await replay.until(lambda: replay.view.log.duration_s == 3.0, "three seconds are read")
        assert (await replay.hear(0.5)).at_s == pytest.approx(2.5)
        writer.note(Ended(3.0, "stopped"))
        writer.close()
        await replay.until(lambda: bool(replay.view.log.info and replay.view.log.info.closed), "the call is closed")
        assert [path.name for path in replay.view.log.sound] == ["audio.flac"]
        await replay.press("left")
        assert (await replay.hear(0.5)).at_s == pytest.approx(2.0, abs=0.01)


@pytest.mark.parametrize("size", [(60, 18), (46, 10), (20, 6), (3, 2)])
async def test_any_size_is_drawn(folder: Path, size: tuple[int, int]) -> None:
    async with replaying(folder, size) as replay:
        await replay.press("f", "plus", "question_mark", "question_mark")
        assert [len(row) for row in replay.rows()] == [size[0]] * size[1]


@pytest.mark.parametrize("colour", [True, False])
@pytest.mark.parametrize("size", [WIDE, SMALL])
async def test_everything_is_legible_and_claims_nothing_about_the_agents_heart(
    folder: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch, *, colour: bool
) -> None:
    if not colour:
        monkeypatch.setenv("NO_COLOR", "1")
    marks.add(folder, Mark(70.0, "confirm", rule="slow-down", by="Grace", made="2026-03-02T10:00:00+00:00"))
    async with replaying(folder, size) as replay:
        for keys in (
            ["f"],
            ["right"],
            ["f", "f", "l", "l", "l"],
            ["slash", "a", "enter"],
            ["x"],
            ["escape", "question_mark"],
        ):
            await replay.press(*keys)
            for row in replay.painted():
                for segment in row:
                    if segment.text.strip():
                        assert contrast(segment) >= 4.5, segment
            seen = " ".join(replay.rows()).lower()
            assert not [word for word in EMOTIONS if word in seen]


async def test_without_colour_the_cursor_and_what_was_found_are_seen(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with replaying(folder) as replay:
        await replay.press("slash")
        await replay.type("manager")
        grounds = {segment.style.bgcolor for row in replay.painted() for segment in row if "manager" in segment.text}
        assert len(grounds) > 1


def contrast(segment: Segment) -> float:
    """Return the contrast ratio of a segment's text against its background, after WCAG 2.2."""

    def luminance(colour: Color) -> float:
        parts = [part / 255 for part in colour.get_truecolor()]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(segment.style.color), luminance(segment.style.bgcolor)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


async def test_an_agent_answers_notes_and_disputes_flags_of_her_own_calls_alone(folder: Path) -> None:
    marks.add(folder, Mark(95.0, "note", "Say it back first.", "Robin", "2026-03-02T10:00:00+01:00"))
    async with replaying(folder) as replay:
        await replay.press("f", "a")
        assert "Only the agent of a call can answer." in replay.view.said
        replay.screen.own_name = "Robin"
        await replay.press("o")
        assert "This is a call of Ada, and you are Robin." in replay.view.said
        replay.screen.own_name = "ada"
        await replay.press("a")
        await replay.type("will do")
        await replay.press("o", "enter")
        assert replay.view.said == "Enter a reason."
        await replay.press("o")
        view = await replay.type("echo")
        assert view.said == "Disputed slow-down at 1:10."
        assert "disputed by ada" in "\n".join(replay.rows())
    answer, dispute = marks.read(folder)[1:]
    assert (answer.kind, answer.at_s, answer.text, answer.by) == ("answer", 95.0, "will do", "ada")
    assert (dispute.kind, dispute.at_s, dispute.rule, dispute.text) == ("dispute", 70.0, view.moments[0].rule, "echo")
