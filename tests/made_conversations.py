"""Folders of calls in which two people take turns and something happens now and then, as long as asked for."""

import math
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import soundfile

from audio.block import SAMPLE_RATE_HZ, Speaker
from audio.values import Backchannel, DeadAir, Interruption, PitchSample, ToneSample, Turn, Utterance, Word
from monitor.call.events import CallEvent, Ended, Gap, Health, Mark, PromptCleared, PromptShown, to_line
from monitor.call.info import CallInfo, write_info
from rules.model import Firing, Prompt

TURN_S = 14
TALK = (
    "the router still drops every evening and nobody called me back so I am asking for a manager now please "
    "let me look at that for you I understand this has gone on for a week and I will send a technician on Friday"
)
WORDS = tuple(TALK.split())


def made_call(root: Path, duration_s: int, *, closed: bool = True, sound: bool = False) -> Path:
    """Make the folder of a call in which two people take turns of 14 s, and something happens every two minutes.

    Args:
        root: the folder of all calls.
        duration_s: how long it is.
        closed: whether it came to its end.
        sound: whether it has a recording: a tone for the agent, noise for the customer.
    """
    folder = root / "2026-03-01" / f"093015-{duration_s:06x}"
    folder.mkdir(parents=True)
    info = CallInfo(
        started=datetime(2026, 3, 1, 9, 30, 15, tzinfo=UTC),
        source="made",
        speakers=("agent", "customer"),
        model="made",
        rules="abc",
        version="0.1.0",
        agent="Ada",
        customer="4711",
        closed=closed,
        duration_s=float(duration_s) if closed else 0.0,
    )
    write_info(folder, info)
    with (folder / "events.jsonl").open("wb") as file:
        file.writelines(map(to_line, made_events(duration_s, closed=closed)))
    if sound:
        with soundfile.SoundFile(folder / "audio.flac", "w", SAMPLE_RATE_HZ, 2, "PCM_16") as flac:
            noise = np.random.default_rng(0).uniform(-0.1, 0.1, SAMPLE_RATE_HZ).astype(np.float32)
            tone = 0.1 * np.sin(2 * np.pi * 220 * np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ).astype(np.float32)
            for _ in range(duration_s):
                flac.write(np.stack([tone, noise], axis=1))
    return folder


def made_events(duration_s: int, *, closed: bool = True) -> Iterator[CallEvent]:
    """All that is logged of such a call."""
    chance = random.Random(1)  # noqa: S311 - made, not secret
    for step in range(duration_s * 10):
        at_s = step / 10
        yield from _tone(step, at_s)
        if step % (TURN_S * 10) == TURN_S * 10 - 1:
            yield from _turn(round(at_s + 0.1 - TURN_S, 1), _speaking(at_s), chance)
        if step % 1_200 == 700:
            yield from _happening(at_s, step // 1_200)
    if closed:
        yield Ended(float(duration_s), "end of sound")


def _speaking(at_s: float) -> Speaker:
    return "agent" if int(at_s / TURN_S) % 2 == 0 else "customer"


def _tone(step: int, at_s: float) -> Iterator[CallEvent]:
    loud = 400 <= step % 1_200 < 720
    for speaker in ("agent", "customer"):
        speaking = (speaker == _speaking(at_s) and step % TURN_S**2 > 4) or step % 1_200 in range(655, 668)
        if not speaking:
            yield ToneSample(speaker, at_s, round(at_s + 0.1, 1), speaking=False, noise_floor_dbfs=-62.4)
            continue
        wave = math.sin(step * 0.47) * math.cos(step * 0.053 + len(speaker))
        yield ToneSample(
            speaker,
            at_s,
            round(at_s + 0.1, 1),
            speaking=True,
            level_dbfs=round(-24 + 8 * wave + 6 * loud, 2),
            level_over_baseline_db=round(1.2 * wave + 6 * loud, 2),
            balance_db=-11.32,
            balance_over_baseline_db=round(wave, 2),
            noise_floor_dbfs=-62.4,
            noise_over_start_db=0.4,
            articulation_rate_sps=round(4.8 + 0.3 * wave + loud, 2),
            rate_over_baseline_pct=round(6 * wave + 22 * loud, 1),
            pitch_over_baseline_st=round(2.5 * wave + 2 * loud, 2),
            clipped_pct=0.0,
        )
        if wave > -0.3:
            yield PitchSample(speaker, at_s, round(at_s + 0.1, 1), round(180 * 2 ** (wave / 6), 1))


def _turn(start_s: float, speaker: Speaker, chance: random.Random) -> Iterator[CallEvent]:
    yield Turn(speaker, start_s, start_s + TURN_S)
    for half in range(2):
        begin_s = round(start_s + half * TURN_S / 2 + 0.4, 2)
        at = chance.randrange(len(WORDS) - 16)
        words = tuple(
            Word(round(begin_s + 0.38 * number, 2), round(begin_s + 0.38 * number + 0.3, 2), text, 0.93)
            for number, text in enumerate(WORDS[at : at + 16])
        )
        yield Utterance(speaker, begin_s, words[-1].end_s, words, words[-1].end_s + 0.45)


def _happening(at_s: float, number: int) -> Iterator[CallEvent]:
    if number % 3 == 2:
        words = ("a manager",)
        yield Firing(
            "manager-asked-for", "customer", at_s, None, None, None, "urgent", "escalate", words, owner="agent"
        )
        yield Firing("open-question", "agent", at_s + 9, None, None, None, "note", "note")
        shown = Prompt(
            "manager-asked-for", "escalate", "urgent", "Offer a supervisor", "The customer asked for a manager.",
            "Say: “I will bring in my supervisor now.”", at_s + 0.3,
        )  # fmt: skip
        outcome = "not_applicable"
    else:
        yield Firing("slow-down", "agent", at_s, 5.9, 4.8, 5.5, "prompt", "slow_down", held_s=8.2)
        shown = Prompt(
            "slow-down", "slow_down", "prompt", "Slow down", "5.9 syllables/s for 8 s, your usual is 4.8",
            "Pause between sentences", at_s + 0.1,
        )  # fmt: skip
        outcome = "followed" if number % 2 else "no_change"
    yield PromptShown(shown, 0.24)
    down = replace(shown, until_s=at_s + 8.5, outcome=outcome, after=outcome, seen=True)
    yield PromptCleared(down)
    yield Interruption("agent", at_s - 4.5, at_s - 3.2)
    yield Backchannel("customer", at_s - 12, at_s - 11.6)
    if number == 0:
        yield Mark(at_s + 20, "flag")
        yield DeadAir(at_s + 24, at_s + 31)
        yield Gap(at_s + 34, at_s + 38, "sound", "The microphone gave none.")
        yield Health(at_s + 35, "microphone", fine=False, note="No sound from your microphone for 3 s.")
        yield Health(at_s + 38, "microphone", fine=True, note="The microphone is back.")
        yield Gap(at_s + 40, at_s + 44, "words", "Whisper was behind.")
