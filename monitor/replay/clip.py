"""A part of a call to share: its sound, words and curves, as a folder or a ZIP file."""

import dataclasses
import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from audio.block import SAMPLE_RATE_HZ
from audio.files.opus import ogg_opus
from audio.files.stored_sound import RecordedSound
from audio.values import Backchannel, DeadAir, Interruption, Turn, Word
from monitor.access.visit import NotePart, unnoted
from monitor.base import atomic
from monitor.base.clock import clock
from monitor.base.clock import seconds as clock_seconds
from monitor.base.errors import CallFolderError, MonitorError
from monitor.call.analysis import Analysis, ToneCurves, UtteranceText
from monitor.call.events import Gap
from monitor.call.files import STORAGE
from monitor.export import captions, source
from monitor.export.source import Source
from monitor.export.tables.csv_tables import csv_text
from monitor.privacy.stretches import silenced
from rules.model import Noticed

SoundFormat = Literal["flac", "opus"]


Stretch = TypeVar("Stretch", Backchannel, DeadAir, Gap, Interruption, Noticed, Turn, UtteranceText, Word)
"""Anything with a start and an end."""


class ClipError(MonitorError):
    """A clip cannot be exported; the message is a full sentence."""


def export(folder: Path, start_s: float, end_s: float, to: Path, sound: SoundFormat = "flac") -> Path:
    """Write a stretch of a call: sound, transcript (text and WebVTT) and curves (CSV and JSON), for the owner only.

    All times are those of the call, except in the captions, which follow the clip's sound. Digits that may be a card
    number are masked in the words and silenced in the sound.

    Args:
        folder: of the call.
        start_s: where the stretch begins.
        end_s: where it ends.
        to: a folder that does not exist yet, or a file ending in .zip.
        sound: how the sound is packed.

    Returns:
        `to`.

    Raises:
        CallFolderError: the folder holds no call.
        ClipError: there is nothing in the stretch, or it cannot be written.
    """
    call = source.read(folder)
    start_s, end_s = max(start_s, 0.0), min(end_s, call.analysis.call.duration_s)
    if end_s <= start_s:
        raise ClipError(
            f"There is nothing from {clock(start_s)} to {clock(end_s)} in {folder}. Give a start before the end."
        )
    cut = dataclasses.replace(call, analysis=stretch(call.analysis, start_s, end_s))
    files = dict(_texts(cut, start_s, end_s))
    packed = sound_of(call, start_s, end_s, sound)
    if packed:
        files[f"sound.{sound}"] = packed
    try:
        _write(files, to)
    except OSError as error:
        raise ClipError(
            f"Can't write the clip to {to}: {error.strerror or error}. Choose another place, or free some space."
        ) from error
    return to


def seconds(text: str) -> float:
    """Read a time of a call: seconds, m:ss or h:mm:ss.

    Raises:
        ClipError: it is not a time.
    """
    found = clock_seconds(text)
    if found is None:
        raise ClipError(f"{text!r} is not a time in a call. Write seconds, m:ss or h:mm:ss.")
    return found


def said(folder: Path, start_s: float, end_s: float, to: Path, noted: NotePart = unnoted) -> str:
    """Save a part of a call, note that, and say where it is or why it is not; for the arguments see `export`."""
    try:
        saved = export(folder, start_s, end_s, to)
        return noted("exported", start_s, end_s) or f"Saved the clip as {saved}."
    except (CallFolderError, ClipError) as error:
        return str(error)


def suggested(folder: Path, start_s: float, end_s: float) -> Path:
    """A name for the clip of a stretch: the call's and its times."""
    start, end = (clock(time_s).replace(":", ".") for time_s in (start_s, end_s))
    return Path(f"{folder.resolve().name}-{start}-{end}.zip")


def sound_of(call: Source, start_s: float, end_s: float, form: SoundFormat) -> bytes | None:
    """This part of the recording as a file, one channel per speaker, masked digits silenced; None if there is no sound.

    Args:
        call: the call.
        start_s: where the part begins.
        end_s: where it ends.
        form: how the sound is packed.

    Raises:
        CallFolderError: the recording is damaged, or its key is missing.
    """
    recorded = RecordedSound(call.sound, STORAGE)
    try:
        start = round(start_s * SAMPLE_RATE_HZ)
        frames = silenced(recorded.read(start, round(end_s * SAMPLE_RATE_HZ) - start), start, call.silent)
        if recorded.error:
            raise recorded.error
    finally:
        recorded.close()
    if not len(frames):
        return None
    if form == "opus":
        return ogg_opus(frames)
    import soundfile  # loads a library that only this needs

    packed = io.BytesIO()
    soundfile.write(packed, frames, SAMPLE_RATE_HZ, format="FLAC", subtype="PCM_16")
    return packed.getvalue()


def stretch(whole: Analysis, start_s: float, end_s: float) -> Analysis:
    """The part of an analysis inside a stretch; times stay those of the call, the curves begin at the stretch."""
    utterances = []
    for spoken in whole.utterances:
        words = _touching(spoken.words, start_s, end_s)
        if words:
            text = " ".join(word.text for word in words)
            begins, ends = words[0].start_s, words[-1].end_s
            utterances.append(dataclasses.replace(spoken, start_s=begins, end_s=ends, text=text, words=words))
    return dataclasses.replace(
        whole,
        tone={speaker: _cut(curves, start_s, end_s) for speaker, curves in whole.tone.items()},
        utterances=tuple(utterances),
        utterances_live=(),
        turns=_touching(whole.turns, start_s, end_s),
        interruptions=_touching(whole.interruptions, start_s, end_s),
        dead_air=_touching(whole.dead_air, start_s, end_s),
        firings=tuple(firing for firing in whole.firings if start_s <= firing.start_s < end_s),
        prompts=tuple(prompt for prompt in whole.prompts if start_s <= prompt.since_s < end_s),
        noticed=_touching(whole.noticed, start_s, end_s),
        gaps=_touching(whole.gaps, start_s, end_s),
        backchannels=_touching(whole.backchannels, start_s, end_s),
        marks=tuple(mark for mark in whole.marks if start_s <= mark.at_s < end_s),
    )


def _touching(ones: Iterable[Stretch], start_s: float, end_s: float) -> tuple[Stretch, ...]:
    return tuple(one for one in ones if one.start_s < end_s and one.end_s > start_s)


def _cut(curves: ToneCurves, start_s: float, end_s: float) -> ToneCurves:
    part = slice(round(start_s / curves.step_s), round(end_s / curves.step_s))
    columns = {field.name: getattr(curves, field.name)[part] for field in dataclasses.fields(curves)[1:]}
    return dataclasses.replace(curves, **columns)


def _texts(cut: Source, start_s: float, end_s: float) -> Iterator[tuple[str, bytes]]:
    said = [f"{clock(spoken.start_s):>7}  {spoken.speaker:<9} {spoken.text}" for spoken in cut.analysis.utterances]
    head = f"{cut.id}, {clock(start_s)} to {clock(end_s)}"
    yield "transcript.txt", ("\n".join([head, "", *(said or ["There is no transcript."])]) + "\n").encode()
    yield "transcript.vtt", captions.vtt(_from_zero(cut, start_s), named=False).encode()
    yield "curves.csv", _curves_csv(cut, start_s).encode()
    about = {"call": cut.id, "start_s": round(start_s, 3), "end_s": round(end_s, 3), "redacted": cut.redacted}
    parts = {name: getattr(cut.analysis, name) for name in ("tone", "utterances", "firings", "prompts", "gaps")}
    yield "curves.json", msgspec.json.encode({**about, **parts})


def _from_zero(cut: Source, start_s: float) -> Source:
    """The words, timed from the start of the clip."""
    moved = dataclasses.replace(
        cut.analysis,
        utterances=_moved(cut.analysis.utterances, start_s),
        gaps=_moved(cut.analysis.gaps, start_s),
    )
    return dataclasses.replace(cut, analysis=moved)


def _moved(ones: Iterable[Stretch], by_s: float) -> tuple[Stretch, ...]:
    return tuple(dataclasses.replace(one, start_s=max(one.start_s - by_s, 0.0), end_s=one.end_s - by_s) for one in ones)


def _curves_csv(cut: Source, start_s: float) -> str:
    """The table of tone, timed from the start of the call."""
    import csv

    rows = list(csv.DictReader(io.StringIO(csv_text("tone", [cut]))))
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0] if rows else ["call"], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({**row, "start_s": round(float(row["start_s"]) + round(start_s, 1), 3)} for row in rows)
    return text.getvalue()


def _write(files: dict[str, bytes], to: Path) -> None:
    """Write all files in one step: all or none."""
    if to.suffix == ".zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(f"{to.stem}/{name}", content)
        atomic.write(to, packed.getvalue())
        return
    if to.exists():
        raise FileExistsError(17, "it already exists")
    atomic.make_folder(to.parent)
    half = Path(tempfile.mkdtemp(dir=to.parent, prefix=".clip-"))
    try:
        for name, content in files.items():
            with os.fdopen(os.open(half / name, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
                file.write(content)
        half.replace(to)
    except OSError:
        shutil.rmtree(half, ignore_errors=True)
        raise
