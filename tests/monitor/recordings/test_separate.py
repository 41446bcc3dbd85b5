"""Two people on one track are told apart, the agent is found by the first words, and both can be turned round."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from audio.block import Samples
from audio.files.recording import open_recording
from audio.values import Turn
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.call.summary import of_folder
from monitor.cli import main
from monitor.live.call_wiring import CallWiring
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.one_track import ESTIMATED
from monitor.recordings.again import analyze_again
from monitor.recordings.known import Known
from monitor.recordings.one import AnalysisOptions, Analyzed, analyze_recording
from monitor.recordings.recorded_call import RecordedCall
from monitor.recordings.separation import GREETS, NOT_SURE, ONE_VOICE, separate
from monitor.sample import CALL, truth
from monitor.settings.config import Settings
from rules.first_words import agents_words
from rules.load import load
from rules.model import SpokenWord

PLAIN = Settings()
RATE_HZ = 16_000


def mixed_call(seconds: int) -> Samples:
    """The beginning of the built-in call on one track."""
    sound, _ = soundfile.read(CALL, dtype="float32", frames=seconds * RATE_HZ)
    return np.asarray(sound.mean(axis=1), np.float32)


def analyzed(path: Path, sound: Samples) -> Analyzed:
    """What becomes of it with --separate, without words."""
    soundfile.write(path, sound, RATE_HZ)
    options = AnalysisOptions(settings=PLAIN, model="none", calls=path.parent / "calls", separate=True)
    return analyze_recording(RecordedCall((path,), Known()), options)


def right_s(folder: Path, agent: str = "agent") -> float:
    """Share of the turns of a saved call that are those of the speaker of that moment."""
    lines = truth().lines
    right = wrong = 0
    for turn in read_events(folder):
        if isinstance(turn, Turn):
            for at_s in np.arange(turn.start_s, turn.end_s, 0.1):
                for line in lines:
                    if line.start_s <= at_s < line.end_s:
                        same = (line.speaker == "agent") == (turn.speaker == agent)
                        right, wrong = right + same, wrong + (not same)
    return right / (right + wrong)


@pytest.mark.slow
def test_two_people_are_told_apart_turned_round_and_mixed_again(tmp_path: Path) -> None:
    done = analyzed(tmp_path / "a.wav", mixed_call(40))
    assert done.analysis
    assert done.folder
    call = done.analysis.call
    assert (call.separated, call.mixed, call.speakers) == (True, False, ("agent", "customer"))
    assert any(note.startswith(ESTIMATED) and "agent_channel=right" in note for note in call.notes)
    assert all(figures.estimated for figures in done.analysis.speakers.values())
    assert all(prompt.seen is False for prompt in done.analysis.prompts)
    info = read_info(done.folder)
    assert (info.separated, info.agent_channel, info.kind) == (True, "left", "recording")
    assert right_s(done.folder) > 0.95
    assert "embedding" not in "".join(path.read_text("utf-8", "replace") for path in done.folder.glob("*.jsonl"))
    before = of_folder(done.folder).speakers
    analyze_again(done.folder, "right", PLAIN)
    assert read_info(done.folder) == replace(info, agent_channel="right")
    assert right_s(done.folder, agent="customer") > 0.95
    after = of_folder(done.folder).speakers
    assert after["agent"].talk_time_s == pytest.approx(before["customer"].talk_time_s, abs=0.5)
    shown = CliRunner().invoke(main, ["replay", str(done.folder), "--plain"])
    assert ESTIMATED in " ".join(shown.output.split())


@pytest.mark.slow
def test_one_voice_stays_one_speaker_and_is_said_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    sound, _ = soundfile.read(CALL, dtype="float32", frames=40 * RATE_HZ)
    soundfile.write(path, sound[:, 0], RATE_HZ)
    wiring = CallWiring.of(PLAIN, "none", ())
    heard, info = separate(open_recording(path), wiring, wiring.info("a.wav", ("agent",), "recording"))
    assert (info.separated, info.mixed, info.speakers) == (False, False, ("agent",))
    assert ONE_VOICE in heard.notes


@pytest.mark.slow
def test_where_the_voices_are_not_sure_nothing_is_judged(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, mixed_call(40), RATE_HZ)
    wiring = CallWiring.of(PLAIN, "none", ())
    one_track = wiring.rulebook.one_track
    assert one_track
    wiring = replace(wiring, rulebook=replace(wiring.rulebook, one_track=replace(one_track, told_apart=1000.0)))
    recording = open_recording(path)
    sound, info = separate(recording, wiring, wiring.info("a.wav", ("agent",), "recording"))
    assert (info.mixed, info.separated, info.speakers) == (True, False, ("agent",))
    assert NOT_SURE in sound.notes


@pytest.mark.slow
def test_the_voice_that_greets_is_the_agent_though_the_other_speaks_first(tmp_path: Path) -> None:
    line = next(line for line in truth().lines if line.speaker == "customer")
    first = mixed_call(30)[int((line.start_s - 0.2) * RATE_HZ) : int((line.end_s + 0.3) * RATE_HZ)]
    path = tmp_path / "a.wav"
    soundfile.write(path, np.concatenate([first, mixed_call(35)]), RATE_HZ)
    wiring = CallWiring.of(PLAIN, "default", ())
    sound, info = separate(open_recording(path), wiring, wiring.info("a.wav", ("agent",), "recording"))
    assert info.separated
    assert info.agent_channel == "right", "the customer speaks first here"
    assert any(GREETS in note and "agent_channel=left" in note for note in sound.notes)


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("Thank you for calling Acme, how can I help you?", 2),
        ("May I have your account number, please?", 1),
        ("Hi, my internet has been down since Monday.", 0),
        ("This is calling from Acme.", 1),
    ],
)
def test_agents_are_known_by_what_they_say_first(said: str, count: int) -> None:
    words = tuple(SpokenWord(float(at), at + 0.5, text, 1.0) for at, text in enumerate(said.split()))
    assert agents_words(load((), metrics=BY_NAME), words) == count
