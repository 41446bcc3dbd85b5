"""The scorecard beside the replay: the call stays in view and can be heard while it is scored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from monitor.base.errors import MonitorError
from monitor.replay.scorecard_lines import CardView, foot, head, item_text
from monitor.scorecards.scoring import CardOfCall

if TYPE_CHECKING:
    from monitor.call.scorecard.card import Answer

WIDE = 100
"""From this width on, the card leaves half of the screen to the replay."""


class Player(Protocol):
    """What the card asks of the replay behind it."""

    def position_s(self) -> float:
        """The cursor."""

    def hear(self, at_s: float) -> None:
        """Play a moment, and what led to it."""

    def action_play(self) -> None:
        """Play from the cursor, or pause."""

    def move(self, seconds: int) -> None:
        """Move the cursor."""


class ScorecardScreen(ModalScreen[None]):
    """Fills in a card with the keyboard, and saves each answer at once.

    Args:
        card: the card, and where it belongs.
        player: the replay.
        saved: called when an answer was saved.
    """

    DEFAULT_CSS = """
    ScorecardScreen { align: right top; background: #10151A 0%; }
    ScorecardScreen > Vertical { width: 50%; height: 1fr; background: #1A2128; color: #D8DEE3; }
    ScorecardScreen > Vertical { border-left: tall #5A6872; }
    ScorecardScreen.-narrow > Vertical { width: 100%; border-left: none; }
    ScorecardScreen Static { padding: 0 1; }
    ScorecardScreen #items { height: 1fr; background: #1A2128; scrollbar-size-vertical: 1; }
    ScorecardScreen #note { height: 1; border: none; padding: 0 1; background: #22303B; color: #FFFFFF; display: none; }
    ScorecardScreen.-asking #note { display: block; }
    """
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "choose(-1)", "previous item"),
        Binding("down", "choose(1)", "next item"),
        Binding("y", "answer('yes')", "yes"),
        Binding("p", "answer('partly')", "partly"),
        Binding("n", "answer('no')", "no"),
        Binding("a", "answer('na')", "n.a."),
        Binding("backspace,delete", "answer('')", "take back"),
        Binding("e", "note", "note"),
        Binding("enter", "hear", "play it"),
        Binding("space", "play", "play, pause"),
        Binding("left", "move(-5)", "5 s back"),
        Binding("right", "move(5)", "5 s forward"),
        Binding("question_mark", "help", "help"),
        Binding("escape,k,q", "close", "close"),
    ]

    def __init__(self, card: CardOfCall, player: Player, saved: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self._card = card
        self.view = CardView(card.card, card.form)
        self._player = player
        self._saved = saved
        self._overruling: Answer | None = None
        """The answer that waits for its note."""

    def compose(self) -> ComposeResult:
        """The score on top, the items, and the keys."""
        with Vertical():
            yield Static(id="score")
            with VerticalScroll(id="items", can_focus=False):
                yield from (Static(classes="item") for _ in self.view.card.items)
            yield Input(id="note", compact=True)
            yield Static(id="keys-of-card")

    def on_mount(self) -> None:
        """Draw the card."""
        self.set_class(self.app.size.width < WIDE, "-narrow")
        self._show(self.view)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """Leave the keys to the note while it is written."""
        return not self.has_class("-asking") or action == "close"

    def action_choose(self, step: int) -> None:
        """Choose another item."""
        self._show(self.view.moved(step))

    def action_answer(self, answer: Answer | str) -> None:
        """Answer the chosen item; otherwise than the machine, only with a note."""
        item = self.view.item
        given: Answer | None = answer or None  # type: ignore[assignment]
        if item.found and given not in {None, item.found.answer} and not item.note:
            self._overruling = given
            self._ask("Why? The machine answers otherwise.")
            return
        self._give({item.id: given})

    def action_note(self) -> None:
        """Write a note on the chosen item."""
        self._ask("Note")

    def action_hear(self) -> None:
        """Play the moment that the item is about, and a little before."""
        at_s = self.view.item.at_s
        if at_s is None:
            self._show(replace(self.view, said="This item is about the whole call. Press space to play."))
        else:
            self._player.hear(at_s)

    def action_play(self) -> None:
        """Play from the cursor, or pause."""
        self._player.action_play()

    def action_move(self, seconds: int) -> None:
        """Move the cursor of the replay."""
        self._player.move(seconds)

    def action_help(self) -> None:
        """Show or hide what the colours mean."""
        self.toggle_class("-help")
        self._show(self.view)

    def action_close(self) -> None:
        """Leave the note, or the card."""
        if self.has_class("-asking"):
            self._close_note()
            self._show(replace(self.view, said=""))
        else:
            self.dismiss()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the note, and the answer that waits for it."""
        note, item, overruling = event.value.strip(), self.view.item, self._overruling
        self._close_note()
        if overruling and not note:
            self._show(replace(self.view, said="Nothing was changed: write why you answer otherwise."))
            return
        moment_s = {item.id: round(self._player.position_s(), 1)} if note else {}
        self._give({item.id: overruling} if overruling else {}, {item.id: note}, moment_s)

    def _ask(self, question: str) -> None:
        note = self.query_one("#note", Input)
        note.value = self.view.item.note
        note.placeholder = question
        self.add_class("-asking")
        note.focus()
        self._show(replace(self.view, said=f"{question}  enter, or esc to cancel"))

    def _close_note(self) -> None:
        self._overruling = None
        self.remove_class("-asking")
        self.set_focus(None)

    def _give(
        self,
        answers: Mapping[str, Answer | None],
        notes: Mapping[str, str] | None = None,
        moments_s: Mapping[str, float] | None = None,
    ) -> None:
        try:
            self._card = self._card.with_answers(answers, notes, moments_s)
        except MonitorError as error:
            self._show(replace(self.view, said=str(error)))
            return
        self._saved()
        self._show(replace(self.view, card=self._card.card, said=""))

    def _show(self, view: CardView) -> None:
        self.view = view
        width = (self.app.size.width if self.has_class("-narrow") else self.app.size.width // 2) - 5
        self.query_one("#score", Static).update(head(view))
        for number, row in enumerate(self.query(".item").results(Static)):
            row.update(item_text(view, number, width))
            if number == view.at:
                row.scroll_visible(animate=False)
        self.query_one("#keys-of-card", Static).update(foot(view, width, with_help=self.has_class("-help")))
