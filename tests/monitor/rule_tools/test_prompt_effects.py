"""What `rules quality` says of an experiment, over made-up calls."""

import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner

from audio.values import ToneSample
from monitor.call.events import CallEvent
from monitor.cli import main
from monitor.rule_tools.drawn_prompts import drawn_prompts
from monitor.rule_tools.prompt_effects import experiment, lines
from monitor.supervisor.commands import up_to_date
from rules.experiment import Draw
from rules.model import Noticed, Speaker
from tests.made_calls import after, info, make, prompted


def voice(speaker: Speaker, from_s: int, to_s: int, level_db: float, rate_sps: float) -> list[CallEvent]:
    return [
        ToneSample(
            speaker,
            tenth / 10,
            (tenth + 1) / 10,
            speaking=True,
            level_over_baseline_db=level_db,
            articulation_rate_sps=rate_sps,
        )
        for tenth in range(from_s * 10, to_s * 10)
    ]


def call(root: Path, number: int, *, silent: bool) -> Path:
    """The agent slows down by one syllable a second after a prompt that is shown, and by a half after a silent one."""
    slower = 0.5 if silent else 1.0
    prompt = prompted(
        "slow-down", 40.0, "no_change" if silent else "followed", seen=not silent, draw=Draw(silent=silent, chance=0.5)
    )
    events = [
        *voice("agent", 20, 40, 6.0, 6.0 + number % 3 / 10),
        *voice("agent", 41, 60, 3.0, 6.0 + number % 3 / 10 - slower),
        *voice("customer", 60, 65, 1.0, 4.0),
        *prompt,
    ]
    about = info(after(minutes=number), agent=f"Agent {number % 4}")
    return make(root, events, about, name=f"call{number}")


def quality(root: Path, *options: str) -> str:
    done = CliRunner().invoke(main, ["rules", "quality", "--calls", str(root), *options])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_what_followed_is_the_next_speech_beside_the_last(tmp_path: Path) -> None:
    noticed = Noticed("complaint", "customer", 70.0, 71.0, "it still fails")
    folder = make(
        tmp_path,
        [
            *voice("agent", 10, 20, 4.0, 6.0),
            *voice("agent", 25, 30, 1.0, 5.0),
            *prompted("slow-down", 22.0, "followed", draw=Draw(silent=False, chance=0.1)),
            *prompted("paraphrase", 110.0),
            noticed,
        ],
    )
    (one,) = drawn_prompts(folder)
    assert (one.rule, one.silent, one.chance, one.done) == ("slow-down", False, 0.1, 1.0)
    assert one.agent_rate_sps == pytest.approx(-1.0)
    assert one.agent_level_db == pytest.approx(-3.0)
    assert math.isnan(one.customer_level_db)
    assert math.isnan(one.complained), "this call has no words"


def test_shown_and_silent_prompts_are_compared(tmp_path: Path) -> None:
    for number in range(40):
        call(tmp_path, number, silent=number % 4 == 0)
    said = quality(tmp_path)
    row = next(line for line in said.splitlines() if line.startswith("all rules"))
    assert row.split()[2:4] == ["30", "10"]
    assert "+100 (+100 to +100)" in row
    assert "−0.50 (−0.50 to −0.50)" in row
    assert "about 384 prompts are needed, 192 of them silent" in said
    (one,) = json.loads(quality(tmp_path, "--json"))
    assert one["experiment"]["silent"] == 10
    assert one["experiment"]["effects"]["agent_rate_sps"]["value"] == pytest.approx(-0.5)


def test_without_an_experiment_nothing_is_said_of_one(tmp_path: Path) -> None:
    make(tmp_path, prompted("slow-down", 40.0))
    assert "xperiment" not in quality(tmp_path)


def test_a_call_whose_log_has_gone_is_counted_and_the_others_are_compared(tmp_path: Path) -> None:
    folders = [call(tmp_path, number, silent=number % 2 == 0) for number in range(13)]
    with up_to_date(tmp_path, "") as catalogue:
        (folders[-1] / "events.jsonl").unlink()
        found = experiment(catalogue)
    assert (found.rules[0].shown, found.rules[0].silent, found.unread) == (6, 6, 1)
    assert "1 call with a drawn prompt is left out, as the log can't be read." in list(lines(found))
