"""Whisper in a process of its own, one for all programs of a person on this machine."""
