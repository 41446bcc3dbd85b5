"""A desk and supervisors who look at one folder of calls, each with settings and keys of their own."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tomli_w

from audio.block import SAMPLE_RATE_HZ, AudioBlock
from monitor.call.events import Ended
from monitor.call.folder import CallWriter
from monitor.sealed import call_key, keys, sealing, team_key
from monitor.settings import config
from tests.made_calls import START, info, said

WORD = "marmalade"
CUSTOMER = "Rosalind Featherstonehaugh"
LENGTH_S = 3


class Machines:
    """Machines that look at one folder of calls."""

    def __init__(self, place: Path, patch: pytest.MonkeyPatch) -> None:
        self._place = place
        self._patch = patch
        self.calls = place / "calls"
        patch.setenv("TONE_MONITOR_CALLS", str(self.calls))

    def go_to(self, name: str, **privacy: object) -> Path:
        """Sit down at one of them; its folder."""
        own = self._place / name
        own.mkdir(exist_ok=True)
        about: dict[str, object] = {"key_file": "key", "private_key_file": "private", **privacy}
        if privacy or not (own / "config.toml").exists():
            (own / "config.toml").write_text(tomli_w.dumps({"privacy": about}), "utf-8")
        self._patch.setenv("TONE_MONITOR_CONFIG", str(own / "config.toml"))
        self.forget_keys()
        sealing.use(lambda: config.settings().privacy)
        return own

    def make_desk(self, *recipients: str, name: str = "desk") -> Path:
        """A desk with a key, which seals its calls for these, too."""
        own = self.go_to(name, encrypt=True, recipients=list(recipients))
        if not (own / "key").exists():
            keys.make()
        return own

    def make_supervisor(self, name: str) -> str:
        """A supervisor's machine; gives the public key and the name."""
        self.go_to(name)
        return f"{team_key.make()} {name.capitalize()}"

    def keep(self) -> Path:
        """A call that is over; its folder."""
        about = replace(info(START, closed=False), customer=CUSTOMER)
        writer = CallWriter(self.calls, about)
        noise = np.random.default_rng(1).integers(-9_000, 9_000, LENGTH_S * SAMPLE_RATE_HZ)
        for speaker in about.speakers:
            writer.hear(AudioBlock(speaker, 0, noise.astype(np.float32) / 32767))
        writer.note(said(f"I want my {WORD} back now please"))
        writer.note(Ended(float(LENGTH_S), "end of sound"))
        writer.close()
        return writer.folder

    def forget_keys(self) -> None:
        """Look keys up again, as another program would."""
        for cache in (keys, team_key, call_key):
            cache.forget()
