"""What screens note of calls of others, and what they show an agent of her own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.app import App
from textual.widgets import Input

from audio.block import SAMPLE_RATE_HZ
from monitor.access import entries
from monitor.access.entries import Access
from monitor.access.visit import visitor
from monitor.catalogue.catalogue import Catalogue, open_catalogue
from monitor.catalogue.filter_line import FilterLine
from monitor.catalogue.query import Filter
from monitor.catalogue.reindex import reindex
from monitor.replay.call_log import CallReader
from monitor.replay.playback import Playback
from monitor.replay.view import opened
from monitor.settings.config import Reviewer, Settings
from monitor.supervisor.app import SupervisorApp
from tests import screens
from tests.made_calls import info, make, said
from tests.outputs import FakeOutput

KIM = visitor(Settings(reviewer=Reviewer(name="Kim")))


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    make(tmp_path, [said("my refund")], info(agent="Sam"))
    with open_catalogue(tmp_path) as catalogue:
        reindex(catalogue)
        yield catalogue


def accesses(catalogue: Catalogue) -> list[str]:
    (folder,) = catalogue.root.glob("2*/*")
    return [f"{one.by} {one.kind}" for one in entries.read(folder)]


def text(app: App[None]) -> str:
    return "\n".join("".join(segment.text for segment in row) for row in screens.painted(app.screen))


async def test_opening_a_call_from_the_list_and_seeing_words_of_it_are_noted(catalogue: Catalogue) -> None:
    app = SupervisorApp(catalogue, FilterLine(), "worst")
    app.sign_accesses(KIM)
    async with app.run_test(size=(110, 26)) as pilot:
        await pilot.pause()
        assert accesses(catalogue) == [], "a list opens no call"
        await pilot.press("slash")
        app.screen.query_one(Input).value = "refund"
        await pilot.press("enter")
        await pilot.press("down", "up")
        await pilot.pause()
        assert accesses(catalogue) == ["Kim searched"]
        await pilot.press("enter")
        await pilot.pause()
        assert accesses(catalogue) == ["Kim searched", "Kim opened"]


async def test_an_agent_sees_what_others_did_with_her_call(catalogue: Catalogue) -> None:
    (folder,) = catalogue.root.glob("2*/*")
    entries.add(folder, Access("opened", "Lee", "2026-03-02T10:05:00+00:00"))
    entries.add(folder, Access("played", "Kim", "2026-03-03T10:05:00+00:00", 40.0, 70.0))
    for mine, seen in (("Sam", True), ("", False)):
        app = SupervisorApp(catalogue, FilterLine("", Filter(mine=mine)), "worst")
        async with app.run_test(size=(110, 26)) as pilot:
            await pilot.pause()
            await pilot.pause()
            assert ("Kim played 0:40–1:10 on 2026-03-03 at 10:05." in text(app)) == seen
            assert ("and 1 more, v shows all" in text(app)) == seen
            await pilot.press("v")
            await pilot.pause()
            assert ("Lee opened it on 2026-03-02 at 10:05." in text(app)) == seen


class FakePlayer:
    """A player of which the test says how far it is."""

    playing = False
    position: int | None = None

    def play(self, start: int, **_options: object) -> None:
        self.playing, self.position = True, start

    def pause(self) -> None:
        self.playing, self.position = False, None


def test_each_part_that_was_played_is_noted_where_it_ends(tmp_path: Path) -> None:
    log = CallReader(make(tmp_path, [said("my refund")], info())).catch_up()
    parts = list[tuple[str, float, float]]()

    def noted(kind: str, start_s: float, end_s: float) -> str:
        parts.append((kind, start_s, end_s))
        return ""

    playback, player = Playback(log, FakeOutput(), noted), FakePlayer()
    playback.player = player  # type: ignore[assignment]
    view = playback.play(opened(log, (), following=False).at(2.0))
    player.position = 5 * SAMPLE_RATE_HZ
    view = playback.kept_up(view)
    view = playback.play(view.at(10.0))
    player.position = 11 * SAMPLE_RATE_HZ
    view = playback.pause(playback.kept_up(view))
    assert playback.pause(view) == view
    playback.play(view)
    playback.close()
    assert parts == [("played", 2.0, 5.0), ("played", 10.0, 11.0)], "nothing of what was stopped at once"
