"""Errors in scorecards that people can fix."""

from monitor.base.errors import MonitorError


class FormError(MonitorError):
    """A form is wrong; the message names the file, the item and the field."""


class AnswerError(MonitorError):
    """An answer cannot be taken; the message names the item."""
