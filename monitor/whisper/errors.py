"""What goes wrong with words for a while; a model that can't be used at all is a `ModelError`."""

from monitor.base.errors import MonitorError


class WordsLateError(MonitorError):
    """Whisper could not keep up with these words, or timed out; the message is a full sentence."""


class OtherModelError(MonitorError):
    """The words come from another model than the one that was wanted; the message is a full sentence."""


class LineLostError(Exception):
    """The Whisper process is gone, or was ended because it hung; what it had not answered may be asked again."""
