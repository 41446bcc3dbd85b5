"""Voice activity: `segments` of speech in whole sounds.

The public door of `audio.measure.speech`.
"""

from audio.measure.speech import segments

__all__ = ["segments"]
