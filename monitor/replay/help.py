"""What the keys of the replay do, and what its signs mean."""

from textual.binding import Binding, BindingType

from monitor.base.lines import Line
from monitor.replay.pane import ReplayLines
from monitor.replay.view import ReplayView

BINDINGS: list[BindingType] = [
    Binding("space", "play", "play, pause"),
    Binding("left", "go('moved', -1)", "1 s back"),
    Binding("right", "go('moved', 1)", "1 s forward"),
    Binding("shift+left,j", "go('moved', -5)", "5 s back"),
    Binding("shift+right,l", "go('moved', 5)", "5 s forward"),
    Binding("ctrl+left", "go('to_word', -1)", "previous word"),
    Binding("ctrl+right", "go('to_word', 1)", "next word"),
    Binding("up", "go('to_line', -1)", "previous line"),
    Binding("down", "go('to_line', 1)", "next line"),
    Binding("pageup", "go('to_line', -10)", "ten lines back"),
    Binding("pagedown", "go('to_line', 10)", "ten lines forward"),
    Binding("home", "go('to_start')", "start"),
    Binding("end", "end", "end"),
    Binding("enter", "hear_line", "play the line"),
    Binding("f", "go('to_moment', 1)", "next flag"),
    Binding("F,shift+f", "go('to_moment', -1)", "previous flag"),
    Binding("p", "hear_moment", "play the flag"),
    Binding("plus,equals_sign", "look('zoomed', 1)", "zoom in"),
    Binding("minus", "look('zoomed', -1)", "zoom out"),
    Binding("0", "look('whole')", "whole call"),
    Binding("s", "go('faster', 1)", "faster"),
    Binding("S,shift+s", "go('faster', -1)", "slower"),
    Binding("m", "go('other_mix')", "choose speaker"),
    Binding("slash", "ask('search')", "search"),
    Binding("n", "next_or_note", "next result, or a note"),
    Binding("N,shift+n", "go('to_found', -1)", "previous result"),
    Binding("c", "confirm", "confirm the flag"),
    Binding("d", "ask_dismiss", "dismiss the flag"),
    Binding("t", "ask('tag')", "tag"),
    Binding("v", "notes", "view notes"),
    Binding("a", "ask_own('answer')", "answer the note"),
    Binding("o", "ask_own('dispute')", "dispute the flag"),
    Binding("r", "reviewed", "mark reviewed"),
    Binding("k", "score", "scorecard"),
    Binding("left_square_bracket", "look('clip_in')", "clip from here"),
    Binding("right_square_bracket", "look('clip_out')", "clip to here"),
    Binding("x", "ask('clip')", "share the clip"),
    Binding("question_mark", "help", "help"),
    Binding("escape", "escape", "end the search"),
    Binding("q", "back", "back"),
]
"""Every key and its action; `go` and `look` name a method of the view."""

QUESTIONS = {
    "search": "Search the transcript",
    "dismiss": "Why do you dismiss this flag?",
    "note": "Note",
    "tag": "Tag",
    "answer": "Your answer to the note",
    "dispute": "Why you dispute the flag",
    "clip": "Save the clip as this new folder or .zip file",
}
"""Questions that keys ask in the bottom line."""

_KEYS = (
    "space play  ← → 1 s  f F flag  ↑ ↓ line  + - zoom  / search  c d verdict  x clip  ? help  q back",
    "space play  ← → 1 s  f F flag  ↑ ↓ line  / search  c d verdict  ? all keys",
    "? keys",
)
_SEARCHING = ("n next  N previous  esc ends the search  ? help  q back", "n N  esc")
_HELP = (
    ("space", "play, pause"),
    ("← →", "1 s back, forward"),
    ("⇧← ⇧→", "5 s back, forward (or j l)"),
    ("^← ^→", "previous, next word"),
    ("↑ ↓", "previous, next line"),
    ("home end", "start, end of the call"),
    ("f F", "next, previous flag"),
    ("p", "play the flag"),
    ("enter", "play the line"),
    ("/ n N", "search, next, previous"),
    ("+ - 0", "zoom in, out, whole call"),
    ("s S m", "faster, slower, speaker"),
    ("c d", "confirm, dismiss the flag"),
    ("n t v", "note, tag here, view notes"),
    ("a o", "answer, dispute (own calls)"),
    ("r k", "mark reviewed, scorecard"),
    ("[ ]", "clip from here, to here"),
    ("x", "share the clip"),
    ("esc q", "back"),
)
_SIGNS = (
    "level ▁…█, · silence        rate and pitch ─ usual, ▄…█ above, ▁ below",
    "overlap ▪ both, ◆ agent or ◇ customer interrupts, ' backchannel, _ dead air",
    "prompts ► appeared, ━ stayed       flags ◆ ! · of a rule, F agent's bookmark",
    "marks ✓ confirmed, × dismissed, n note, t tag, a answer, o disputed    missing × sound, w words",
)
WIDE = 108
"""From this width on, the help leaves room for the timeline it explains."""
_COLUMN = 36
"""Width of a key and its action."""


def keys_line(view: ReplayView, width: int) -> Line:
    """Write the keys that matter now, as many as fit."""
    asking = (f"{view.asked} – enter, or esc to cancel", view.asked)
    rows = asking if view.asked else _SEARCHING if view.found else _KEYS
    return ((f" {next((row for row in rows if len(row) < width), rows[-1])}"[:width], "dim"),)


def help_lines(width: int, height: int) -> tuple[Line, ...]:
    """Write all keys in as many columns as fit, and the signs of the lanes below them."""
    columns = max(width // _COLUMN, 1)
    rows = -(-len(_HELP) // columns)
    keys = [
        " " + "".join(f"{key:<9}{does:<{_COLUMN - 9}}" for key, does in _HELP[row::rows]).rstrip()
        for row in range(rows)
    ]
    return tuple(((text[:width], "plain"),) for text in (*keys, "", *(f" {text}" for text in _SIGNS)))[:height]


class ReplayKeys(ReplayLines):
    """The keys in one line: those of the search during a search."""

    def draw(self, view: ReplayView, width: int, height: int) -> tuple[Line, ...]:  # noqa: ARG002  # it is one
        """Draw the line."""
        return (keys_line(view, width),)


class ReplayHelp(ReplayLines):
    """All keys and signs."""

    def draw(self, view: ReplayView, width: int, height: int) -> tuple[Line, ...]:  # noqa: ARG002  # the same for all
        """Draw as many rows as fit, the keys first."""
        return help_lines(width, height)
