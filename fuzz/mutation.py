"""Damages input: a few random changes, as disks, networks and people make them, and as attackers do."""

import random
from collections.abc import Sequence

EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
MOST_CHANGES = 6
LONGEST = 1 << 20


def mutate(content: bytes, others: Sequence[bytes], tokens: Sequence[bytes], chance: random.Random) -> bytes:
    """Change some bytes of an input.

    Args:
        content: what to change.
        others: inputs of which pieces may be put in.
        tokens: words of the format, so that damage goes deeper than the first bracket.
        chance: decides what is changed.
    """
    data = bytearray(content)
    for _ in range(chance.randint(1, MOST_CHANGES)):
        at = chance.randrange(len(data) + 1)
        length = min(len(data) - at, chance.choice((1, 2, 4, 16, 256)))
        match chance.randrange(8):
            case 0 if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            case 1:
                data[at : at + length] = chance.randbytes(length)
            case 2:
                del data[at : at + length]
            case 3:
                data[at:at] = data[at : at + length] * chance.randint(1, 64)
            case 4:
                size = chance.choice((1, 2, 4))
                order = chance.choice(("little", "big"))
                data[at : at + size] = (chance.choice(EDGES) % (1 << 8 * size)).to_bytes(size, order)
            case 5:
                del data[at:]
            case 6:
                other = chance.choice(others)
                start = chance.randrange(len(other) + 1)
                data[at : at + length] = other[start : start + chance.choice((4, 64, 1024))]
            case _:
                data[at:at] = chance.choice(tokens) if tokens else b""
    return bytes(data[:LONGEST])
