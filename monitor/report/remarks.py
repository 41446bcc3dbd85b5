"""The sentences around the tables: what is missing, how turns went, how it was measured."""

from collections.abc import Iterator

from audio.engines import DEFAULT
from monitor.base.clock import clock
from monitor.call.consent import REFUSED, REFUSED_AFTERWARDS
from monitor.call.info import CallKind
from monitor.call.telephone.telephone_events import AgentChanged, Hold, KeysPressed
from monitor.call.text import telephone_text
from monitor.pipeline.one_track import ESTIMATED
from monitor.report.facts import Facts
from monitor.report.usual import FEWEST
from monitor.report.wording import number

QUIET_DBFS = -36.0
"""Speech below it is so quiet that the recorder should be set."""
USUAL_DBFS = -24.0
MISSED = 5
"""Most gaps that are listed one by one."""


def legend(kind: CallKind) -> str:
    """How to read the picture of a call."""
    line = "a prompt that would have come up" if kind == "recording" else "a prompt"
    return (
        "Shaded: the agent’s usual range; agents are never compared with each other. The usual takes about 20 s of "
        f"speech to learn, so curves over it begin then. A numbered line is {line}, a square number an urgent one; of "
        "several close together only the first has a number. The stripe after it is the next 10 s. × is an "
        "interruption, a grey bar a silence of 3 s or more."
    )


def missing(facts: Facts) -> Iterator[str]:
    """What is missing from the report, and why."""
    if not facts.info.closed:
        yield "The call broke off or is still in progress. This report covers what was saved so far."
    yield from _on_one_track(facts)
    if facts.info.consent.status == "refused":
        yield REFUSED_AFTERWARDS if facts.saved else REFUSED
    elif facts.info.model == "none":
        yield "The call was not transcribed, so everything that depends on words is missing from this report."
    yield from _deleted(facts)
    yield from _quiet(facts)
    for gap in facts.gaps[:MISSED]:
        yield f"From {clock(gap.start_s)} to {clock(gap.end_s)} there is no {_kept(gap.what)}: {gap.why}"
    if len(facts.gaps) > MISSED:
        yield f"These are the first {MISSED} of {len(facts.gaps)} gaps in sound or words."
    for health in facts.trouble[:MISSED]:
        yield f"At {clock(health.at_s)}: {health.note}"


def telephone(facts: Facts) -> Iterator[str]:
    """What the telephone system said of the call."""
    held_s: float | None = None
    for event in facts.telephone:
        match event:
            case Hold(at_s=at_s, on=True):
                held_s = at_s
            case Hold(at_s=at_s) if held_s is not None:
                yield f"The customer was on hold from {clock(held_s)} to {clock(at_s)}. Nothing is measured there."
                held_s = None
            case AgentChanged(at_s=at_s):
                yield f"From {clock(at_s)}: {telephone_text(event)}"
            case _:
                pass
    if held_s is not None:
        yield f"The customer was on hold from {clock(held_s)} to the end."
    if keys := [event for event in facts.telephone if isinstance(event, KeysPressed)]:
        yield f"Telephone keys were pressed, first at {clock(keys[0].at_s)}; which ones is not kept."


def turns(facts: Facts) -> Iterator[str]:
    """Waits, overlaps and silences."""
    yield from telephone(facts)
    own = facts.exchange
    if own.patience_s is not None:
        yield (
            f"The agent answered {own.answers} turns of the customer after {number(own.patience_s, 1, 's')} (median). "
            f"{own.early_starts} of the answers began before the customer had finished. "
            f"Both spoke at once for {number(own.overlap_s, 1, 's')} in all."
        )
    if own.interruptions:
        times = ", ".join(f"{clock(overlap.start_s)} by the {overlap.by}" for overlap in own.interruptions)
        yield f"Interruptions: {times}."
    if own.agent_backchannels_per_min is not None:
        yield f"The agent said “mm-hm” {number(own.agent_backchannels_per_min)} times a minute of the customer’s talk."
    if own.dead_air:
        times = ", ".join(f"{clock(silence.start_s)}–{clock(silence.end_s)}" for silence in own.dead_air)
        yield f"Nobody spoke for 3 s or more at {times}; {number(own.dead_air_s, 0, 's')} in all."
    if own.monologues:
        times = ", ".join(f"{clock(turn.start_s)}–{clock(turn.end_s)}" for turn in own.monologues)
        yield f"The agent spoke for 45 s or more without a break at {times}."


def usual(facts: Facts) -> str:
    """What the call is compared with where its numbers are given."""
    if facts.earlier_calls >= FEWEST:
        return f"Compared with the lowest and the highest of the agent’s last {facts.earlier_calls} calls."
    were = "is" if facts.earlier_calls == 1 else "are"
    return (
        "Volume and rate are compared with the rest of the call. The other numbers need "
        f"{FEWEST} earlier calls of this agent, and there {were} {facts.earlier_calls or 'none'}."
    )


def measured(facts: Facts) -> Iterator[str]:
    """How it was measured, for readers who want to check."""
    if facts.info.mixed:
        yield (
            "The stretches of speech form two groups that are far apart in pitch or voice and take turns, as two "
            "people do. One voice that keeps jumping so far would be taken for two."
        )
    else:
        yield from _measures(facts)
    yield (
        "The words were not transcribed. "
        if facts.info.model == "none"
        else f"The words were transcribed by Whisper (model: {facts.info.model}); they can be wrong, so listen before "
        "you rely on a quotation. "
    ) + (f"Rulebook {facts.info.rules}, Tone Monitor {facts.info.version}, consent: {facts.info.consent}.")


def _measures(facts: Facts) -> Iterator[str]:
    if facts.info.engine != DEFAULT:
        yield f"Volume, rate and pitch were measured with {facts.info.engine}."
    yield (
        "Volume is the mean energy of the last 2 s of speech. Rate is syllables a second over the last 8 s of speech, "
        "counted in the sound, without pauses over 0.25 s. Pitch is the median fundamental frequency of the last 2 s "
        "of voiced speech. Each is compared with the same speaker’s usual, learnt during the call or known from "
        "earlier ones. 10 % of tempo and 1 dB are about the smallest changes people can hear."
    )
    yield (
        "An interruption starts while the other has spoken for 1 s or more, and both keep talking; a short “mm-hm” is "
        "not one. A prompt is followed if the agent’s next 3 to 10 s of speech are back near the usual, or if what it "
        "asked for was said before the agent’s next two turns had ended. Pitch alone never causes a prompt."
    )
    if facts.info.separated:
        yield (
            "The speakers were told apart by voice embeddings, which were not kept. Where both speak at once, one of "
            "them gets all of it, so interruptions are not found."
        )
    if facts.info.kind == "recording":
        yield (
            "This is a recording, so nobody could see its prompts: they are those that would have come up. What the "
            "agent did after one is what happens without a prompt."
        )


def _on_one_track(facts: Facts) -> Iterator[str]:
    if len(facts.info.speakers) == 1 and not facts.info.mixed:
        yield "The recording has one channel, taken as the agent’s. If it has two people, the figures mix them."
    if facts.info.separated:
        yield f"{ESTIMATED} Listen before you attribute a figure or a word to either."


def _deleted(facts: Facts) -> Iterator[str]:
    if facts.info.sound_deleted:
        yield f"The sound was deleted on {facts.info.sound_deleted[:10]}, at the end of its retention period."
    if facts.info.words_deleted:
        yield f"The words were deleted on {facts.info.words_deleted[:10]}, at the end of their retention period."


def _quiet(facts: Facts) -> Iterator[str]:
    for speaker, figures in facts.figures.items():
        level_dbfs = figures.level_dbfs
        if level_dbfs is not None and level_dbfs < QUIET_DBFS:
            yield (
                f"The recording is quiet: the {speaker}’s speech is at {number(level_dbfs, 0, 'dBFS')}, and "
                f"{number(USUAL_DBFS, 0)} is usual. Soft words may be lost: record about "
                f"{USUAL_DBFS - level_dbfs:.0f} dB louder."
            )


def _kept(what: str) -> str:
    return "sound" if what == "sound" else "transcript"
