import math
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.block import AudioBlock
from audio.values import PartialWords
from monitor.call.events import Ended, Health, Mark, Progress, PromptCleared, PromptShown, SessionState
from monitor.call.folder import CallWriter
from monitor.call.info import CallDetails, CallInfo, read_info
from monitor.call.log import read_events
from monitor.live.live_call import LiveCall
from monitor.live.parts import CallParts, SessionParts
from monitor.live.session import Session
from monitor.live.writer_thread import WritingThread
from monitor.privacy.guard import CardGuard
from monitor.settings.prompt_choices import PromptChoices
from rules.budget import PromptChoice, PromptKind
from rules.experiment import Draw
from rules.model import Prompt
from tests.fakes import FakePipeline

PROMPT = Prompt("slow-down", "slow_down", "prompt", "Slow down", "5.9 syllables a second.", "Pause.", 0.1)


def blocks(count: int, *, level: float = 0.1) -> list[AudioBlock]:
    return [AudioBlock("agent", 1_600 * number, np.full(1_600, level, np.float32)) for number in range(count)]


def session(
    source: Iterable[object],
    pipeline: FakePipeline,
    writer: CallWriter | CardGuard | None = None,
    speed: float | None = 0,
) -> Session:
    def prepare(_: CallDetails) -> CallParts:
        return CallParts(pipeline, WritingThread(writer) if writer else None)  # type: ignore[arg-type]

    return Session(lambda: SessionParts(source, prepare, speed))  # type: ignore[arg-type]


def run(source: Iterable[object], pipeline: FakePipeline, writer: CallWriter | CardGuard | None = None) -> list[object]:
    shown: list[object] = []
    played = session(source, pipeline, writer)
    played.run(shown.append)
    assert played.failure is None
    return [event for event in shown if not isinstance(event, SessionState)]


def writer_in(folder: Path) -> CallWriter:
    started = datetime(2026, 3, 1, tzinfo=UTC)
    return CallWriter(folder, CallInfo(started, "made", ("agent",), "none", "abc", "0.1.0"))


def test_what_is_shown_is_kept_in_the_same_order(tmp_path: Path) -> None:
    writer = writer_in(tmp_path)
    shown = run(blocks(5), FakePipeline({2: [PromptShown(PROMPT)], 3: [Mark(0.3, "flag")]}), writer)
    events = [event for event in shown if not isinstance(event, Progress | PartialWords)]
    assert events == list(read_events(writer.folder))
    assert [type(event) for event in events] == [PromptShown, Mark, Mark, Ended]
    assert events[-1] == Ended(0.5, "end of sound")
    assert read_info(writer.folder).closed


CLEARED = PromptCleared(replace(PROMPT, until_s=0.3, after="followed", taken_down="eased").seen_as(seen=False))


@pytest.mark.parametrize(("confirms", "outcome"), [(True, "followed"), (False, "unseen")])
def test_a_prompt_is_seen_if_whoever_shows_the_session_says_so(confirms: bool, outcome: str) -> None:  # noqa: FBT001
    shown: list[object] = []
    played = session(blocks(5), FakePipeline({1: [PromptShown(PROMPT)], 3: [CLEARED]}))

    def show(event: object) -> None:
        shown.append(event)
        if isinstance(event, PromptShown) and confirms:
            played.confirm_seen(event.prompt)

    played.run(show)
    (cleared,) = [event for event in shown if isinstance(event, PromptCleared)]
    assert (cleared.prompt.seen, cleared.prompt.outcome, cleared.prompt.after) == (confirms, outcome, "followed")


def test_a_silent_prompt_is_kept_but_neither_shown_nor_told_to_others(tmp_path: Path) -> None:
    writer, told = writer_in(tmp_path), []
    silent = replace(PROMPT, draw=Draw(silent=True, chance=0.1))
    cleared = PromptCleared(replace(CLEARED.prompt, draw=silent.draw))
    parts = CallParts(
        FakePipeline({1: [PromptShown(silent)], 3: [cleared]}),  # type: ignore[arg-type]
        WritingThread(writer),
        notify=told.append,
    )
    shown: list[object] = []
    Session(lambda: SessionParts(blocks(5), lambda _: parts, 0)).run(shown.append)
    assert not [event for event in (*shown, *told) if isinstance(event, PromptShown | PromptCleared)]
    logged = [event for event in read_events(writer.folder) if isinstance(event, PromptShown | PromptCleared)]
    assert [event.prompt.silent for event in logged] == [True, True]
    assert (logged[-1].prompt.seen, logged[-1].prompt.outcome, logged[-1].prompt.after) == (False, "unseen", "followed")


def test_the_screen_gets_progress_and_partial_words() -> None:
    shown = run(blocks(3), FakePipeline())
    progress = [event for event in shown if isinstance(event, Progress)]
    assert progress[0].recording == "off"
    assert progress[0].heard_s == 0.1
    assert PartialWords("agent", 0.0, "so", "if") in shown


def test_keys_reach_the_pipeline_in_the_thread_of_the_call() -> None:
    pipeline = FakePipeline()

    def source() -> Iterator[AudioBlock]:
        for number, block in enumerate(blocks(6)):
            if number == 2:
                call.dismiss()
                call.flag()
                call.snooze(2)
            if number == 4:
                call.snooze(math.inf)
            yield block

    call = session(source(), pipeline)
    shown: list[object] = []
    call.run(shown.append)
    assert pipeline.asked == ["dismiss", "snooze until 120", "snooze until inf", "close"]
    assert Mark(0.3, "flag") in shown


def test_three_seconds_of_nothing_from_the_microphone_are_reported_and_so_is_its_return() -> None:
    silent = blocks(40, level=0.0)
    loud = [AudioBlock("agent", block.start + 64_000, block.samples + 0.1) for block in blocks(2, level=0.0)]
    health = [event for event in run([*silent, *loud], FakePipeline()) if isinstance(event, Health)]
    assert [(event.at_s, event.part, event.fine) for event in health] == [
        (3.0, "microphone", False),
        (4.1, "microphone", True),
    ]


def test_a_model_that_does_not_load_is_said_once_and_the_call_goes_on() -> None:
    pipeline = FakePipeline()
    pipeline.words_error = RuntimeError("The model is damaged.")
    shown = run(blocks(5), pipeline)
    health = [event for event in shown if isinstance(event, Health)]
    assert [event.note for event in health] == ["Tone only, no words: The model is damaged."]
    assert shown[-1] == Ended(0.5, "end of sound")


def test_pausing_keeps_silence_until_it_is_asked_again(tmp_path: Path) -> None:
    writer = CardGuard(writer_in(tmp_path))

    def source() -> Iterator[AudioBlock]:
        for number, block in enumerate(blocks(30)):
            if number in {9, 19}:
                call.pause_recording()
            yield block

    call = session(source(), FakePipeline(), writer)
    call.run(lambda _: None)
    sound, _ = soundfile.read(writer.folder / "audio.flac")
    assert sound[:16_000].all()
    assert not sound[16_000:32_000].any()
    assert sound[32_000:].all()


def test_whatever_breaks_the_call_is_closed_and_the_failure_kept(tmp_path: Path) -> None:
    writer = writer_in(tmp_path)
    call = session(blocks(9), FakePipeline(fails_at=4), writer)
    shown: list[object] = []
    call.run(shown.append)
    assert isinstance(call.failure, ValueError)
    assert shown[-3:] == [Ended(0.5, "error"), SessionState("over"), SessionState("failed")]
    assert read_info(writer.folder).closed


def test_ctrl_c_ends_the_call_as_stop_does(tmp_path: Path) -> None:
    writer = writer_in(tmp_path)

    def source() -> Iterator[AudioBlock]:
        yield from blocks(3)
        raise KeyboardInterrupt

    shown = run(source(), FakePipeline(), writer)
    assert shown[-1] == Ended(0.3, "stopped")
    assert list(read_events(writer.folder))[-1] == Ended(0.3, "stopped")


def test_stop_ends_a_call_on_its_own_thread() -> None:
    begun = threading.Event()

    def source() -> Iterator[AudioBlock]:
        number = 0
        while True:
            begun.set()
            yield AudioBlock("agent", 1_600 * number, np.full(1_600, 0.1, np.float32))
            number += 1

    call = session(source(), FakePipeline(), None, 1.0)
    shown: list[object] = []
    call.start(shown.append)
    assert begun.wait(5)
    call.stop()
    assert [event.why for event in shown if isinstance(event, Ended)] == ["stopped"]
    assert shown[-1] == SessionState("over")


def test_a_recording_is_played_at_its_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    class Impatient(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0.0)
            return False

    monkeypatch.setattr("monitor.live.session.Event", Impatient)
    call = session(blocks(5), FakePipeline(), None, 2.0)
    call.run(lambda _: None)
    assert len(waits) == 5
    assert waits[-1] <= 0.25, "half a second of sound at twice its speed"
    assert waits[-1] > 0.15


def marked_wrong(folder: Path, *, share: bool) -> tuple[FakePipeline, list[Prompt], bytes]:
    """Mark a prompt as wrong in a call; what was kept for the agent alone, and the log."""
    own: list[Prompt] = []
    pipeline, writer = FakePipeline({1: [PromptShown(PROMPT)]}), writer_in(folder)
    call = LiveCall(CallParts(pipeline, WritingThread(writer), keep_wrong=own.append), lambda _: None)  # type: ignore[arg-type]
    call.choose(PromptChoices(share_wrong=share))
    for block in blocks(3):
        call.hear(block)
    call.mark_wrong(PROMPT)
    call.end("stopped")
    return pipeline, own, (writer.folder / "events.jsonl").read_bytes()


def test_that_a_prompt_was_wrong_stays_with_the_agent_and_takes_it_down(tmp_path: Path) -> None:
    pipeline, own, log = marked_wrong(tmp_path, share=False)
    assert own == [PROMPT]
    assert "dismiss" in pipeline.asked
    assert b"wrong" not in log


def test_that_a_prompt_was_wrong_is_in_the_log_if_the_agent_shares_it(tmp_path: Path) -> None:
    pipeline, own, log = marked_wrong(tmp_path, share=True)
    assert own == []
    assert "dismiss" in pipeline.asked
    assert b'"kind":"wrong"' in log
    assert b'"rule":"slow-down"' in log


def test_a_choice_of_prompts_holds_for_this_call_and_the_next_and_is_saved() -> None:
    pipelines = [FakePipeline(), FakePipeline()]
    calls, saved, shown = iter(pipelines), [], []
    first = PromptChoices((PromptKind("slow_down", "Slow down"),), PromptChoice(amount="fewer"))
    then = first.switched("slow_down")

    def save(before: PromptChoices, after: PromptChoices) -> PromptChoices:
        saved.append((before, after))
        return replace(after, trouble="Can't write it.")

    def sound() -> Iterator[AudioBlock]:
        yield from blocks(1)
        played.choose(then)
        yield from blocks(3)[1:]
        played.start_call()
        yield from blocks(5)[3:]

    parts = SessionParts(sound(), lambda _: CallParts(next(calls)), 0, choices=first, save_choices=save)  # type: ignore[arg-type]
    played = Session(lambda: parts)
    played.run(shown.append)
    assert played.failure is None
    assert saved == [(first, then)]
    assert pipelines[0].asked[:2] == ["choose fewer, off none", "choose fewer, off slow_down"]
    assert pipelines[1].asked[0] == "choose fewer, off slow_down"
    told = [event for event in shown if isinstance(event, PromptChoices)]
    assert told == [first, replace(then, trouble="Can't write it.")]
