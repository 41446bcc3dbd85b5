"""The built-in call is what its script and its truth say."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner
from numpy.typing import NDArray
from swift_f0 import SwiftF0

from audio.block import SAMPLE_RATE_HZ
from monitor.sample import CALL, SpokenLine, planned, truth
from tools.sample_call import SCRIPT, make, plan, voices
from tools.sample_call.script import Script
from tools.scripted_call import acoustics
from tools.scripted_call.parts import load

LINES = truth().lines
AGENT = [line for line in LINES if line.speaker == "agent"]
HURRIED = [line for line in AGENT if line.rate > 1.2]
LOUD = [line for line in AGENT if line.gain_db > 3]
BEFORE = [line for line in AGENT if line.end_s < HURRIED[0].start_s]

needs_flite = pytest.mark.skipif(voices.version() != truth().flite, reason="the flite that spoke the call is not here")


@pytest.fixture(scope="module")
def channels() -> dict[str, NDArray[np.float64]]:
    samples, _ = soundfile.read(CALL)
    return dict(zip(make.SPEAKERS, samples.T, strict=True))


@pytest.fixture(scope="module")
def script() -> Script:
    return load(SCRIPT, Script)


def cut(samples: NDArray[np.float64], start_s: float, end_s: float) -> NDArray[np.float64]:
    return samples[max(0, round(start_s * SAMPLE_RATE_HZ)) : round(end_s * SAMPLE_RATE_HZ)]


def level_dbfs(samples: NDArray[np.float64]) -> float:
    return 10 * float(np.log10(np.mean(samples**2)))


def balance_db(samples: NDArray[np.float64]) -> float:
    power = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE_HZ)
    return 10 * float(
        np.log10(power[(hertz >= 1000) & (hertz < 5000)].sum() / power[(hertz > 50) & (hertz < 1000)].sum())
    )


def phones(samples: NDArray[np.float64], line: SpokenLine) -> NDArray[np.float64]:
    edges = [line.start_s, *(moment for pause in line.pauses_s for moment in pause), line.end_s]
    return np.concatenate([cut(samples, start, end) for start, end in zip(edges[::2], edges[1::2], strict=True)])


def rate_sps(lines: list[SpokenLine]) -> float:
    return sum(len(line.syllables_s) for line in lines) / sum(line.end_s - line.start_s for line in lines)


class TestFile:
    def test_is_small_and_two_to_three_minutes_of_two_channels(self) -> None:
        info = soundfile.info(CALL)
        assert (info.samplerate, info.channels, info.subtype) == (16_000, 2, "PCM_16")
        assert 120 <= info.duration <= 178
        assert info.duration == pytest.approx(truth().duration_s, abs=0.001)
        assert CALL.stat().st_size <= 3e6

    def test_nothing_clips(self, channels: dict[str, NDArray[np.float64]]) -> None:
        assert np.abs(channels["agent"]).max() < 0.9
        assert np.abs(channels["customer"]).max() < 0.9

    def test_only_noise_where_a_speaker_is_silent(
        self, channels: dict[str, NDArray[np.float64]], script: Script
    ) -> None:
        for speaker, samples in channels.items():
            silent = np.ones(len(samples), bool)
            for line in LINES:
                if line.speaker == speaker:
                    cut(silent, line.start_s - 0.04, line.end_s + 0.04)[:] = False
            noise_dbfs = script.voices[speaker].noise_dbfs
            assert level_dbfs(samples[silent]) == pytest.approx(noise_dbfs, abs=0.5)
            assert np.abs(samples[silent]).max() < 10 ** ((noise_dbfs + 20) / 20)

    @pytest.mark.slow
    def test_the_customer_comes_through_a_telephone(self, channels: dict[str, NDArray[np.float64]]) -> None:
        power = np.abs(np.fft.rfft(channels["customer"])) ** 2
        hertz = np.fft.rfftfreq(len(channels["customer"]), 1 / SAMPLE_RATE_HZ)
        assert power[hertz < 100].sum() < 5e-3 * power.sum()
        assert power[hertz > 4000].sum() < 1e-4 * power.sum()
        wide = np.abs(np.fft.rfft(channels["agent"])) ** 2
        assert wide[hertz > 4000].sum() > 1e-3 * wide.sum()


class TestTruth:
    @pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.start_s:.0f}s")
    def test_level_of_a_line(self, line: SpokenLine, channels: dict[str, NDArray[np.float64]], script: Script) -> None:
        stated_dbfs = script.voices[line.speaker].level_dbfs + line.gain_db
        assert line.level_dbfs == pytest.approx(stated_dbfs, abs=0.01)
        assert level_dbfs(phones(channels[line.speaker], line)) == pytest.approx(stated_dbfs, abs=0.1)

    def test_lines_begin_where_the_sound_does(self, channels: dict[str, NDArray[np.float64]], script: Script) -> None:
        late_s = []
        ends_s = {"agent": 0.0, "customer": 0.0}
        for line in LINES:
            start_s = max(line.start_s - 0.1, ends_s[line.speaker] + 0.04)
            power = np.convolve(cut(channels[line.speaker], start_s, line.start_s + 0.2) ** 2, np.ones(80) / 80, "same")
            threshold = 10 ** ((script.voices[line.speaker].noise_dbfs + 12) / 10)
            late_s.append(start_s + np.argmax(power > threshold) / SAMPLE_RATE_HZ - line.start_s)
            ends_s[line.speaker] = line.end_s
        # a word that begins with a closed stop or a weak fricative is heard a little after it began
        assert np.median(np.abs(late_s)) < 0.015
        assert np.quantile(np.abs(late_s), 0.8) < 0.04
        assert min(late_s) > -0.01
        assert max(late_s) < 0.08

    def test_syllables_lie_within_their_lines_and_outside_pauses(self) -> None:
        for line in LINES:
            assert list(line.syllables_s) == sorted(line.syllables_s)
            assert all(line.start_s < moment < line.end_s for moment in line.syllables_s)
            assert not any(start < moment < end for moment in line.syllables_s for start, end in line.pauses_s)

    def test_pitch_of_the_loud_lines(self, channels: dict[str, NDArray[np.float64]]) -> None:
        def pitch_hz(lines: list[SpokenLine]) -> float:
            found = SwiftF0(threads=1, spin=False).detect(
                np.concatenate([phones(channels["agent"], line) for line in lines]).astype(np.float32), SAMPLE_RATE_HZ
            )
            return float(np.median(found.pitch_hz[found.confidence > 0.9]))

        higher_st = 12 * np.log2(pitch_hz(LOUD) / pitch_hz(BEFORE))
        assert higher_st == pytest.approx(12 * np.log2(LOUD[0].pitch_factor), abs=0.6)

    def test_loud_lines_sound_of_effort(self, channels: dict[str, NDArray[np.float64]]) -> None:
        loud, before = (
            balance_db(np.concatenate([phones(channels["agent"], line) for line in lines])) for lines in (LOUD, BEFORE)
        )
        assert 3 < loud - before < 8

    def test_it_says_what_the_script_says(self, script: Script) -> None:
        before_s = 0.0
        for line, said in zip(script.lines, LINES, strict=True):
            assert (said.speaker, said.text) == (line.speaker, line.text)
            assert (said.rate, said.gain_db, said.effort_db) == (line.rate, line.gain_db, line.effort_db)
            assert said.pitch_factor == pytest.approx(2 ** (line.pitch_st / 12), abs=1e-4)
            assert said.start_s == pytest.approx(before_s + line.gap_s, abs=1e-6)
            before_s = said.end_s
        assert truth().duration_s == pytest.approx(before_s + script.silence_s, abs=1e-6)


class TestStory:
    def test_four_prompts_each_clear_of_the_others(self, script: Script) -> None:
        assert [moment.action for moment in planned()] == ["slow_down", "paraphrase", "lower_volume", "escalate"]
        assert all(later.at_s - moment.at_s >= 21 for moment, later in pairwise(planned()))
        assert planned() == plan.due(LINES, script.plan)

    def test_the_agent_begins_calmly_and_long_enough_to_know_her_usual(self) -> None:
        assert sum(line.end_s - line.start_s for line in BEFORE) >= 28
        assert BEFORE[-1].end_s < 55
        assert rate_sps(BEFORE) == pytest.approx(4.4, abs=0.1)

    def test_she_hurries_for_22_s_without_getting_louder(self) -> None:
        assert sum(line.end_s - line.start_s for line in HURRIED) >= 21.9
        assert rate_sps(HURRIED) == pytest.approx(6.2, abs=0.1)
        assert {line.gain_db for line in HURRIED} == {0.0}

    def test_she_is_loud_for_8_s_at_her_usual_rate(self) -> None:
        assert sum(line.end_s - line.start_s for line in LOUD) >= 8
        assert rate_sps(LOUD) == pytest.approx(rate_sps(BEFORE), rel=0.08)

    def test_elsewhere_she_is_as_usual(self) -> None:
        usual = [line for line in AGENT if line not in HURRIED and line not in LOUD]
        assert all(abs(line.gain_db) <= 1.5 for line in usual)
        after = [line for line in usual if line.start_s > LOUD[-1].end_s]
        assert rate_sps(after) == pytest.approx(rate_sps(BEFORE), rel=0.06)

    def test_she_gives_one_backchannel_and_interrupts_once(self) -> None:
        over = [(before, line) for before, line in pairwise(LINES) if line.start_s < before.end_s]
        (_, backchannel), (floor, interruption) = over
        assert backchannel.text == "I see."
        assert backchannel.end_s - backchannel.start_s < 1
        assert floor.end_s - interruption.start_s >= 0.7
        assert interruption.start_s - floor.start_s >= 2
        assert interruption is LOUD[0]

    def test_turns_follow_each_other_as_in_a_call(self) -> None:
        gaps_s = [later.start_s - max(line.end_s for line in LINES[:place]) for place, later in enumerate(LINES[1:], 1)]
        assert max(gaps_s) <= 0.9


class TestGenerator:
    @pytest.mark.slow
    @needs_flite
    def test_makes_the_very_same_call(self, script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
        made = make.make(script)
        assert make.in_step(made)
        monkeypatch.setattr(make, "make", lambda _script: made)
        same = CliRunner().invoke(make.main, ["--check"])
        assert (same.exit_code, same.output) == (0, "The call matches its script.\n")

    def test_notices_a_single_sample_and_a_single_figure(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stored = make.MadeCall(soundfile.read(CALL, dtype="int16")[0], truth())
        assert make.in_step(stored)
        moved = replace(truth(), planned=(replace(planned()[0], at_s=1.0), *planned()[1:]))
        assert not make.in_step(replace(stored, truth=moved))
        samples = stored.samples.copy()
        samples[1000, 0] += 1
        assert not make.in_step(replace(stored, samples=samples))
        monkeypatch.setattr(make, "make", lambda _script: replace(stored, samples=samples))
        other = CliRunner().invoke(make.main, ["--check"])
        assert (other.exit_code, other.output) == (
            1,
            "The call does not match its script. Run python -m tools.sample_call.make.\n",
        )

    @needs_flite
    def test_refuses_to_clip(self, script: Script) -> None:
        hot = replace(script, lines=(replace(script.lines[0], gain_db=24.0),))
        with pytest.raises(ValueError, match="would clip"):
            make.make(hot)

    @needs_flite
    def test_refuses_a_pitch_that_the_voice_cannot_have(self) -> None:
        with pytest.raises(RuntimeError, match="can't change the pitch of rms"):
            voices.speak("Hello.", "rms", 1.0, 1.2)

    def test_says_that_flite_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "")
        assert voices.version() is None
        with pytest.raises(RuntimeError, match="Install it"):
            voices.speak("Hello.", "slt", 1.0, 1.0)

    def test_names_the_field_of_a_broken_script(self, tmp_path: Path) -> None:
        broken = tmp_path / "script.toml"
        broken.write_text(SCRIPT.read_text("utf-8").replace('flite = "slt"', "flite = 3"), "utf-8")
        with pytest.raises(ValueError, match=r"script\.toml cannot be used: Expected `str`, got `int`"):
            load(broken, Script)


class TestSound:
    noise = np.random.default_rng(1).standard_normal(SAMPLE_RATE_HZ)

    @pytest.mark.parametrize("effort_db", [0.0, 3.0, 6.0])
    def test_effort_shifts_the_balance_by_what_it_says(self, effort_db: float) -> None:
        shift_db = balance_db(acoustics.raise_effort(self.noise, effort_db)) - balance_db(self.noise)
        assert shift_db == pytest.approx(effort_db, abs=0.6)

    def test_effort_leaves_low_frequencies_alone(self) -> None:
        tone = np.sin(2 * np.pi * 200 * np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ)
        assert level_dbfs(acoustics.raise_effort(tone, 6.0)) == pytest.approx(level_dbfs(tone), abs=0.01)

    @pytest.mark.parametrize(("hertz", "loss_db"), [(150, 12.3), (300, 3.0), (1000, 0.0), (3400, 3.0)])
    def test_telephone_band(self, hertz: float, loss_db: float) -> None:
        tone = np.sin(2 * np.pi * hertz * np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ)
        assert level_dbfs(tone) - level_dbfs(acoustics.telephone_band(tone)) == pytest.approx(loss_db, abs=0.1)

    @pytest.mark.parametrize("dbfs", [-10, -20, -30, -40])
    def test_mu_law_keeps_its_signal_to_noise_ratio_at_every_level(self, dbfs: float) -> None:
        seconds = np.arange(4 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
        tone = acoustics.at_level(np.sin(2 * np.pi * 1004 * seconds), dbfs)
        inner = slice(SAMPLE_RATE_HZ, 3 * SAMPLE_RATE_HZ)
        error = (acoustics.through_mu_law(tone) - tone)[inner]
        assert 30 < dbfs - level_dbfs(error) < 42

    @pytest.mark.parametrize("make_noise", [acoustics.room_noise, acoustics.line_noise])
    def test_noise_has_its_level(
        self, make_noise: Callable[[int, float, np.random.Generator], NDArray[np.float64]]
    ) -> None:
        assert level_dbfs(make_noise(SAMPLE_RATE_HZ, -60.0, np.random.default_rng(2))) == pytest.approx(-60, abs=0.01)
