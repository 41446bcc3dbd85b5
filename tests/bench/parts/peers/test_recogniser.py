"""PocketSphinx is measured where it is installed, and left out where it is not."""

from collections.abc import Iterator

import pytest

from bench.comparisons import pocketsphinx_words
from bench.material.spoken import Spoken
from bench.parts.peers import recogniser
from tests import sounds


@pytest.mark.parametrize("installed", [True, False])
def test_each_way_has_its_word_errors(monkeypatch: pytest.MonkeyPatch, *, installed: bool) -> None:
    class Ear:
        def __init__(self, *_: object) -> None: ...

        def alone(self, _: object) -> str:
            return "one three"

        def live(self, _: object) -> Iterator[object]:
            return iter(())

    def version(name: str) -> str:
        return {"faster-whisper": "1", "pocketsphinx": "5"}[name]

    monkeypatch.setattr(recogniser, "Ear", Ear)
    monkeypatch.setattr(recogniser, "version", version)
    monkeypatch.setattr(recogniser, "_read", lambda: iter([Spoken(("1", "2"), sounds.silence(0.5))]))
    monkeypatch.setattr(recogniser, "real", list)
    monkeypatch.setattr(recogniser, "voices_for", lambda _: True)
    monkeypatch.setattr(pocketsphinx_words, "is_installed", lambda: installed)
    monkeypatch.setattr(pocketsphinx_words, "hear", lambda _: "one two")
    errors = {(row.series, row.at): row.value for row in recogniser.rows() if row.name == "word errors"}
    assert errors["Words: read speech", "plain faster-whisper 1, tiny.en"] == 50
    assert errors["Words: read speech by telephone", "Tone Monitor, live, tiny.en"] == 100
    assert (errors.get(("Words: read speech", "PocketSphinx 5, en-us")) == 0) is installed
