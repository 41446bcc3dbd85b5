"""Replays a saved call: its log, its curves and words, the screen and the sound."""
