"""Prints the result of each check as soon as it is known."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import click
import msgspec

from monitor.base.indent import hanging
from monitor.base.terminal import say_all
from monitor.call.find import find
from monitor.doctor.checkup import calls, checkup, root_of
from monitor.doctor.diagnosis import SHOWN, Diagnosis
from monitor.settings.config import Settings


def run(
    named: Sequence[str], root: Path | None, in_force: Callable[[], Settings], *, repairs: bool
) -> Iterator[Diagnosis]:
    """Run all checks; if calls are named, check only those.

    Args:
        named: calls as `find` takes them.
        root: the folder of all calls; that of the settings if None.
        in_force: gives the settings, or raises ConfigError: that is one of the checks.
        repairs: whether to close what broke off.

    Raises:
        CallFolderError: a named call does not exist.
        ConfigError: the settings that say where calls are cannot be used.
    """
    if named:
        settings = in_force()
        folders = [find(name, root_of(root, settings)) for name in named]
        return calls(lambda: folders, settings.calls.catalogue, repairs=repairs)
    return checkup(root, datetime.now().astimezone().date(), in_force, repairs=repairs)


def show(found: Iterable[Diagnosis], *, as_json: bool) -> bool:
    """Print a line for each, or one JSON object; return whether there is no problem."""
    well = True
    told: list[Diagnosis] = []
    for diagnosis in found:
        well = well and diagnosis.verdict != "bad"
        told.append(diagnosis)
        if not as_json:
            say_all(hanging(f"{SHOWN[diagnosis.verdict]:<9}{diagnosis.check:<12}", diagnosis.told).split("\n"))
    if as_json:
        click.echo(msgspec.json.encode({"version": 1, "well": well, "diagnoses": told}))
    return well
