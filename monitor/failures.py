"""The failures a command expects: those that are told in one sentence, without a traceback."""

from audio.decode import SoundError
from audio.devices import DeviceError
from audio.model import ModelError
from monitor.asked import SessionError
from monitor.calls import CallFolderError
from monitor.catalogue.errors import CatalogueError, FilterError
from monitor.clip import ClipError
from monitor.config import ConfigError
from monitor.control import ControlError
from monitor.export.errors import ExportError
from monitor.minilm import MeaningError
from monitor.profile import ProfileError
from monitor.report.errors import ReportError
from monitor.telemetry import TelemetryError
from monitor.webhook import WebhookError
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
