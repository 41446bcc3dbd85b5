"""Analyses a saved recording again with another channel as the agent's, in the same call."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from audio.files.recording import AgentChannel, open_recording
from monitor.base import atomic
from monitor.base.errors import CallFolderError
from monitor.base.version import __version__
from monitor.call import files, lock
from monitor.call.analysis import Analysis
from monitor.call.files import STORAGE
from monitor.call.folder import CallWriter
from monitor.call.info import CallInfo, read_info
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.update import refresh
from monitor.live.call_wiring import CallWiring
from monitor.recordings.one import OnProgress, analyze_sound
from monitor.sealed import sealing
from monitor.sealed.layout import KEY_FILE
from monitor.settings.config import Settings
from monitor.upkeep import unfinished

SOUND = "audio.flac"
PAGE = "report.html"
"""It shows the analysis that is replaced, and can be made again."""


def analyze_again(  # noqa: PLR0913 - what `analyze` takes
    folder: Path,
    agent_channel: AgentChannel,
    settings: Settings,
    *,
    model: str = "",
    rules: Sequence[Path] = (),
    progress: OnProgress | None = None,
) -> Analysis:
    """Take another channel of a saved recording for the agent's, and analyse it again.

    The call keeps its id, its place, who and when, its marks and its row in the list; sound, events and figures are
    replaced together, when all of them are there.

    Args:
        folder: of the call, two levels below the folder of all calls.
        agent_channel: the agent's channel of the recording that was imported; "mono" for the mix of both.
        settings: those in force.
        model: the Whisper model; that of the call if empty.
        rules: a team's rule files.
        progress: as for `analyze`.

    Raises:
        CallFolderError: the call can't be analysed again so, is in progress, or can't be written.
        ModelError: the model cannot be found or loaded.
        RuleError: a rule file is wrong.
    """
    info = read_info(folder)
    swapped = _checked(folder, info, agent_channel)
    root = folder.parents[1]
    encrypted = files.is_sealed(folder / files.ABOUT)
    sealing.use(lambda: replace(settings.privacy, encrypt=encrypted))
    wiring = CallWiring.of(settings, model or info.model, rules, info.engine)
    sound = open_recording(folder / SOUND, "right" if swapped else "mono", storage=STORAGE, may_be_silent=True)
    known = replace(
        info,
        speakers=sound.speakers,
        model=wiring.model,
        rules=wiring.rulebook.fingerprint,
        version=__version__,
        agent_channel=agent_channel,
        mixed=wiring.is_mixed(sound),
        separated=info.separated and agent_channel != "mono",
        closed=False,
        duration_s=0.0,
    )
    with _held(folder), _beside(root) as place:
        writer = CallWriter(place, known)
        analysis = analyze_sound(sound, wiring, known, writer, progress)
        _replace(folder, writer.folder, place)
    with open_catalogue(root, settings.calls.catalogue) as catalogue:
        refresh(catalogue, folder)
    return analysis


def _checked(folder: Path, info: CallInfo, agent_channel: AgentChannel) -> bool:
    """Whether the two channels change places; raises what `analyze_again` does."""
    if not info.agent_channel or not info.closed:
        raise CallFolderError(f"{folder} is not a recording that was imported whole, so no channel can be chosen.")
    if agent_channel == info.agent_channel:
        raise CallFolderError(f"The agent of {folder.name} is on {agent_channel} already. Choose the other channel.")
    if len(info.speakers) == 1:
        raise CallFolderError(
            f"{folder.name} has one channel of sound, so its speakers can't be told apart. Import the recording again "
            "with --again and the agent's channel."
        )
    if not (folder / SOUND).is_file():
        raise CallFolderError(f"The sound of {folder.name} is not saved. Import the recording again with --again.")
    return agent_channel != "mono"


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    try:
        with lock.hold(folder):
            yield
    except lock.HeldError as error:
        raise CallFolderError(f"The call {folder} is open in another program. End it there, then try again.") from error


@contextmanager
def _beside(root: Path) -> Iterator[Path]:
    """A place on the same disk that no list of calls looks at, gone afterwards."""
    place = root / f"{unfinished.PREFIX}{secrets.token_hex(4)}"
    try:
        atomic.make_folder(place)
        (place / unfinished.LOCK).touch(mode=0o600)
        with lock.hold_file(place / unfinished.LOCK):
            yield place
    except OSError as error:
        raise CallFolderError(
            f"Can't write to the calls folder {root}: {error.strerror or error}. Free some disk space or change its "
            "permissions, then try again."
        ) from error
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _replace(folder: Path, new: Path, place: Path) -> None:
    """Put the new folder of a call where the old one is, with everything of it that was not made from the sound."""
    for path in folder.iterdir():
        if path.name.startswith("audio") or path.name in {lock.LOG, files.ABOUT, KEY_FILE, PAGE}:
            continue
        if path.is_file() and files.is_sealed(path):
            files.write(new / path.name, files.read(path))  # the new folder may have a key of its own
        else:
            (shutil.copytree if path.is_dir() else shutil.copy2)(path, new / path.name)
    old = place / unfinished.BEFORE / folder.parent.name / folder.name
    atomic.make_folder(old.parent)
    folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        old.rename(folder)
        raise
