"""Transcribes a call that is over once more, in longer pieces, for those who read it."""
