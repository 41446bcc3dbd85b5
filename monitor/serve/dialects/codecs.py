"""The codecs of telephones, by table: to 16-bit little-endian samples."""

from collections.abc import Callable

from monitor.serve.dialects.dialect import DialectError

SAMPLE_BYTES = 2
Decode = Callable[[bytes], bytes]


def _mu_law(code: int) -> int:
    """ITU-T G.711, table 2."""
    code = ~code & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84 << (code >> 4 & 7)) - 0x84
    return -magnitude if code & 0x80 else magnitude


def _a_law(code: int) -> int:
    """ITU-T G.711, table 1."""
    code ^= 0x55
    exponent = code >> 4 & 7
    magnitude = ((code & 0x0F) << 4) + 8
    if exponent:
        magnitude = magnitude + 0x100 << exponent - 1
    return magnitude if code & 0x80 else -magnitude


def _by_table(expand: Callable[[int], int]) -> Decode:
    table = [expand(code) & 0xFFFF for code in range(256)]
    low, high = bytes(value & 0xFF for value in table), bytes(value >> 8 for value in table)

    def decode(sound: bytes) -> bytes:
        samples = bytearray(SAMPLE_BYTES * len(sound))
        samples[0::2] = sound.translate(low)
        samples[1::2] = sound.translate(high)
        return bytes(samples)

    return decode


def linear(sound: bytes) -> bytes:
    """Check that these are whole samples."""
    if len(sound) % SAMPLE_BYTES:
        raise DialectError(f"A message holds {len(sound)} bytes of 16-bit sound: half a sample is missing.")
    return sound


mu_law = _by_table(_mu_law)
a_law = _by_table(_a_law)


def channels(samples: bytes, count: int) -> list[bytes]:
    """Take interleaved 16-bit samples apart."""
    if count == 1:
        return [samples]
    if len(samples) % (SAMPLE_BYTES * count):
        raise DialectError(
            f"A message holds {len(samples)} bytes of sound, which is not the same for {count} channels."
        )
    wide = memoryview(samples).cast("H")
    return [wide[channel::count].tobytes() for channel in range(count)]
