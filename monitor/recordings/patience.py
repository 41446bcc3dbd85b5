"""How long a recording may take before it is given up."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from audio.files.encoding import SoundError
from monitor.recordings.one import OnProgress

LEAST_S = 600.0
TIMES = 20.0
"""Without a limit of its own, a recording may take this many times its length plus ten minutes."""

LEAST_GRACE_S = 1.0


@dataclass(frozen=True, slots=True)
class Patience:
    """The limit of each recording of a run."""

    timeout_s: float | None = None
    """The same for every recording; None to go by its length."""

    def limit_s(self, duration_s: float) -> float:
        """How long a recording may take, by its length as far as that is known."""
        return self.timeout_s or LEAST_S + TIMES * duration_s

    def killed_after_s(self, duration_s: float) -> float:
        """The same for one that does not even notice, as it hangs in a library: then its process is ended."""
        limit_s = self.limit_s(duration_s)
        return limit_s + max(LEAST_GRACE_S, limit_s / 10)

    def gives_up(self, name: object, progress: OnProgress, clock: Callable[[], float] = time.monotonic) -> OnProgress:
        """Pass progress on until the recording has taken too long; then raise a `SoundError`.

        Args:
            name: of the recording.
            progress: what is passed on to.
            clock: gives seconds.
        """
        began_s = clock()

        def patient(heard_s: float, duration_s: float) -> None:
            if clock() - began_s > self.limit_s(duration_s):
                how_long = f"{self.timeout_s:g} seconds" if self.timeout_s else f"{TIMES:g} times its length"
                more = ", raise --timeout," if self.timeout_s else ","
                raise SoundError(f"Gave up on {name} after {how_long}. Split it{more} or choose a smaller --model.")
            progress(heard_s, duration_s)

        return patient
