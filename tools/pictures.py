"""Draw every state of the agent's screen, the list of calls and the replay as SVG, into docs/screens."""

import asyncio
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from audio.block import Speaker
from audio.values import PartialWords, ToneSample, Utterance, Word
from monitor.agent.app import AgentApp
from monitor.call.events import (
    CallOver,
    Ended,
    Gap,
    Health,
    LiveEvent,
    Mark,
    Progress,
    PromptCleared,
    PromptShown,
    SessionNote,
    SessionState,
)
from monitor.call.supervision.supervisor_events import HelpRequest, SupervisorAction
from monitor.pipeline.metrics import BY_NAME
from monitor.settings.prompt_choices import PromptChoices
from rules.budget import PromptChoice
from rules.load import load
from rules.model import Prompt
from tests.fakes import FakeCall
from tools.picture_of_calls import SUPERVISOR_SIZES, calls_picture, portable, replay_picture
from tools.picture_of_wall import WALL_SIZES, wall_picture

ROOT = Path(__file__).parent.parent

SIZES = ((80, 24), (46, 10), (120, 40))

LOUDEST_DBFS: dict[Speaker, float] = {"agent": -16.0, "customer": -22.0}
TURNS: tuple[tuple[Speaker, float, float], ...] = (
    ("agent", 0.4, 5.2),
    ("customer", 5.6, 17.8),
    ("agent", 18.4, 29.0),
    ("customer", 28.1, 36.5),
    ("agent", 37.0, 45.6),
    ("customer", 46.2, 57.3),
    ("agent", 56.4, 75.0),
)
"""Who speaks from when to when, in seconds."""

SLOW_DOWN = Prompt(
    rule="slow-down",
    action="slow_down",
    severity="prompt",
    title="Slow down",
    fact="23 % faster than usual",
    advice="Pause between sentences",
    since_s=70.2,
)
SUPERVISOR = Prompt(
    rule="manager-asked-for",
    action="escalate",
    severity="urgent",
    title="Offer a supervisor",
    fact="Customer asked: “let me speak to your manager”",
    advice="Say that you will get your supervisor",
    since_s=71.0,
)

CHOICES = PromptChoices(load(metrics=BY_NAME).kinds, PromptChoice(off=("paraphrase",)))

MUTED = Health(63.5, "microphone", fine=False, note="No sound from the microphone. Is it muted?", cause="silent")
SILENT_LINE = Health(69.0, "customer line", fine=False, note="No sound from the customer for a minute.", cause="silent")
DISK_FULL = Health(
    70.5,
    "recording",
    fine=False,
    note="The disk is full: the call is not being saved. Free some space; saving continues automatically.",
)
KEPT_AGAIN = Health(72.0, "recording", fine=True, note="The call is being saved again.")


def conversation(
    until_s: float, silent_s: float = math.inf, volume_db: float = 1.2, rate_pct: float = 3.0, pitch_st: float = -0.6
) -> Iterator[LiveEvent]:
    """Make up two voices, the agent's tone over the usual as asked for, both silent from some second on."""
    turns = [(who, begin, min(end, silent_s)) for who, begin, end in TURNS]
    for step in range(round(until_s * 10)):
        start_s, end_s = step / 10, (step + 1) / 10
        for speaker, loudest_dbfs in LOUDEST_DBFS.items():
            speaking = any(who == speaker and begin <= start_s < end for who, begin, end in turns)
            sample = ToneSample(speaker, start_s, end_s, speaking)
            if speaking:
                syllables = abs(math.sin(step * 0.47)) * abs(math.cos(step * 0.053 + len(speaker)))
                sample = replace(sample, level_dbfs=loudest_dbfs - 22 * (1 - syllables))
            if speaker == "agent" and any(who == speaker and begin <= start_s < end + 4 for who, begin, end in turns):
                sample = replace(
                    sample,
                    level_over_baseline_db=volume_db,
                    rate_over_baseline_pct=rate_pct,
                    pitch_over_baseline_st=pitch_st,
                )
            yield sample
    yield Progress(until_s, recording="on")


def utterance(speaker: Speaker, start_s: float, end_s: float, text: str) -> Utterance:
    """Spread words over a stretch of time."""
    texts = text.split()
    step_s = (end_s - start_s) / len(texts)
    words = (Word(start_s + i * step_s, start_s + (i + 1) * step_s, word, 0.9) for i, word in enumerate(texts))
    return Utterance(speaker, start_s, end_s, tuple(words), end_s + 0.45)


def talk(until_s: float = 72.0, **tone: float) -> list[LiveEvent]:
    """Make a call with words that has come to this second."""
    return [
        *conversation(until_s, **tone),
        utterance("customer", 5.6, 17.8, "It began when you sent me the new router in the first week of May."),
        utterance(
            "agent",
            18.4,
            29.0,
            "I am sorry about that. Could you tell me when it drops, and what the lights show then?",
        ),
        utterance("customer", 28.1, 36.5, "It happens when I am on a call, and then the third light turns red."),
        utterance("agent", 37.0, 45.6, "Thank you. I can see two restarts since Monday on my side."),
        utterance(
            "customer", 46.2, 57.3, "I called on Monday and again yesterday, and the router still drops every hour."
        ),
        PartialWords("agent", 56.4, "So if I understand you right, the new router was", "put in on Monday"),
    ]


STATES: dict[str, list[LiveEvent]] = {
    "waiting": [],
    "between-calls": [SessionState("waiting", auto=True)],
    "no-baseline": [
        *(
            replace(event, level_over_baseline_db=None, rate_over_baseline_pct=None, pitch_over_baseline_st=None)
            if isinstance(event, ToneSample)
            else event
            for event in conversation(14.0)
        ),
    ],
    "at-rest": talk(),
    "prompt": [*talk(rate_pct=23.0), PromptShown(SLOW_DOWN)],
    "urgent": [*talk(volume_db=7.4), Mark(30.0, "flag"), PromptShown(SUPERVISOR)],
    "snoozed": [*talk(), Progress(72.0, recording="on", snoozed_until_s=192.0)],
    "no-sound": [
        *talk(silent_s=66.0),
        Gap(66.0, 72.0, "sound", "The microphone gave none."),
        Health(69.0, "microphone", fine=False, note="Your microphone is not heard: plug Jabra in again.", cause="gone"),
    ],
    "muted": [*talk(64.0, silent_s=63.0), MUTED, Progress(64.0, recording="on")],
    "muted-and-asked": [*talk(63.5, silent_s=57.3), replace(MUTED, at_s=60.0)],
    "clipping": [
        *talk(),
        Health(
            69.0, "microphone", fine=False, note="Your microphone is clipping. Lower its input level.", cause="clipped"
        ),
    ],
    "silent-line": [*talk(), SILENT_LINE],
    "snoozed-and-silent-line": [*talk(), SILENT_LINE, Progress(72.0, recording="on", snoozed_until_s=192.0)],
    "second-session": [
        SessionNote(
            "Second session", "Another session gets telephone commands.", "End the other, or use --session 4242."
        ),
        *talk(),
    ],
    "screen-restarted": [
        SessionNote("Screen restarted", "Report this: KeyError in agent.gauges:41.", "Calls are not affected."),
        *talk(),
    ],
    "disk-full": [*talk(rate_pct=23.0), PromptShown(SLOW_DOWN), DISK_FULL],
    "kept-again": [*talk(rate_pct=23.0), PromptShown(SLOW_DOWN), DISK_FULL, KEPT_AGAIN],
    "usual-known": [SessionState("call", usual_known=True), Progress(1.0, recording="on")],
    "words-behind": [*talk(), Progress(72.0, words_behind_s=8.3, recording="on")],
    "too-busy": [
        *talk(),
        Health(72.0, "words", fine=False, note="Too busy: the customer's words come after the call."),
        Progress(72.0, words_behind_s=6.4, recording="on"),
    ],
    "help-asked": [*talk(), HelpRequest(71.0, "asked", ("wall",), 2)],
    "followed": [*talk(), SupervisorAction(71.0, "Kim", "follows", may_share=True)],
    "taken": [
        *talk(),
        SupervisorAction(61.0, "Kim", "follows"),
        HelpRequest(62.0, "asked", ("wall",), 2),
        SupervisorAction(71.0, "Kim", "takes care"),
    ],
    "nobody-connected": [*talk(), HelpRequest(71.0, "asked")],
    "paused": [*talk(), Progress(72.0, recording="paused")],
    "call-over": [*talk(), Progress(132.0, recording="on"), CallOver(72.0, 192.0)],
    "ended": [
        *talk(),
        PromptShown(SLOW_DOWN),
        PromptCleared(replace(SLOW_DOWN, until_s=75.4, outcome="followed")),
        Mark(30.0, "flag"),
        utterance("agent", 56.4, 75.0, "So if I understand you right, the new router was put in on Monday."),
        Ended(75.0, "end of sound"),
    ],
}
STATES["ended-earned"] = [
    *talk(),
    PromptShown(SLOW_DOWN),
    PromptCleared(
        replace(SLOW_DOWN, until_s=75.4, seen=True, outcome="followed", after="followed", taken_down="eased")
    ),
    Ended(75.0, "end of sound"),
]
STATES["ended-and-waiting"] = [SessionState("call"), *STATES["ended"], SessionState("waiting")]
"""What has happened when a picture is taken."""


async def picture(events: list[LiveEvent], size: tuple[int, int], *keys: str) -> str:
    """Draw the agent's screen after some events and keys."""
    app = AgentApp(FakeCall())
    async with app.run_test(size=size) as pilot:
        for event in events:
            app.show(event)
        app.catch_up()
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        return portable(app.export_screenshot(title="Tone Monitor"))


async def main() -> None:
    """Draw every state of the agent's screen at all sizes, then what a supervisor sees."""
    folder = ROOT / "docs" / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    for state, events in STATES.items():
        for width, height in SIZES:
            path = folder / f"{state}-{width}x{height}.svg"
            path.write_text(await picture(events, (width, height)), encoding="utf-8")
            print(path.relative_to(ROOT))
    for width, height in SIZES:
        for name, events, key in (("help", STATES["at-rest"], "question_mark"), ("choices", [CHOICES, *talk()], "c")):
            path = folder / f"{name}-{width}x{height}.svg"
            path.write_text(await picture(events, (width, height), key), encoding="utf-8")
            print(path.relative_to(ROOT))
    for width, height in SUPERVISOR_SIZES:
        for name, draw in (("calls", calls_picture), ("replay", replay_picture)):
            path = folder / f"{name}-{width}x{height}.svg"
            path.write_text(await draw((width, height)), encoding="utf-8")
            print(path.relative_to(ROOT))
    for width, height in WALL_SIZES:
        for name, following in (("wall", False), ("wall-following", True)):
            path = folder / f"{name}-{width}x{height}.svg"
            path.write_text(await wall_picture((width, height), following=following), encoding="utf-8")
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    asyncio.run(main())
