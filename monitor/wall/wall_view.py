"""What the wall's screen shows, as one value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from monitor.wall.topics import OnDesk
from monitor.wall.wall_messages import CallDetail
from monitor.wall.wall_state import Shown, Wall


@dataclass(frozen=True)
class WallView:
    """The calls and where the supervisor is among them."""

    supervisor: str
    team: str = ""
    """Whose calls; empty for all."""
    wall: Wall = Wall()  # noqa: RUF009 - it never changes
    now_s: float = 0.0
    """By the wall's clock."""
    connected: bool = False
    trouble: str = ""
    """What is wrong with the connection."""
    lost_s: float | None = None
    """Since when there has been no connection."""
    cursor: OnDesk | None = None
    """The chosen call: it stays chosen when its line moves."""
    following: OnDesk | None = None

    # Every line of the screen asks for these two, and hundreds of calls are put in order for them.
    @cached_property
    def rows(self) -> tuple[Shown, ...]:
        """The calls in their order."""
        return self.wall.shown(self.now_s)

    @cached_property
    def chosen(self) -> Shown | None:
        """The call under the cursor; the first one until another is chosen."""
        rows = self.rows
        return next((row for row in rows if row.call == self.cursor), rows[0] if rows else None)

    @property
    def followed(self) -> Shown | None:
        """The call that is followed."""
        return next((row for row in self.rows if row.call == self.following), None)

    @property
    def detail(self) -> CallDetail | None:
        """More about it, once its desk has said so to the agent."""
        followed = self.followed
        if followed is None or self.supervisor not in followed.state.followed_by:
            return None
        return self.wall.details.get(followed.call)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is wrong, in sentences, the most important first."""
        shared = [
            f"Two desks log in as {login}. Give each its own login." for login in self.wall.shared_logins(self.now_s)
        ]
        return tuple(filter(None, (self.trouble, *shared, self.wall.note)))

    def moved(self, by: int) -> WallView:
        """With the cursor on another line."""
        rows, chosen = self.rows, self.chosen
        if chosen is None:
            return self
        place = min(max(rows.index(chosen) + by, 0), len(rows) - 1)
        return replace(self, cursor=rows[place].call)
