"""A team whose desks take roll-outs from a store in a folder."""

from pathlib import Path

import pytest
import tomli_w
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from monitor.cli import main
from monitor.objects.bucket import Bucket, connect
from monitor.rollout import intake, publish, signing
from monitor.rollout.document import Rollout
from monitor.sealed import keys, sealing
from monitor.settings import config, team_settings
from monitor.settings.config import Settings
from monitor.settings.team_settings import State

RULE = """
[slow-down]
extends = "slow-down"
severity = "{severity}"
"""


class Team:
    """A team "North": its store, its signing key, and desks with settings of their own."""

    def __init__(self, place: Path, patch: pytest.MonkeyPatch) -> None:
        self._place = place
        self._patch = patch
        self.key = Ed25519PrivateKey.generate()
        (place / "store").mkdir()
        patch.setenv("TONE_MONITOR_CALLS", str(place / "calls"))

    @property
    def store(self) -> Bucket:
        """The team's store."""
        return connect(str(self._place / "store"))

    @property
    def settings_file(self) -> Path:
        """Of the desk."""
        return self._place / "config.toml"

    def make_desk(self, **tables: dict[str, object]) -> None:
        """A desk that has pinned the team's key, with these settings besides."""
        own: dict[str, dict[str, object]] = {
            "team": {"name": "North", "rollout_key": signing.public_text(self.key)},
            "objects": {"url": str(self._place / "store")},
        }
        for table, values in tables.items():
            own[table] = own.get(table, {}) | values
        self.settings_file.write_text(tomli_w.dumps(own), "utf-8")
        self._patch.setenv("TONE_MONITOR_CONFIG", str(self.settings_file))
        self.forget_keys()
        sealing.use(lambda: config.settings().privacy)

    def prepared(self, settings: str = "", severity: str = "") -> Rollout:
        """Rules and settings to be published."""
        rules, written = self._place / "north.toml", self._place / "published.toml"
        rules.write_text(RULE.format(severity=severity), "utf-8")
        written.write_text(settings, "utf-8")
        return publish.prepare("North", "Kim", "", [rules] if severity else [], written)

    def publish(self, settings: str = "", severity: str = "") -> int:
        """Publish; gives the version."""
        return publish.publish(self.store, self.prepared(settings, severity), self.key).version

    def take(self) -> State:
        """Let the desk look at the store."""
        return intake.take(self.store, config.settings(), self.settings_file)

    def state(self) -> State:
        """Of the desk."""
        return team_settings.state(self.settings_file)

    def settings(self) -> Settings:
        """In force on the desk."""
        return config.settings()

    def forget_keys(self) -> None:
        """Look keys up again."""
        keys.forget()


def run(*arguments: str | Path) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])
