"""Speaking rate: `syllable_nuclei` of whole sounds.

The public door of `audio.measure.rate`.
"""

from audio.measure.rate import syllable_nuclei

__all__ = ["syllable_nuclei"]
