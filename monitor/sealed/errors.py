"""Errors of sealed files and their key."""

from monitor.base.errors import CallFolderError


class SealedError(CallFolderError):
    """A sealed file cannot be opened or made; the message is a full sentence."""
