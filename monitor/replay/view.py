"""What the replay screen shows, as one value; every key turns it into the next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import floor
from typing import Literal

from audio.playback.player import Mix
from monitor.call.events import Mark
from monitor.call.marks import reviewed
from monitor.catalogue.hits import Found
from monitor.replay.call_log import CallLog
from monitor.replay.moments import Moment, ShownPrompt, moment_at, moments, prompts_shown
from monitor.replay.transcript import Transcript

ZOOMS_S = (30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)
"""Seconds that the timeline can show, besides the whole call."""
SPEEDS = (0.75, 1.0, 1.25, 1.5, 2.0)
MIXES: tuple[Mix, ...] = ("both", "agent", "customer")


@dataclass(frozen=True, slots=True)
class ReplayView:
    """All that the replay screen shows."""

    log: CallLog
    transcript: Transcript = field(repr=False)
    moments: tuple[Moment, ...] = field(default=(), repr=False)
    shown: tuple[ShownPrompt, ...] = field(default=(), repr=False)
    notes: tuple[str, ...] = ()
    """What is missing from the call, in sentences."""
    at_s: float = 0.0
    """The cursor: the current position."""
    zoom_s: float | None = None
    """None for the whole call."""
    chosen: Moment | None = field(default=None, repr=False)
    """The moment that was last gone to."""
    in_s: float | None = None
    out_s: float | None = None
    """Start and end of the clip to export."""
    searched: str = ""
    of_filter: bool = False
    """Whether these are words of a filter of calls, which need not follow one another."""
    found: tuple[Found, ...] = ()
    playing: bool = False
    speed: float = 1.0
    mix: Mix = "both"
    output: str = ""
    """Name of the sound output; empty if there is none."""
    following: bool = False
    """Whether the call is in progress and the cursor stays at its end."""
    asked: str = ""
    """The question in the bottom line."""
    said: str = field(default="", repr=False)
    """The result of the last key, for the bottom line."""

    @property
    def span_s(self) -> float:
        """How much time the timeline shows."""
        return self.log.duration_s if self.zoom_s is None else self.zoom_s

    @property
    def left_s(self) -> float:
        """Where the timeline begins.

        It jumps by half its width when the cursor leaves its middle half, so that nothing creeps and both sides of the
        cursor stay visible. While a call is followed it jumps by a quarter.
        """
        span_s = self.span_s
        if self.zoom_s is None:
            return 0.0
        if self.following:
            return max((floor(self.log.duration_s / (span_s / 4)) + 1) * span_s / 4 - span_s, 0.0)
        left_s = floor(self.at_s / (span_s / 2)) * span_s / 2 - span_s / 4
        return max(min(left_s, self.log.duration_s - span_s), 0.0)

    @property
    def moment(self) -> Moment | None:
        """The current moment."""
        return moment_at(self.moments, self.at_s, self.chosen)

    @property
    def reviewed(self) -> bool:
        """Whether somebody has reviewed the call."""
        return reviewed(self.log.marks)

    @property
    def stretch_s(self) -> tuple[float, float]:
        """Start and end of the clip: from `[` to `]`, else from 10 s before the cursor to 10 s after it."""
        in_s = self.at_s - 10.0 if self.in_s is None else self.in_s
        out_s = (self.at_s if self.in_s is None else max(self.at_s, in_s)) + 10.0 if self.out_s is None else self.out_s
        return max(in_s, 0.0), min(out_s, self.log.duration_s)

    def updated(self, log: CallLog, notes: tuple[str, ...]) -> ReplayView:
        """Show what is known of the call now; once it is over, it is no longer followed."""
        transcript = self.transcript
        if len(log.utterances) != len(transcript.lines):
            transcript = Transcript(log.utterances)
        fresh = replace(
            self, log=log, transcript=transcript, moments=moments(log), shown=prompts_shown(log), notes=notes
        )
        fresh = replace(fresh, found=(transcript.search_words if self.of_filter else transcript.search)(self.searched))
        if self.chosen:
            same = [one for one in fresh.moments if (one.rule, one.start_s) == (self.chosen.rule, self.chosen.start_s)]
            fresh = replace(fresh, chosen=same[0] if same else None)
        if self.following:
            fresh = replace(fresh, at_s=log.duration_s)
        if self.log.in_progress and not log.in_progress:
            fresh = replace(fresh, following=False, said="The call has ended." if log.closed else "The call broke off.")
        return fresh

    def at(self, at_s: float) -> ReplayView:
        """Put the cursor at a time within the call."""
        return replace(self, at_s=min(max(at_s, 0.0), self.log.duration_s))

    def sought(self, at_s: float) -> ReplayView:
        """Go to a time by a key, which ends following."""
        return replace(self.at(at_s), following=False, said="")

    def moved(self, seconds: int) -> ReplayView:
        """Go some seconds forward or back."""
        return self.sought(self.at_s + seconds)

    def to_start(self) -> ReplayView:
        """Go to the start of the call."""
        return self.sought(0.0)

    def to_end(self) -> ReplayView:
        """Go to the end of the call so far."""
        return self.sought(self.log.duration_s)

    def to_moment(self, step: int) -> ReplayView:
        """Go to the next moment, or for a step of −1 to the one before."""
        here = self.moments.index(self.moment) if self.moment in self.moments else -1
        at = here + step
        if step < 0 and self.moment and self.at_s > self.moment.start_s + 1.0:
            at = here
        if not 0 <= at < len(self.moments):
            return replace(self, said="There are no more flags." if step > 0 else "There are no earlier flags.")
        chosen = self.moments[at]
        return replace(self.sought(chosen.start_s), chosen=chosen)

    def to_line(self, step: int) -> ReplayView:
        """Go to the start of the utterance so many lines away."""
        line = self.transcript.line_at(self.at_s)
        if not self.transcript.lines:
            return replace(self, said="There is no transcript.")
        return self.sought(self.transcript.start_s((-1 if line is None else line) + step))

    def to_word(self, step: int) -> ReplayView:
        """Go to the start of the next word, or for a step of −1 of the one before."""
        at_s = self.transcript.next_word_s(self.at_s, step)
        return self if at_s is None else self.sought(at_s)

    def search(self, text: str) -> ReplayView:
        """Search for words, and go to the first result from the cursor on."""
        return self._to(self.transcript.search(text), text, of_filter=False)

    def search_words(self, query: str) -> ReplayView:
        """Search for the words of a filter of calls, and go to the first result from the cursor on."""
        return self._to(self.transcript.search_words(query), query, of_filter=True)

    def _to(self, found: tuple[Found, ...], text: str, *, of_filter: bool) -> ReplayView:
        view = replace(self, searched=text, of_filter=of_filter, found=found)
        if not text.strip():
            return replace(view, searched="", said="")
        if not found:
            return replace(view, searched="", said=f"“{text}” was not said.")
        return view.to_found(0)

    def to_found(self, step: int) -> ReplayView:
        """Go to the next result, or for a step of −1 to the one before, wrapping around; 0 counts from here."""
        if not self.found:
            return self
        starts = [self.transcript.start_of(found) for found in self.found]
        if step < 0:
            at = max((i for i, start_s in enumerate(starts) if start_s < self.at_s - 0.02), default=len(starts) - 1)
        else:
            lead = 0.02 if step else -0.02
            at = min((i for i, start_s in enumerate(starts) if start_s > self.at_s + lead), default=0)
        return replace(self.sought(starts[at]), said=f"“{self.searched}”: {at + 1} of {len(starts)}")

    def zoomed(self, step: int) -> ReplayView:
        """Show less of the call, or for a step of −1 more of it; the cursor stays visible."""
        smaller = [zoom_s for zoom_s in ZOOMS_S if zoom_s < self.log.duration_s]
        levels = [*smaller, None]
        here = levels.index(self.zoom_s) if self.zoom_s in levels else len(levels) - 1
        return replace(self, zoom_s=levels[min(max(here - step, 0), len(levels) - 1)], said="")

    def whole(self) -> ReplayView:
        """Show all of the call."""
        return replace(self, zoom_s=None, said="")

    def clip_in(self) -> ReplayView:
        """Start the clip here."""
        out_s = self.out_s if self.out_s is not None and self.out_s > self.at_s else None
        return replace(self, in_s=self.at_s, out_s=out_s, said="")

    def clip_out(self) -> ReplayView:
        """End the clip here."""
        in_s = self.in_s if self.in_s is not None and self.in_s < self.at_s else None
        return replace(self, in_s=in_s, out_s=self.at_s, said="")

    def faster(self, step: int) -> ReplayView:
        """Choose the next speed, or for a step of −1 the one before."""
        at = min(max(SPEEDS.index(self.speed) + step, 0), len(SPEEDS) - 1)
        return replace(self, speed=SPEEDS[at], said="")

    def other_mix(self) -> ReplayView:
        """Choose the speakers to hear: both, the agent, the customer, then both again."""
        mixes = [mix for mix in MIXES if mix == "both" or mix in self.log.speakers]
        return replace(self, mix=mixes[(mixes.index(self.mix) + 1) % len(mixes)], said="")

    def verdict(self, kind: str, text: str = "") -> Mark | None:
        """Make a mark that confirms or dismisses the current flag; None if there is none by a rule."""
        moment = self.moment
        if moment is None or not moment.rule:
            return None
        return Mark(moment.start_s, "confirm" if kind == "confirm" else "dismiss", text, rule=moment.rule)

    def note(self, kind: Literal["note", "tag"], text: str) -> Mark:
        """Put a text into a mark: on the stretch where both its ends are set, else at the cursor."""
        if self.in_s is None or self.out_s is None:
            return Mark(round(self.at_s, 2), kind, text)
        return Mark(round(self.in_s, 2), kind, text, end_s=self.out_s)


def opened(log: CallLog, notes: tuple[str, ...], *, following: bool = False) -> ReplayView:
    """Show a call, or an agent's part of it, from its start, or at its end if it is followed."""
    start_s = log.parts[0].start_s if log.parts else 0.0
    view = ReplayView(log, Transcript(()), following=following, zoom_s=60.0 if following else None, at_s=start_s)
    return view.updated(log, notes)
