"""What is usual for an agent at a device, kept between calls: a few numbers, no sound."""

import hashlib
import math
import os
import re
import tomllib
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import msgspec
import tomli_w

from audio.engines import Engine
from audio.values import Usual
from monitor.base import atomic
from monitor.base.errors import MonitorError

KEPT_DAYS = 30
"""A profile that neither a calibration nor a call has confirmed for so many days expires: voices, gains and
headsets change."""
LEAST_SPEECH_S = 60.0
"""Seconds of the agent's speech from which a call may confirm a profile."""
CALL_SHARE = 0.1
"""How far a call takes the profile towards its own usual."""

NEAR_LEVEL_DB = 2.0
NEAR_RATE_PCT = 6.0
NEAR_PITCH_ST = 1.0
NEAR_BALANCE_DB = 1.5
"""How far a call's usual may be from what was calibrated to count as the same voice in the same mood: a third of what
prompts. It is also the furthest that calls together ever take the profile."""


class ProfileError(MonitorError):
    """A profile cannot be read or written; the message is a full sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Norms:
    """The four numbers that tone is judged against; None where there was nothing to measure."""

    level_dbfs: float
    articulation_rate_sps: float
    """Syllables a second of speech."""
    pitch_hz: float | None = None
    balance_db: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The usual of one agent at one device in one language."""

    agent: str
    """May be empty, where one person uses the machine."""
    device: str
    """The microphone's name."""
    language: str
    confirmed: date
    """The day of the calibration, or of the last call that confirmed it."""
    usual: Norms
    calibrated: Norms
    """As measured by `tone-monitor calibrate`; calls never move the usual far from it."""
    noise_floor_dbfs: float | None = None
    """Noise floor of the room during the calibration."""
    engine: Engine = "swift"
    """What measured the numbers: no other one is compared with them."""

    def expired(self, today: date) -> bool:
        """Whether it is too old to use."""
        return (today - self.confirmed).days > KEPT_DAYS

    def as_usual(self) -> Usual:
        """The numbers as `audio.measure.tone.ToneMeter` expects them."""
        return Usual("agent", **asdict(self.usual))

    def at_another_device(self) -> Usual:
        """What is the person's and not the microphone's: the level and the balance have to be learnt there."""
        usual = self.usual
        return Usual("agent", None, usual.articulation_rate_sps, usual.pitch_hz, None)

    def after_call(self, heard: Usual, speech_s: float, day: date) -> "Profile":
        """Move a little towards what was usual in a call, if that was the usual voice; otherwise change nothing.

        Level, rate, pitch and balance all have to be near what was calibrated. Excitement moves them together: it never
        becomes the new normal, in one call or in a hundred. A level that is off alone is the microphone's gain: the
        profile takes it over.

        Args:
            heard: the agent's usual at the end of the call.
            speech_s: seconds that the agent spoke in it.
            day: the day of the call.
        """
        known = self._with_gain_of(heard)
        if speech_s < LEAST_SPEECH_S or not _near(heard, known.calibrated):
            return self
        confirmed = max(self.confirmed, day)
        return replace(known, confirmed=confirmed, usual=_towards(heard, known.usual, known.calibrated))

    def _with_gain_of(self, heard: Usual) -> "Profile":
        """The same voice at the level of a call, if pitch and balance can tell that it is no other voice."""
        norms = self.calibrated
        unsure = None in {heard.level_dbfs, heard.pitch_hz, norms.pitch_hz, heard.balance_db, norms.balance_db}
        if unsure or heard.level_dbfs is None or abs(heard.level_dbfs - norms.level_dbfs) <= NEAR_LEVEL_DB:
            return self
        usual, calibrated = (replace(one, level_dbfs=heard.level_dbfs) for one in (self.usual, norms))
        return replace(self, usual=usual, calibrated=calibrated)


def _near(heard: Usual, norms: Norms) -> bool:
    if heard.level_dbfs is None or heard.articulation_rate_sps is None:
        return False
    differences = [
        abs(heard.level_dbfs - norms.level_dbfs) / NEAR_LEVEL_DB,
        abs(heard.articulation_rate_sps / norms.articulation_rate_sps - 1) * 100 / NEAR_RATE_PCT,
    ]
    if heard.pitch_hz and norms.pitch_hz:
        differences.append(abs(12 * math.log2(heard.pitch_hz / norms.pitch_hz)) / NEAR_PITCH_ST)
    if heard.balance_db is not None and norms.balance_db is not None:
        differences.append(abs(heard.balance_db - norms.balance_db) / NEAR_BALANCE_DB)
    return max(differences) <= 1


def _towards(heard: Usual, usual: Norms, calibrated: Norms) -> Norms:
    """Each number moves a tenth of the way, and so stays near what was calibrated."""
    moved = {
        name: before if before is None or (now := getattr(heard, name)) is None else _between(before, now)
        for name, before in asdict(usual).items()
    }
    return replace(calibrated, **moved)


def _between(before: float, now: float) -> float:
    return round(before + CALL_SHARE * (now - before), 3)


def folder() -> Path:
    """Where profiles are kept: TONE_MONITOR_PROFILES, otherwise the platform's data folder."""
    if named := os.environ.get("TONE_MONITOR_PROFILES"):
        return Path(named)
    import platformdirs  # needed only without the variable

    return platformdirs.user_data_path("tone-monitor") / "profiles"


def path_of(agent: str, device: str, language: str = "en") -> Path:
    """The file of a profile: a readable name, different for every agent, device and language."""
    key = f"{agent}\n{device}\n{language}"
    words = re.findall(r"[a-z0-9]+", f"{agent} {device}".lower())
    return folder() / f"{'-'.join(words)[:60]}-{language}-{hashlib.sha256(key.encode()).hexdigest()[:8]}.toml"


def load(agent: str, device: str, today: date, *, language: str = "en", engine: Engine = "swift") -> Usual | None:
    """What is usual for an agent at a device, to start a call with; None if unknown or expired.

    A profile that cannot be read counts as none here, so that no call is held up; `tone-monitor doctor` reports it.

    Args:
        agent: the name in the settings.
        device: the microphone's name as `audio.devices.choose` gives it.
        today: the day of the call.
        language: spoken in the call.
        engine: what measures the call.
    """
    try:
        profile = of(agent, device, language)
    except ProfileError:
        return None
    return None if profile is None or profile.expired(today) or profile.engine != engine else profile.as_usual()


def refresh(  # noqa: PLR0913 - what identifies a profile, and what a call measured
    agent: str,
    device: str,
    heard: Usual,
    speech_s: float,
    today: date,
    *,
    language: str = "en",
    engine: Engine = "swift",
) -> bool:
    """Let a call that is over confirm the profile (`Profile.after_call`); return whether it did.

    Raises:
        ProfileError: the profile is not readable, or cannot be written.
    """
    before = of(agent, device, language)
    if before is None or before.expired(today) or before.engine != engine:
        return False
    after = before.after_call(heard, speech_s, today)
    if after == before:
        return False
    save(after)
    return True


def of(agent: str, device: str, language: str = "en") -> Profile | None:
    """The profile of an agent at a device, however old; None if there is none.

    Raises:
        ProfileError: its file is not readable, or is a copy of another profile.
    """
    path = path_of(agent, device, language)
    found = read(path)
    if found and (found.agent, found.device, found.language) != (agent, device, language):
        raise ProfileError(
            f"{path} is the voice profile of {found.agent or 'someone'} at {found.device}, not at {device}. "
            "Run tone-monitor calibrate."
        )
    return found


def other_engine(agent: str, device: str, engine: Engine, language: str = "en") -> str:
    """The engine that measured the profile of an agent at a device, if it is another one; otherwise empty."""
    try:
        found = of(agent, device, language)
    except ProfileError:
        return ""
    return found.engine if found and found.engine != engine else ""


def elsewhere(agent: str, device: str, today: date) -> Profile | None:
    """The profile of an agent at another device; None without one."""
    for path in files():
        try:
            found = read(path)
        except ProfileError:
            continue
        if found and found.agent == agent and found.device != device and not found.expired(today):
            return found
    return None


def read(path: Path) -> Profile | None:
    """A profile, however old; None if there is none.

    Raises:
        ProfileError: the file is not readable, or holds something else.
    """
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Profile)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:  # not TOML, not text, nested too deep, or not a profile
        raise ProfileError(f"Can't read the profile {path} ({error}). Run tone-monitor calibrate again.") from error


def save(profile: Profile) -> Path:
    """Save a profile, replacing the one before; return its file.

    Raises:
        ProfileError: it cannot be written.
    """
    path = path_of(profile.agent, profile.device, profile.language)
    values = asdict(profile, dict_factory=lambda pairs: {key: value for key, value in pairs if value is not None})
    try:
        atomic.write(path, tomli_w.dumps(values).encode())
    except OSError as error:
        raise ProfileError(
            f"Can't write the profile {path} ({error.strerror or error}). "
            "Free some disk space, change the permissions, or choose another folder with TONE_MONITOR_PROFILES."
        ) from error
    return path


def files() -> tuple[Path, ...]:
    """The files of all profiles."""
    return tuple(sorted(folder().glob("*.toml")))


def of_agent(agent: str) -> list[Path]:
    """Find the profiles of an agent, ignoring the case of the name and files that cannot be read."""
    return [path for path in files() if _agent_of(path).casefold() == agent.casefold() != ""]


def _agent_of(path: Path) -> str:
    try:
        found = read(path)
    except ProfileError:
        return ""
    return found.agent if found else ""
