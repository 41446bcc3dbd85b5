"""Writes reports into files, or as text."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from monitor.base import atomic
from monitor.call import files, marks
from monitor.call.telephone.agent_parts import agents
from monitor.report import text
from monitor.report.errors import ReportError
from monitor.report.facts import Facts
from monitor.report.sheet import sheet_text
from monitor.report.stored_call import StoredCall, read
from monitor.report.team.earlier_calls import compared
from monitor.report.titles import shipped

PAGE = "report.html"
SHEET = "coaching.html"
RECORDING = "audio.flac"


def calls(
    folders: Sequence[Path],
    output: Path | None,
    *,
    clips: bool = False,
    coaching: bool = False,
    root: Path | None = None,
) -> Iterator[Path]:
    """Write the page of each call, and name it.

    Args:
        folders: of the calls.
        output: the page of one call, or a folder for those of several; None for each call's folder.
        clips: whether the sound of the moments goes into the page.
        coaching: whether the page is the coaching sheet alone.
        root: the folder of all calls, for what became of earlier actions; None to leave that out.

    Raises:
        CallFolderError: a call cannot be read.
        ReportError: a page cannot be written, or would be in a sealed call's folder.
    """
    if output and len(folders) > 1 and output.exists() and not output.is_dir():
        raise ReportError(f"{output} is a file, and there are {len(folders)} calls. Choose a folder.")
    for folder in folders:
        sealed = files.is_sealed(folder / files.ABOUT)
        if sealed and not output:
            raise ReportError(f"{folder} is sealed, so no browser could read a page in it. Choose a place with -o.")
        into_folder = output and (len(folders) > 1 or output.is_dir())
        kept = read(folder)
        place = (
            output / f"{kept.id.replace('/', '-')}.html"
            if output and into_folder
            else output or folder / (SHEET if coaching else PAGE)
        )
        beside = not sealed and place.parent.resolve() == folder.resolve()
        facts = facts_of(folder, kept, root)
        made = (
            sheet_of(folder, facts, beside=beside)
            if coaching
            else page_of(folder, kept, facts, clips=clips, beside=beside)
        )
        yield save(place, made)


def facts_of(folder: Path, kept: StoredCall, root: Path | None) -> Facts:
    """Summarise a call, with what was agreed on after it and what became of earlier actions.

    Args:
        folder: of the call.
        kept: what it holds.
        root: the folder of all calls; None to leave out earlier actions.
    """
    facts = replace(compared(folder, kept, shipped()), agreed=marks.actions(folder))
    if root is None or folder.resolve().parent.parent != root.resolve():
        return facts
    from monitor.report.own.own_calls import follow_ups  # most calls have none

    today = datetime.now().astimezone().date()
    found = (one for agent in agents(kept.info) if agent for one in follow_ups(root, agent, today))
    return replace(facts, followed=tuple(one for one in found if one.agreed.call < kept.id))


def page_of(folder: Path, kept: StoredCall, facts: Facts, *, clips: bool = False, beside: bool = False) -> str:
    """Make the page of one call.

    Args:
        folder: of the call.
        kept: what it holds.
        facts: its summary.
        clips: whether the sound of the moments goes into the page.
        beside: whether the page will be next to the recording, so that it can link there.
    """
    from monitor.report import page  # the terminal's report needs neither templates
    from monitor.report.clips import clips as cut  # nor sound
    from monitor.report.curves import curves  # nor curves
    from monitor.report.figures import timeline  # nor pictures

    tone = {speaker: curves(kept, speaker) for speaker in kept.info.speakers}
    return page.call(
        facts,
        "" if facts.info.mixed else timeline(facts, tone, kept.analysis.turns),
        sound=_sound(folder, beside=beside),
        clips=cut(folder, facts.moments, kept.silent) if clips else (),
    )


def sheet_of(folder: Path, facts: Facts, *, beside: bool = False) -> str:
    """Make the coaching sheet of one call; the arguments are those of `page_of`."""
    from monitor.report import page  # the terminal's report needs no templates

    return page.coaching(facts, sound=_sound(folder, beside=beside))


def _sound(folder: Path, *, beside: bool) -> str | None:
    return RECORDING if beside and (folder / RECORDING).is_file() else None


def texts(folders: Sequence[Path], *, coaching: bool = False, root: Path | None = None) -> Iterator[str]:
    """Write each call's report, or its coaching sheet alone, as lines of text; the arguments are those of `calls`.

    Raises:
        CallFolderError: a call cannot be read.
    """
    for number, folder in enumerate(folders):
        if number:
            yield ""
        facts = facts_of(folder, read(folder), root)
        yield from sheet_text.lines(facts)
        if not coaching:
            yield ""
            yield from text.call(facts)


def save(place: Path, page: str) -> Path:
    """Save a page, readable by its owner only.

    Raises:
        ReportError: it cannot be written.
    """
    try:
        atomic.write(place, page.encode("utf-8"))
    except OSError as error:
        raise ReportError(
            f"Can't write the report {place}: {error.strerror or error}. Free some space, or choose a place with -o."
        ) from error
    return place
