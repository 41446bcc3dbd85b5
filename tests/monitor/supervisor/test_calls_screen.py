"""The supervisor's screen: what it shows, and every key."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.color import Color
from rich.segment import Segment
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, Label

from monitor.base.errors import CallFolderError
from monitor.call import marks
from monitor.call.events import Mark
from monitor.catalogue import query
from monitor.catalogue.catalogue import Catalogue, open_catalogue
from monitor.catalogue.filter_line import FilterLine
from monitor.catalogue.query import Filter
from monitor.catalogue.reindex import reindex
from monitor.catalogue.update import refresh
from monitor.replay import replay_screen
from monitor.replay.replay_screen import ReplayScreen
from monitor.supervisor.app import SupervisorApp
from monitor.supervisor.call_list import when
from monitor.supervisor.plain_list import lines
from tests import screens
from tests.made_calls import after, fired, info, make, prompted, said
from tests.screens import Row
from tests.waiting import until_on

SIZES = ((110, 26), (80, 24))
SMALL = (60, 20)


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Catalogue]:
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("LOGNAME", "robin")
    upset = [fired("slow-down", 5.0), *prompted("slow-down", 5.0, "followed"), fired("escalate-upset", 65.0, "urgent")]
    note = Mark(65.0, "note", "The second refusal could have come with an offer.", by="Robin")
    wrong = Mark(5.0, "dismiss", "An echo.", by="Robin", rule="slow-down")
    root = tmp_path / "calls"
    make(root, upset, info(after(hours=1), "Ada Byron"), [note, wrong, Mark(0.0, "tag", "training")], name="upset")
    make(root, [fired("slow-down", 30.0), said("where is my refund")], info(after(hours=2)), name="fast")
    make(root, [fired("dead-air", 40.0, "note")], info(after(hours=3)), name="quiet")
    broken = make(root, [Mark(9.0, "flag")], info(after(hours=4), closed=False), name="broken")
    os.utime(broken / "events.jsonl", (0, 0))
    make(root, upset, info(after(hours=5), "Zoe"), [Mark(0.0, "reviewed", by="Robin")], name="seen")
    with open_catalogue(root) as catalogue:
        reindex(catalogue)
        yield catalogue


@asynccontextmanager
async def showing(
    catalogue: Catalogue, size: tuple[int, int] = (110, 26), wanted: Filter | None = None
) -> AsyncIterator[Pilot[None]]:
    async with SupervisorApp(catalogue, FilterLine("", wanted or Filter()), "worst").run_test(size=size) as pilot:
        await settled(pilot)
        yield pilot


async def settled(pilot: Pilot[None]) -> None:
    for _ in range(2):
        await pilot.pause()


async def pressed(pilot: Pilot[None], *keys: str) -> str:
    await pilot.press(*keys)
    await settled(pilot)
    return "\n".join(rows(painted(pilot)))


async def filtered(pilot: Pilot[None], text: str) -> str:
    await pilot.press("slash")
    pilot.app.screen.query_one(Input).value = text
    return await pressed(pilot, "enter")


def painted(pilot: Pilot[None]) -> list[Row]:
    return screens.painted(pilot.app.screen)


def rows(painted: Iterable[Row]) -> list[str]:
    return ["".join(segment.text for segment in row) for row in painted]


def listed(pilot: Pilot[None]) -> list[str]:
    return [call.folder.rpartition("-")[2] for call in pilot.app.screen.view.calls]


def chosen(pilot: Pilot[None]) -> str:
    return pilot.app.screen.view.chosen.folder.rpartition("-")[2]


def contrast(segment: Segment) -> float:
    def luminance(colour: Color) -> float:
        parts = [part / 255 for part in colour.get_truecolor()]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(segment.style.color), luminance(segment.style.bgcolor)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("size", SIZES)
async def test_the_worst_call_is_on_top_with_all_that_a_supervisor_needs(
    catalogue: Catalogue, size: tuple[int, int]
) -> None:
    async with showing(catalogue, size) as pilot:
        shown = rows(painted(pilot))
        assert "5 calls  4 not reviewed" in shown[0]
        assert "worst first" in shown[0]
        assert listed(pilot) == ["upset", "broken", "fast", "quiet", "seen"]
        assert "!! escalate-upset 1:05" in shown[4]
        assert "× " in shown[5]
        assert "► agent's bookmark 0:09".replace("► ", "►  ") in shown[5]
        assert "✓" in shown[8]
        details = "\n".join(shown[-8:])
        for fact in (
            "Ada Byron",
            "2:00 long",
            "1 prompt: 1 followed",
            "slow-down dismissed",
            "An echo.",
            "second refusal",
        ):
            assert fact in details
        assert [len(row) for row in shown] == [size[0]] * size[1]


@pytest.mark.parametrize("size", SIZES)
async def test_all_text_is_legible(catalogue: Catalogue, size: tuple[int, int]) -> None:
    async with showing(catalogue, size) as pilot:
        for keys in ([], ["r"], ["question_mark"], ["question_mark", "slash", "u"]):
            await pressed(pilot, *keys)
            for segment in [segment for row in painted(pilot) for segment in row if segment.text.strip()]:
                assert segment.text.strip("─") == "" or contrast(segment) >= 4.5, segment


async def test_nothing_depends_on_colour(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with showing(catalogue) as pilot:
        texts = [segment for row in painted(pilot) for segment in row if segment.text.strip(" ─")]
        assert all(len(set(segment.style.color.get_truecolor())) == 1 for segment in texts)
        assert min(contrast(segment) for segment in texts) >= 4.5
        here = [segment.text for segment in texts if segment.style.bgcolor.get_truecolor() == (255, 255, 255)]
        assert here == ["02 Mar 10:30"]


async def test_arrows_pages_home_and_end_choose(catalogue: Catalogue) -> None:
    async with showing(catalogue) as pilot:
        assert chosen(pilot) == "upset"
        for keys, name in (
            (["down"], "broken"),
            (["j", "j"], "quiet"),
            (["up"], "fast"),
            (["k", "k", "k", "k"], "upset"),
            (["end"], "seen"),
            (["down"], "seen"),
            (["home"], "upset"),
            (["pagedown"], "seen"),
            (["pageup"], "upset"),
        ):
            await pressed(pilot, *keys)
            assert chosen(pilot) == name


async def test_a_list_longer_than_the_screen_moves_under_the_cursor(tmp_path: Path) -> None:
    with open_catalogue(tmp_path) as catalogue:
        for number in range(30):
            make(tmp_path, [], info(after(minutes=number)), name=f"{number:02}")
        reindex(catalogue)
        async with showing(catalogue, (80, 24)) as pilot:
            room = len(listed(pilot))
            assert listed(pilot) == [f"{29 - place:02}" for place in range(room)]
            await pressed(pilot, *["down"] * room)
            assert (chosen(pilot), len(listed(pilot))) == (f"{29 - room:02}", room)
            await pressed(pilot, "end")
            assert listed(pilot)[-1] == chosen(pilot) == "00"
            await pressed(pilot, "pageup")
            assert chosen(pilot) == f"{room - 1:02}"
            await pilot.resize_terminal(80, 40)
            await settled(pilot)
            assert chosen(pilot) == f"{room - 1:02}"
            assert len(listed(pilot)) > room


async def test_w_changes_between_worst_and_newest(catalogue: Catalogue) -> None:
    async with showing(catalogue) as pilot:
        assert "newest first" in await pressed(pilot, "w")
        assert listed(pilot) == ["broken", "quiet", "fast", "upset", "seen"]
        assert "worst first" in await pressed(pilot, "w")


async def test_r_marks_as_reviewed_and_u_takes_it_back(catalogue: Catalogue) -> None:
    async with showing(catalogue) as pilot:
        shown = await pressed(pilot, "r")
        assert "Reviewed: 02 Mar 10:30, Ada Byron. u undoes it." in shown
        assert listed(pilot) == ["broken", "fast", "quiet", "seen", "upset"]
        assert chosen(pilot) == "broken"
        folder = catalogue.root / "2026-03-02/103015-upset"
        assert [(mark.kind, mark.by) for mark in marks.read(folder)][-1] == ("reviewed", "robin")
        assert "Not reviewed: 02 Mar 10:30" in await pressed(pilot, "u")
        assert listed(pilot)[0] == "upset"
        assert not marks.reviewed(marks.read(folder))
        assert "There is no review to undo." in await pressed(pilot, "u")
        assert len(marks.read(folder)) == 5
        await pressed(pilot, "end", "r")
        assert not query.calls(catalogue, Filter(agent="Zoe"))[0].reviewed


async def test_a_mark_that_cannot_be_written_is_told(catalogue: Catalogue) -> None:
    async with showing(catalogue) as pilot:
        folder = catalogue.root / "2026-03-02/103015-upset"
        folder.rename(catalogue.root / "away")
        assert "Can't write the mark" in await pressed(pilot, "r")


async def test_slash_filters_and_escape_shows_all_again(catalogue: Catalogue) -> None:
    async with showing(catalogue) as pilot:
        await filtered(pilot, "agent:sam refund")
        assert listed(pilot) == ["fast"]
        assert "filter agent:sam refund" in rows(painted(pilot))[1]
        await pressed(pilot, "slash", "x", "escape")
        assert listed(pilot) == ["fast"]
        await pressed(pilot, "escape")
        assert len(listed(pilot)) == 5
        assert "No calls match this filter." in await filtered(pilot, "nowhere")
        assert "'soon' is not a day" in await filtered(pilot, "since:soon")
        assert 'There is no filter "agnet:"; did you mean "agent"?' in await filtered(pilot, "agnet:sam")
        assert 'There is no rule "slowdown"; did you mean "slow-down"?' in await filtered(pilot, "rule:slowdown")
        assert pilot.app.focused is None


async def test_s_saves_the_filter_under_a_name_that_others_can_use(catalogue: Catalogue) -> None:
    async with showing(catalogue) as pilot:
        assert "There is no filter to save." in await pressed(pilot, "s")
        await filtered(pilot, "agent:sam refund")
        await pressed(pilot, "s")
        pilot.app.screen.query_one(Input).value = "money"
        assert "Saved. @money in a filter stands for it." in await pressed(pilot, "enter")
        await pressed(pilot, "escape")
        await filtered(pilot, "@money unreviewed")
        assert listed(pilot) == ["fast"]
        assert 'There is no saved filter "mony"; did you mean "money"?' in await filtered(pilot, "@mony")
        await pressed(pilot, "s")
        pilot.app.screen.query_one(Input).value = "no name"
        assert "a name has letters" in await pressed(pilot, "enter")


async def test_what_was_searched_is_shown_with_its_time_and_opens_there(catalogue: Catalogue) -> None:
    async with showing(catalogue) as pilot:
        await filtered(pilot, "refund")
        assert "found 0:08 customer: where is my refund" in "\n".join(rows(painted(pilot)))
        await pressed(pilot, "enter")
        replay = pilot.app.screen
        assert isinstance(replay, ReplayScreen)
        await until_on(pilot, lambda: bool(replay.view and replay.view.found), "the replay found the words")
        assert replay.view
        assert (replay.view.at_s, replay.view.said) == (8.0, "“refund”: 1 of 1")


async def test_a_long_note_can_be_read_whole(catalogue: Catalogue) -> None:
    note = "listen to how fast this gets and " * 40 + "practise the pause"
    marks.add(catalogue.root / "2026-03-02/103015-upset", Mark(70.0, "note", note, by="Robin"))
    reindex(catalogue)
    async with showing(catalogue) as pilot:
        await until_on(pilot, lambda: chosen(pilot) == "upset", "the call is chosen")
        assert "…  v shows all" in "\n".join(rows(painted(pilot)))
        shown = await pressed(pilot, "v", "end")
        assert "practise the pause" in " ".join(shown.split())
        assert "v shows all" in await pressed(pilot, "escape")


async def test_a_narrow_screen_keeps_the_worst_flag_and_its_time(catalogue: Catalogue) -> None:
    long = [fired("paraphrase-before-solving-anything", 754.0, "urgent"), fired("x", 800.0, "urgent")]
    refresh(catalogue, make(catalogue.root, long, info(after(days=1), "Ada Byron"), name="long"))
    async with showing(catalogue, SMALL) as pilot:
        shown = rows(painted(pilot))
        assert "!! paraphrase-before-… 12:34 ×2" in shown[4]
        assert "!! escalate-upset 1:05" in shown[5]
        assert [len(row) for row in shown] == [60] * 20


async def test_the_filter_is_written_with_all_keys(catalogue: Catalogue) -> None:
    async with showing(catalogue) as pilot:
        await pressed(pilot, "slash", *"qurwk?")
        assert pilot.app.screen.query_one(Input).value == "qurwk?"
        assert pilot.app.is_running


async def test_question_mark_explains_and_closes(catalogue: Catalogue) -> None:
    async with showing(catalogue, (80, 24)) as pilot:
        before = rows(painted(pilot))
        explained = await pressed(pilot, "question_mark")
        for word in ("choose", "replay", "reviewed", "undo", "newest", "broken off", "agent:NAME", "yesterday"):
            assert word in explained
        await pressed(pilot, "question_mark")
        assert rows(painted(pilot)) == before


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_q_leaves(catalogue: Catalogue, key: str) -> None:
    app = SupervisorApp(catalogue, FilterLine(), "worst")
    async with app.run_test() as pilot:
        await pilot.press(key)
        await until_on(pilot, lambda: not app.is_running, "the screen is gone")
    assert app.return_code == 0


class FakeReplay(Screen[None]):
    def __init__(self, folder: Path, *, follow: bool, signer: str, marked: Callable[[Path], object]) -> None:
        super().__init__()
        self.marked = marked
        self.follow = follow
        self.reader = SimpleNamespace(mine="")
        self.form = ""
        self.signer = signer
        self.marked = marked
        if folder.name.endswith("fast"):
            raise CallFolderError("It cannot be read.")
        self.folder = folder

    def compose(self) -> ComposeResult:
        yield Label("replay")


async def test_enter_opens_the_replay_and_what_is_marked_there_shows(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay_screen, "ReplayScreen", FakeReplay)
    async with showing(catalogue) as pilot:
        await pressed(pilot, "enter")
        opened = pilot.app.screen
        assert isinstance(opened, FakeReplay)
        assert opened.folder == catalogue.root / "2026-03-02/103015-upset"
        assert not opened.follow, "the call is over"
        marks.add(opened.folder, Mark(0.0, "tag", "lovely"), opened.marked)
        pilot.app.pop_screen()
        await settled(pilot)
        assert "lovely" in "\n".join(rows(painted(pilot)))
        assert "It cannot be read." in await pressed(pilot, "down", "down", "enter")


async def test_new_calls_appear_and_the_chosen_one_stays_chosen(catalogue: Catalogue) -> None:
    async with showing(catalogue) as pilot:
        worse = [fired("threat", 1.0, "urgent"), fired("threat", 2.0, "urgent")]
        refresh(catalogue, make(catalogue.root, worse, info(after(days=1)), name="worse"))
        pilot.app.screen.look_again()
        await settled(pilot)
        assert listed(pilot)[0] == "worse"
        assert chosen(pilot) == "upset"


async def test_a_catalogue_that_fails_is_told_on_the_screen(catalogue: Catalogue) -> None:
    async with showing(catalogue) as pilot:
        with catalogue.writing() as connection:
            connection.exec_driver_sql("DROP TABLE flags")
        assert "reindex --all" in " ".join((await pressed(pilot, "down")).split())


@pytest.mark.parametrize("size", [(40, 8), (3, 2)])
async def test_no_size_is_too_small(catalogue: Catalogue, size: tuple[int, int]) -> None:
    async with showing(catalogue, size) as pilot:
        assert len(rows(painted(pilot))) == size[1]


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    async def take() -> str:
        with open_catalogue(tmp_path) as catalogue:
            async with showing(catalogue) as pilot:
                return await pressed(pilot, "down", "enter", "r", "u")

    assert "No calls have been saved yet." in asyncio.run(take())


def test_when_is_said_shortly() -> None:
    today = datetime(2026, 3, 2, tzinfo=UTC).date()
    with_day = {"2026-03-02": "today  09:30", "2026-02-28": "28 Feb 09:30", "2025-12-24": "24 Dec 2025"}
    for day, said_so in with_day.items():
        call = type("Call", (), {"started": f"{day}T09:30:15+00:00"})
        assert when(call, today) == said_so


async def test_the_prompts_of_a_recording_would_have_come_up(catalogue: Catalogue) -> None:
    events = [*prompted("slow-down", 5.0, "followed"), *prompted("slow-down", 50.0)]
    make(catalogue.root, events, replace(info(after(hours=6), "Kim"), kind="recording"), name="recorded")
    make(catalogue.root, prompted("slow-down", 5.0, seen=False), info(after(hours=7), "Lee"), name="unseen")
    reindex(catalogue)
    async with showing(catalogue, (140, 26)) as pilot:
        text = await filtered(pilot, "agent:kim")
        assert "2 prompts would have come up" in text
        assert "2 prompts would have come up: 1 done anyway, 1 no change" in text
        text = await filtered(pilot, "agent:lee")
        assert "1 prompt, none confirmed seen" in text
        assert "1 prompt: 1 nobody saw it" in text


async def test_a_recording_without_an_agent_goes_by_the_name_of_its_file(catalogue: Catalogue) -> None:
    for number, agent in enumerate(("", "Kim")):
        about = replace(info(after(hours=6 + number), agent), kind="recording", source=f"file-{number}.wav")
        make(catalogue.root, [], about, name=f"rec{number}")
    reindex(catalogue)
    async with showing(catalogue) as pilot:
        assert any("file-0.wav" in line and "15:30" in line for line in rows(painted(pilot)))
        assert "Kim · file-1.wav" in await filtered(pilot, "agent:kim")
    today = datetime(2026, 3, 2, tzinfo=UTC).date()
    printed = "\n".join(lines(catalogue.root, query.calls(catalogue, Filter()), today))
    assert "file-0.wav" in printed
    assert "file-1.wav" not in printed
