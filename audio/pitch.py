"""Pitch (f0) of one speaker: `track` for whole sounds.

The public door of `audio.measure.pitch`.
"""

from audio.measure.pitch import PitchTrack, track

__all__ = ["PitchTrack", "track"]
