"""Writes ONNX models: the few messages of its protocol buffers that a graph needs, with weights left in another file.

The format is https://github.com/onnx/onnx/blob/main/onnx/onnx.proto; field numbers are those of that file. A weight is
named by file, offset and length (external data), so that a graph needs no copy of it.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

IR_VERSION, OPSET = 10, 20
FLOAT, INT64 = 1, 7
_EXTERNAL = 1

Attribute = int | float | Sequence[int]


@dataclass(slots=True)
class Graph:
    """A graph in the making: nodes in order, constants, and weights in a file beside it."""

    _nodes: list[bytes] = field(default_factory=list)
    _tensors: list[bytes] = field(default_factory=list)

    def node(self, kind: str, inputs: Iterable[str], **attributes: Attribute) -> str:
        """Add an operator with one output.

        Returns:
            The name of its output.
        """
        name = f"{kind}{len(self._nodes)}"
        parts = [_text(1, source) for source in inputs] + [_text(2, name), _text(4, kind)]
        parts += [_bytes(5, _attribute(key, value)) for key, value in attributes.items()]
        self._nodes.append(b"".join(parts))
        return name

    def whole_numbers(self, *values: int) -> str:
        """Add a constant vector of int64."""
        name = "numbers" + "_".join(map(str, values))
        raw = struct.pack(f"<{len(values)}q", *values)
        self._add(_varint(1, len(values)) + _varint(2, INT64) + _text(8, name) + _bytes(9, raw))
        return name

    def scalar(self, value: float) -> str:
        """Add a constant float."""
        name = f"scalar{value}"
        self._add(_varint(2, FLOAT) + _text(8, name) + _bytes(9, struct.pack("<f", value)))
        return name

    def weight(self, name: str, shape: Sequence[int], file: str, place: slice) -> None:
        """Add a float32 weight that lies in a file of the model's folder, from byte `start` to `stop`."""
        where = {"location": file, "offset": str(place.start), "length": str(place.stop - place.start)}
        parts = [_varint(1, size) for size in shape] + [_varint(2, FLOAT), _text(8, name)]
        parts += [_bytes(13, _text(1, key) + _text(2, value)) for key, value in where.items()]
        self._add(b"".join([*parts, _varint(14, _EXTERNAL)]))

    def model(self, inputs: Mapping[str, int], outputs: Mapping[str, int]) -> bytes:
        """The finished file; inputs and outputs are vectors of any length, with their element types."""
        parts = [_bytes(1, node) for node in self._nodes] + [_text(2, "graph")]
        parts += [_bytes(5, tensor) for tensor in self._tensors]
        parts += [_bytes(11, _vector(name, kind)) for name, kind in inputs.items()]
        parts += [_bytes(12, _vector(name, kind)) for name, kind in outputs.items()]
        return _varint(1, IR_VERSION) + _bytes(7, b"".join(parts)) + _bytes(8, _varint(2, OPSET))

    def _add(self, tensor: bytes) -> None:
        if tensor not in self._tensors:
            self._tensors.append(tensor)


def _attribute(name: str, value: Attribute) -> bytes:
    kinds = {"f": 1, "i": 2, "ints": 7}
    match value:
        case float():
            return _text(1, name) + b"\x15" + struct.pack("<f", value) + _varint(20, kinds["f"])
        case int():
            return _text(1, name) + _varint(3, value) + _varint(20, kinds["i"])
        case _:
            return _text(1, name) + b"".join(_varint(8, one) for one in value) + _varint(20, kinds["ints"])


def _vector(name: str, kind: int) -> bytes:
    shape = _bytes(2, _bytes(1, _text(2, "length")))
    return _text(1, name) + _bytes(2, _bytes(1, _varint(1, kind) + shape))


def _varint(number: int, value: int) -> bytes:
    return _coded(number << 3) + _coded(value % (1 << 64))


def _bytes(number: int, content: bytes) -> bytes:
    return _coded(number << 3 | 2) + _coded(len(content)) + content


def _text(number: int, content: str) -> bytes:
    return _bytes(number, content.encode())


def _coded(value: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    out = bytearray()
    while value > 0x7F:  # noqa: PLR2004 # seven bits
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
