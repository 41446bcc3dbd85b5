"""What can go wrong with the folder of a call."""


class CallFolderError(Exception):
    """A call folder cannot be made, written or read; the message is a full sentence."""
