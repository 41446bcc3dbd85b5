"""docs/events.md: the files of a call's folder, so that other programs can read them."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from audio.values import Word
from monitor.access.entries import Access
from monitor.call.consent import Consent
from monitor.call.events import KINDS, to_line
from monitor.call.hold import Hold
from monitor.call.info import CallInfo, Takeover, to_toml
from rules.experiment import Draw
from rules.model import ChecklistStep, Prompt
from tools.reference.examples import EVENTS, INFO, MARKS
from tools.reference.fields import Field, documented, first_line, type_words
from tools.reference.markdown import page, table

PARTS: Mapping[str, type] = {"word": Word, "step": ChecklistStep, "prompt": Prompt, "draw": Draw}
"""Values inside events."""
ABOUT: Mapping[str, type] = {
    "call_info": CallInfo,
    "takeover": Takeover,
    "consent": Consent,
    "call_hold": Hold,
    "access": Access,
}
"""What the other files hold."""

_UNITS = {
    "_sps": "syllables/s",
    "_dbfs": "dBFS",
    "_db": "dB",
    "_hz": "Hz",
    "_st": "st",
    "_pct": "%",
    "_s": "s",
}

_INTRO = """\
A call is a folder, `<calls>/<day>/<time>-<id>/`, of plain files. This page says what they hold, so that other programs
can read them. [events.schema.json](events.schema.json) and [call.schema.json](call.schema.json) say the same as JSON
Schema. A call may be sealed instead: then its files open only with a key, see [encryption.md](encryption.md).

{files}
A folder may lack any of the last five. A call whose `call.toml` does not say `closed = true` is either in progress,
and then a program holds a lock on `events.jsonl`, or was broken off.
"""

_FILES = (
    ("call.toml", "who, when and with what", "written again when the call ends, and when something of it is deleted"),
    ("events.jsonl", "all that was measured, said, judged and shown", "grows; written again when words are deleted"),
    ("audio.wav, then audio.flac", "the sound at 16 kHz, a channel for each speaker", "packed when the call ends"),
    ("marks.jsonl", "what people noted and corrected afterwards", "grows; written again when words are deleted"),
    ("accesses.jsonl", "who else opened, played or took it", "grows; written again when a name is forgotten"),
    ("scorecard-….json", "how one person scored the call, see [scorecards.md](scorecards.md)", "with each answer"),
    ("hold.toml", "until when the call must be kept, and why", "written and removed by `call edit`"),
    ("numbers.json", "figures for reports over many calls", "counted again from the events if it is missing"),
)

_LINES = """\
## events.jsonl

One JSON object a line, in UTF-8. The key `event` names its kind and comes first.

- Times are media time: seconds of sound since the call began (`started` in `call.toml` is 0). They are counted in
  samples of 1/16000 s, not read from a clock.
- The unit of a number ends its name: `_s`, `_hz`, `_db`, and so on.
- A field whose default is *absent* is left out where nothing is known. All other fields are written.
- Lines stand in the order in which they were written. Words wait until it is known that they hold no card number; their
  lines come later and carry `place`, the number (from 0) of the line among all that was said. To read events in the
  order in which they were said, put each line with `place` at that number and the others, in their order, around them
  (`monitor/call/events.py::in_order`).
- The last line may be torn if the machine failed. Leave out lines that do not parse: those behind them are whole.
- Versions only add. Pass over kinds and keys that you do not know. "Since" says in which version a field came: logs of
  older versions lack it, and its default applies.
- Digits that must not be kept stand as `•` in texts.
- Units: `s` seconds, `dB` decibels, `dBFS` decibels over full scale, `Hz` hertz, `st` semitones.
"""


_MARKS = """\
## marks.jsonl

Lines of kind [mark](#mark), [edited](#edited), [action_agreed](#action_agreed) and [action_closed](#action_closed),
appended by people who look at the call later. The newest verdict on a flag counts, and a `reviewed` with the text
`taken back` undoes an earlier one. An `answer` is to the notes of the same moment; a `dispute` of a flag stands until a
verdict comes after it. What is corrected stands in
`call.toml` or `hold.toml`; the line says who corrected it and when, and has values only where they name nobody.

```json
"""


def events_page() -> str:
    """The page."""
    shown = {type(event): to_line(event).decode().strip() for event in EVENTS}
    files = table(
        ("file", "what", "changes"), [(f"`{name}`".replace(", then ", "`, then `"), *of) for name, *of in _FILES]
    )
    parts = [f"### {name}\n\n{first_line(kind)}\n\n{_table(name, kind)}" for name, kind in PARTS.items()]
    return page(
        "The files of a call",
        _INTRO.format(files=files),
        _LINES,
        *(_kind(name, kind, shown[kind]) for name, kind in KINDS.items()),
        "## Values inside events",
        *parts,
        _MARKS + "".join(to_line(mark).decode() for mark in MARKS) + "```",
        f"## call.toml\n\n{first_line(CallInfo)} Empty texts and tables are left out.",
        _table("call_info", CallInfo),
        f"### takeover\n\n{first_line(Takeover)} Each is a table.",
        _table("takeover", Takeover),
        f"### consent\n\n{first_line(Consent)} In version 0.2 and before it was one word instead of a table.",
        _table("consent", Consent),
        f"```toml\n{to_toml(INFO)}```",
        f"## hold.toml\n\n{first_line(Hold)} `purge` leaves the call alone until that day has passed.",
        _table("call_hold", Hold),
        f"## accesses.jsonl\n\n{first_line(Access)} One JSON object a line.",
        _table("access", Access),
    )


def _kind(name: str, kind: type, line: str) -> str:
    """A kind of event: what it is, its fields, a line of it."""
    absent = "absent" if any(field.default is None for field in documented(kind)) else "null"
    said = first_line(kind).replace("None", absent)
    return f"### {name}\n\n{said}\n\n{_table(name, kind, absent=absent)}\n```json\n{line}\n```"


def _table(name: str, kind: type, *, absent: str = "null") -> str:
    heads = ("field", "type", "unit", "default", "meaning", "since")
    return table(heads, [_row(name, field, absent) for field in documented(kind)])


def _row(part: str, field: Field, absent: str) -> tuple[str, ...]:
    unit = next((unit for end, unit in _UNITS.items() if field.name.endswith(end)), "")
    is_absent = field.default is None and absent != "null"
    words = type_words(field.type).removesuffix(" or null") if is_absent else type_words(field.type)
    meaning = field.meaning.replace("None", absent if is_absent else "null")
    return f"`{field.name}`", words, unit, _default(field, absent), meaning, since(part, field.name)


def _default(field: Field, absent: str) -> str:
    match field.default:
        case _ if not field.is_optional:
            return ""
        case None:
            return absent
        case bool():
            return str(field.default).lower()
        case "" | () | {}:
            return "empty"
        case str() | float():
            return f"`{field.default}`"
        case _:
            return "unknown"


def since(part: str, name: str) -> str:
    """The version in which a field came.

    Args:
        part: a kind of event, a value inside one, "call_info" or "consent".
        name: of the field.

    Raises:
        ValueError: the table of versions does not have it.
    """
    try:
        return _versions()[part][name]
    except KeyError:
        raise ValueError(
            f"{part}.{name} has no version in tools/reference/since.toml: add the one in progress."
        ) from None


@cache
def _versions() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(Path(__file__).with_name("since.toml").read_text("utf-8"))
