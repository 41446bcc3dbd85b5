"""Reads the weights of a network from an ONNX file, without the large tools that write one.

An ONNX file is a Protocol Buffers message; see onnx.proto and "Encoding" in the documentation of Protocol Buffers.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Weights = dict[str, NDArray[np.float32]]

GRAPH, INITIALIZER = 7, 5
"""Fields: the graph of a model, and each tensor of a graph."""
DIMS, DATA_TYPE, NAME, RAW_DATA = 1, 2, 8, 9
"""Fields of a tensor."""
FLOAT = 1
"""The data type of single precision."""
VARINT, EIGHT_BYTES, LENGTH, FOUR_BYTES = 0, 1, 2, 5
"""Wire types."""

Field = tuple[int, int, memoryview]
"""A field's number, and its value: an integer, or bytes; the other is 0 or empty."""


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
