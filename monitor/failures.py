"""The failures a command expects: those that are told in one sentence, without a traceback."""

from audio.decode import SoundError
from audio.model import ModelError
from monitor.calls import CallFolderError
from monitor.config import ConfigError
from monitor.export.errors import ExportError
from rules.rulebook import RuleError

EXPECTED = (SoundError, ModelError, CallFolderError, ConfigError, ExportError, RuleError)
