"""Sealed files: what was written is read, torn anywhere they open as far as they go, and no change goes unseen."""

import errno
import io
import os
import re
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from monitor.sealed import file as sealed
from monitor.sealed.cipher import Key
from monitor.sealed.content import SealedFile
from monitor.sealed.errors import SealedError
from monitor.sealed.file import seal
from monitor.sealed.layout import HEAD, LARGEST, MAGIC, RECORD_HEAD_BYTES, is_start

KEY = Key(bytes(range(32)))
WRITES = st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=40)), max_size=8)
"""Where in what is there already, and what."""


def opened(disk: bytes, key: Key = KEY) -> SealedFile:
    return SealedFile(io.BytesIO(disk), key, "the file")


def content(disk: bytes, key: Key = KEY) -> bytes:
    return opened(disk, key).readall() or b""


def written(writes: list[tuple[float, bytes]]) -> tuple[bytes, list[tuple[int, bytes]]]:
    """A sealed file; and after each record the size on the disk and what the file then holds."""
    disk, plain = io.BytesIO(), io.BytesIO()
    file = SealedFile(disk, KEY, "the file")
    steps = [(len(disk.getvalue()), b"")]
    for place, piece in writes:
        left = piece
        file.seek(round(place * len(plain.getvalue())))
        plain.seek(file.tell())
        while left:
            count = file.write(left)
            plain.write(left[:count])
            left = left[count:]
            steps.append((len(disk.getvalue()), plain.getvalue()))
    return disk.getvalue(), steps


@given(WRITES)
def test_what_was_written_anywhere_is_read(writes: list[tuple[float, bytes]]) -> None:
    disk, steps = written(writes)
    assert content(disk) == steps[-1][1]


@given(WRITES, st.integers(0, 400))
def test_torn_at_any_byte_it_holds_all_records_before(writes: list[tuple[float, bytes]], cut: int) -> None:
    disk, steps = written(writes)
    cut = min(cut, len(disk))
    whole = [held for size, held in steps if size <= cut]
    assert is_start(disk[:cut])
    assert content(disk[:cut]) == (whole[-1] if whole else b"")


@pytest.mark.parametrize("sector", [1, 2, 3, 4])
def test_room_that_a_power_cut_left_unwritten_is_torn_off(sector: int) -> None:
    disk, steps = written([(1.0, b"kept"), (1.0, bytes(2_000))])
    cut = disk[: 512 * sector]
    for left in (cut + bytes(len(disk) - len(cut)), disk[: steps[1][0]] + bytes(700)):
        file = io.BytesIO(left)
        assert content(left) == b"kept"
        onwards = SealedFile(file, KEY, "the file")
        onwards.seek(0, os.SEEK_END)
        onwards.write(b" on")
        assert content(file.getvalue()) == b"kept on"


@given(WRITES, st.integers(0, 400), st.binary(min_size=1, max_size=9))
def test_a_torn_file_is_written_on(writes: list[tuple[float, bytes]], cut: int, more: bytes) -> None:
    torn = io.BytesIO(written(writes)[0][:cut])
    before = content(torn.getvalue())
    file = SealedFile(torn, KEY, "the file")
    file.seek(0, os.SEEK_END)
    file.write(more)
    assert content(torn.getvalue()) == before + more


@given(WRITES.filter(bool), st.integers(0), st.integers(1, 255))
def test_a_changed_byte_is_never_read_as_something_else(
    writes: list[tuple[float, bytes]], at: int, change: int
) -> None:
    disk, steps = written(writes)
    at = len(MAGIC) + at % (len(disk) - len(MAGIC))
    changed = bytearray(disk)
    changed[at] ^= change
    try:
        assert content(bytes(changed)) == steps[-1][1], "in a record that later ones are laid over"
    except SealedError as error:
        assert re.fullmatch("the file .*\\.", str(error))  # noqa: PT017 - either may be


def test_records_cannot_be_left_out_swapped_or_taken_from_another_file() -> None:
    disk, steps = written([(1.0, b"first"), (1.0, b"other"), (1.0, b"third")])
    ends = [size for size, _ in steps]
    head, first, other, third = (disk[start:end] for start, end in zip([0, *ends], ends, strict=False))
    elsewhere = written([(1.0, b"first")])[0]
    for wrong in (head + other + third, head + first + third, head + other + first, elsewhere + other):
        with pytest.raises(SealedError, match="changed after it was sealed"):
            content(wrong)


@given(WRITES, st.floats(0, 1))
def test_cut_off_anywhere_it_holds_what_was_before(writes: list[tuple[float, bytes]], place: float) -> None:
    disk, steps = written(writes)
    size = round(place * len(steps[-1][1]))
    cut = io.BytesIO(disk)
    file = SealedFile(cut, KEY, "the file")
    file.truncate(size)
    file.seek(0)
    assert file.readall() == content(cut.getvalue()) == steps[-1][1][:size]


@given(st.binary(max_size=300), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 50)), max_size=5))
def test_any_stretch_is_read_as_of_a_plain_file(whole: bytes, stretches: list[tuple[int, int]]) -> None:
    file, plain = io.BufferedReader(opened(seal(whole, KEY)), 16), io.BytesIO(whole)
    for start, count in stretches:
        assert file.seek(start) == plain.seek(start)
        assert file.read(count) == plain.read(count)


def test_large_contents_go_through(tmp_path: Path) -> None:
    whole = os.urandom(3 * LARGEST + 5)
    assert content(seal(whole, KEY)) == whole
    with sealed.create(tmp_path / "new", KEY) as raw, io.BufferedRandom(raw) as file:  # type: ignore[type-var]
        file.write(whole)
        file.seek(LARGEST - 2)
        file.write(b"over")
        file.flush()
    with sealed.open_to_read(tmp_path / "new", KEY) as file:
        assert file.read() == whole[: LARGEST - 2] + b"over" + whole[LARGEST + 2 :]


def test_the_page_on_the_layout_is_enough_to_open_a_file() -> None:
    """Written from that page alone, with nothing of ours."""
    disk = seal(b"x" * LARGEST + b"what was said", KEY)
    salt, at, number, found = disk[30:46], 46, 0, b""
    cipher = AESGCM(HKDF(SHA256(), 32, salt, b"tone-monitor file").derive(KEY.secret))
    while at < len(disk):
        length = int.from_bytes(disk[at : at + 4], "little")
        nonce, sealed = disk[at + 16 : at + 28], disk[at + 28 : at + 28 + length + 16]
        found += cipher.decrypt(nonce, sealed, salt + number.to_bytes(8, "little") + disk[at : at + 16])
        at, number = at + 28 + length + 16, number + 1
    assert found == b"x" * LARGEST + b"what was said"


def test_nothing_of_the_content_shows_and_no_two_files_are_alike() -> None:
    whole = b"marmalade " * 50
    one, other = seal(whole, KEY), seal(whole, KEY)
    assert b"marma" not in one
    assert not any(other[at : at + 12] in one for at in range(HEAD.size + RECORD_HEAD_BYTES, len(other) - 12))


def test_another_key_opens_nothing_and_says_which_one_is_needed() -> None:
    other = Key(bytes(32))
    with pytest.raises(SealedError, match=f"sealed with the key {KEY.name}, but the key in use is {other.name}"):
        opened(seal(b"words", KEY), other)


def test_the_key_is_never_shown() -> None:
    assert repr(KEY) == "Key()"
    assert "cipher" not in repr(KEY.of_file(bytes(16)))


def test_a_full_disk_leaves_what_was_there() -> None:
    class Full(io.BytesIO):
        room = 0

        def write(self, content: bytes) -> int:  # type: ignore[override]
            taken = content[: self.room]
            self.room -= len(taken)
            if not taken:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(taken)

    disk = Full()
    disk.room = 200
    file = SealedFile(disk, KEY, "the file")
    assert file.write(b"kept") == 4
    with pytest.raises(OSError, match="No space"):
        file.write(bytes(200))
    assert content(disk.getvalue()) == b"kept"
    disk.room = 500
    assert file.write(b" and on") == 7
    assert content(disk.getvalue()) == b"kept and on"


def test_files_are_their_owners_alone(tmp_path: Path) -> None:
    for make in (sealed.create, sealed.open_to_append):
        with make(tmp_path / make.__name__, KEY) as file:
            file.write(b"x")
        assert stat.S_IMODE((tmp_path / make.__name__).stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        sealed.create(tmp_path / "create", KEY)


def test_two_who_append_at_once_wait_for_each_other(tmp_path: Path) -> None:
    import threading  # noqa: PLC0415

    def add(text: bytes) -> None:
        for _ in range(20):
            with sealed.open_to_append(tmp_path / "marks", KEY) as file:
                file.seek(0, os.SEEK_END)
                file.write(text)

    threads = [threading.Thread(target=add, args=(text,)) for text in (b"a", b"b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sealed.open_to_read(tmp_path / "marks", KEY) as file:
        found = file.read()
    assert (found.count(b"a"), found.count(b"b")) == (20, 20)


def test_who_reads_a_growing_file_finds_it_whole_up_to_here(tmp_path: Path) -> None:
    with sealed.create(tmp_path / "log", KEY) as file:
        for number in range(5):
            file.write(b"%d\n" % number)
            with sealed.open_to_read(tmp_path / "log", KEY) as reader:
                assert len(reader.readlines()) == number + 1
