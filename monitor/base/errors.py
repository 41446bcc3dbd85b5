"""What can go wrong with the program in a way that people can mend."""


class MonitorError(Exception):
    """An expected failure: its text is one full sentence for whoever runs the program."""


class CallFolderError(MonitorError):
    """The folder of a call, or the folder of all calls, cannot be used."""
