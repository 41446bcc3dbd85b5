"""What the agent's screen knows of supervisors: who follows the call, who takes care of it, and her own request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from monitor.base.counts import count
from monitor.call.supervision.supervisor_events import (
    HelpRequest,
    SupervisorAction,
    SupervisorDoes,
    SupervisorEvent,
    WordsShared,
)

NEWS_S = 8.0
"""For so long what is new goes before an ordinary prompt."""


@dataclass(frozen=True, slots=True)
class Supervisors:
    """As the events of the call so far have it."""

    followers: tuple[str, ...] = ()
    taken_by: str = ""
    request: HelpRequest | None = None
    """Her last one, while nobody takes care; None once it is withdrawn."""
    words_shared: bool = False
    news: SupervisorEvent | None = None
    """The last that her card says; None once she has taken it down."""

    def after(self, event: SupervisorEvent) -> Supervisors:
        """After an event."""
        match event:
            case HelpRequest(state="withdrawn"):
                return replace(self, request=None, news=None)
            case HelpRequest(state=state):
                return replace(self, request=event, taken_by="" if state == "asked" else self.taken_by, news=event)
            case WordsShared(on=on):
                return replace(self, words_shared=on)
            case SupervisorAction():
                return self._acted(event)

    def _acted(self, action: SupervisorAction) -> Supervisors:
        match action.does:
            case "takes care":
                return replace(self, taken_by=action.by, request=None, news=action)
            case "lets go":
                return replace(self, taken_by="", news=action)
            case "follows":
                return replace(self, followers=(*self._without(action.by), action.by), news=action)
            case "stops following":
                rest = self._without(action.by)
                news = None if isinstance(self.news, SupervisorAction) and self.news.by == action.by else self.news
                return replace(self, followers=rest, words_shared=self.words_shared and bool(rest), news=news)

    def _without(self, name: str) -> tuple[str, ...]:
        return tuple(one for one in self.followers if one != name)

    @property
    def status(self) -> tuple[str, ...]:
        """What stands in the status line, the most important first: it always says who follows."""
        parts = []
        if self.followers:
            reads = "reads" if len(self.followers) == 1 else "read"
            does = f"{reads} along" if self.words_shared else "follows" if len(self.followers) == 1 else "follow"
            parts.append(f"{' and '.join(self.followers)} {does}")
        if self.taken_by:
            parts.append(f"{self.taken_by} takes care")
        elif self.request and self.request.channels:
            parts.append("help asked")
        return tuple(parts)

    def is_new(self, now_s: float) -> bool:
        """Whether the news is so new that it goes before an ordinary prompt."""
        return self.news is not None and now_s - self.news.at_s < NEWS_S

    @property
    def card(self) -> tuple[str, str, str] | None:
        """Title, fact and advice about the news; None if there is none."""
        match self.news:
            case HelpRequest(state="asked"):
                return _asked(self.news)
            case HelpRequest():
                return "No answer yet", "Nobody has taken your call for 30 s.", "Call your supervisor. h takes it back."
            case SupervisorAction(by=by, does=does):
                title, fact, advice = _DONE[does]
                share = f"w lets {by} read the words, too." if self.news.may_share else ""
                return title.format(by), fact.format(by), advice or share
            case _:
                return None


NOBODY = Supervisors()
_DONE: Mapping[SupervisorDoes, tuple[str, str, str]] = {
    "takes care": ("{} takes this", "Your supervisor knows of your call.", ""),
    "lets go": ("{} let go", "Nobody takes care of your call now.", "h asks for a supervisor."),
    "follows": ("{} follows", "{} sees numbers and flags, no words.", ""),
    "stops following": ("{} left", "{} no longer follows your call.", ""),
}


def _asked(request: HelpRequest) -> tuple[str, str, str]:
    if not request.channels:
        return "Nobody is connected", "No supervisor can see your request.", "Call your supervisor."
    back = "h takes the request back."
    if "wall" not in request.channels:
        return "Help requested", "Your team's webhook has your request.", back
    if not request.walls:
        return "Help requested", "It is on the wall, but no supervisor has the wall open.", back
    have = "has" if request.walls == 1 else "have"
    return "Help requested", f"{count(request.walls, 'supervisor').capitalize()} {have} the wall open.", back
