"""The calls of the team, as a folder of copies that every command works on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

from monitor.base.errors import MonitorError
from monitor.call.find import NoCallError, find
from monitor.catalogue.catalogue import FILE, open_catalogue
from monitor.catalogue.site import site_of
from monitor.catalogue.update import forget_deleted, refresh
from monitor.objects.bucket import connect
from monitor.objects.errors import StoreError
from monitor.settings.config import Settings
from monitor.shipping import cache
from monitor.shipping.cache import folder_of


def brought_up_to_date(settings: Settings) -> tuple[Path, str]:
    """The folder of copies after a look at the store, and a sentence if that failed: then it is as it was before.

    Raises:
        CallFolderError: the copies can't be written.
        CatalogueError: they can't be listed.
    """
    folder = folder_of(settings.objects.url)
    site = site_of(folder)
    try:
        looked = cache.look(connect(settings.objects.url), folder, site, _first_day(settings))
    except StoreError as error:
        return folder, f"{error} These are the calls of the last look."
    _list(folder, [*looked.changed, *looked.gone], gone=bool(looked.gone))
    return folder, ""


def call(named: str, root: Path, settings: Settings, *, sound: bool = False) -> Path:
    """The folder of a call: of a saved one, or of a copy of a shipped one.

    Args:
        named: as `find` takes it.
        root: the folder of all calls.
        settings: where the store is.
        sound: whether the sound is needed, too.

    Raises:
        NoCallError: there is none.
        CallFolderError: there is more than one, or a copy can't be written.
        StoreError: it may be in the store, which can't be read.
    """
    url = settings.objects.url
    try:
        folder = find(named, root)
    except NoCallError as error:
        if not named or not url:
            raise
        copies, trouble = brought_up_to_date(settings)
        try:
            folder = find(named, copies)
        except NoCallError:
            if trouble:
                raise StoreError(trouble) from error
            raise
    if sound and url and is_copy(folder, settings):
        cache.fetch_sound(connect(url), folder_of(url), folder)
    return folder


def is_copy(folder: Path, settings: Settings) -> bool:
    """Whether it is the folder of a copy."""
    return bool(settings.objects.url) and folder_of(settings.objects.url).resolve() in folder.resolve().parents


def fetched_sound(settings: Settings, folder: Path) -> str:
    """Fetch the sound of a copy that is to be played; give a sentence if that fails."""
    try:
        cache.fetch_sound(connect(settings.objects.url), folder_of(settings.objects.url), folder)
    except MonitorError as error:
        return str(error)
    return ""


def _list(root: Path, changed: Iterable[Path], *, gone: bool) -> None:
    if not (root / FILE).exists():
        return  # whoever lists them first fills it
    with open_catalogue(root) as catalogue:
        for folder in changed:
            refresh(catalogue, folder)
        if gone:
            forget_deleted(catalogue)


def _first_day(settings: Settings) -> date:
    """Of which anything may be kept here."""
    return datetime.now().astimezone().date() - timedelta(settings.retention.numbers_days - 1)
