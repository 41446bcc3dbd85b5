"""Commands for coaching."""
