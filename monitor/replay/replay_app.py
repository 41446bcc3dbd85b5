"""The replay as a program of its own."""

from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from monitor.access.visit import visitor
from monitor.base.discreet_app import DiscreetApp
from monitor.base.terminal import say
from monitor.call.log import read_events
from monitor.catalogue.live_rows import CallIndex
from monitor.follow_up import new_notes
from monitor.replay.replay_screen import ReplayScreen
from monitor.settings.config import Settings


class ReplayApp(DiscreetApp[None]):
    """Shows the replay of one call, and ends with it.

    Args:
        screen: the replay.
        scoring: whether its scorecard opens at once.
    """

    TITLE = "Tone Monitor"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c,ctrl+q", "quit", "end", priority=True)]

    def __init__(self, screen: ReplayScreen, *, scoring: bool = False) -> None:
        super().__init__()
        self.replay = screen
        self._scoring = scoring

    def on_mount(self) -> None:
        """Open the call; leaving it leaves the program."""
        self.push_screen(self.replay, lambda _: self.exit())
        if self._scoring:
            self.call_after_refresh(self.replay.action_score)


def run(folder: Path, settings: Settings, signer: str, *, follow: bool = False, form: str = "") -> None:
    """Replay a call until it is left.

    Args:
        folder: of the call.
        settings: which catalogue lists marks, and who may answer notes on her own calls.
        signer: name on new marks; the login name if empty.
        follow: stay at the end of a call in progress.
        form: the scorecard to open at once; empty for none.

    Raises:
        CallFolderError: the folder holds no log.
    """
    next(read_events(folder), None)
    index = CallIndex(settings.calls.catalogue)
    screen = ReplayScreen(folder, follow=follow, signer=signer, marked=index.marked)
    if settings.agent.name:
        screen.own_name = settings.agent.name
        new_notes.read_call(folder.resolve(), settings.agent.name, datetime.now().astimezone())
    screen.form, screen.rule_files = form or settings.reviewer.form, tuple(map(Path, settings.rules.files))
    reader = visitor(settings, signer)
    trouble = reader.note(folder, "followed" if follow else "opened")
    screen.noted = reader.of(folder)
    ReplayApp(screen, scoring=bool(form)).present()
    if trouble:
        say(trouble, err=True)
