"""The failures a command expects: those that are told in one sentence, without a traceback."""

import re

from audio.devices.choose import DeviceError
from audio.files.decode import SoundError
from audio.words.model import ModelError
from monitor.call.folder import CallFolderError
from monitor.catalogue.errors import CatalogueError, FilterError
from monitor.export.errors import ExportError
from monitor.live.control import ControlError
from monitor.live.inbox import SessionError
from monitor.notify.prometheus import TelemetryError
from monitor.notify.webhook import WebhookError
from monitor.pipeline.sentence_model import MeaningError
from monitor.replay.clip import ClipError
from monitor.report.errors import ReportError
from monitor.settings.config import ConfigError
from monitor.setup.profile import ProfileError
from rules.rulebook import RuleError

EXPECTED = (
    SoundError,
    DeviceError,
    ModelError,
    CallFolderError,
    CatalogueError,
    FilterError,
    ClipError,
    ConfigError,
    ControlError,
    SessionError,
    ProfileError,
    MeaningError,
    ExportError,
    ReportError,
    TelemetryError,
    WebhookError,
    RuleError,
)

LONGEST = 1_000
"""Characters of a sentence; more is a damaged file read aloud."""
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What would break the line, steer the terminal, turn the text around or cannot be written at all."""


def told_as(error: BaseException) -> str:
    """The sentence of a failure, fit for any terminal: it may quote a name out of a file that somebody else wrote."""
    text = _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", str(error))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
