"""Recordings that may not be there."""

from pathlib import Path

import pytest

from bench.material import at_hand, voices


def test_what_has_no_figures_without_recordings_is_named_with_the_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(at_hand, "AUDIO", tmp_path / "nowhere")
    assert not at_hand.recordings_for("real speech")
    assert "Left out: real speech. TONE_MONITOR_TEST_DATA names no folder" in capsys.readouterr().err


def test_nothing_is_said_where_the_recordings_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(voices, "FOLDER", tmp_path)
    assert at_hand.voices_for("loudness")
    assert capsys.readouterr().err == ""
