"""Writes reports into files, or as text."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from monitor.base import atomic
from monitor.call import files
from monitor.report import text
from monitor.report.errors import ReportError
from monitor.report.facts import of_call
from monitor.report.stored_call import StoredCall, read
from monitor.report.titles import shipped

PAGE = "report.html"
RECORDING = "audio.flac"


def calls(folders: Sequence[Path], output: Path | None, *, clips: bool = False) -> Iterator[Path]:
    """Write the page of each call, and name it.

    Args:
        folders: of the calls.
        output: the page of one call, or a folder for those of several; None for report.html in each call's folder.
        clips: whether the sound of the moments goes into the page.

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
        place = output / f"{kept.id.replace('/', '-')}.html" if output and into_folder else output or folder / PAGE
        beside = not sealed and place.parent.resolve() == folder.resolve()
        yield save(place, page_of(folder, kept, clips=clips, beside=beside))


def page_of(folder: Path, kept: StoredCall, *, clips: bool = False, beside: bool = False) -> str:
    """Make the page of one call.

    Args:
        folder: of the call.
        kept: what it holds.
        clips: whether the sound of the moments goes into the page.
        beside: whether the page will be next to the recording, so that it can link there.
    """
    from monitor.report import page  # the terminal's report needs neither templates
    from monitor.report.clips import clips as cut  # nor sound
    from monitor.report.curves import curves  # nor curves
    from monitor.report.figures import timeline  # nor pictures

    facts = of_call(kept, shipped())
    tone = {speaker: curves(kept, speaker) for speaker in kept.info.speakers}
    return page.call(
        facts,
        "" if facts.info.mixed else timeline(facts, tone, kept.analysis.turns),
        sound=RECORDING if beside and (folder / RECORDING).is_file() else None,
        clips=cut(folder, facts.moments, kept.silent) if clips else (),
    )


def texts(folders: Sequence[Path]) -> Iterator[str]:
    """Write each call's report as lines of text.

    Raises:
        CallFolderError: a call cannot be read.
    """
    for number, folder in enumerate(folders):
        if number:
            yield ""
        yield from text.call(of_call(read(folder), shipped()))


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
