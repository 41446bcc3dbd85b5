"""One live call on its own media clock: sound in, events to its folder and to the screen."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import chain, takewhile
from typing import TYPE_CHECKING

from audio.block import AudioBlock, seconds
from audio.values import SoundLost, ToneSample, Usual
from monitor.call.events import (
    CallEvent,
    CallOver,
    Ended,
    EndedWhy,
    Gap,
    Health,
    LiveEvent,
    Mark,
    Progress,
    PromptCleared,
    PromptShown,
)
from monitor.call.info import CallDetails
from monitor.live.call_clock import shifted, shifted_health, shifted_loss
from monitor.pipeline.load_shedding import LoadStep
from monitor.whisper.errors import OtherModelError

if TYPE_CHECKING:  # a screen that waits for this module would wait for numpy and onnxruntime
    from pathlib import Path

    from monitor.live.call_end import CallEnd
    from monitor.live.parts import CallParts
    from monitor.settings.prompt_choices import PromptChoices
    from rules.model import Prompt

Show = Callable[[LiveEvent], None]

PROGRESS_EVERY_S = 0.2

_LATE = {
    LoadStep.CUSTOMER_LATER: "Too busy: the customer's words come after the call.",
    LoadStep.ALL_LATER: "Too busy: tone only, the words come after the call.",
}


class LiveCall:
    """Runs one call from its first block to its last event, on the thread that feeds it.

    `end` alone may be called on another thread, when nothing is fed any more. Others may read `heard_s` at any time:
    it is a single number, and an old one is a block too low.

    Args:
        parts: what the call runs on; used by no other call.
        show: takes everything the call says, in its order.
        lag_s: how late the last sound that was fed came.
        details: what is known about the call at its start.
        origin: index of its first sample on the session's clock.
        call_end: notices when it may be over; None for a call that lasts until it is ended.
    """

    def __init__(  # noqa: PLR0913 - what differs between calls
        self,
        parts: CallParts,
        show: Show,
        lag_s: Callable[[], float] = lambda: 0.0,
        *,
        details: CallDetails | None = None,
        origin: int = 0,
        call_end: CallEnd | None = None,
    ) -> None:
        self.folder: Path | None = parts.writer.folder if parts.writer else None
        """Where the call is kept, if it is."""
        self.details = details or CallDetails()
        self.heard_s = 0.0
        self.show = show
        """Takes the call's events, in order."""
        self._parts = parts
        self._pipeline = parts.pipeline
        self._writer = parts.writer
        self._lag_s = lag_s
        self._origin = origin
        self._call_end = call_end
        self._asked_s: float | None = None
        """When the call ends without an answer, as it was last shown."""
        self._agent_spoke_s = 0.0
        """How long the agent has spoken."""
        self._agent_usual: Usual | None = None
        """The agent's usual values, known at the end."""
        self._progress_s = -math.inf
        self._words_trouble = self._keeping_trouble = ""
        self._snoozed_until_s: float | None = None
        self._share_wrong = False
        self._seen: set[tuple[str, float]] = set()
        """Rule and start of the prompts that a screen confirmed."""

    @property
    def is_over(self) -> bool:
        """Whether it has ended in a silence without anybody ending it."""
        return self._call_end is not None and self._call_end.is_over(self.heard_s)

    def hear(self, heard: AudioBlock | SoundLost) -> None:
        """Take sound, or the news that some is lost; what was before the call is dropped."""
        if isinstance(heard, SoundLost):
            if lost := shifted_loss(heard, self._origin):
                start_s = max(0.0, lost.start_s)
                self.say(Gap(round(start_s, 3), round(lost.end_s, 3), "sound", lost.why, lost.speaker))
        elif block := shifted(heard, self._origin):
            self._hear(block)

    def report(self, health: Health) -> None:
        """Report the state of the sound."""
        self.say(shifted_health(health, self._origin))

    def say(self, event: CallEvent) -> None:
        """Keep an event and show it."""
        if isinstance(event, PromptShown):
            event = dataclasses.replace(event, delay_s=round(self._behind_s, 3))
        elif isinstance(event, PromptCleared):
            seen = (event.prompt.rule, event.prompt.since_s) in self._seen
            event = dataclasses.replace(event, prompt=event.prompt.seen_as(seen=seen))
        elif isinstance(event, ToneSample) and event.speaking:
            self._agent_spoke_s += event.end_s - event.start_s if event.speaker == "agent" else 0.0
        elif isinstance(event, Usual) and event.speaker == "agent":
            self._agent_usual = event
        if self._call_end:
            self._call_end.note(event)
        if self._writer:
            self._writer.note(event)
        if not (isinstance(event, PromptShown | PromptCleared) and event.prompt.silent):
            self.show(event)

    def end(self, why: EndedWhy, hurry: Callable[[], bool] = lambda: False, *, all_kept: bool = False) -> None:
        """Finish the call, close its folder and update the profile; takes as long as the remaining words do.

        While it is asked whether the call is over, it ends soon after the last words: what follows them is not kept.

        Args:
            why: the call ends.
            hurry: asked before each postponed utterance: whether to give up the rest.
            all_kept: whether a silence at its end is kept even so.
        """
        cut_s = self._call_end.cut_s if self._call_end and not all_kept else None
        try:
            with closing(self._pipeline):
                if why != "error":
                    self._say_all(self._pipeline.flush())
                    self._say_all(takewhile(lambda _: not hurry(), self._pipeline.after_call()))
        except Exception:
            why = "error"
            raise
        finally:
            self.say(Ended(round(self.heard_s if cut_s is None else min(cut_s, self.heard_s), 3), why))
            if self._writer:
                self._writer.close()
                for health in self._keeping():
                    self.show(health)
        if self._agent_usual:
            self._parts.learn(self._agent_usual, self._agent_spoke_s)

    def dismiss(self) -> None:
        """Take the prompt down."""
        self._say_all(self._pipeline.dismiss())

    def mark_wrong(self, prompt: Prompt) -> None:
        """Note that the prompt was wrong, for others only if the agent shares it, and take it down."""
        if self._share_wrong:
            self.say(Mark(prompt.since_s, "wrong", rule=prompt.rule))
        else:
            self._parts.keep_wrong(prompt)
        self.dismiss()

    def choose(self, choices: PromptChoices) -> None:
        """Show the prompts that the agent wants. Nothing records what they are."""
        self._share_wrong = choices.share_wrong
        self._say_all(self._pipeline.choose(choices.of_call(self.folder.name if self.folder else "")))

    def confirm_seen(self, prompt: Prompt) -> None:
        """A screen has shown the prompt; what is said of it later says so."""
        self._seen.add((prompt.rule, prompt.since_s))

    def keep(self) -> None:
        """The agent says that the call continues, although nobody speaks."""
        if self._call_end:
            self._call_end.keep(self.heard_s)
            self._show_call_end()

    def flag(self) -> None:
        """Mark this moment for later."""
        if self._call_end:
            self._call_end.attend(self.heard_s)
        self.say(Mark(round(self._pipeline.now_s, 3), "flag"))

    def snooze(self, minutes: float | None) -> None:
        """Show no prompts for that long, infinite for the rest of the call; None to resume. Nothing records it."""
        now_s = self._pipeline.now_s
        self._snoozed_until_s = None if minutes is None else now_s + 60 * minutes
        self._say_all(self._pipeline.snooze(self._snoozed_until_s or now_s))

    def ask_for_help(self) -> None:
        """Ask for a supervisor; asked while the agent waits for one, take that back."""
        if self._parts.supervision:
            self._say_all(self._parts.supervision.ask(self.heard_s))

    @property
    def waits_for_help(self) -> bool:
        """Whether the agent waits for a supervisor."""
        return bool(self._parts.supervision and self._parts.supervision.waits)

    def share_words(self) -> None:
        """Let the supervisors who follow read the words, or no longer."""
        if self._parts.supervision:
            self._say_all(self._parts.supervision.share_words(self.heard_s))

    def pause_recording(self) -> None:
        """Keep neither sound nor words from here on, or keep them again."""
        if self._writer and self._writer.paused:
            self._writer.resume()
        elif self._writer:
            self._writer.pause()

    def _hear(self, block: AudioBlock) -> None:
        self.heard_s = seconds(block.end)
        if self._call_end:
            self._call_end.hear(block)
        if self._writer:
            self._writer.hear(block)
        for event in chain(self._pipeline.feed(block), self._health(), self._from_supervisors()):
            self.say(event)
        self._show_call_end()
        self._show_progress()

    @property
    def _behind_s(self) -> float:
        """How late the measuring is."""
        return max(0.0, self._lag_s() + self.heard_s - self._pipeline.now_s)

    def _say_all(self, events: Iterable[CallEvent]) -> None:
        for event in events:
            self.say(event)

    def _health(self) -> Iterator[CallEvent]:
        """Report changes in the state of the words and of the folder."""
        at_s = round(self.heard_s, 3)
        error = self._pipeline.words_error
        trouble = f"Tone only, no words: {error}" if error else _LATE.get(self._pipeline.words_step, "")
        if isinstance(error, OtherModelError):
            trouble = str(error)
        if trouble != self._words_trouble:
            self._words_trouble = trouble
            yield Health(at_s, "words", fine=not trouble, note=trouble or "Words are on time again.")
        yield from self._keeping()

    def _from_supervisors(self) -> Iterator[CallEvent]:
        if self._parts.supervision:
            yield from self._parts.supervision.events(self.heard_s)

    def _keeping(self) -> Iterator[Health]:
        """Report whether the call is being written; the report is kept, too, as soon as writing works again."""
        trouble = self._writer.trouble if self._writer else ""
        if trouble != self._keeping_trouble:
            self._keeping_trouble = trouble
            note = trouble or "The call is being saved again."
            yield Health(round(self.heard_s, 3), "recording", fine=not trouble, note=note)

    def _show_call_end(self) -> None:
        """Show it when it starts or ceases to be asked whether the call is over."""
        if self._call_end is None:
            return
        self._call_end.look(self.heard_s)
        if self._call_end.ends_s != self._asked_s:
            self._asked_s = self._call_end.ends_s
            self.show(CallOver(self._call_end.spoken_s, self._asked_s))

    def _show_progress(self) -> None:
        for words in self._pipeline.partials():
            self.show(words)
        now_s = time.monotonic()
        if now_s - self._progress_s < PROGRESS_EVERY_S:
            return
        self._progress_s = now_s
        if self._snoozed_until_s is not None and self._pipeline.now_s >= self._snoozed_until_s:
            self._snoozed_until_s = None
        self.show(
            Progress(
                heard_s=self.heard_s,
                behind_s=self._behind_s,
                words_behind_s=self._pipeline.words_behind_s,
                recording=self._writer.recording if self._writer else "off",
                snoozed_until_s=self._snoozed_until_s,
            )
        )
