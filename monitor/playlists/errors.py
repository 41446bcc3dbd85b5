"""Errors of playlists that people can fix."""

from monitor.base.errors import MonitorError


class PlaylistError(MonitorError):
    """A playlist cannot be made; the message is a full sentence."""
