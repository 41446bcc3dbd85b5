"""The scorecard beside the replay: what keys do to it, and that each answer is on the disk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from monitor.call.scorecard import card_files
from monitor.replay.replay_app import ReplayApp
from monitor.replay.replay_screen import ReplayScreen
from monitor.replay.scorecard_screen import ScorecardScreen
from tests.outputs import FakeOutput
from tests.report_calls import folder
from tests.waiting import until_on

FORM = """
title = "Ours"
[[sections]]
title = "Opening"
[[sections.items]]
id = "greets"
title = "Greets"
help = "Their own name, too."
[[sections.items]]
id = "promises"
title = "Says what will be done"
auto = { said = ["promise"] }
"""


class Scoring:
    """A card that a test fills in."""

    def __init__(self, call: Path, replay: ReplayScreen, pilot: Pilot[None]) -> None:
        self.call, self.replay, self.pilot = call, replay, pilot

    @property
    def screen(self) -> ScorecardScreen:
        screen = self.pilot.app.screen
        assert isinstance(screen, ScorecardScreen)
        return screen

    async def press(self, *keys: str) -> str:
        """Press keys; give all text of the card."""
        await self.pilot.press(*keys)
        await self.pilot.pause()
        return "\n".join(str(row.visual) for row in self.screen.query(Static))

    async def type(self, text: str) -> str:
        return await self.press(*("space" if letter == " " else letter for letter in text), "enter")

    def saved(self) -> dict[str, tuple[str | None, str, float | None]]:
        (card,) = card_files.read(self.call)
        assert card.by == "Grace"
        return {item.id: (item.answer, item.note, item.noted_s) for item in card.items}


@asynccontextmanager
async def scoring(tmp_path: Path, width: int = 120) -> AsyncIterator[Scoring]:
    call = folder(tmp_path / "calls")
    (tmp_path / "ours.toml").write_text(FORM, "utf-8")
    replay = ReplayScreen(call, signer="Grace", output=FakeOutput)
    replay.form = str(tmp_path / "ours.toml")
    async with ReplayApp(replay).run_test(size=(width, 30)) as pilot:
        await until_on(pilot, lambda: replay.listening is not None, "the sound output is there")
        await pilot.press("k")
        await until_on(pilot, lambda: isinstance(pilot.app.screen, ScorecardScreen), "the card is open")
        await pilot.pause()
        yield Scoring(call, replay, pilot)


async def test_the_card_shows_what_the_machine_found_and_what_is_open(tmp_path: Path) -> None:
    async with scoring(tmp_path) as card:
        assert "Their own name, too." in await card.press("up")
        text = await card.press("down")
        assert "Their own name" not in text, "it is about another item"
        for part in ("Ours", "Grace", "1 of 2 items answered", "Opening", "Greets", "machine: yes at 0:40", "“I will"):
            assert part in text
        assert card_files.read(card.call) == (), "nothing is saved before somebody answers"


@pytest.mark.parametrize(("key", "answer"), [("y", "yes"), ("p", "partly"), ("n", "no"), ("a", "na")])
async def test_an_answer_is_on_the_disk_at_once(tmp_path: Path, key: str, answer: str) -> None:
    async with scoring(tmp_path) as card:
        await card.press(key)
        assert card.saved()["greets"] == (answer, "", None)
        await card.press("backspace")
        assert card.saved()["greets"] == (None, "", None)


async def test_the_machine_is_overruled_with_a_note_at_the_cursor(tmp_path: Path) -> None:
    async with scoring(tmp_path) as card:
        await card.press("right", "right", "down")
        assert "Why?" in await card.press("n")
        text = await card.type("not hers")
        assert card.saved()["promises"] == ("no", "not hers", 10.0)
        assert "note at 0:10: not hers" in text
        assert "Score 0 %" in text


async def test_without_a_reason_nothing_changes(tmp_path: Path) -> None:
    async with scoring(tmp_path) as card:
        await card.press("down", "n")
        assert "Nothing was changed" in await card.press("enter")
        await card.press("n", "x", "escape")
        assert card_files.read(card.call) == ()
        assert "no" not in str(card.screen.view.item.counted)


async def test_enter_plays_the_moment_behind_the_card(tmp_path: Path) -> None:
    async with scoring(tmp_path) as card:
        assert "whole call" in await card.press("enter")
        await card.press("down", "enter")
        assert card.replay.view
        assert card.replay.view.at_s == pytest.approx(35.0)
        await card.press("left")
        assert card.replay.view.at_s == pytest.approx(30.0)


async def test_escape_goes_back_to_the_replay(tmp_path: Path) -> None:
    async with scoring(tmp_path) as card:
        assert "Yours counts" in await card.press("question_mark")
        await card.pilot.press("escape")
        await card.pilot.pause()
        assert card.pilot.app.screen is card.replay


async def test_a_narrow_terminal_is_all_card(tmp_path: Path) -> None:
    async with scoring(tmp_path, 60) as card:
        await card.press("down")
        assert card.screen.query_one("Vertical").size.width == 60


async def test_a_wrong_form_is_told_in_the_replay(tmp_path: Path) -> None:
    call = folder(tmp_path / "calls")
    replay = ReplayScreen(call, signer="Grace", output=FakeOutput)
    replay.form = "none"
    async with ReplayApp(replay).run_test(size=(120, 30)) as pilot:
        await until_on(pilot, lambda: replay.listening is not None, "the sound output is there")
        await pilot.press("k")
        await until_on(pilot, lambda: bool(replay.view and "no form" in replay.view.said), "it says what is wrong")
        assert pilot.app.screen is replay
