"""Whisper as a call uses it: the methods of `audio.words.whisper.Whisper`, carried out by the Whisper process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from audio.block import Samples, seconds
from audio.values import Word
from monitor.whisper.client import Client
from monitor.whisper.self_test import Measured
from monitor.whisper.wire_format import ModelSpec, Request, Urgency


@dataclass(frozen=True, slots=True)
class Patience:
    """How long Whisper may take."""

    least_s: float
    """Timeout for any sound."""
    times: float
    """Timeout for a long sound, in multiples of its length."""

    def of(self, length_s: float) -> float:
        """How long a sound of this length may take."""
        return max(self.least_s, self.times * length_s)


LIVE = Patience(least_s=10.0, times=6.0)
FILE = Patience(least_s=120.0, times=60.0)
"""Nobody waits for the words of a file, so a large model may take long."""


@dataclass(frozen=True, slots=True, eq=False)
class ProcessRecognizer:
    """One model in the Whisper process, for calls of one urgency.

    `language` and what else the methods of `Whisper` take by name is passed on to them as it is.
    """

    client: Client
    model: ModelSpec
    urgency: Urgency = Urgency.LIVE

    def load(self) -> None:
        """Have the model loaded; wait until it is.

        Raises:
            ModelError: it can't be.
        """
        self._ask("load", None, {})

    def final(self, samples: Samples, *, quick: bool = False, **options: Any) -> Sequence[Word]:  # noqa: ANN401 - of `Whisper`
        """Words of a whole utterance, timed from its first sample."""
        words: tuple[Word, ...] = self._ask("final", samples, {"quick": quick, **options})
        return words

    def again(self, samples: Samples, before: str = "", **options: Any) -> Sequence[Word]:  # noqa: ANN401 - of `Whisper`
        """Words of several utterances together, timed from the first sample, after what the speaker said before."""
        words: tuple[Word, ...] = self._ask("again", samples, {"before": before, **options})
        return words

    def partial(self, samples: Samples, **options: Any) -> str:  # noqa: ANN401 - of `Whisper`
        """Words of an utterance in progress."""
        text: str = self._ask("partial", samples, options)
        return text

    def languages(self, samples: Samples) -> Mapping[str, float]:
        """How probable each language is, by code; `FOREIGN` for what an English model can't make out."""
        found: dict[str, float] = self._ask("languages", samples, {})
        return found

    def cpu_s(self) -> float:
        """CPU time that the process has taken so far, for all programs."""
        taken_s: float = self._ask("cpu", None, {})
        return taken_s

    def memory_mb(self) -> float:
        """Memory that the process holds, for all programs and with every model that it has loaded."""
        held_mb: float = self._ask("memory", None, {})
        return held_mb

    def try_base(self) -> None:
        """Have the process find out whether base keeps up here, when the last program has left it."""
        self._ask("try base", None, {})

    def measure(self) -> Measured:
        """How the model does with two speakers on this machine; nothing else should be transcribed meanwhile."""
        measured: Measured = self._ask("measure", None, {})
        return measured

    def _ask(self, method: str, samples: Samples | None, options: dict[str, Any]) -> Any:  # noqa: ANN401 - see `METHODS`
        live = self.urgency is Urgency.LIVE
        patience = LIVE if live and samples is not None else FILE
        return self.client.ask(
            Request(
                number=0,
                method=method,
                model=self.model,
                urgency=Urgency.PARTIAL if live and method == "partial" else self.urgency,
                allowed_s=patience.of(0.0 if samples is None else seconds(len(samples))),
                options=options,
                sound=b"" if samples is None else np.ascontiguousarray(samples, np.float32).tobytes(),
            )
        )
