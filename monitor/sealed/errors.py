"""What can go wrong with sealed files and their key."""

from monitor.base.errors import CallFolderError


class SealedError(CallFolderError):
    """A sealed file cannot be opened, or none can be made; the message is a full sentence."""
