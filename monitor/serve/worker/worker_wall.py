"""The calls of a worker between their agents and the supervisors; the front talks to the broker."""

from __future__ import annotations

from collections.abc import Callable

from monitor.call.info import CallInfo
from monitor.serve.orders import OnWall, Report, WallReach
from monitor.settings.config import Settings
from monitor.wall.care import Reach
from monitor.wall.published_call import PublishedCall, RulesShown
from monitor.wall.publisher import words_allowed
from monitor.wall.supervision import Supervision
from monitor.wall.topics import Part, call_name
from rules.rulebook import Rulebook


class WorkerWall:
    """Gives each call its supervision.

    Args:
        settings: of this machine.
    """

    def __init__(self, settings: Settings) -> None:
        self.report: Callable[[Report], object] = lambda _: None
        """Tells the front."""
        self._settings = settings
        self._reach = Reach(webhook=bool(settings.webhook.url))

    def take(self, reach: WallReach) -> None:
        """Take who can be reached now."""
        self._reach = Reach(reach.wall, reach.walls, self._reach.webhook)

    def of_call(self, id_: str, info: CallInfo, rules: Rulebook) -> Supervision:
        """The supervision of a call by these rules that begins, or that another worker lost."""
        consent = info.consent.status
        words = words_allowed(self._settings, consent)
        call = PublishedCall(info.agent, consent, words=words, rules=RulesShown.of(rules))

        def publish(part: Part, payload: bytes, certain: bool) -> None:  # noqa: FBT001 - see Publish
            self.report(OnWall(call_name(id_), part, payload.decode(), certain))

        return Supervision(call, publish if self._settings.wall.broker else None, lambda: self._reach)

    def know(self, supervision: Supervision, info: CallInfo) -> None:
        """Pass on what is known of the customer's consent now."""
        consent = info.consent.status
        supervision.know(consent, words=words_allowed(self._settings, consent))
