"""What a run over an archive says while it lasts and at its end."""

from datetime import UTC, datetime

import pytest

from monitor.archive.batch import Counts
from monitor.archive.progress import summary, told
from monitor.archive.unit import Done, Failed
from monitor.base import pace

NOW = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)


def test_failures_are_said_at_once_and_progress_every_minute(capsys: pytest.CaptureFixture[str]) -> None:
    now_s = 0.0
    with told(3, as_lines=True, clock=lambda: now_s) as tell:
        tell(Done("a.wav", "r1", "c1", "worked", "m", 2.5))
        assert capsys.readouterr().err == ""
        now_s = pace.EVERY_S
        tell(Failed("b.wav", "r2", "Can't use the lake.", "m", lasting=False))
        said = capsys.readouterr()
    assert said.err.startswith("b.wav: Can't use the lake.\n2 of 3 recordings, 1 failed; ends at about ")
    assert said.out.splitlines()[-1] == (
        '{"version":1,"recording":"b.wav","outcome":"failed","failed":"Can\'t use the lake."}'
    )


def test_the_summary_counts_only_what_there_is() -> None:
    assert list(summary(Counts(), "lake", 1)) == ["Recordings: none to analyze. The lake lake has 1 call."]
    counts = Counts(worked=1_200, known=3, too_old=1, failed=2, failed_before=1)
    first, *more = summary(counts, "lake", 1_203)
    assert first == (
        "Recordings: 1,200 analyzed, 3 in the lake before, 1 past the retention period, 2 failed. "
        "The lake lake has 1,203 calls."
    )
    assert [sentence.split(" ", 1)[0] for sentence in more] == ["To", "Not"]
