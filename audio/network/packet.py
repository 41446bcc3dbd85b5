"""A piece of sound as one message of the network brought it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Packet:
    """Sound of one side."""

    samples: NDArray[np.float32]
    """Shape (n,), at the side's rate."""
    arrived_s: float
    """When it was read from its socket, on the receiver's clock."""
    at: int | None = None
    """The sender's index of its first sample, where the sender stamps its packets."""
    number: int | None = None
    """Its place among the packets of the side, where the sender numbers them."""
