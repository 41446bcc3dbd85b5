"""One live call of an installation without extras: delays, CPU, memory; medians over runs."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from statistics import median, quantiles
from typing import Any

from bench.figures.table import Row
from monitor import sample
from monitor.base.extras import has_meaning
from monitor.whisper import base_model

RUNS = 3
SECONDS, SHORT_S = 100.0, 40.0
"""Of the built-in call; what is no target, or has no words, needs less to settle."""


def rows() -> Iterator[Row]:
    """Figures of a live call."""
    runs = [play("default") for _ in range(RUNS)]
    yield from _words_rows("tiny.en", runs, ("≤ 0.5", "≤ 0.7", "≤ 36", "≤ 360"))
    if base_model.is_installed():
        yield from _words_rows("base", [play("base") for _ in range(RUNS)], ("≤ 0.9", "≤ 1.4", "≤ 65", "≤ 480"))
    meant = [play("default", SHORT_S, ["--meaning"])] if has_meaning() else []
    if meant:
        share = 100 * median(run["cpu_share"] for run in meant)
        yield Row("CPU without the screen, tiny.en and the extra meaning", share, "% of a core")
        highest = median(max(run["memory_mb"]) for run in meant)
        yield Row("memory of all processes, tiny.en and the extra meaning", highest, "MB")
    words = [delay for run in runs for delay in run["word_delays_s"]]
    prompts = [delay for run in runs for delay in run["tone_prompt_delays_s"]]
    yield Row("word visible after its end, p50", median(words), "s", "≤ 0.5")
    yield Row("word visible after its end, p90", quantiles(words, n=10)[-1], "s", "≤ 1.6")
    yield Row("tone prompt after its condition holds, worst", max(prompts), "s", "≤ 0.3")
    growth = median(run["memory_mb"][-1] - run["memory_mb"][len(run["memory_mb"]) // 2] for run in runs)
    yield Row("memory, growth over the second half", growth, "MB", "≤ 20")
    tone_only = [play("none", SHORT_S)["cpu_share"] for _ in range(RUNS)]
    yield Row("CPU without words and screen", 100 * median(tone_only), "% of a core", "≤ 8")


def _words_rows(model: str, runs: Sequence[dict[str, Any]], targets: tuple[str, str, str, str]) -> Iterator[Row]:
    """What a model costs, and when its words come; all processes of the call count."""
    finals = [delay for run in runs for delay in run["final_delays_s"]]
    p50, p90, cpu, memory = targets
    yield Row(f"end of speech → final text, {model}, p50", median(finals), "s", p50)
    yield Row(f"end of speech → final text, {model}, p90", quantiles(finals, n=10)[-1], "s", p90)
    share = 100 * median(run["cpu_share"] for run in runs)
    yield Row(f"CPU without the screen, {model}", share, "% of a core", cpu)
    highest = median(max(run["memory_mb"]) for run in runs)
    yield Row(f"memory of all processes, highest, {model}", highest, "MB", memory)


def play(model: str, seconds: float = SECONDS, options: Sequence[str] = ()) -> dict[str, Any]:
    """Play so much of the built-in call through the live path, in a process of its own; return what was seen."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.instruments.call", str(sample.CALL), str(seconds), model, *options],
        check=True,
        stdout=subprocess.PIPE,
    )
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen
