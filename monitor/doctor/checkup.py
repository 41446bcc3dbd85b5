"""All checks, one after the other; none keeps the next from being made.

Each is imported when it is made: a library that is broken then fails the check that needs it, and no other.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from monitor.base.counts import count
from monitor.call.find import folders as call_folders
from monitor.call.folder import root_folder
from monitor.doctor.diagnosis import Diagnosis
from monitor.settings import config
from monitor.settings.config import ConfigError, Settings

Check = Callable[[], Iterable[Diagnosis]]


def checkup(root: Path | None, today: date, *, repairs: bool) -> Iterator[Diagnosis]:
    """Check all that a call needs, and close the calls that broke off.

    Args:
        root: the folder of all calls; that of the settings if None.
        today: the day by which profiles are judged.
        repairs: whether to close what broke off.
    """
    settings = Settings()
    try:
        settings = config.settings()
    except ConfigError as error:
        yield Diagnosis("settings", "bad", str(error))
    else:
        yield _settings()
    folder = root_of(root, settings)
    checks: dict[str, Check] = {
        "rules": partial(_rules, settings.rules.files),
        "sound": partial(_sound, settings.devices),
        "profile": partial(_voice, settings, today),
        "disk": partial(_disk, folder),
        "sealing": partial(_sealing, folder, settings.privacy),
        "cards": partial(_cards, settings.privacy, repairs=repairs),
        "calls": partial(calls, lambda: list(call_folders(folder)), settings.calls.catalogue, repairs=repairs),
        "speed": _speed,
        "model": partial(_words, settings.words.model),
    }
    for name, check in checks.items():
        yield from _made(name, check)


def root_of(named: Path | None, settings: Settings) -> Path:
    """The folder of all calls: as named, else that of the settings."""
    return named or root_folder(Path(settings.calls.folder) if settings.calls.folder else None)


def calls(find: Callable[[], Sequence[Path]], catalogue: str, *, repairs: bool) -> Iterator[Diagnosis]:
    """Check the calls that are found, and close those that broke off; the catalogue is given by its URL."""
    from monitor.catalogue.live_rows import CallIndex  # noqa: PLC0415 - see above
    from monitor.doctor import folders  # noqa: PLC0415 - see above

    return folders.check(find(), time.time(), repairs=repairs, repaired=CallIndex(catalogue).ended)


def _made(name: str, check: Check) -> Iterator[Diagnosis]:
    """What a check says, even if it breaks: that is what a doctor is for."""
    try:
        yield from check()
    except Exception as error:  # noqa: BLE001 - whatever it is, the other checks are made
        kind = type(error).__name__
        yield Diagnosis(
            name, "bad", f"This could not be checked ({kind}: {error}): reinstall Tone Monitor, or report it."
        )


def _settings() -> Diagnosis:
    path = config.file()
    changed = sum(setting.source != "default" for setting in config.in_force())
    told = (
        f"{count(changed, 'setting')} {'is' if changed == 1 else 'are'} yours, the others the default ({path})."
        if changed
        else "All are the default."
    )
    return Diagnosis("settings", "ok", told)


def _rules(files: Sequence[str]) -> Iterator[Diagnosis]:
    from monitor.rule_tools import describe  # noqa: PLC0415 - see above
    from rules.errors import RuleError  # noqa: PLC0415 - see above

    try:
        yield Diagnosis("rules", "ok", describe.check([Path(file) for file in files]))
    except RuleError as error:
        yield Diagnosis("rules", "bad", str(error))


def _sound(wanted: config.Devices) -> Iterator[Diagnosis]:
    from audio.devices.portaudio import PortAudio  # noqa: PLC0415 - see above
    from monitor.doctor import sound  # noqa: PLC0415 - see above

    return sound.check(PortAudio(), wanted)


def _voice(settings: Settings, today: date) -> Iterator[Diagnosis]:
    from audio.devices.portaudio import PortAudio  # noqa: PLC0415 - see above
    from monitor.doctor import voice  # noqa: PLC0415 - see above

    return voice.check(settings.agent.name, settings.devices.agent, PortAudio(), today)


def _disk(root: Path) -> Iterator[Diagnosis]:
    from monitor.doctor import disk  # noqa: PLC0415 - see above

    return disk.check(root)


def _sealing(root: Path, privacy: config.Privacy) -> Iterator[Diagnosis]:
    from monitor.doctor import sealed_calls  # noqa: PLC0415 - see above

    return sealed_calls.check(root, privacy)


def _cards(privacy: config.Privacy, *, repairs: bool) -> Iterator[Diagnosis]:
    from monitor.doctor import cards  # noqa: PLC0415 - see above

    return cards.check(on=privacy.card_guard, repairs=repairs)


def _speed() -> Iterator[Diagnosis]:
    from monitor.doctor import speed  # noqa: PLC0415 - see above

    return speed.check()


def _words(model: str) -> Iterator[Diagnosis]:
    from monitor.doctor import words  # noqa: PLC0415 - see above

    return words.check(model)
