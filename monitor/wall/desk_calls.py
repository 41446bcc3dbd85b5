"""The calls of a desk between its agent and the supervisors."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from monitor.call.info import CallInfo
from monitor.settings.config import Settings
from monitor.wall.care import Reach
from monitor.wall.published_call import PublishedCall, RulesShown
from monitor.wall.publisher import Publisher, words_allowed
from monitor.wall.supervision import Supervision
from monitor.wall.wall_messages import Does
from rules.rulebook import Rulebook


class DeskCalls:
    """Gives each call its supervision; without a broker, requests for help reach the webhook alone, if there is one.

    Args:
        settings: of this machine.
        shown: whether the calls are shown on the wall, as calls in progress are.
    """

    def __init__(self, settings: Settings, *, shown: bool = True) -> None:
        self._settings = settings
        self._calls: dict[str, Supervision] = {}
        self._number = 0
        self._publisher = Publisher(settings, self._ordered) if settings.wall.broker and shown else None

    @property
    def reach(self) -> Reach:
        """Who can be reached now."""
        reach = self._publisher.reach if self._publisher else Reach()
        return replace(reach, webhook=bool(self._settings.webhook.url))

    def of_call(self, info: CallInfo, rules: Rulebook) -> Supervision:
        """The supervision of a call that begins, by these rules."""
        consent = info.consent.status
        words = words_allowed(self._settings, consent)
        call = PublishedCall(info.agent, consent, info.kind == "recording", words, RulesShown.of(rules))
        self._number += 1
        name = str(self._number)
        publish = partial(self._publisher.publish, name) if self._publisher else None
        # The call before is still writing its last words: it is over for supervisors.
        self._calls = {name: (supervision := Supervision(call, publish, lambda: self.reach))}
        return supervision

    def close(self) -> None:
        """Say goodbye to the broker."""
        if self._publisher:
            self._publisher.close()

    def _ordered(self, call: str, do: Does, by: str) -> None:
        if supervision := self._calls.get(call):
            supervision.order(do, by)
