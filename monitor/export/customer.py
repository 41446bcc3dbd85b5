"""Everything that is kept about a customer, in one folder or archive: for a customer who asks what there is.

It holds what was said, by both, the sound, the customer's own measures, and what people noted, without their names. The
agent's measures, prompts and scorecards are about the agent, and left out. Digits that may be a card number are masked
as in any export.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import msgspec

from monitor.base import atomic
from monitor.base.clock import clock
from monitor.base.counts import count
from monitor.base.errors import CallFolderError, MonitorError
from monitor.call import find, hold, marks
from monitor.call.info import read_info
from monitor.export.errors import ExportError
from monitor.export.recording import recording
from monitor.export.source import Source, read
from monitor.sealed.errors import SealedError

ABOUT = "about.txt"
ARCHIVE = ".zip"
NAMES = {"agent": "Agent", "customer": "Customer"}

Write = Callable[[str, bytes], object]


def calls_with(root: Path, customer: str) -> list[Path]:
    """The folders of a customer's calls, oldest first.

    Args:
        root: the folder of all calls.
        customer: the whole id, in any case.

    Raises:
        ExportError: there are none.
        SealedError: a call that may be one of them cannot be opened.
    """
    found = [folder for folder in find.folders(root) if _customer(folder).casefold() == customer.casefold() != ""]
    if not found:
        raise ExportError(f"No call in {root} has this customer's id. Check it, or set --calls.")
    return found[::-1]


def export(root: Path, customer: str, to: Path, failed: Callable[[str], object]) -> int:
    """Write everything that is kept about a customer; return how many calls that is.

    Args:
        root: the folder of all calls.
        customer: the whole id, in any case.
        to: a new folder, or a file that ends in .zip.
        failed: called with a sentence for each call that cannot be read; the others are written.

    Raises:
        ExportError: there are no calls, or nothing can be written there.
        SealedError: a call that may be one of them cannot be opened.
    """
    found = calls_with(root, customer)
    if to.suffix.lower() != ARCHIVE and to.is_dir() and any(to.iterdir()):
        raise ExportError(f"{to} is not empty. Choose a new folder with -o, or a file that ends in {ARCHIVE}.")
    try:
        if to.suffix.lower() == ARCHIVE:
            return _into_archive(to, lambda write: _write(found, customer, write, failed))
        atomic.make_folder(to)
        return _write(found, customer, lambda name, content: atomic.write(to / name, content), failed)
    except OSError as error:
        raise ExportError(f"Can't write {to}: {error.strerror or error}. Choose another place with -o.") from error


def _into_archive(to: Path, fill: Callable[[Write], int]) -> int:
    atomic.make_folder(to.parent)
    half = to.with_name(f"{to.name}{atomic.HALF}")
    half.unlink(missing_ok=True)
    half.touch(mode=0o600, exist_ok=False)
    try:
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
            done = fill(archive.writestr)
        half.replace(to)
    finally:
        half.unlink(missing_ok=True)
    return done


def _write(found: Iterable[Path], customer: str, write: Write, failed: Callable[[str], object]) -> int:
    written: list[Source] = []
    for folder in found:
        try:
            source = read(folder)
            files = dict(_files(source, folder))
        except MonitorError as error:
            failed(str(error))
            continue
        for name, content in files.items():
            write(f"{source.name}/{name}", content)
        written.append(source)
    write(ABOUT, "\n".join(_about(written, customer)).encode())
    return len(written)


def _files(source: Source, folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files of one call."""
    yield "call.json", _json(_call(source, folder))
    yield "measures.json", _json(_measures(source))
    if source.analysis.marks:
        yield "notes.json", _json([_without(asdict(mark), "by") for mark in source.analysis.marks])
    if source.analysis.utterances:
        yield "transcript.txt", "".join(_transcript(source)).encode()
    if sound := recording(source):
        yield sound.name, sound.content


def _call(source: Source, folder: Path) -> dict[str, object]:
    info, held = source.info, hold.known(folder)
    return {
        "id": source.id,
        "started": info.started.isoformat(),
        "duration_s": source.analysis.call.duration_s,
        "kind": info.kind,
        "agent": info.agent,
        "customer": info.customer,
        "attributes": dict(info.attributes),
        "consent": asdict(info.consent),
        "source": info.source,
        "sound_deleted": info.sound_deleted,
        "words_deleted": info.words_deleted,
        "corrected": [{"field": one.field, "made": one.made} for one in marks.edits(folder)],
        "kept_until": held.until.isoformat() if held else "",
    }


def _measures(source: Source) -> dict[str, object]:
    of = source.analysis
    return {
        "figures": of.speakers.get("customer"),
        "tone": of.tone.get("customer"),
        "turns": [turn for turn in of.turns if turn.speaker == "customer"],
        "interruptions": of.interruptions,
        "flags": [flag for flag in of.firings if flag.speaker == "customer"],
        "noticed": [one for one in of.noticed if one.speaker == "customer"],
    }


def _transcript(source: Source) -> Iterator[str]:
    for spoken in source.analysis.utterances:
        yield f"{clock(spoken.start_s):>6}  {NAMES[spoken.speaker]}: {' '.join(spoken.text.split())}\n"


def _about(written: Iterable[Source], customer: str) -> Iterator[str]:
    written = list(written)
    yield f"What is kept about customer {customer}, as of {datetime.now().astimezone():%Y-%m-%d %H:%M}."
    yield ""
    yield f"{count(len(written), 'call')}:".capitalize()
    for source in written:
        info = source.info
        gone = [what for what, when in (("sound", info.sound_deleted), ("words", info.words_deleted)) if when]
        deleted = f", {' and '.join(gone)} deleted earlier" if gone else ""
        yield f"  {source.name}  {info.started:%Y-%m-%d %H:%M}, {clock(source.analysis.call.duration_s)} long{deleted}"
    yield ""
    yield "Each call has a folder with what is still kept of it:"
    yield "  call.json       when it was, with whom, and whether recording was agreed to"
    yield "  transcript.txt  what was said"
    yield "  audio.flac      the sound"
    yield "  measures.json   volume, pitch, rate and turns of the customer, and what rules flagged in them"
    yield "  notes.json      what people noted about the call"
    yield ""
    yield "Numbers long enough to be a card's are masked. Measures and scorecards of the agent and names of those who"
    yield "wrote notes are left out: they are about other people."
    yield ""


def _without(values: dict[str, object], name: str) -> dict[str, object]:
    return {key: value for key, value in values.items() if key != name}


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def _customer(folder: Path) -> str:
    try:
        return read_info(folder).customer
    except SealedError:
        raise
    except CallFolderError:  # it names nobody
        return ""
