"""Reports on calls in which nobody saw the prompts, or in which that is not known."""

import re
from dataclasses import replace

from monitor.call.events import PromptCleared
from monitor.report import page, text
from monitor.report.facts import of_call
from monitor.report.stored_call import kept
from tests.report_calls import INFO, MARKS, events

CLAIMS = re.compile(r"\b(shown|helped|followed|can help|achieved|agent[’']s screen)\b")
"""What nobody can say of a prompt that nobody saw."""


def test_a_recording_says_of_no_prompt_that_it_was_shown_or_followed() -> None:
    recording = of_call(kept("a/b", replace(INFO, kind="recording"), events(), MARKS))
    written = "\n".join(text.call(recording))
    shown = page.call(recording, "<svg></svg>")
    assert CLAIMS.findall(written.split("An interruption starts")[0]) == []
    assert CLAIMS.findall(re.sub(r"<style>.*?</style>|An interruption starts.*?</p>", "", shown, flags=re.DOTALL)) == []
    for part in ("Prompts that would have come up", "Done anyway (nobody saw it)", "Would have prompted: Lower volume"):
        assert part in shown
    assert recording.in_short[2].startswith(
        "2 prompts would have come up, and the agent did what 1 of them ask for anyway; "
    )


def test_what_is_not_known_to_be_seen_is_not_counted_as_shown() -> None:
    old = [
        replace(event, prompt=replace(event.prompt, seen=None)) if isinstance(event, PromptCleared) else event
        for event in events()
    ]
    said = of_call(kept("a/b", INFO, old)).in_short[2]
    assert said.startswith("Whether the agent saw 2 prompts is not known; ")
