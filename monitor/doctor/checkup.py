"""All checks, one after the other; a check that fails does not stop the next.

Each is imported when it runs: a broken library then fails only the check that needs it.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from monitor.base.counts import count
from monitor.call.find import folders as call_folders
from monitor.call.folder import root_folder
from monitor.doctor.diagnosis import Diagnosis
from monitor.settings import config
from monitor.settings.config import ConfigError, Settings

Check = Callable[[], Iterable[Diagnosis]]


def checkup(root: Path | None, today: date, in_force: Callable[[], Settings], *, repairs: bool) -> Iterator[Diagnosis]:
    """Check everything that a call needs, and repair calls that broke off.

    Args:
        root: the folder of all calls; that of the settings if None.
        today: the day on which profiles must be valid.
        in_force: gives the settings, or raises ConfigError: that is one of the checks.
        repairs: whether to repair calls that broke off.
    """
    settings = Settings()
    try:
        settings = in_force()
    except ConfigError as error:
        yield Diagnosis("settings", "bad", str(error))
    else:
        yield _settings()
    folder = root_of(root, settings)
    checks: dict[str, Check] = {
        "rules": partial(_rules, settings),
        "sound": partial(_sound, settings.devices),
        "profile": partial(_voice, settings, today),
        "echo": partial(_echo, folder),
        "disk": partial(_disk, folder),
        "sealing": partial(_sealing, folder, settings.privacy),
        "cards": partial(_cards, settings.privacy, repairs=repairs),
        "unfinished": partial(_unfinished, folder, settings.calls.catalogue, repairs=repairs),
        "calls": partial(calls, lambda: list(call_folders(folder)), settings.calls.catalogue, repairs=repairs),
        "speed": _speed,
        "model": partial(_words, settings.words),
        "server": partial(_server, settings.words.model),
        "roll-out": partial(_rollout, settings),
    }
    for name, check in checks.items():
        yield from made(name, check)


def root_of(named: Path | None, settings: Settings) -> Path:
    """The folder of all calls: the given one, otherwise the one in the settings."""
    return named or root_folder(Path(settings.calls.folder) if settings.calls.folder else None)


def calls(find: Callable[[], Sequence[Path]], catalogue: str, *, repairs: bool) -> Iterator[Diagnosis]:
    """Check the calls that are found, and repair those that broke off; the catalogue is given by its URL."""
    from monitor.catalogue.live_rows import CallIndex
    from monitor.doctor import folders

    return folders.check(
        find(), time.time(), repairs=repairs, repaired=CallIndex(catalogue).ended, catalogue_url=catalogue
    )


def _unfinished(root: Path, catalogue: str, *, repairs: bool) -> Iterator[Diagnosis]:
    from monitor.catalogue.live_rows import CallIndex
    from monitor.upkeep import unfinished

    places = list(unfinished.unfinished(root))
    if places and repairs:
        unfinished.clear(root, CallIndex(catalogue).marked)
    for place in places:
        told = f"A call was being analyzed again in {place} when the program was killed. "
        done = "That is removed; the call is whole." if repairs else "To remove that, run tone-monitor doctor."
        yield Diagnosis("calls", "look", told + done)


def made(name: str, check: Check) -> Iterator[Diagnosis]:
    """What a check says; a check that raises is reported as a problem."""
    try:
        yield from check()
    except Exception as error:  # noqa: BLE001 - whatever it is, the other checks still run
        kind = type(error).__name__
        yield Diagnosis(
            name, "bad", f"This check failed ({kind}: {error}). Reinstall Tone Monitor, or report the error."
        )


def _settings() -> Diagnosis:
    sources = Counter(setting.source for setting in config.in_force() if setting.source != "default")
    if not sources:
        return Diagnosis("settings", "ok", "All settings are the default.")
    named = {config.FROM_FILE: str(config.file())}
    yours = f"{count(sources.total(), 'setting')} {'is' if sources.total() == 1 else 'are'} yours"
    from_where = ", ".join(f"{number} from {named.get(source, source)}" for source, number in sources.items())
    return Diagnosis("settings", "ok", f"{yours} ({from_where}); the others are the default.")


def _rules(settings: Settings) -> Iterator[Diagnosis]:
    from monitor.live import own_prompts
    from monitor.pipeline.metrics import BY_NAME
    from monitor.rule_tools import describe
    from rules.errors import RuleError
    from rules.load import load

    files = [Path(file) for file in settings.rules.files]
    try:
        said = describe.check(files)
        own_prompts.choices_in(settings, load(files, metrics=BY_NAME), config.file())
    except (RuleError, config.ConfigError) as error:
        yield Diagnosis("rules", "bad", str(error))
    else:
        yield Diagnosis("rules", "ok", said)


def _sound(wanted: config.Devices) -> Iterator[Diagnosis]:
    from audio.devices.portaudio import PortAudio
    from monitor.doctor import sound

    return sound.check(PortAudio(), wanted)


def _voice(settings: Settings, today: date) -> Iterator[Diagnosis]:
    from audio.devices.portaudio import PortAudio
    from monitor.doctor import voice

    return voice.check(settings.agent.name, settings.devices.agent, PortAudio(), today, settings.tone.engine)


def _echo(root: Path) -> Iterator[Diagnosis]:
    from monitor.doctor import echo

    return echo.check(call_folders(root))


def _disk(root: Path) -> Iterator[Diagnosis]:
    from monitor.doctor import disk

    return disk.check(root)


def _sealing(root: Path, privacy: config.Privacy) -> Iterator[Diagnosis]:
    from monitor.doctor import sealed_calls

    return sealed_calls.check(root, privacy)


def _cards(privacy: config.Privacy, *, repairs: bool) -> Iterator[Diagnosis]:
    from monitor.doctor import cards

    return cards.check(on=privacy.card_guard, repairs=repairs)


def _speed() -> Iterator[Diagnosis]:
    from monitor.doctor import speed

    return speed.check()


def _words(wanted: config.Words) -> Iterator[Diagnosis]:
    from monitor.doctor import words

    return words.check(wanted.model, wanted.device, wanted.compute_type)


def _server(model: str) -> Iterable[Diagnosis]:
    if find_spec("websockets") is None:  # the extra `serve` is not installed
        return ()
    from monitor.doctor import server

    return server.check(model)


def _rollout(settings: Settings) -> Iterable[Diagnosis]:
    if not settings.team.rollout_key:
        return ()
    from monitor.doctor.team import rollout_check

    return rollout_check.here(settings, config.file())
