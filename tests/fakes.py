"""Stand-ins that play scripts and remember what they were asked."""

from collections.abc import Callable, Iterable, Iterator
from threading import Event, Thread

from audio.block import AudioBlock, seconds
from audio.values import PartialWords
from monitor.call.events import CallEvent, Mark, Progress, SessionState
from monitor.pipeline.load_shedding import LoadStep
from monitor.settings.prompt_choices import PromptChoices
from rules.budget import PromptChoice
from rules.model import Prompt

Shown = CallEvent | PartialWords | Progress | SessionState


class FakeCall:
    """A session that plays (seconds, event) pairs; it satisfies `monitor.agent.app.SessionControls`.

    Args:
        script: Events and when they come, in seconds from the start; read as it is played.
        in_time: Whether to wait for those seconds; else everything comes as fast as it is taken.
    """

    def __init__(self, script: Iterable[tuple[float, Shown]] = (), *, in_time: bool = False) -> None:
        self.asked: list[tuple[str, float | None]] = []
        """What the screen asked for, oldest first, with the minutes of a snooze."""
        self.show: Callable[[Shown], None] = lambda _event: None
        self.played = Event()
        """Set when the script is through."""
        self._script = script
        self._in_time = in_time
        self.seen: list[Prompt] = []
        """The prompts that whoever shows the session confirmed."""
        self.wrong: list[Prompt] = []
        """The prompts that the agent marked as wrong."""
        self.chosen: list[PromptChoices] = []
        self._over = Event()
        self._player = Thread(target=self._play, daemon=True)

    def start(self, show: Callable[[Shown], None]) -> None:
        self.show = show
        self._player.start()

    def _play(self) -> None:
        now_s = 0.0
        for at_s, event in self._script:
            if self._in_time:
                self._over.wait(at_s - now_s)
            now_s = at_s
            if self._over.is_set():
                return
            self.show(event)
        self.played.set()

    def start_call(self) -> None:
        self.asked.append(("start call", None))

    def end_call(self) -> None:
        self.asked.append(("end call", None))

    def confirm_seen(self, prompt: Prompt) -> None:
        self.seen.append(prompt)

    def keep_call(self) -> None:
        self.asked.append(("keep call", None))

    def dismiss(self) -> None:
        self.asked.append(("dismiss", None))

    def mark_wrong(self, prompt: Prompt) -> None:
        self.wrong.append(prompt)

    def choose(self, choices: PromptChoices) -> None:
        self.chosen.append(choices)

    def ask_for_help(self) -> None:
        self.asked.append(("help", None))

    def share_words(self) -> None:
        self.asked.append(("share words", None))

    def flag(self) -> None:
        self.asked.append(("flag", None))

    def snooze(self, minutes: float | None) -> None:
        self.asked.append(("snooze", minutes))

    def pause_recording(self) -> None:
        self.asked.append(("pause recording", None))

    def stop(self) -> None:
        self.asked.append(("stop", None))
        self._over.set()
        if self._player.is_alive():
            self._player.join()


class FakePipeline:
    """Reports the given events at given blocks, and records what it is asked."""

    def __init__(self, said: dict[int, list[CallEvent]] | None = None, *, fails_at: int = -1) -> None:
        self.asked: list[str] = []
        self.now_s = 0.0
        self.words_behind_s = 0.0
        self.words_step = LoadStep.ALL
        self.words_error: Exception | None = None
        self._said = said or {}
        self._fails_at = fails_at
        self._count = 0

    def feed(self, block: AudioBlock) -> Iterator[CallEvent]:
        if self._count == self._fails_at:
            raise ValueError("broken on purpose")
        self.now_s = seconds(block.end)
        yield from self._said.get(self._count, ())
        self._count += 1

    def flush(self) -> Iterator[CallEvent]:
        yield Mark(self.now_s, "note", "flushed")

    def partials(self) -> Iterator[PartialWords]:
        yield PartialWords("agent", 0.0, "so", "if")

    def dismiss(self) -> Iterator[CallEvent]:
        self.asked.append("dismiss")
        yield from ()

    def choose(self, choice: PromptChoice) -> Iterator[CallEvent]:
        self.asked.append(f"choose {choice.amount}, off {', '.join(choice.off) or 'none'}")
        yield from ()

    def snooze(self, until_s: float) -> Iterator[CallEvent]:
        self.asked.append(f"snooze until {until_s:.0f}")
        yield from ()

    def after_call(self) -> Iterator[CallEvent]:
        yield from ()

    def close(self) -> None:
        self.asked.append("close")
