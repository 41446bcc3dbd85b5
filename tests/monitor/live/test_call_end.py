"""When the agent is asked whether the call is over, and when it ends without an answer."""

import numpy as np
import pytest

from audio.block import AudioBlock
from audio.values import ToneSample
from monitor.live.call_end import ANSWER_S, CLOSING, HOLD, HOLD_S, KEPT_S, CallEnd
from monitor.pipeline.metrics import BY_NAME
from rules.load import load
from rules.model import Noticed
from tests.audio_files import recording

ASK_AFTER_S = 60.0


class Line:
    """A call, tenth of a second by tenth of a second."""

    def __init__(self) -> None:
        self.end = CallEnd(ASK_AFTER_S)
        self.now = 0

    def silence(self, duration_s: float, customer: np.ndarray | None = None) -> "Line":
        """Nobody speaks; the customer's line has that sound, again and again, or none."""
        for _ in range(round(10 * duration_s)):
            start = 1_600 * self.now
            sound = (
                np.zeros(1_600, np.float32)
                if customer is None
                else np.take(customer, range(start, start + 1_600), mode="wrap")
            )
            self.end.hear(AudioBlock("customer", start, sound))
            self._step(speaking=False)
        return self

    def speech(self, duration_s: float) -> "Line":
        for _ in range(round(10 * duration_s)):
            self._step(speaking=True)
        return self

    def said(self, item: str) -> "Line":
        self.end.note(Noticed(item, "agent", self.now_s - 1.0, self.now_s))
        return self

    @property
    def now_s(self) -> float:
        return self.now / 10

    @property
    def is_asked(self) -> bool:
        return self.end.ends_s is not None

    @property
    def is_over(self) -> bool:
        return self.end.is_over(self.now_s)

    def _step(self, *, speaking: bool) -> None:
        self.end.note(ToneSample("agent", self.now / 10, (self.now + 1) / 10, speaking=speaking))
        self.now += 1
        self.end.look(self.now_s)


def test_the_report_items_that_it_listens_to_are_shipped() -> None:
    assert {HOLD, CLOSING} <= {item.id for item in load((), metrics=BY_NAME).items}


def test_after_a_minute_it_is_asked_and_a_minute_later_the_call_is_over() -> None:
    line = Line().speech(20).silence(ASK_AFTER_S - 0.2)
    assert not line.is_asked
    line.silence(0.4)
    assert line.end.ends_s == pytest.approx(20 + ASK_AFTER_S + ANSWER_S, abs=0.2)
    assert not line.silence(ANSWER_S - 1).is_over
    assert line.silence(1.5).is_over
    assert line.end.cut_s == pytest.approx(20 + KEPT_S, abs=0.032)


def test_speech_is_an_answer() -> None:
    line = Line().speech(5).silence(ASK_AFTER_S + 30).speech(0.2)
    assert not line.is_asked
    assert line.silence(ASK_AFTER_S + 1).is_asked


def test_who_says_that_it_continues_is_left_in_peace_for_ten_minutes() -> None:
    line = Line().speech(5).silence(ASK_AFTER_S + 1)
    line.end.keep(line.now_s)
    assert not line.silence(HOLD_S - 1).is_asked
    assert line.silence(2).is_asked
    assert line.end.cut_s == pytest.approx(5 + ASK_AFTER_S + 1 + KEPT_S, abs=0.032)
    assert line.speech(1).silence(ASK_AFTER_S + 1).is_asked


def test_a_bookmark_is_not_cut_off_and_does_not_wait_longer() -> None:
    line = Line().speech(5).silence(30)
    line.end.attend(line.now_s)
    assert line.silence(ASK_AFTER_S + ANSWER_S + 1).is_over
    assert line.end.cut_s == pytest.approx(35 + KEPT_S, abs=0.032)


def test_an_announced_hold_waits_ten_minutes() -> None:
    line = Line().speech(5).said("hold").silence(HOLD_S - 1)
    assert not line.is_asked
    assert line.silence(2).is_asked


def test_a_short_word_in_a_hold_does_not_end_it_and_a_conversation_does() -> None:
    assert not Line().speech(5).said("hold").silence(200).speech(4).silence(300).is_asked
    assert Line().speech(5).said("hold").silence(200).speech(20).silence(ASK_AFTER_S + 1).is_asked


def test_a_hold_that_is_known_late_takes_the_question_back() -> None:
    line = Line().speech(5).silence(ASK_AFTER_S + 1)
    assert line.is_asked
    assert not line.said("hold").silence(1).is_asked


def test_after_a_goodbye_nobody_is_on_hold() -> None:
    assert Line().speech(5).said("hold").silence(30).speech(3).said("closing").silence(ASK_AFTER_S + 1).is_asked


@pytest.mark.parametrize("name", ["macroform-cold_day", "reno_project-system"])
def test_hold_music_waits_ten_minutes_and_no_longer_than_it_plays(name: str) -> None:
    music = recording(f"call_center/hold_music/{name}.wav")
    line = Line().speech(5).silence(300, music)
    assert not line.is_asked
    assert line.silence(15).is_asked


def test_a_click_on_the_line_is_no_music() -> None:
    click = np.zeros(16_000 * 10, np.float32)
    click[:800] = 0.5
    assert Line().speech(5).silence(ASK_AFTER_S + 1, click).is_asked
