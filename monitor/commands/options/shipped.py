"""Commands on shipped calls: they are given the folder of copies instead of that of all calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.base.terminal import say
from monitor.commands.options.common import in_force

if TYPE_CHECKING:
    from monitor.settings.config import Settings

shipped_option = click.option(
    "--shipped", is_flag=True, help="Use the calls that all desks have shipped to objects.url in the settings."
)


def copies(settings: Settings) -> Path:
    """The folder of copies, after a look at the store; says so if the store can't be read.

    Raises:
        ConfigError: there is no store.
        CallFolderError: the copies can't be written.
        CatalogueError: they can't be listed.
    """
    from monitor.settings.config import ConfigError
    from monitor.shipping.copies import brought_up_to_date

    if not settings.objects.url:
        raise ConfigError("There are no shipped calls. Set objects.url in the settings.")
    folder, trouble = brought_up_to_date(settings)
    if trouble:
        say(trouble, err=True)
    return folder


def listed(
    calls: Path | None, settings: Settings, *, team: bool
) -> tuple[Path | None, str, Callable[[Path], str] | None]:
    """Which calls are listed: their folder, the URL of its catalogue, and what fetches the sound of one.

    Raises as `copies` does.
    """
    if not team:
        return calls, settings.calls.catalogue, None
    return copies(settings), "", sound_of_copies()


def call_named(named: str, calls: Path | None, *, sound: bool = False) -> Path:
    """The folder of a call: of a saved one, or of a copy of a shipped one; raises as `copies.call` does."""
    from monitor.call.find import NoCallError, find
    from monitor.call.folder import root_folder

    root = root_folder(calls)
    try:
        folder = find(named, root)
    except NoCallError:
        if not named or not in_force().objects.url:
            raise
    else:
        if not is_cached(folder):
            return folder  # whatever the settings say
    from monitor.shipping import copies as shipped  # few have a store

    return shipped.call(named, root, in_force(), sound=sound)


def is_cached(folder: Path) -> bool:
    """Whether a folder is among the copies of shipped calls."""
    from platformdirs import user_cache_path

    return user_cache_path("tone-monitor") in folder.absolute().parents


def sound_of_copies() -> Callable[[Path], str]:
    """What fetches the sound of a copy, and says what failed."""
    from functools import partial

    from monitor.shipping.copies import fetched_sound

    return partial(fetched_sound, in_force())


def of_copy(folder: Path, settings: Settings) -> Settings:
    """The settings for a call: a copy is listed in the folder of copies, whatever lists the calls of this desk."""
    from dataclasses import replace

    from monitor.shipping.copies import is_copy

    if not settings.objects.url or not is_copy(folder, settings):
        return settings
    return replace(settings, calls=replace(settings.calls, catalogue=""))


@contextmanager
def noting(settings: Settings, *, wanted: bool = True) -> Iterator[None]:
    """Send what is noted on copies meanwhile to the store; says so if that fails, and the next look tries again."""
    yield
    if wanted and settings.objects.url:
        from monitor.shipping.cache import sent_notes

        for sentence in sent_notes(settings.objects.url):
            say(sentence, err=True)
