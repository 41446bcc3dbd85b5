"""Transcribes once more what was heard badly in a call that is over, in longer pieces, for those who read it."""
