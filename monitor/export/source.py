"""A saved call as the exports see it, with card numbers masked."""

from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from monitor.access import entries
from monitor.access.entries import Access
from monitor.call import hold, marks
from monitor.call.analysis import Analysis
from monitor.call.files import sound_parts
from monitor.call.hold import Hold
from monitor.call.info import CallInfo, Identity, identity, read_info
from monitor.call.scorecard import card_files
from monitor.call.summary import of_folder
from monitor.privacy.redaction import Redacted, redacted
from monitor.privacy.stretches import HiddenStretch
from rules.language.phrase_files import ENGLISH_CODE


@dataclass(frozen=True, slots=True)
class Source:
    """One call, whole."""

    identity: Identity
    info: CallInfo
    analysis: Analysis
    sound: tuple[Path, ...]
    """The parts of the recording; none if there is none."""
    redacted: bool
    """Whether anything was masked or silenced."""
    silent: tuple[HiddenStretch, ...]
    """What must be silenced in the recording."""
    hold: Hold | None = None
    """What keeps it from being deleted; it may be over."""
    accesses: tuple[Access, ...] = ()
    """What others than its agent did with it."""

    @property
    def id(self) -> str:
        """The day and the name of its folder, such as "2026-03-02/093000-a1b2c3"."""
        return self.identity.id

    @property
    def language(self) -> str:
        """Code of the language in which most was said; English if nothing was."""
        spoken_s: defaultdict[str, float] = defaultdict(float)
        for spoken in self.analysis.utterances:
            spoken_s[spoken.language or ENGLISH_CODE] += spoken.end_s - spoken.start_s
        return max(spoken_s, key=lambda code: spoken_s[code], default=ENGLISH_CODE)

    @property
    def name(self) -> str:
        """Name of its files: the id without its slash."""
        return self.id.replace("/", "-")


def read(folder: Path, *, redact: bool = True) -> Source:
    """Open a call folder for export.

    Args:
        folder: the call's folder.
        redact: mask digits that may be a card number.

    Raises:
        CallFolderError: the folder holds no call, or its marks, scorecards or accesses cannot be read.
    """
    info, analysis = read_info(folder), marks.with_marks(of_folder(folder), marks.read(folder))
    analysis = replace(analysis, actions=marks.actions(folder), scorecards=card_files.read(folder))
    told = redacted(analysis) if redact else Redacted(analysis)
    return Source(
        identity=identity(info, folder.resolve().name),
        info=info,
        analysis=told.analysis,
        sound=sound_parts(folder),
        redacted=told.analysis != analysis or bool(told.stretches),
        silent=told.stretches,
        hold=hold.known(folder),
        accesses=entries.read(folder),
    )
