"""Sound as Ogg Opus, a tenth of FLAC's size, to be shared."""

import io

import numpy as np

from audio.block import SAMPLE_RATE_HZ, Samples


def ogg_opus(sound: Samples) -> bytes:
    """Encode sound, shape (n, 1 or 2) at 16 kHz; the same bytes for the same sound.

    By FFmpeg: libsndfile would give the stream a random number.
    """
    import av  # needed only to share sound

    layout = "stereo" if sound.shape[1] > 1 else "mono"
    samples = (np.clip(sound, -1, 1) * 32767).round().astype(np.int16)
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout=layout)
    frame.sample_rate = SAMPLE_RATE_HZ
    packed = io.BytesIO()
    with av.open(packed, "w", format="ogg", options={"fflags": "+bitexact"}) as file:
        stream = file.add_stream("libopus", SAMPLE_RATE_HZ, layout=layout)
        file.mux(stream.encode(frame))
        file.mux(stream.encode())
    return packed.getvalue()
