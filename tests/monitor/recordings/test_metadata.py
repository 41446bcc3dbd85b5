import codecs
import json
import tracemalloc
from pathlib import Path

import pytest

from monitor.recordings.errors import MetadataError
from monitor.recordings.metadata import MOST_TOLD, Metadata, read_metadata


def read(folder: Path, table: str | bytes, *files: str, name: str = "calls.csv") -> Metadata:
    (folder / name).write_bytes(table if isinstance(table, bytes) else table.encode())
    return read_metadata(folder / name, [(folder / file,) for file in files])


def test_each_row_is_about_the_recording_that_it_names(tmp_path: Path) -> None:
    table = "file,agent,started\na.wav,Sam,2026-03-01T09:30:00Z\nb,Alex,\nday/c.wav,Kim,\n"
    found = read(tmp_path, table, "a.wav", "b.mp3", "day/c.wav", "other/c.wav", "d.wav")
    assert {path.name: known.agent for path, known in found.known.items()} == {
        "a.wav": "Sam",
        "b.mp3": "Alex",
        "c.wav": "Kim",
    }
    assert tmp_path / "day/c.wav" in found.known
    assert found.without_row == (tmp_path / "other/c.wav", tmp_path / "d.wav")
    assert not found.faults
    assert not found.remarks


@pytest.mark.parametrize(
    "encoded",
    [
        "file;agent\r\nü.wav;Jörg Weiß\r\n".encode("utf-8-sig"),
        "file;agent\r\nü.wav;Jörg Weiß\r\n".encode("latin-1"),
        "file\tagent\nü.wav\tJörg Weiß\n".encode("utf-16"),
        'file,agent\n"ü.wav","Jörg Weiß"\n'.encode(),
    ],
    ids=["Excel, UTF-8", "Excel, Latin-1", "Excel, UTF-16", "UTF-8"],
)
def test_any_usual_encoding_and_delimiter_is_read(tmp_path: Path, encoded: bytes) -> None:
    found = read(tmp_path, encoded, "ü.wav")
    assert [known.agent for known in found.known.values()] == ["Jörg Weiß"]


def test_json_lines_and_parquet_say_the_same_as_csv(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    row = {"file": "a.wav", "agent": "Sam", "started": "2026-03-01T09:30:00+00:00", "attribute.queue": "7"}
    csv = read(tmp_path, ",".join(row) + "\n" + ",".join(row.values()) + "\n", "a.wav")
    nested = {"file": "a.wav", "agent": "Sam", "started": row["started"], "attributes": {"queue": 7}}
    lines = read(tmp_path, json.dumps(nested) + "\n\n", "a.wav", name="calls.jsonl")
    started = pa.array([1772357400], pa.timestamp("s", "UTC"))
    table = pa.table({"file": ["a.wav"], "agent": ["Sam"], "started": started, "attribute.queue": [7]})
    parquet.write_table(table, tmp_path / "calls.parquet")
    columns = read_metadata(tmp_path / "calls.parquet", [(tmp_path / "a.wav",)])
    assert csv.known == lines.known == columns.known
    assert csv.known


def test_a_row_that_cannot_be_used_keeps_only_its_recording_out(tmp_path: Path) -> None:
    table = "file,agent,started\na.wav,Sam,31.12.2025\nb.wav,Alex,2026-03-01T09:30+99:00\nc.wav,Kim,2026-03-01\n"
    found = read(tmp_path, table, "a.wav", "b.wav", "c.wav")
    assert [path.name for path in found.known] == ["c.wav"]
    assert found.faults[tmp_path / "a.wav"].startswith(f'{tmp_path / "calls.csv"}, row 2: started: "31.12.2025"')
    assert "row 3: started" in found.faults[tmp_path / "b.wav"]


def test_doubled_rows_are_told_and_contradictory_ones_keep_the_recording_out(tmp_path: Path) -> None:
    table = "file,agent\na.wav,Sam\na.wav,Sam\nb.wav,Alex\nb.wav,Kim\n"
    found = read(tmp_path, table, "a.wav", "b.wav")
    assert [known.agent for known in found.known.values()] == ["Sam"]
    assert found.remarks == (f"{tmp_path / 'calls.csv'}, row 3: it says the same as row 2.",)
    assert "row 5: it contradicts row 4 about b.wav" in found.faults[tmp_path / "b.wav"]


def test_a_name_that_several_recordings_have_keeps_them_out(tmp_path: Path) -> None:
    found = read(tmp_path, "file,agent\na.wav,Sam\n", "x/a.wav", "y/a.wav")
    assert set(found.faults) == {tmp_path / "x/a.wav", tmp_path / "y/a.wav"}
    assert "is the name of 2 recordings" in found.faults[tmp_path / "x/a.wav"]


def test_damaged_rows_and_names_without_a_recording_are_told_by_row(tmp_path: Path) -> None:
    table = "file,agnet\na.wav,Sam,too,many\nnone.wav,Sam\n,Sam\n\nb.wav,Kim\n"
    found = read(tmp_path, table, "b.wav")
    table_at = tmp_path / "calls.csv"
    assert f"{table_at}, row 2: it has 4 values, and the heading 2 names." in found.remarks
    assert f"{table_at}, row 3: no recording here is named none.wav." in found.remarks
    assert f"{table_at}, row 4: it names no file." in found.remarks
    assert any('"agnet" is not a known field; did you mean "agent"? It is ignored.' in one for one in found.remarks)
    assert found.known
    lines = read(tmp_path, '{"file": "b.wav"}\n{oops\n[1]\n', "b.wav", name="calls.jsonl")
    assert any("row 2: it is not valid JSON" in one for one in lines.remarks)
    assert any("row 3: it is not a JSON object" in one for one in lines.remarks)
    assert lines.known


def test_a_damaged_row_keeps_out_its_recording_or_all_that_it_may_be_about(tmp_path: Path) -> None:
    found = read(tmp_path, "file,agent\na.wav,Sam,too many\nb.wav,Kim\n", "a.wav", "b.wav")
    table_at = tmp_path / "calls.csv"
    assert found.faults == {tmp_path / "a.wav": f"{table_at}, row 2: it has 3 values, and the heading 2 names."}
    assert [path.name for path in found.known] == ["b.wav"]
    assert not found.without_row
    found = read(tmp_path, '{"file": "b.wav"}\n{oops\n', "a.wav", "b.wav", name="calls.jsonl")
    assert [path.name for path in found.known] == ["b.wav"]
    assert "has no row for a.wav, unless row 2 is it, which can't be read." in found.faults[tmp_path / "a.wav"]
    found = read(tmp_path, "file,agent\n" + "?,Sam,too many\n" * 100, "b.wav")
    assert (len(found.remarks), found.remarks[-1]) == (21, f"{table_at}: 80 more rows can't be read.")


@pytest.mark.parametrize(
    "damaged", ['b.wav,"Kim\nc.wav,Lee\n', 'b.wav,"Kim\nc.wav,"Lee"\n', 'b.wav,"Kim\nc.wav,Lee"\n']
)
def test_a_missing_quotation_mark_swallows_no_rows_in_silence(tmp_path: Path, damaged: str) -> None:
    found = read(tmp_path, f"file,agent\na.wav,Sam\n{damaged}", "a.wav", "b.wav", "c.wav")
    assert [path.name for path in found.known] == ["a.wav"]
    assert {path.name for path in found.faults} == {"b.wav", "c.wav"}
    assert "row 3:" in found.remarks[0]


def test_a_line_break_in_a_column_that_is_ignored_is_none_of_our_business(tmp_path: Path) -> None:
    found = read(tmp_path, 'file,notes,agent\na.wav,"two\nlines",Sam\nb.wav,,Kim\n', "a.wav", "b.wav")
    assert [known.agent for known in found.known.values()] == ["Sam", "Kim"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("calls.csv", b"", "has no column file"),
        ("calls.csv", b"name,agent\na,b\n", "has no column file, .* Columns: name, agent"),
        ("calls.csv", b"file,agent,Agent\na,b,c\n", "two columns agent"),
        ("calls.xlsx", b"PK", "is no table of metadata"),
        ("calls.parquet", b"nothing", "is not a Parquet file"),
        ("calls.csv", codecs.BOM_UTF16_LE + b"f", "has no column file"),
    ],
)
def test_a_table_that_is_none_is_refused_in_a_sentence(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    with pytest.raises(MetadataError, match=why):
        read(tmp_path, content, "a.wav", name=name)


def test_a_missing_table_is_reported(tmp_path: Path) -> None:
    with pytest.raises(MetadataError, match="Can't read"):
        read_metadata(tmp_path / "none.csv", [])


def made(folder: Path, count: int) -> Metadata:
    """What a table of so many rows says about the recording of the last one."""
    rows = "".join(f"call-{number}.wav,Agent {number % 50},C{number},2026-03-01T09:30:00Z\n" for number in range(count))
    return read(folder, f"file,agent,customer,started\n{rows}", f"call-{count - 1}.wav")


@pytest.mark.slow
def test_of_a_hundred_thousand_rows_the_right_one_is_found_and_few_lines_are_told(tmp_path: Path) -> None:
    found = made(tmp_path, 100_000)
    assert [known.customer for known in found.known.values()] == ["C99999"]
    assert len(found.remarks) == MOST_TOLD + 1
    assert found.remarks[-1].endswith(f"{99_999 - MOST_TOLD} more rows match no recording here.")


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    peaks = []
    for count in (1_000, 5_000):
        tracemalloc.start()
        try:
            made(tmp_path, count)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] - peaks[0] < 1_500_000, "the text of the table itself takes 0.5 MB, twice"


def test_two_files_of_a_call_have_one_row_or_one_each(tmp_path: Path) -> None:
    pair = (tmp_path / "call-out.wav", tmp_path / "call-in.wav")
    other = (tmp_path / "next-out.wav", tmp_path / "next-in.wav")
    (tmp_path / "calls.csv").write_text("file,agent\ncall,Sam\nnext-in.wav,\nnext-out.wav,Kim\n", "utf-8")
    found = read_metadata(tmp_path / "calls.csv", [pair, other])
    assert {path.name: known.agent for path, known in found.known.items()} == {
        "call-out.wav": "Sam",
        "next-in.wav": "",
        "next-out.wav": "Kim",
    }
    assert not found.without_row


@pytest.mark.parametrize("name", ["calls.csv", "calls.jsonl"])
def test_a_line_without_an_end_is_told_and_not_read_into_memory_whole(tmp_path: Path, name: str) -> None:
    start = "file,agent\n" if name.endswith("csv") else ""
    (tmp_path / name).write_text(start + "x" * 20_000_000, "utf-8")
    tracemalloc.start()
    try:
        found = read_metadata(tmp_path / name, [])
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.remarks
    assert peak_bytes < 16_000_000
