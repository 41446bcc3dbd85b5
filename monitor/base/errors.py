"""Errors of the program that people can fix."""


class MonitorError(Exception):
    """An expected failure: its text is written for the person who runs the program."""


class CallFolderError(MonitorError):
    """The folder of a call, or the folder of all calls, cannot be used."""


class ScreenError(MonitorError):
    """A screen failed, and closed.

    Args:
        failed_in: the kind and the place of the failure.
    """

    def __init__(self, failed_in: str) -> None:
        super().__init__(f"The screen failed ({failed_in}). Calls are not affected. Use --plain, and report this.")
        self.failed_in = failed_in
