"""How the next call of a session is wired: by the rules and protection that the team has in force when it starts."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from monitor.base.errors import MonitorError
from monitor.call import files
from monitor.live.call_wiring import CallWiring
from monitor.pipeline.metrics import BY_NAME
from monitor.rollout.look import in_force
from monitor.sealed import sealing
from monitor.settings import config
from monitor.settings.config import Rules, Settings
from rules.errors import RuleError
from rules.load import load

_log = logging.getLogger("tone_monitor")


def followed(before: Settings, new: Settings) -> Settings:
    """The settings of a session, with those of its machine now that follow the team while it runs."""
    privacy = replace(
        before.privacy,
        card_guard=new.privacy.card_guard,
        encrypt=new.privacy.encrypt,
        recipients=new.privacy.recipients,
    )
    return replace(before, privacy=privacy)


def rules_after(version: int | None) -> Rules | None:
    """The rule files of this machine now; None if that version of the roll-out is in force, or none can be read."""
    if version == in_force(config.file()):
        return None
    try:
        return config.settings().rules
    except MonitorError:
        return None


class LatestWiring:
    """The wiring of the next call. A call in progress keeps the one with which it started.

    Only rules, masking, sealing and whether the sound is kept follow the team during a session; other settings count
    from its next start.

    Args:
        wiring: of the first call.
        rules: the rule files of the session; those of a command line stay, whatever the team has.
        record: whether the session keeps the sound.
        version: of the roll-out by which the settings were read; the one in force now if None.
    """

    def __init__(self, wiring: CallWiring, rules: Sequence[Path], *, record: bool, version: int | None = None) -> None:
        self._wiring = wiring
        self._record = record
        self._may_record = record
        own = [Path(file) for file in wiring.settings.rules.files]
        self._follows_rules = list(rules) == own
        self._file = config.file()
        self._version = in_force(self._file) if version is None else version

    @property
    def record(self) -> bool:
        """Whether the sound of the next call is kept."""
        return self._record

    def of_next_call(self) -> CallWiring:
        """The wiring of a call that starts now; if the team's version does not work, that of the last call."""
        version = in_force(self._file)
        if version != self._version:
            try:
                self._wiring = self._with(config.settings())
            except (MonitorError, RuleError) as error:
                _log.warning("The team's roll-out is not taken: %s", error)
            self._version = version
        return self._wiring

    def _with(self, new: Settings) -> CallWiring:
        settings = followed(self._wiring.settings, new)
        privacy = settings.privacy
        files.check_key(privacy)
        rules = load([Path(file) for file in new.rules.files], metrics=BY_NAME, damage_ok=True)
        wiring = replace(
            self._wiring,
            settings=settings,
            rulebook=rules if self._follows_rules else self._wiring.rulebook,
        )
        sealing.use(lambda: privacy)
        self._record = self._may_record and new.calls.record
        return wiring
