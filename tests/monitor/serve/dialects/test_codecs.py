"""G.711 by table, against FFmpeg's."""

import av
import numpy as np
import pytest

from monitor.serve.dialects.codecs import Decode, a_law, channels, linear, mu_law
from monitor.serve.dialects.dialect import DialectError


@pytest.mark.parametrize(("name", "decode"), [("pcm_mulaw", mu_law), ("pcm_alaw", a_law)])
def test_every_code_of_g711_decodes_as_in_ffmpeg(name: str, decode: Decode) -> None:
    codes = bytes(range(256))
    codec = av.CodecContext.create(name, "r")
    codec.sample_rate, codec.layout = 8000, "mono"  # type: ignore[attr-defined]
    (frame,) = codec.decode(av.Packet(codes))

    assert np.array_equal(np.frombuffer(decode(codes), "<i2"), frame.to_ndarray().ravel())  # type: ignore[union-attr]


def test_channels_come_apart_in_their_order() -> None:
    both = np.array([1, -2, 3, -4, 5, -6], "<i2").tobytes()
    first, second = channels(both, 2)
    assert np.frombuffer(first, "<i2").tolist() == [1, 3, 5]
    assert np.frombuffer(second, "<i2").tolist() == [-2, -4, -6]


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(DialectError, match="half a sample"):
        linear(b"123")
    with pytest.raises(DialectError, match="2 channels"):
        channels(b"123456", 2)
