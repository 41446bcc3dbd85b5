"""What Prometheus sees."""

import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from monitor.call.events import Ended, Gap, Health, Progress, PromptShown
from monitor.notify.prometheus import Telemetry, TelemetryError
from rules.model import Firing, Prompt

PROMPT = Prompt("slow-down", "slow_down", "prompt", "Slow down", "a secret word", "Pause", 2.0)


def page(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        return str(answer.read().decode())


def values(text: str) -> dict[str, float]:
    return {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_page_counts_what_went_by() -> None:
    telemetry = Telemetry()
    telemetry.feed(PromptShown(PROMPT, 0.25))
    telemetry.feed(Firing("slow-down", "agent", 1.9, 5.9, 4.8, 5.2, "prompt", "slow_down", ("a secret word",)))
    telemetry.feed(Gap(1.0, 3.5, "sound", "The microphone was gone."))
    telemetry.feed(Health(3.5, "microphone", fine=True, note=""))
    telemetry.feed(Progress(heard_s=12.0, behind_s=0.1, words_behind_s=2.0))
    telemetry.feed(Ended(12.0, "stopped"))
    with telemetry.served(0) as port:
        text = page(port)
    seen = values(text)
    assert seen["tone_monitor_prompts_total slow-down prompt"] == 1
    assert seen["tone_monitor_firings_total slow-down"] == 1
    assert seen["tone_monitor_missing_seconds_total sound"] == 2.5
    assert seen["tone_monitor_part_fine microphone"] == 1
    assert seen["tone_monitor_heard_seconds"] == 12
    assert seen["tone_monitor_words_behind_seconds"] == 2
    assert seen["tone_monitor_prompt_delay_seconds_bucket 0.3"] == 1
    assert seen["tone_monitor_prompt_delay_seconds_bucket 0.2"] == 0
    assert seen["tone_monitor_calls_total stopped"] == 1
    assert "secret" not in text


def test_a_port_that_is_taken_is_said_in_a_sentence() -> None:
    with (
        Telemetry().served(0) as port,
        pytest.raises(TelemetryError, match=f"Can't serve metrics on port {port}"),
        Telemetry().served(port),
    ):
        pass
