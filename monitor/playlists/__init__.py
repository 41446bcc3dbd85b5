"""Playlists: moments of several calls in one page, for a lesson."""
