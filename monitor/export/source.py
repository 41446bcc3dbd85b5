"""A kept call as the exports see it, card numbers masked."""

from dataclasses import dataclass, replace
from pathlib import Path

from monitor.analysis import Analysis, UtteranceText
from monitor.calls import CallInfo, read_info
from monitor.export.redaction import masked
from monitor.summary import of_folder


@dataclass(frozen=True, slots=True)
class Source:
    """One call, whole."""

    id: str
    """Name of its folder."""
    info: CallInfo
    analysis: Analysis
    audio: Path | None
    """The recording, if there is one in one file."""
    redacted: bool
    """Whether digits were masked."""


def read(folder: Path, *, redact: bool = True) -> Source:
    """Open a call folder for export.

    Args:
        folder: the call's folder.
        redact: mask digits that may be a card number.

    Raises:
        CallFolderError: the folder holds no call.
    """
    analysis = of_folder(folder)
    utterances = tuple(_masked(spoken) for spoken in analysis.utterances) if redact else analysis.utterances
    return Source(
        id=folder.resolve().name,
        info=read_info(folder),
        analysis=replace(analysis, utterances=utterances),
        audio=next((path for name in ("audio.flac", "audio.wav") if (path := folder / name).exists()), None),
        redacted=utterances != analysis.utterances,
    )


def _masked(spoken: UtteranceText) -> UtteranceText:
    texts = masked([word.text for word in spoken.words])
    words = tuple(replace(word, text=text) for word, text in zip(spoken.words, texts, strict=True))
    return spoken if words == spoken.words else replace(spoken, words=words, text=" ".join(texts))
