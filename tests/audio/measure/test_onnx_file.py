from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from audio.measure.onnx_file import behind, read_weights
from audio.measure.silero.network import SHAPES

MODEL = (Path(find_spec("faster_whisper").origin).parent / "assets" / "silero_vad_v6.onnx").read_bytes()
TENSOR = b"\x0a\x02\x02\x01" + b"\x10\x01" + b"\x42\x01a" + b"\x4a\x08" + np.array([1.5, -2], "<f4").tobytes()
"""A tensor as the standard writes it: packed dimensions 2 × 1, single precision, its name and its values."""


def message(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2, len(content)]) + content


def test_the_weights_of_silero_are_all_there() -> None:
    weights = read_weights(MODEL)
    assert {name: weights[name].shape for name in SHAPES} == SHAPES
    assert all(np.isfinite(values).all() for values in weights.values())


def test_a_tensor_is_read_as_it_was_written() -> None:
    weights = read_weights(message(7, message(5, TENSOR)))
    assert list(weights) == ["a"]
    np.testing.assert_array_equal(weights["a"], [[1.5], [-2]])


@pytest.mark.parametrize("end", [1, 100, 100_000, len(MODEL) - 1])
def test_a_model_that_is_cut_off_is_refused(end: int) -> None:
    with pytest.raises(ValueError, match="not an ONNX model, or part of it is missing"):
        read_weights(MODEL[:end])


@pytest.mark.parametrize("content", [b"\xff" * 20, b"{}", message(7, message(5, TENSOR[:-2]))])
def test_what_is_no_model_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not an ONNX model"):
        read_weights(content)


def value(name: bytes) -> bytes:
    return message(1, name) + message(2, message(1, b"\x08\x01"))


def node(kind: bytes, source: bytes, made: bytes) -> bytes:
    return message(1, message(1, source) + message(2, made) + message(4, kind))


CHAIN = message(
    7,
    node(b"Exp", b"in", b"middle")
    + node(b"Neg", b"middle", b"end")
    + message(2, b"graph")
    + message(11, value(b"in"))
    + message(12, value(b"end")),
)
"""A graph whose end is −exp(in)."""


def test_what_is_behind_a_tensor_is_a_model_that_takes_the_tensor() -> None:
    model = b"\x08\x0a" + CHAIN + message(8, b"\x10\x12")
    session = onnxruntime.InferenceSession(behind(["middle"], model), providers=["CPUExecutionProvider"])
    assert [taken.name for taken in session.get_inputs()] == ["middle"]
    np.testing.assert_array_equal(session.run(None, {"middle": np.array([1.5, -2], np.float32)})[0], [-1.5, 2])


@pytest.mark.parametrize(
    ("tensor", "model"), [("other", CHAIN), ("v120", MODEL), ("middle", b"{}"), ("middle", CHAIN[:-2])]
)
def test_a_model_that_does_not_make_a_tensor_has_nothing_behind_it(tensor: str, model: bytes) -> None:
    with pytest.raises(ValueError, match=f"not an ONNX model with {tensor}"):
        behind([tensor], model)
