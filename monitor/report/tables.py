"""The tables of one call in words, the same on the page and in the terminal."""

from collections.abc import Iterator
from dataclasses import dataclass

from audio.block import Speaker
from monitor.base.clock import clock
from monitor.call.marks import kind_text
from monitor.pipeline.metrics import BY_NAME
from monitor.report.bands import LEVEL, PITCH, QUARTERS, RATE, Bands
from monitor.report.facts import Facts
from monitor.report.prompts import Flag, PromptFact
from monitor.report.spoken_items import Promised
from monitor.report.titles import plain
from monitor.report.wording import NOTHING, change, day, number, over, when

VOLUME_ACTIONS = frozenset({"lower_volume", "ease_off", "breathe"})
RATE_ACTIONS = frozenset({"slow_down"})
QUARTER_NAMES = ("first", "second", "third", "last")


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column names the rows."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def speakers(facts: Facts) -> Table:
    """Both speakers in numbers, and what is usual for the agent."""
    columns = list(facts.figures.values())
    usual = facts.figures["agent"].baseline if "agent" in facts.figures else None
    rows = (
        ("Talk time", *(clock(own.talk_time_s) for own in columns), NOTHING),
        ("Share of the talk, %", *(number(100 * own.talk_share, 0) for own in columns), NOTHING),
        (
            "Articulation rate, syllables/s",
            *(number(own.articulation_rate_sps) for own in columns),
            number(usual.articulation_rate_sps if usual else None),
        ),
        ("Speech rate with pauses, words/min", *(number(own.speech_rate_wpm, 0) for own in columns), NOTHING),
        (
            "Level of the speech, dBFS",
            *(number(own.level_dbfs) for own in columns),
            number(usual.level_dbfs if usual else None),
        ),
        (
            "Median pitch, Hz",
            *(number(own.pitch_hz, 0) for own in columns),
            number(usual.pitch_hz if usual else None, 0),
        ),
        ("Spread of the pitch, semitones", *(number(own.pitch_sd_st) for own in columns), NOTHING),
    )
    return Table("The speakers", ("measure", *facts.figures, "agent’s usual"), rows)


def bands(facts: Facts) -> Table:
    """The agent's tone compared with the agent's usual; no rows if that is unknown."""
    own = facts.bands.get("agent")
    rows = tuple(_bands(own)) if own and own.level_in_pct is not None else ()
    return Table("Compared with the agent’s usual", ("measure", "agent"), rows)


def stretches(facts: Facts) -> Table:
    """The curves in rows."""
    columns = list(facts.stretches.values())
    heads = [f"{speaker} {what}" for speaker in facts.info.speakers for what in ("talk", "volume", "rate", "pitch")]
    rows = tuple(
        (
            clock(together[0].start_s),
            *(
                cell
                for own in together
                for cell in (
                    number(own.talk_pct, 0, "%"),
                    over(own.level_over_db, "dB"),
                    number(own.rate_sps, 1, "syll/s"),
                    number(own.pitch_hz, 0, "Hz"),
                )
            ),
        )
        for together in zip(*columns, strict=True)
    )
    return Table("The call over time", ("from", *heads), rows)


def turns(facts: Facts) -> Table:
    """How the two took turns."""
    own = facts.exchange
    speakers: tuple[Speaker, ...] = tuple(facts.figures)
    rows = [
        ("Turns", *(str(own.turns[speaker]) for speaker in speakers)),
        ("Median turn", *(number(own.median_turn_s[speaker], 1, "s") for speaker in speakers)),
        ("Longest turn", *(number(own.longest_turn_s[speaker], 1, "s") for speaker in speakers)),
        ("Interruptions", *(str(facts.figures[speaker].interruptions) for speaker in speakers)),
        ("Short “mm-hm” while the other talks", *(str(facts.figures[speaker].backchannels) for speaker in speakers)),
    ]
    return Table("Turns and overlaps", ("measure", *speakers), tuple(rows))


def prompts(facts: Facts) -> Table:
    """The prompts, what the agent's tone did, and what became of each."""
    recording = facts.info.kind == "recording"
    title = "Prompts that would have come up" if recording else "Prompts and what the agent did next"
    heads = (
        *("no.", "would have come up at" if recording else "at", "prompt"),
        *("then → in the next turns", "afterwards"),
    )
    return Table(title, heads, tuple(_prompt(fact) for fact in facts.prompts))


def flags(facts: Facts) -> Table:
    """The flags without a prompt; escalations have a table of their own."""
    rows = tuple(
        (clock(flag.firing.start_s), flag.title, flag.firing.severity, flag.evidence, _verdict(flag))
        for flag in facts.flags
        if not flag.prompted and flag not in facts.escalations
    )
    return Table("Flags without a prompt", ("at", "flag", "severity", "evidence", "reviewed"), rows)


def escalations(facts: Facts) -> Table:
    """Signals of an escalation, with owner and protocol."""
    rows = tuple(
        (
            clock(flag.firing.start_s),
            flag.title,
            flag.evidence,
            flag.firing.owner or NOTHING,
            flag.firing.protocol or NOTHING,
            "yes" if flag.prompted else "no",
            _verdict(flag),
        )
        for flag in facts.escalations
    )
    prompt = "would have prompted" if facts.info.kind == "recording" else "prompted"
    heads = ("at", "signal", "evidence", "owner", "protocol", prompt, "reviewed")
    return Table("Escalation signals", heads, rows)


def checklists(facts: Facts) -> Table:
    """The steps of the checklists with the time of each first tick."""
    rows = tuple(
        (checklist.title, step.title, "after the call" if step.by_hand else when(step.at_s))
        for checklist in facts.checklists
        for step in checklist.steps
    )
    return Table("Checklists", ("checklist", "step", "done at"), rows)


def counts(facts: Facts) -> Table:
    """What was said, counted."""
    rows = tuple((count.title, count.speaker, str(count.times), clock(count.first_s)) for count in facts.counts)
    return Table("What was said", ("item", "by", "times", "first at"), rows)


def pairs(facts: Facts) -> Table:
    """Counts side by side."""
    return Table("Side by side", ("agent", "times"), facts.pairs)


def unusual(facts: Facts) -> Table:
    """What differs from the agent's usual: in this call by itself, and from earlier calls."""
    own = facts.bands.get("agent")
    rows = (*(_outside(own) if own else ()), *facts.unusual)
    return Table("What differs from the agent’s usual", ("measure", "this call", "usual"), rows)


def _outside(own: Bands) -> Iterator[tuple[str, str, str]]:
    level, rate = ((BY_NAME[metric].band or (0, 0))[1] for metric in (LEVEL, RATE))
    if own.loud_s and own.highest_level_db is not None:
        most = f"up to {over(own.highest_level_db, 'dB')}"
        yield "Louder than usual", f"{number(own.loud_s, 0, 's')}, {most}", f"within ±{level:.0f} dB"
    if own.fast_s:
        most = f"up to {over(own.highest_rate_pct, '%', 0)}"
        yield "Faster than usual", f"{number(own.fast_s, 0, 's')}, {most}", f"within ±{rate:.0f} %"


def promised(facts: Facts) -> Table:
    """Promises and follow-ups."""
    rows = tuple(
        (clock(line.at_s), line.kind, line.text or NOTHING, line.due or "no time given", _due(line))
        for line in facts.promised
    )
    return Table("Promises and follow-ups", ("at", "what", "words", "when, as said", "date"), rows)


def marks(facts: Facts) -> Table:
    """What people noted, during the call and later."""
    titles = {flag.firing.rule: flag.title for flag in facts.flags}
    rows = tuple(
        (
            clock(mark.at_s),
            kind_text(mark.kind),
            titles.get(mark.rule) or plain(mark.rule) or NOTHING,
            mark.text or NOTHING,
            mark.by or NOTHING,
        )
        for mark in facts.marks
    )
    return Table("Notes by people", ("at", "what", "about", "note", "by"), rows)


def followers(facts: Facts) -> Table:
    """Who followed the call live, each time from when to when."""
    rows = tuple((one.by, clock(one.start_s), clock(one.end_s)) for one in facts.followers)
    return Table("Who followed the call live", ("name", "from", "to"), rows)


def _bands(own: Bands) -> Iterator[tuple[str, str]]:
    level, rate, pitch = (BY_NAME[metric].band or (0, 0) for metric in (LEVEL, RATE, PITCH))
    yield f"Volume within ±{level[1]:.0f} dB", number(own.level_in_pct, 0, "% of the speech")
    yield f"Rate within ±{rate[1]:.0f} %", number(own.rate_in_pct, 0, "% of the speech")
    yield f"Pitch within ±{pitch[1]:.0f} semitones", number(own.pitch_in_pct, 0, "% of the speech")
    yield "All of them within", clock(own.all_in_s)
    yield "Louder than the usual range", number(own.loud_s, 1, "s")
    yield "Faster than the usual range", number(own.fast_s, 1, "s")
    yield "Highest volume", f"{over(own.highest_level_db, 'dB')} at {when(own.highest_level_at_s)}"
    yield "Highest rate", over(own.highest_rate_pct, "%", 0)
    yield "Spread of the volume", number(own.spread_db, 1, "dB")
    for name, level_db, rate_pct in zip(QUARTER_NAMES[:QUARTERS], own.quarters_db, own.quarters_pct, strict=True):
        yield f"In the {name} quarter", f"{over(level_db, 'dB')}, {over(rate_pct, '%', 0)}"
    yield "Pitch, last quarter compared with first", over(own.drift_st, "semitones")
    yield "Minutes of flat pitch", str(own.flat_minutes)


def _prompt(fact: PromptFact) -> tuple[str, ...]:
    prompt = fact.prompt
    said = ". ".join(
        text for text in (f"{prompt.title} – {prompt.fact}" if prompt.fact else prompt.title, prompt.advice)
    )
    return (
        str(fact.number),
        clock(prompt.since_s),
        f"{said}.",
        _changed(fact),
        fact.worked,
    )


def _changed(fact: PromptFact) -> str:
    """The measure that a prompt is about; a prompt for words is about none."""
    if fact.prompt.action in VOLUME_ACTIONS:
        before, after = over(fact.before.level_over_db, "dB"), over(fact.after.level_over_db, "dB")
        return change(f"volume {before}", after) if before != NOTHING else NOTHING
    if fact.prompt.action in RATE_ACTIONS:
        before, after = number(fact.before.rate_sps), number(fact.after.rate_sps, 1, "syll/s")
        return change(f"rate {before}", after) if before != NOTHING else NOTHING
    return NOTHING


def _due(line: Promised) -> str:
    if line.day is None:
        return NOTHING
    return day(line.day) + (f", {line.hour:%H:%M}" if line.hour else "")


def _verdict(flag: Flag) -> str:
    judged = "not yet"
    if flag.verdict:
        what = "confirmed" if flag.verdict.kind == "confirm" else "dismissed"
        judged = f"{what}: {flag.verdict.text}" if flag.verdict.text else what
    return f"{judged}; the agent disputes it: {flag.dispute.text}" if flag.dispute else judged
