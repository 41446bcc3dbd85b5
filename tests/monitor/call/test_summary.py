import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audio.block import Speaker
from audio.values import (
    Backchannel,
    DeadAir,
    Interruption,
    PitchSample,
    ToneSample,
    Turn,
    Usual,
    Utterance,
    Word,
)
from monitor.call.analysis import Call
from monitor.call.events import CallEvent, Ended, PromptCleared, PromptShown, to_line
from monitor.call.info import CallInfo, write_info
from monitor.call.summary import analysis, of_folder
from monitor.call.text import line, summary
from rules.model import Firing, Prompt

CALL = Call("made.wav", 4.05, ("agent", "customer"), "none", "abc")
PROMPT = Prompt("slow-down", "slow_down", "prompt", "Slow down", "5.9 syllables a second", "Pause", 2.0)


def tone(speaker: Speaker, step: int, level_dbfs: float) -> ToneSample:
    return ToneSample(
        speaker, step / 10, (step + 1) / 10, speaking=True, level_dbfs=level_dbfs, articulation_rate_sps=4.0 + step
    )


EVENTS: list[CallEvent] = [
    tone("agent", 0, -20.0),
    tone("agent", 1, -20.0),
    tone("agent", 2, -20.0),
    ToneSample("agent", 0.3, 0.4, speaking=False),
    PitchSample("agent", 0.0, 0.1, 100.0),
    PitchSample("agent", 0.1, 0.2, 200.0),
    tone("customer", 5, -10.0),
    Turn("agent", 0.0, 3.0),
    Turn("agent", 3.5, 4.0),
    Interruption("agent", 0.5, 1.1),
    Backchannel("customer", 2.0, 2.3),
    DeadAir(1.0, 4.0),
    Utterance("customer", 0.4, 0.7, (Word(0.4, 0.6, "well,", 0.8),), 1.2),
    Utterance("agent", 0.0, 3.0, tuple(Word(n / 2, n / 2 + 0.4, "so", 0.9) for n in range(6)), 3.5),
    Utterance("agent", 3.5, 4.0, (), 4.4),
    Firing("slow-down", "agent", 1.9, 5.9, 4.6, 5.2, "prompt", "slow_down", ("so",)),
    PromptShown(PROMPT),
    PromptCleared(replace(PROMPT, until_s=3.9)),
    PromptCleared(replace(PROMPT, until_s=3.9, outcome="followed", after="followed", seen=True)),
    Usual("agent", -20.5, 4.6, 141.0, -8.0),
    Ended(4.05, "end of sound"),
]


def test_the_json_is_the_documented_object_and_nothing_else() -> None:
    made = json.loads(analysis(CALL, EVENTS).to_json())
    assert list(made) == [
        *("version", "call", "speakers", "tone", "turns", "interruptions", "dead_air", "utterances"),
        *("firings", "prompts", "checklists", "noticed", "gaps", "backchannels", "marks", "utterances_live", "review"),
        "actions",
        "scorecards",
    ]
    assert made["version"] == 1
    assert made["turns"] == [
        {"speaker": "agent", "start_s": 0.0, "end_s": 3.0},
        {"speaker": "agent", "start_s": 3.5, "end_s": 4.0},
    ]
    assert made["interruptions"] == [{"by": "agent", "start_s": 0.5, "end_s": 1.1}]
    assert made["dead_air"] == [{"start_s": 1.0, "end_s": 4.0}]
    assert made["utterances"][1] == {
        "speaker": "customer",
        "start_s": 0.4,
        "end_s": 0.7,
        "text": "well,",
        "words": [{"start_s": 0.4, "end_s": 0.6, "text": "well,", "probability": 0.8}],
        "language": "",
    }
    assert made["firings"] == [
        {
            "rule": "slow-down",
            "speaker": "agent",
            "start_s": 1.9,
            "value": 5.9,
            "baseline": 4.6,
            "limit": 5.2,
            "severity": "prompt",
            "verdict": None,
        }
    ]
    assert made["prompts"] == [
        {
            "rule": "slow-down",
            "action": "slow_down",
            "severity": "prompt",
            "title": "Slow down",
            "fact": "5.9 syllables a second",
            "advice": "Pause",
            "since_s": 2.0,
            "until_s": 3.9,
            "outcome": "followed",
            "after": "followed",
            "taken_down": None,
            "seen": True,
            "draw": None,
        }
    ]


def test_a_speaker_in_numbers() -> None:
    agent = analysis(CALL, EVENTS).speakers["agent"]
    assert agent.talk_time_s == 0.3
    assert agent.talk_share == 0.75
    assert agent.speech_rate_wpm == pytest.approx(60 * 6 / 3.5, abs=0.1)
    assert agent.articulation_rate_sps == 5.0
    assert agent.level_dbfs == -20.0
    assert agent.pitch_hz == 150.0
    assert agent.pitch_sd_st == 6.0, "an octave apart: six semitones either side of the mean"
    assert agent.longest_turn_s == 3.0
    assert (agent.interruptions, agent.backchannels) == (1, 0)
    assert agent.baseline.articulation_rate_sps == 4.6


def test_a_voice_that_leaks_in_while_a_speaker_is_silent_is_not_in_the_pitch() -> None:
    leak = [PitchSample("agent", step / 10, step / 10 + 0.1, 220.0) for step in range(30, 60)]
    own = [PitchSample("agent", step / 10, step / 10 + 0.1, 120.0) for step in range(10)]
    silent = [replace(tone("agent", step, -60.0), speaking=False) for step in range(30, 60)]
    summed_up = analysis(CALL, [*(tone("agent", step, -20.0) for step in range(10)), *silent, *own, *leak])
    assert summed_up.speakers["agent"].pitch_hz == 120.0
    assert summed_up.tone["agent"].pitch_hz[:40] == (120.0,) * 10 + (None,) * 30


def test_a_speaker_who_said_nothing_has_no_figures() -> None:
    silent = analysis(CALL, []).speakers["customer"]
    assert (silent.talk_time_s, silent.talk_share) == (0.0, 0.0)
    assert {silent.speech_rate_wpm, silent.level_dbfs, silent.pitch_hz, silent.baseline.level_dbfs} == {None}


def test_the_curves_have_a_value_a_step() -> None:
    curves = analysis(CALL, EVENTS).tone["agent"]
    assert len(curves.speaking) == len(curves.level_dbfs) == len(curves.pitch_hz) == 41
    assert curves.speaking[:5] == (1, 1, 1, 0, 0)
    assert curves.level_dbfs[:4] == (-20.0, -20.0, -20.0, None)
    assert curves.pitch_hz[:3] == (100.0, 200.0, None)


def test_a_call_that_broke_off_is_as_long_as_what_was_heard_of_it(tmp_path: Path) -> None:
    write_info(tmp_path, CallInfo(datetime.now(UTC), "made.wav", CALL.speakers, "none", "abc", "0.1.0"))
    (tmp_path / "events.jsonl").write_bytes(b"".join(map(to_line, EVENTS[:-1])) + b'{"event":"tone","spea')
    broken = of_folder(tmp_path)
    assert broken.call.duration_s == 4.0
    assert broken.tone == analysis(replace(CALL, duration_s=4.0), EVENTS).tone


def test_late_words_change_nothing() -> None:
    assert analysis(CALL, EVENTS) == analysis(CALL, [*EVENTS[:12], *EVENTS[15:], EVENTS[13], EVENTS[14], EVENTS[12]])


def test_what_is_read_out() -> None:
    said = [line(event) for event in EVENTS]
    assert [words for words in said if words] == [
        "  0:00  customer  well,",
        "  0:00  agent     so so so so so so",
        "  0:01  flag      slow-down (prompt, agent)",
        "  0:02  PROMPT    Slow down – 5.9 syllables a second. Pause.",
        "  0:04  ended     end of sound",
    ]


def test_the_summary_names_both_speakers_and_every_prompt() -> None:
    told = "\n".join(summary(analysis(CALL, EVENTS)))
    assert "agent" in told
    assert "customer" in told
    assert "0:02  Slow down – 5.9 syllables a second. Pause. [followed]" in told
