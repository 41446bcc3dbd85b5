"""One reader for every log: whole or growing, torn, damaged, missing."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.values import PitchSample, ToneSample, Utterance
from monitor.base.errors import CallFolderError
from monitor.call.events import Ended, Mark, to_line
from monitor.call.log import LOG, LogReader, NoLogError, read_events, sort_lines
from monitor.call.tone_arrays import PitchRow

TONE = to_line(ToneSample("agent", 0.0, 0.1, speaking=False))
PITCH = to_line(PitchSample("agent", 0.0, 0.1, 180.0))
MARK = to_line(Mark(1.0, "flag"))
WRITTEN = [TONE, PITCH, MARK, TONE, to_line(Ended(2.0, "stopped"))]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    (tmp_path / LOG).write_bytes(b"".join(WRITTEN))
    return tmp_path / LOG


def bare(lines: list[bytes]) -> list[bytes]:
    return [line.rstrip(b"\n") for line in lines]


def in_pieces(path: Path, pieces: list[bytes]) -> Iterator[list[bytes]]:
    path.write_bytes(b"")
    reader = LogReader(path.parent)
    for piece in pieces:
        with path.open("ab") as growing:
            growing.write(piece)
        yield reader.lines()
    yield reader.rest()


@given(st.lists(st.integers(0, len(b"".join(WRITTEN)) - 3)))
def test_a_log_that_grows_in_any_pieces_gives_each_line_once(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int]
) -> None:
    content = b"".join(WRITTEN)[:-3]
    ends = [*sorted(cuts), len(content)]
    pieces = [content[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    read = [line for lines in in_pieces(tmp_path_factory.mktemp("call") / LOG, pieces) for line in lines]
    assert read == content.split(b"\n")


def test_a_torn_line_waits_for_its_rest(log: Path) -> None:
    reader = LogReader(log.parent)
    log.write_bytes(TONE + MARK[:9])
    assert reader.lines() == bare([TONE])
    assert reader.torn == MARK[:9]
    with log.open("ab") as growing:
        growing.write(MARK[9:])
    assert (reader.lines(), reader.torn) == (bare([MARK]), b"")


def test_a_torn_line_of_which_nothing_more_comes_is_a_line_and_given_once(log: Path) -> None:
    log.write_bytes(TONE + MARK.rstrip())
    reader = LogReader(log.parent)
    reader.lines()
    assert (reader.rest(), reader.rest(), reader.torn) == (bare([MARK]), [], b"")


def test_tone_and_pitch_are_told_from_the_others_in_their_order() -> None:
    lines = sort_lines(WRITTEN)
    assert (lines.tone, lines.pitch, lines.others) == ([TONE, TONE], [PITCH], [MARK, WRITTEN[-1]])


def test_damaged_lines_are_counted_whichever_way_they_are_decoded(log: Path) -> None:
    reader = LogReader(log.parent)
    decoder = msgspec.json.Decoder(PitchRow)
    rows = reader.rows(decoder, [PITCH, PITCH[:30], PITCH.replace(b"180.0", b"0.0"), PITCH])
    assert ([row.pitch_hz for row in rows], reader.damaged) == ([180.0, 180.0], 2)
    assert (reader.events([MARK, MARK[:20], b"", b'{"event":"of a newer version"}']), reader.damaged) == (
        [Mark(1.0, "flag")],
        3,
    )


def test_events_are_read_in_the_order_in_which_they_were_said(log: Path) -> None:
    said = Utterance("agent", 0.0, 0.5, (), 0.6)
    log.write_bytes(TONE + MARK + to_line(said, place=1) + PITCH[:20])
    assert list(read_events(log.parent)) == [ToneSample("agent", 0.0, 0.1, speaking=False), said, Mark(1.0, "flag")]


def test_a_missing_log_is_told_from_one_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NoLogError, match=r"holds no readable events\.jsonl \(No such file"):
        LogReader(tmp_path).lines()
    (tmp_path / LOG).mkdir()
    with pytest.raises(CallFolderError, match=r"holds no readable events\.jsonl \(Is a directory\)") as raised:
        LogReader(tmp_path).lines()
    assert not isinstance(raised.value, NoLogError)
