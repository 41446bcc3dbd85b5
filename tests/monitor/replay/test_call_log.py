from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.values import Interruption, ToneSample, Utterance, Word
from monitor.base.errors import CallFolderError
from monitor.call import marks
from monitor.call.events import Ended, Gap, Health, Mark, PromptCleared, PromptShown, to_line
from monitor.call.files import sound_parts
from monitor.call.folder import CallWriter
from monitor.call.info import CallInfo
from monitor.call.log import read_events
from monitor.call.supervision.supervisor_events import HelpRequest, SupervisorAction
from monitor.replay import plain
from monitor.replay.call_log import CallReader, notes, read
from monitor.replay.curves import STEP_S, TonePoint, anywhere, edges, highest, lowest, no_curves
from monitor.replay.detail import detail_lines
from monitor.replay.timeline import empty_lanes, timeline_lines
from monitor.replay.transcript_pane import transcript_rows
from monitor.replay.transport import status_line, transport_line
from monitor.replay.view import opened
from rules.model import Firing, Prompt
from tests.made_calls import fired, info, make
from tests.made_conversations import made_call, made_events

INFO = CallInfo(datetime(2026, 3, 1, 9, 30, tzinfo=UTC), "made", ("agent", "customer"), "none", "abc", "0.1.0")
SPOKEN = Utterance("agent", 1.0, 2.0, (Word(1.0, 1.5, "good", 0.9), Word(1.5, 2.0, "morning", 0.9)), 2.0)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_call(tmp_path_factory.mktemp("calls"), 240)


def write(folder: Path, content: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "events.jsonl").write_bytes(content)
    return folder


def test_a_log_is_read_whole(folder: Path) -> None:
    log = read(folder)
    events = list(read_events(folder))
    tone = [event for event in events if isinstance(event, ToneSample) and event.speaker == "agent"]
    curves = log.curves["agent"]
    assert (log.duration_s, log.unread, log.closed) == (240.0, 0, True)
    assert curves.heard.all()
    assert curves.speaking.tolist() == [sample.speaking for sample in tone]
    levels = [np.nan if sample.level_dbfs is None else sample.level_dbfs for sample in tone]
    assert np.array_equal(curves.level_dbfs, np.array(levels, np.float32), equal_nan=True)
    rates = [np.nan if sample.rate_over_baseline_pct is None else sample.rate_over_baseline_pct for sample in tone]
    assert np.array_equal(curves.rate_over_baseline_pct, np.array(rates, np.float32), equal_nan=True)
    assert list(log.utterances) == [event for event in events if isinstance(event, Utterance)]
    assert log.of(Gap) == [event for event in events if isinstance(event, Gap)]


def test_what_is_measured_without_speech_is_not_drawn() -> None:
    curves = no_curves().with_steps(
        [TonePoint("agent", 0.3, speaking=False, level_dbfs=-20.0, rate_over_baseline_pct=9.0)]
    )
    assert curves.heard.tolist() == [False, False, False, True]
    assert np.isnan(curves.level_dbfs).all()
    assert np.isnan(curves.rate_over_baseline_pct).all()


def test_usual_tone_is_known_from_the_first_comparison_on(folder: Path) -> None:
    assert read(folder).curves["agent"].usual_known_s == 0.5


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 400), max_size=12), st.integers(0, 2))
def test_a_log_that_grows_is_read_as_one_that_is_there(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], extra: int
) -> None:
    content = b"".join(to_line(event) for event in made_events(2)) + to_line(SPOKEN)
    places = sorted(min(cut * len(content) // 400, len(content)) for cut in cuts)
    folder = tmp_path_factory.mktemp("call")
    write(folder, b"")
    reader = CallReader(folder)
    for place in [*places, len(content)]:
        write(folder, content[:place])
        log = reader.catch_up()
    for _ in range(extra):
        log = reader.catch_up()
    whole = read(folder)
    assert (log.events, log.unread, log.duration_s) == (whole.events, 0, whole.duration_s)
    assert log.utterances == (SPOKEN,)
    for speaker, curves in log.curves.items():
        for name in ("heard", "level_dbfs", "pitch_over_baseline_st"):
            assert np.array_equal(getattr(curves, name), getattr(whole.curves[speaker], name), equal_nan=True)


SPOKEN_OF = [
    Firing(
        "slow-down", "agent", 0.4, 5.9, 4.8, 5.5, "prompt", "slow_down", ("so fast",), 8.2, ("router",), "lead", "ask"
    ),
    PromptShown(Prompt("slow-down", "slow_down", "prompt", "Slow down", "5.9", "Pause.", 0.5), 0.2),
    PromptCleared(Prompt("slow-down", "slow_down", "prompt", "Slow down", "5.9", "Pause.", 0.5, 1.5, "followed")),
    Interruption("agent", 0.2, 0.9),
    Gap(0.8, 1.2, "words", "Whisper was behind."),
    Gap(0.8, 1.2, "sound", "The microphone gave none."),
    Health(1.3, "microphone", fine=False, note="No sound."),
    Mark(0.5, "flag"),
    Mark(0.5, "note", "kind", end_s=0.9),
    Ended(2.0, "stopped"),
]


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_log_opens_and_is_drawn_however_damaged(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = b"".join(to_line(event) for event in [*made_events(1, closed=False), SPOKEN, *SPOKEN_OF])
    line = data.draw(st.sampled_from(range(content.count(b"\n"))))
    start = [0, *(at + 1 for at, byte in enumerate(content) if byte == 10)][line] + data.draw(st.integers(0, 300))
    garbage = data.draw(
        st.binary(max_size=12) | st.from_regex(rb"-?[0-9]{1,12}(\.[0-9]{1,3})?(e[0-9]{1,3})?", fullmatch=True)
    )
    lost = data.draw(st.integers(0, 40))
    end = data.draw(st.integers(0, len(content)) | st.just(len(content)))
    torn = (content[:start] + garbage + content[start + lost :])[: max(end, start)]
    log = read(write(tmp_path_factory.mktemp("call"), torn))
    assert 0 < log.duration_s <= 86_400
    view = opened(log, notes(log, 0.0))
    for seen in (view, view.at(0.6), view.to_moment(1), view.to_line(1), view.search("good m"), view.zoomed(1).at(9e9)):
        assert len(timeline_lines(seen, 80)) + len(empty_lanes(seen, tight=False)) == 12
        assert transcript_rows(seen, 50, 8)
        assert detail_lines(seen, 40, 9)
        assert status_line(seen, 80)
        assert transport_line(seen, 80)


def test_a_damaged_line_costs_itself_and_is_said(tmp_path: Path) -> None:
    lines = [to_line(event) for event in made_events(1, closed=False)]
    log = read(write(tmp_path, b"".join([*lines[:4], b'{"event":"tone","speaker":"ag\n', *lines[4:], to_line(SPOKEN)])))
    assert log.unread == 1
    assert log.utterances == (SPOKEN,)
    assert log.curves["agent"].heard.all()
    assert "1 line of the log is damaged and was skipped." in notes(log, 1.0)


def test_no_damaged_text_reaches_the_terminal_raw(tmp_path: Path) -> None:
    odd = "\x1b[2J\x07\n"
    prompt = Prompt("slow-down", "slow_down", "prompt", odd, odd, odd, 0.0)
    said = Utterance("agent", 0.0, 1.0, (Word(0.0, 1.0, odd, 0.9),), 1.0)
    firing = Firing(odd, "agent", 0.1, 1e9, None, None, "prompt", odd, (odd,), 0.0, (odd,), odd, odd)
    events = [
        PromptShown(prompt),
        said,
        firing,
        Gap(0.0, 1.0, "sound", odd),
        Mark(0.0, "note", odd),
        Ended(2.0, "stopped"),
    ]
    view = opened(read(write(tmp_path, b"".join(map(to_line, events)))), ()).at(0.5)
    lines = [*detail_lines(view, 60, 20), *(row.line for row in transcript_rows(view, 60, 8)), status_line(view, 80)]
    assert all(text.isprintable() for line in lines for text, _ in line)


def test_who_followed_and_who_was_asked_stands_at_its_second_and_in_the_plain_lines(tmp_path: Path) -> None:
    events = [SupervisorAction(0.2, "Kim", "follows"), HelpRequest(0.4, "asked", ("wall",), 1), Ended(20.0, "stopped")]
    log = read(write(tmp_path, b"".join(map(to_line, events))))
    shown = ["".join(text for text, _ in line) for line in detail_lines(opened(log, ()).at(0.5), 60, 20)]
    said = ["Kim follows the call.", "The agent asked for a supervisor."]
    assert all(any(one in line for line in shown) for one in said)
    assert not any("Kim" in text for line in detail_lines(opened(log, ()).at(9.0), 60, 20) for text, _ in line)
    assert [line.partition("help      ")[2] for line in plain.lines(log.folder)][-3:-1] == said


def test_values_that_no_voice_has_are_not_drawn(tmp_path: Path) -> None:
    loud = [ToneSample("agent", 0.0, 0.1, speaking=True, level_dbfs=1e300, rate_over_baseline_pct=-1e9)]
    curves = read(write(tmp_path, b"".join(map(to_line, loud)))).curves["agent"]
    assert np.isnan([curves.level_dbfs[0], curves.rate_over_baseline_pct[0]]).all()


def test_times_that_no_call_has_are_left_out(tmp_path: Path) -> None:
    far = [ToneSample("agent", at_s, at_s + 0.1, speaking=True) for at_s in (-5.0, 1e12)]
    log = read(write(tmp_path, b"".join(map(to_line, [*far, Mark(1e12, "flag"), Ended(3.0, "stopped")]))))
    assert (log.duration_s, log.marks, log.curves["agent"].end_s) == (3.0, (), 0.0)


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    writer = CallWriter(tmp_path, INFO, record=False)
    writer.note(ToneSample("agent", 0.0, 0.1, speaking=False))
    writer.sync()
    assert notes(read(writer.folder), 0.0) == (
        "This call is still in progress.",
        "There is no sound.",
        "There is no transcript.",
    )
    assert notes(read(writer.folder), 0.0, goes_on=True) == ()
    writer.note(replace(SPOKEN, end_s=30.0))
    writer.close()
    assert notes(read(writer.folder), 10.0) == ("Only the first 10 s have sound.",)


def test_a_folder_without_its_card_opens_all_the_same(tmp_path: Path) -> None:
    log = read(write(tmp_path, to_line(SPOKEN)))
    assert log.info is None
    assert log.speakers == ("agent", "customer")
    assert notes(log, 0.0)[0].startswith("Can't read call.toml:")


def test_a_folder_without_a_log_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CallFolderError, match=r"^Can't read events\.jsonl in "):
        read(tmp_path)


def test_marks_of_the_agent_and_of_listeners_stand_together(tmp_path: Path) -> None:
    write(tmp_path, to_line(Mark(1.0, "flag")))
    marks.add(tmp_path, Mark(0.5, "note", "calm start"))
    assert read(tmp_path).marks == (Mark(1.0, "flag"), Mark(0.5, "note", "calm start"))


def test_the_recording_is_the_flac_or_else_the_parts_in_their_order(tmp_path: Path) -> None:
    names = ["audio.wav", "audio.2.wav", "audio.10.wav"]
    for name in reversed(names):
        (tmp_path / name).touch()
    assert [path.name for path in sound_parts(tmp_path)] == names
    (tmp_path / "audio.flac").touch()
    assert [path.name for path in sound_parts(tmp_path)] == ["audio.flac"]


def test_the_log_is_only_read(folder: Path) -> None:
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}
    read(folder)
    assert {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()} == before


@given(
    st.lists(st.floats(-60, 0, width=32) | st.just(float("nan")), min_size=1, max_size=80),
    st.floats(0, 12),
    st.floats(0.2, 12),
    st.integers(1, 40),
)
def test_each_column_has_the_extremes_of_its_steps(
    values: list[float], left_s: float, span_s: float, columns: int
) -> None:
    curve = np.array(values, np.float32)
    cuts = edges(left_s, span_s, columns)
    most, least, known = highest(curve, cuts), lowest(curve, cuts), anywhere(~np.isnan(curve), cuts)
    for column in range(columns):
        own = curve[cuts[column] : max(cuts[column + 1], cuts[column] + 1)]
        own = own[~np.isnan(own)]
        assert bool(known[column]) == bool(len(own))
        assert np.array_equal(most[column], own.max() if len(own) else np.nan, equal_nan=True)
        assert np.array_equal(least[column], own.min() if len(own) else np.nan, equal_nan=True)


def test_columns_lie_where_their_times_say() -> None:
    assert edges(60.0, 30.0, 3).tolist() == [600, 700, 800, 900]
    assert STEP_S == 0.1


def test_the_replay_of_a_recording_names_its_file(tmp_path: Path) -> None:
    about = replace(info(), kind="recording", source=f"{'long-' * 10}.wav")
    folder = make(tmp_path, [fired("slow-down", 5.0)], about)
    head = "".join(text for text, _ in status_line(opened(CallReader(folder).catch_up(), ()), 120))
    assert "long-long-long-long-long-long…" in head
    assert "long-.wav" in next(iter(plain.lines(folder)))
