"""The sentences around the tables: what is missing, how turns went, how all of it was measured."""

from collections.abc import Iterator

from monitor.base.clock import clock
from monitor.call.consent import REFUSED
from monitor.report.facts import Facts
from monitor.report.wording import number

LEGEND = (
    "Shaded: the agent’s own band around what is usual for this voice; nothing is held against other people. The usual "
    "is known after some 20 s of speech, so curves over it begin then. A numbered line is a prompt (of several close "
    "together the first has its number), a square number an urgent one; the stripe behind it is the 10 s in which a "
    "measure can come back. × is an interruption, a grey bar a silence of 3 s and more."
)
MISSED = 5
"""Gaps that are told one by one; of more, the number."""


def missing(facts: Facts) -> Iterator[str]:
    """What the report could not be made from."""
    if not facts.info.closed:
        yield "The call broke off, or still goes on: what stands here goes as far as its folder does."
    if len(facts.info.speakers) == 1:
        yield "The recording has one channel, taken as the agent’s; if two people are on it, the figures mix them."
    if facts.info.consent.status == "refused":
        yield REFUSED
    elif facts.info.model == "none":
        yield "The call was not transcribed: everything that depends on words is missing, not absent from the call."
    if facts.info.sound_deleted:
        yield f"The sound was deleted on {facts.info.sound_deleted[:10]}: the time to keep it was up."
    if facts.info.words_deleted:
        yield f"The words were deleted on {facts.info.words_deleted[:10]}: the time to keep them was up."
    for gap in facts.gaps[:MISSED]:
        yield f"From {clock(gap.start_s)} to {clock(gap.end_s)} there is no {_kept(gap.what)}: {gap.why}"
    if len(facts.gaps) > MISSED:
        yield f"Of {len(facts.gaps)} gaps in sound or words, the first {MISSED} are named here."
    for health in facts.trouble[:MISSED]:
        yield f"At {clock(health.at_s)}: {health.note}"


def turns(facts: Facts) -> Iterator[str]:
    """Waits, overlaps and silences."""
    own = facts.exchange
    if own.patience_s is not None:
        yield (
            f"The agent answered {own.answers} turns of the customer after {number(own.patience_s, 1, 's')} (median); "
            f"{own.early_starts} of them began before the customer’s end. Both spoke at once for "
            f"{number(own.overlap_s, 1, 's')} in all."
        )
    if own.interruptions:
        times = ", ".join(f"{clock(overlap.start_s)} by the {overlap.by}" for overlap in own.interruptions)
        yield f"Interruptions: {times}."
    if own.agent_backchannels_per_min is not None:
        yield f"The agent said {number(own.agent_backchannels_per_min)} “mm-hm” a minute of the customer’s talk."
    if own.dead_air:
        times = ", ".join(f"{clock(silence.start_s)}–{clock(silence.end_s)}" for silence in own.dead_air)
        yield f"Nobody spoke for 3 s and more at {times}; {number(own.dead_air_s, 0, 's')} in all."
    if own.monologues:
        times = ", ".join(f"{clock(turn.start_s)}–{clock(turn.end_s)}" for turn in own.monologues)
        yield f"The agent spoke for 45 s and more without a break at {times}."


def measured(facts: Facts) -> Iterator[str]:
    """How it was measured, for those who want to check."""
    yield (
        "Volume is the level of the speech alone, the energy mean of its last 2 s; rate is syllables a second of "
        "speech, counted in the sound, pauses over 0.25 s left out, over the last 8 s; pitch is the median fundamental "
        "frequency of the last 2 s of voiced speech. Each is held against the same speaker’s usual, learnt on the call "
        "or known from earlier ones. 10 % of tempo and 1 dB are about the smallest changes one hears."
    )
    yield (
        "An interruption is a start while the other has spoken for 1 s and more, with both going on; a short “mm-hm” "
        "is none. A prompt is followed if the agent’s next 3 to 10 s of speech are back near the usual, or if what it "
        "asked for was said before the agent’s next two turns had ended. Pitch alone never brings up a prompt."
    )
    heard = "not transcribed" if facts.info.model == "none" else f"transcribed by Whisper (model: {facts.info.model})"
    yield (
        f"The words were {heard}; they can be misheard, so listen before you rely on a quotation. "
        f"Rulebook {facts.info.rules}, Tone Monitor {facts.info.version}, consent: {facts.info.consent}."
    )


def _kept(what: str) -> str:
    return "sound" if what == "sound" else "transcript"
