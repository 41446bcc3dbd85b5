"""G.711, the way to the network."""

import numpy as np
from numpy.typing import NDArray

from monitor.serve.dialects.codecs import Decode, a_law, mu_law


def _nearest(decode: Decode) -> NDArray[np.uint8]:
    """The code of each sample, shifted by 32768, whose value is nearest."""
    values = np.frombuffer(decode(bytes(range(256))), "<i2").astype(np.int32)
    order = np.argsort(values, kind="stable")
    edges = (values[order][1:] + values[order][:-1]) / 2
    return order[np.searchsorted(edges, np.arange(-32768, 32768))].astype(np.uint8)


_CODES = {"ulaw": _nearest(mu_law), "alaw": _nearest(a_law)}


def encode(samples: NDArray[np.int16], law: str) -> bytes:
    """Give the codes of samples, by `ulaw` or `alaw`."""
    return _CODES[law][samples.astype(np.int32) + 32768].tobytes()


def heard(samples: NDArray[np.int16], law: str) -> NDArray[np.int16]:
    """Give the samples as they are at the other end."""
    return np.frombuffer({"ulaw": mu_law, "alaw": a_law}[law](encode(samples, law)), "<i2")
