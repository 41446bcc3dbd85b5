"""A call that shows every kind of event once: an invented one, so that the page quotes nobody."""

from datetime import date, datetime, timedelta, timezone

from audio.values import (
    Backchannel,
    DeadAir,
    HeardAgain,
    Interruption,
    PitchSample,
    ToneSample,
    Turn,
    Usual,
    Utterance,
    Word,
)
from monitor.call.coaching.agreed import ActionAgreed, ActionClosed
from monitor.call.consent import Consent
from monitor.call.events import CallEvent, Ended, Gap, Health, Mark, PromptCleared, PromptShown
from monitor.call.info import CallInfo, Edited
from monitor.call.supervision.supervisor_events import HelpRequest, SupervisorAction, WordsShared
from monitor.call.telephone.telephone_events import AgentChanged, Hold, KeysPressed
from rules.model import Checklist, ChecklistStep, Easing, Firing, Noticed, Prompt, Ticked

_UP = Prompt(
    "slow-down",
    "slow_down",
    "prompt",
    "Slow down",
    "23 % faster than usual",
    "Pause between sentences",
    since_s=52.0,
)
_DOWN = Prompt(
    _UP.rule,
    _UP.action,
    _UP.severity,
    _UP.title,
    _UP.fact,
    _UP.advice,
    _UP.since_s,
    until_s=60.5,
    outcome="followed",
    after="followed",
    taken_down="eased",
    seen=True,
)

_AGREED = ActionAgreed(
    "4f2a91",
    "Sam Porter",
    "Kim Lee",
    "Pause between sentences",
    "rate_after_complaints_pct",
    date(2026, 11, 23),
    date(2026, 12, 20),
    "2026-11-22T16:30:00+01:00",
)

EVENTS: tuple[CallEvent, ...] = (
    ToneSample(
        "agent",
        51.8,
        51.9,
        speaking=True,
        level_dbfs=-24.3,
        level_over_baseline_db=3.1,
        balance_db=-9.5,
        noise_floor_dbfs=-61.0,
        articulation_rate_sps=5.9,
        rate_over_baseline_pct=22.9,
        pitch_over_baseline_st=1.4,
        clipped_pct=0.0,
    ),
    PitchSample("agent", 51.4, 51.5, 212.4),
    Usual("agent", -27.2, 4.8, 196.0, None),
    Turn("agent", 44.1, 52.3),
    Interruption("agent", 44.1, 45.0),
    Backchannel("customer", 47.6, 48.0),
    DeadAir(70.2, 76.9),
    Utterance(
        "customer",
        40.2,
        41.1,
        (Word(40.2, 40.5, "Nothing", 0.98), Word(40.5, 41.1, "works.", 0.95)),
        known_s=41.6,
    ),
    HeardAgain("customer", 40.2, 41.1, (Word(40.2, 40.6, "Nothing", 0.99), Word(40.6, 41.1, "works.", 0.98))),
    Firing(
        "slow-down",
        "agent",
        52.0,
        5.9,
        4.8,
        4.8,
        "prompt",
        "slow_down",
        held_s=3.0,
        metric="articulation_rate_sps",
    ),
    Easing("slow-down", "agent", 60.4),
    Noticed("promise", "agent", 95.0, 97.2, "I will call you tomorrow by five", "tomorrow by five"),
    Ticked("six-steps", "listen", 31.5),
    Checklist(
        "six-steps",
        "Six steps",
        (
            ChecklistStep("listen", "Listen: the customer talks for 10 s without a break", 31.5),
            ChecklistStep("apologise", "Apologise, if there is reason to"),
        ),
    ),
    PromptShown(_UP, delay_s=0.14),
    PromptCleared(_DOWN),
    Mark(58.2, "flag"),
    Edited("started", "Kim Lee", "2026-11-22T16:01:30+01:00", "2026-11-22T14:30:05+01:00", "2026-11-22T14:32:00+01:00"),
    Gap(63.0, 64.2, "sound", "The headset gave no sound.", "agent"),
    Health(63.0, "microphone", fine=False, note="Your microphone is not heard: plug the headset in again."),
    Ended(120.0, "stopped"),
    _AGREED,
    ActionClosed("4f2a91", "Kim Lee", "2026-12-21T16:40:00+01:00", "Pauses more often."),
    Hold(72.0, on=True),
    AgentChanged(90.5, "Kim Lee"),
    KeysPressed(41.3, "customer"),
    HelpRequest(55.2, "asked", ("wall",), 1),
    SupervisorAction(61.0, "kim", "takes care"),
    WordsShared(64.8, on=True),
)
"""In the order of `monitor.call.events.KINDS`, not of time."""

MARKS = (
    Mark(52.0, "confirm", by="Kim Lee", made="2026-11-22T16:02:11+01:00", rule="slow-down"),
    Mark(0.0, "tag", "router", by="Kim Lee", made="2026-11-22T16:02:40+01:00"),
    Edited("customer", "Kim Lee", "2026-11-22T16:02:58+01:00"),
    Mark(0.0, "reviewed", by="Kim Lee", made="2026-11-22T16:03:05+01:00"),
    Mark(52.0, "dispute", "The line echoed.", "Sam Porter", "2026-11-22T17:10:00+01:00", "slow-down"),
    _AGREED,
)

INFO = CallInfo(
    started=datetime(2026, 11, 22, 14, 30, 5, tzinfo=timezone(timedelta(hours=1))),
    source="Headset and loopback",
    speakers=("agent", "customer"),
    model="default",
    rules="0123456789ab",
    version="0.3.0",
    agent="Sam Porter",
    customer="4711",
    consent=Consent("given", "2026-11-22T14:30:05+01:00", "spoken"),
    closed=True,
    duration_s=120.0,
    attributes={"contacts_30d": "3"},
)
