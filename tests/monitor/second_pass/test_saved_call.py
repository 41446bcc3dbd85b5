import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.block import AudioBlock
from audio.values import HeardAgain, Word
from monitor.call import lock
from monitor.call.events import CallEvent
from monitor.call.info import CallInfo, read_info, write_info
from monitor.call.log import read_events
from monitor.call.summary import of_folder
from monitor.call.wordless import without_words
from monitor.catalogue.hits import in_call
from monitor.replay.call_log import read
from monitor.second_pass.saved_call import harmless, improve
from tests.made_calls import info, make, said

LIVE = said("it takes fifteen years", 5.0)
WORDS = Word(5.0, 6.0, "fifteen", 0.9), Word(6.0, 7.0, "minutes", 0.9)
BETTER = HeardAgain(LIVE.speaker, LIVE.start_s, LIVE.end_s, WORDS)


@pytest.fixture
def call(tmp_path: Path) -> Path:
    folder = make(tmp_path, [LIVE, said("Goodbye.", 50.0)], info())
    soundfile.write(folder / "audio.flac", np.zeros((60 * 16_000, 2)), 16_000)
    return folder


class Second:
    """A second pass with one result, which remembers what it was given."""

    def __init__(self, found: Sequence[HeardAgain] = (BETTER,)) -> None:
        self.heard: list[AudioBlock] = []
        self._found = tuple(found)

    def __call__(
        self, sound: Iterable[AudioBlock], _info: CallInfo, _events: Sequence[CallEvent]
    ) -> tuple[HeardAgain, ...]:
        self.heard += sound
        return self._found


def test_the_better_words_are_what_people_read_and_search(call: Path) -> None:
    second = Second()
    assert improve(call, second)
    assert {block.speaker: block.end for block in second.heard} == {"agent": 960_000, "customer": 960_000}
    found = of_folder(call)
    assert [spoken.text for spoken in found.utterances] == ["fifteen minutes", "Goodbye."]
    assert [spoken.text for spoken in found.utterances_live] == ["it takes fifteen years", "Goodbye."]
    assert [spoken.text for spoken in read(call).utterances] == ["fifteen minutes", "Goodbye."]
    assert in_call(call, "minutes")
    assert not in_call(call, "years")


def test_figures_stay_those_of_the_first_pass(call: Path) -> None:
    before = of_folder(call)
    improve(call, Second())
    after = of_folder(call)
    assert replace(after, utterances=(), utterances_live=()) == replace(before, utterances=(), utterances_live=())


def test_a_call_is_transcribed_twice_at_most(call: Path) -> None:
    assert improve(call, Second())
    assert not improve(call, second := Second())
    assert second.heard == []
    assert sum(isinstance(event, HeardAgain) for event in read_events(call)) == 1


def test_a_call_in_progress_is_left_alone(call: Path) -> None:
    write_info(call, replace(read_info(call), closed=False))
    assert not improve(call, second := Second())
    assert second.heard == []


def test_words_that_were_deleted_do_not_come_back(call: Path) -> None:
    write_info(call, replace(read_info(call), words_deleted="2026-05-01"))
    assert not improve(call, Second())
    assert not any(isinstance(event, HeardAgain) for event in read_events(call))


def test_words_deleted_during_the_second_pass_do_not_come_back(call: Path) -> None:
    def meanwhile(sound: Iterable[AudioBlock], *_: object) -> tuple[HeardAgain, ...]:
        list(sound)
        write_info(call, replace(read_info(call), words_deleted="2026-05-01"))
        return (BETTER,)

    assert not improve(call, meanwhile)
    assert not any(isinstance(event, HeardAgain) for event in read_events(call))


def test_the_words_go_when_the_words_of_a_call_are_deleted(call: Path) -> None:
    improve(call, Second())
    assert replace(BETTER, words=()) in without_words(list(read_events(call)))


@pytest.mark.parametrize("harm", ["gone", "open elsewhere"])
def test_a_second_pass_that_fails_costs_nothing(call: Path, harm: str, caplog: pytest.LogCaptureFixture) -> None:
    if harm == "gone":
        shutil.rmtree(call)
        with harmless():
            improve(call, Second())
    else:
        with lock.hold(call), harmless():
            improve(call, Second())
    assert "keeps its first transcript" in caplog.text


def test_a_fault_of_the_model_costs_nothing_and_its_words_are_not_logged(
    call: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> tuple[HeardAgain, ...]:
        raise ValueError("secret words")

    with harmless():
        improve(call, broken)
    assert "ValueError" in caplog.text
    assert "secret" not in caplog.text
