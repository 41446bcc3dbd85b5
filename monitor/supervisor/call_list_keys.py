"""The keys of the list of calls."""

from textual.binding import Binding, BindingType

KEYS: list[BindingType] = [
    Binding("up,k", "move(-1)", "up"),
    Binding("down,j", "move(1)", "down"),
    Binding("pageup", "page(-1)", "page up"),
    Binding("pagedown", "page(1)", "page down"),
    Binding("home", "move_to(0)", "first"),
    Binding("end", "move_to(-1)", "last"),
    Binding("enter", "replay", "replay"),
    Binding("slash", "filter", "filter"),
    Binding("escape", "leave_filter", "leave the filter"),
    Binding("s", "save", "save the filter"),
    Binding("v", "notes", "view notes"),
    Binding("r", "review", "reviewed"),
    Binding("u", "undo", "undo"),
    Binding("w", "order", "worst or newest"),
    Binding("question_mark", "help", "help"),
    Binding("q,ctrl+c,ctrl+q", "app.quit", "quit"),
]
