"""Reads the weights of a network from an ONNX file, and cuts off its first layers, without the tools that write one.

An ONNX file is a Protocol Buffers message; see onnx.proto and "Encoding" in the documentation of Protocol Buffers.
"""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Weights = dict[str, NDArray[np.float32]]

IR_VERSION, GRAPH, OPSETS = 1, 7, 8
"""Fields of a model."""
NODE, GRAPH_NAME, INITIALIZER, INPUT, OUTPUT = 1, 2, 5, 11, 12
"""Fields of a graph; an initializer is a tensor."""
NODE_INPUT, NODE_OUTPUT = 1, 2
"""Fields of a node."""
VALUE_NAME, VALUE_TYPE = 1, 2
"""Fields of an input or an output of a graph."""
DIMS, DATA_TYPE, NAME, RAW_DATA = 1, 2, 8, 9
"""Fields of a tensor."""
FLOAT = 1
"""The data type of single precision."""
FLOAT_TENSOR = bytes([1 << 3 | 2, 2, 1 << 3, FLOAT])
"""The type of an input: a tensor of single precision and of any shape."""
VARINT, EIGHT_BYTES, LENGTH, FOUR_BYTES = 0, 1, 2, 5
"""Wire types."""

Field = tuple[int, int, memoryview]
"""A field's number, and its value: an integer, or bytes; the other is 0 or empty."""


def model_of(package: str, place: str, missing: str) -> bytes:
    """A model that comes with a package, which is not imported.

    Args:
        package: its name in Python.
        place: of the file in it.
        missing: a sentence, for a package that is not installed.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    found = find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(missing)
    return (Path(found.origin).parent / place).read_bytes()


def read_weights(model: bytes) -> Weights:
    """All tensors of single precision in a model, by name.

    Raises:
        ValueError: these bytes are not an ONNX model, or not all of one.
    """
    found: Weights = {}
    try:
        for number, _, graph in _fields(memoryview(model)):
            for inner, _, tensor in _fields(graph) if number == GRAPH else ():
                if inner == INITIALIZER:
                    found |= _tensor(tensor)
    except (IndexError, ValueError) as error:
        raise ValueError("This is not an ONNX model, or part of it is missing. Install its package again.") from error
    return found


def behind(tensors: Sequence[str], model: bytes) -> bytes:
    """The part of a model behind some of its tensors, which become inputs.

    Args:
        tensors: their names; of single precision.
        model: an ONNX model.

    Raises:
        ValueError: it is none, or does not make these tensors.
    """
    kept = bytearray()
    try:
        for number, integer, content in _fields(memoryview(model)):
            if number == IR_VERSION:
                kept += _written(IR_VERSION << 3 | VARINT) + _written(integer)
            elif number == OPSETS:
                kept += _message(OPSETS, content)
            elif number == GRAPH:
                kept += _message(GRAPH, _graph_behind(tensors, content))
    except (IndexError, ValueError) as error:
        raise ValueError(f"This is not an ONNX model with {tensors[0]}. Install its package again.") from error
    return bytes(kept)


def _graph_behind(tensors: Sequence[str], graph: memoryview) -> bytes:
    fields = [(number, content) for number, _, content in _fields(graph)]
    needed = set[str]().union(*(_texts(content, VALUE_NAME) for number, content in fields if number == OUTPUT))
    nodes = list[bytes]()
    for number, node in reversed(fields):  # a node stands behind those whose tensors it reads
        if number == NODE and _texts(node, NODE_OUTPUT) & needed - set(tensors):
            nodes.insert(0, _message(NODE, node))
            needed |= _texts(node, NODE_INPUT)
    if not needed.issuperset(tensors):
        raise ValueError(tensors)
    names = {INITIALIZER: NAME, INPUT: VALUE_NAME}
    others = [
        _message(number, content)
        for number, content in fields
        if number in {GRAPH_NAME, OUTPUT} or (number in names and needed & _texts(content, names[number]))
    ]
    own = [
        _message(INPUT, _message(VALUE_NAME, tensor.encode()) + _message(VALUE_TYPE, FLOAT_TENSOR))
        for tensor in tensors
    ]
    return b"".join([*nodes, *others, *own])


def _tensor(message: memoryview) -> Weights:
    name, kind, dims, raw = "", 0, list[int](), message[:0]
    for number, integer, content in _fields(message):
        if number == NAME:
            name = bytes(content).decode()
        elif number == RAW_DATA:
            raw = content
        elif number == DATA_TYPE:
            kind = integer
        elif number == DIMS:
            dims += _integers(content) if len(content) else [integer]
    return {name: np.frombuffer(raw, "<f4").reshape(dims)} if kind == FLOAT else {}


def _texts(message: memoryview, wanted: int) -> set[str]:
    return {bytes(content).decode() for number, _, content in _fields(message) if number == wanted}


def _message(number: int, content: bytes | memoryview) -> bytes:
    return _written(number << 3 | LENGTH) + _written(len(content)) + bytes(content)


def _written(value: int) -> bytes:
    """An integer of seven bits a byte, the lowest first."""
    out = bytearray()
    while value >= 0x80:  # noqa: PLR2004 (seven bits)
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _fields(message: memoryview) -> Iterator[Field]:
    at = 0
    while at < len(message):
        key, at = _integer(message, at)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            value, at = _integer(message, at)
            yield number, value, message[:0]
            continue
        if wire == LENGTH:
            size, at = _integer(message, at)
        else:
            size = {EIGHT_BYTES: 8, FOUR_BYTES: 4}.get(wire, len(message))
        if at + size > len(message):
            raise ValueError(number)
        yield number, 0, message[at : at + size]
        at += size


def _integers(packed: memoryview) -> list[int]:
    values, at = list[int](), 0
    while at < len(packed):
        value, at = _integer(packed, at)
        values.append(value)
    return values


def _integer(message: memoryview, at: int) -> tuple[int, int]:
    """An integer of seven bits a byte, the lowest first, and where it ends."""
    value = shift = 0
    while message[at] & 0x80:
        value |= (message[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return value | message[at] << shift, at + 1
