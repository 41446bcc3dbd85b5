"""Sampled stacks: read from py-spy, shared out among the rooms of the program."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

WHOLE = (
    ("start: imports", ("<frozen importlib*",)),
    ("start: models and rules", ("*:load", "*:_load", "*:_session", "*:verify", "*:warm_up", "*:load_model")),
)
"""What counts with all it calls."""
ROOMS = (
    ("voice activity", ("audio/measure/speech*", "audio/measure/turns*")),
    ("pitch", ("audio/measure/pitch*", "audio/measure/voicing*", "audio/measure/swift/*")),
    ("rate", ("audio/measure/rate*", "audio/measure/spectr*", "audio/measure/syllable*")),
    ("level and microphone", ("audio/measure/level*", "audio/measure/microphone*", "audio/measure/effort*")),
    ("echo, key tones", ("audio/measure/echo*", "audio/measure/key_tones*")),
    ("tone, the rest", ("audio/measure/*",)),
    ("words: spectrogram, encoder", ("faster_whisper/feature_extractor*", "*:_states")),
    ("words: states of silence added", ("*:encode", "*:_encode")),
    ("words: decoder", ("*:generate", "*:generate_with_fallback", "*:_decode")),
    ("words: times of words", ("*:find_alignment", "*:add_word_timestamps", "*:_timed")),
    ("words: language", ("*:detect_language", "*:languages")),
    ("words, the rest", ("audio/words/*", "faster_whisper/*", "monitor/whisper/*")),
    ("reading the sound", ("audio/files/*", "soundfile*", "av/*")),
    (
        "saving the call",
        ("monitor/privacy/*", "monitor/live/writer_thread*", "monitor/call/folder*", "monitor/sealed/*"),
    ),
    ("catalogue", ("monitor/catalogue/*", "sqlalchemy/*", "sqlite3/*")),
    ("screen", ("textual/*", "rich/*", "monitor/agent/*")),
    ("rules and prompts", ("rules/*", "monitor/pipeline/judge*", "monitor/sentences/*")),
    ("the rest of the program", ("monitor/*",)),
)
"""Each with the files and functions by which it is recognized, as FILE or *:FUNCTION; the deepest known frame decides,
and of several rooms that know it the first."""
OTHER = "Python itself"
WAITING = {"select", "wait", "_wait", "poll", "acquire", "accept", "_recv", "recv", "recv_bytes", "_read"}
"""Functions that wait: py-spy takes a thread for busy that woke up while it looked."""
_FRAME = re.compile(r"^(?P<function>.*) \((?P<file>.*?)(?::\d+)?\)$")
_PLACES = re.compile(r"^.*/(?:site-packages|lib/python3\.\d+)/|^.*/(?=(?:audio|monitor|rules)/)")


@dataclass(frozen=True, slots=True)
class Frame:
    """A function on a stack."""

    function: str
    file: str
    """Without the place of any machine."""

    def __str__(self) -> str:
        """As the picture has it."""
        return f"{self.function} ({self.file})" if self.file else self.function


Stack = tuple[Frame, ...]


def read(raw: str) -> Counter[Stack]:
    """Stacks as `py-spy record --format raw` writes them, and how often each was seen."""
    found: Counter[Stack] = Counter()
    for line in raw.splitlines():
        text, _, count = line.rpartition(" ")
        stack = tuple(map(_frame, text.split(";")))
        if stack[-1].function.rpartition(".")[2] not in WAITING:
            found[stack] += int(count)
    return found


def by_room(stacks: Mapping[Stack, int]) -> dict[str, float]:
    """The share of each room, the largest first."""
    counts: Counter[str] = Counter()
    for stack, count in stacks.items():
        counts[_room(stack)] += count
    return {room: count / counts.total() for room, count in counts.most_common()}


def _room(stack: Stack) -> str:
    whole = (room for room, patterns in WHOLE if any(_is_one(frame, patterns) for frame in stack))
    return next(whole, None) or next(_rooms(stack), OTHER)


def _rooms(stack: Stack) -> Iterator[str]:
    """What knows the frames of a stack, the deepest first."""
    for frame in reversed(stack):
        yield from (room for room, patterns in ROOMS if _is_one(frame, patterns))


def _is_one(frame: Frame, patterns: Iterable[str]) -> bool:
    name = frame.function.rpartition(".")[2]
    return any(
        fnmatchcase(f"*:{name}", one) if one.startswith("*:") else fnmatchcase(frame.file, one) for one in patterns
    )


def _frame(text: str) -> Frame:
    if found := _FRAME.match(text):
        return Frame(found["function"], _PLACES.sub("", found["file"]))
    return Frame(text, "")
