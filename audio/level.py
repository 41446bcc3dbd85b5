"""Level of one speaker: `track` for whole sounds.

The public door of `audio.measure.level`.
"""

from audio.measure.level import LevelTrack, track

__all__ = ["LevelTrack", "track"]
