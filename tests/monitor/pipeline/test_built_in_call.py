"""The whole of it, end to end, on the call whose truth is known."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import numpy as np
import pytest

from audio.block import AudioBlock
from audio.files.recording import open_recording
from monitor import sample
from monitor.call.analysis import Analysis, Call
from monitor.call.events import CallEvent
from monitor.call.folder import CallWriter
from monitor.call.info import new_info
from monitor.call.summary import analysis, of_folder
from monitor.live.parts import CallParts, SessionParts
from monitor.live.session import Session
from monitor.live.writer_thread import WritingThread
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from monitor.pipeline.whisper_model import loader
from rules.load import load
from tests import built_in_call

pytestmark = pytest.mark.slow


MODEL = "default"
SPEED = 4.0


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return built_in_call.analysed(tmp_path_factory)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """As fast as it goes."""
    return built_in_call.played(tmp_path_factory)[1]


def bytes_of(made: Analysis) -> dict[str, bytes]:
    """What a live call and a file must agree on, byte for byte."""
    parts = ("firings", "turns", "tone", "interruptions", "dead_air", "speakers")
    judged = made.utterances_live or made.utterances  # whether there was a second pass or not
    return {part: msgspec.json.encode(getattr(made, part)) for part in parts} | {"words": msgspec.json.encode(judged)}


@pytest.mark.parametrize("planned", sample.planned(), ids=lambda planned: planned.action)
def test_each_planned_prompt_comes_within_two_seconds_of_its_moment(
    analysed: Analysis, planned: sample.Planned
) -> None:
    shown = [prompt.since_s for prompt in analysed.prompts if prompt.action == planned.action]
    assert len(shown) == 1
    assert shown[0] == pytest.approx(planned.at_s, abs=2.0)


def test_no_other_prompt_is_shown(analysed: Analysis) -> None:
    assert [prompt.action for prompt in analysed.prompts] == [planned.action for planned in sample.planned()]


def test_what_she_does_after_each_prompt_is_judged_as_the_script_has_it(analysed: Analysis) -> None:
    assert {prompt.action: prompt.after for prompt in analysed.prompts} == {
        planned.action: planned.after for planned in sample.planned()
    }


def test_nobody_saw_the_prompts_of_a_recording(analysed: Analysis) -> None:
    assert analysed.call.kind == "recording"
    assert {(prompt.outcome, prompt.seen) for prompt in analysed.prompts} == {("unseen", False)}


def test_who_spoke_and_for_how_long(analysed: Analysis) -> None:
    for speaker, figures in analysed.speakers.items():
        spoken_s = sum(
            line.end_s - line.start_s - sum(end_s - start_s for start_s, end_s in line.pauses_s)
            for line in sample.truth().lines
            if line.speaker == speaker
        )
        assert figures.talk_time_s == pytest.approx(spoken_s, rel=0.08)


def test_the_one_interruption_is_the_agents(analysed: Analysis) -> None:
    assert [interruption.by for interruption in analysed.interruptions] == ["agent"]
    assert analysed.speakers["agent"].backchannels == 1
    assert analysed.dead_air == ()


def test_what_was_said_is_in_the_transcript(analysed: Analysis) -> None:
    for speaker in ("agent", "customer"):
        written = " ".join(said.text for said in analysed.utterances if said.speaker == speaker)
        spoken = " ".join(line.text for line in sample.truth().lines if line.speaker == speaker)
        heard, there = plain_words(written), plain_words(spoken)
        assert len(there - heard) <= 0.06 * len(there)


def test_words_are_divided_as_they_are_written(analysed: Analysis) -> None:
    assert "o'clock" in analysed.utterances[-2].text
    assert not any(word.text[0] in "'-" for said in analysed.utterances for word in said.words)


def plain_words(text: str) -> set[str]:
    return {word.strip(".,!?").lower() for word in text.split()}


def test_the_words_are_timed(analysed: Analysis) -> None:
    for said in analysed.utterances:
        times = list(itertools.chain.from_iterable((word.start_s, word.end_s) for word in said.words))
        assert times == sorted(times)
        assert said.start_s <= times[0]
        assert times[-1] <= said.end_s


def test_a_live_call_and_a_file_say_the_same(analysed: Analysis, played: Analysis) -> None:
    assert bytes_of(played) == bytes_of(analysed)
    assert [(shown.rule, shown.after) for shown in played.prompts] == [
        (one.rule, one.after) for one in analysed.prompts
    ]


def test_a_call_at_its_own_pace_and_a_file_say_the_same(analysed: Analysis) -> None:
    """But for when a prompt is shown: when its words have been heard, which depends on how busy the machine is."""
    recording = open_recording(sample.CALL)
    rulebook, words = load(metrics=BY_NAME), loader(MODEL)
    with TemporaryDirectory() as folder:
        about = Call(sample.CALL.name, recording.duration_s, recording.speakers, MODEL, rulebook.fingerprint)
        writer = CallWriter(Path(folder), new_info(about.source, about.speakers, about.model, about.rules))
        pipeline = Pipeline(recording.speakers, rulebook, words, live=True, language="auto")
        parts = SessionParts(recording.blocks(0.032), lambda _: CallParts(pipeline, WritingThread(writer)), SPEED)
        call = Session(lambda: parts)
        call.run(lambda _: None)
        assert call.failure is None
        live = of_folder(writer.folder)
    assert bytes_of(live) == bytes_of(analysed)


FIRST_S = 66


def pieces(sound: dict[str, np.ndarray], size: int) -> Iterator[AudioBlock]:
    for start in range(0, FIRST_S * 16_000, size):
        for speaker in ("agent", "customer"):
            yield AudioBlock(speaker, start, sound[speaker][start : start + size])


def cut_into(size: int) -> bytes:
    recording = open_recording(sample.CALL)
    blocks = list(recording.blocks())
    sound = {
        speaker: np.concatenate([block.samples for block in blocks if block.speaker == speaker])[: FIRST_S * 16_000]
        for speaker in recording.speakers
    }
    pipeline = Pipeline(recording.speakers, load(metrics=BY_NAME), loader(MODEL))
    events: list[CallEvent] = []
    for block in pieces(sound, size):
        events += pipeline.feed(block)
    events += pipeline.flush()
    pipeline.close()
    return analysis(Call("cut", FIRST_S, recording.speakers, MODEL, ""), events).to_json()


def test_how_the_sound_is_cut_changes_nothing() -> None:
    whole = cut_into(16_000)
    assert b'"rule":"slow-down"' in whole
    assert b"Thank you for calling" in whole
    assert cut_into(61) == whole
