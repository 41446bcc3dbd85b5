"""The readers that are fed damaged input: for each, good inputs to damage and how it is called."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fuzz import hidden, import_readers, readers, scorecards, team_readers, wire
from fuzz.limits import must_be_sentence
from fuzz.readers import LOOK, SOCKET, TOKEN
from fuzz.seeds import EVENTS_LOG, INFO
from fuzz.sounds import sounds
from monitor.base.failures import EXPECTED, told_as
from monitor.call.events import to_line
from monitor.scorecards.form_file import FORMS
from rules.cases import CASES
from rules.language.phrase_files import ENGLISH_CODE, WORDS
from rules.load import LIBRARY
from tests.monitor.call.test_events import EVENTS


@dataclass(frozen=True, slots=True)
class Target:
    """One reader of outside input."""

    seeds: Callable[[], Sequence[bytes]]
    file: str
    """The name of its input file."""
    run: Callable[[Path], object]
    """Reads the file; may raise only what a command prints as a sentence."""
    tokens: tuple[bytes, ...] = ()
    share: int = 1
    """Of the time, against the other readers'."""


def run(target: Target, path: Path) -> None:
    """Read a file; an expected failure must have a sentence."""
    try:
        target.run(path)
    except EXPECTED as error:
        must_be_sentence(told_as(error))


def _files(folder: Path, pattern: str) -> Callable[[], list[bytes]]:
    return lambda: [path.read_bytes() for path in sorted(folder.glob(pattern))]


_MARKS = b"".join(to_line(event) for event in EVENTS if type(event).__name__ == "Mark")
_SETTINGS = b"""[agent]
name = "Sam"
[devices]
agent = "Jabra"
customer = "loopback"
[calls]
folder = "~/calls"
end_after_s = 90
catalogue = "sqlite:///calls.sqlite"
[words]
model = "none"
[rules]
files = ["team.toml"]
[retention]
audio_days = 14
[webhook]
url = "https://example.org:8443/hook?a=b"
secret_file = "config.toml"
transcript = false
"""
_PROFILE = b"""agent = "Sam"
device = "Jabra Link 380"
language = "en"
confirmed = 2026-02-20
noise_floor_dbfs = -61.5
[usual]
level_dbfs = -25.5
articulation_rate_sps = 4.6
pitch_hz = 118.0
balance_db = -7.5
[calibrated]
level_dbfs = -26.0
articulation_rate_sps = 4.5
pitch_hz = 120.0
balance_db = -7.0
"""
_NUMBERS = (
    b'{"made_from":"'
    + LOOK
    + b'","numbers":{"duration_s":131.5,"talk_s":62.0,"values":{"talk_share_pct":48.5,"level_in_pct":90.0,'
    b'"articulation_rate_sps":4.6,"patience_s":0.7,"interruptions_per_10_min":1.5,"prompts_per_10_min":null},'
    b'"prompts":[["slow-down","followed","eased"],["paraphrase",null,null]],"flags":["slow-down"],"escalations":1,'
    b'"items":{"apology":2},"steps":{"Six steps":[3,6]}}}'
)
_REQUESTS = [
    b'{"token":"' + TOKEN + b'","do":"start","customer_id":"4711","attributes":{"contacts_30d":"3"}}\n',
    b'{"token":"' + TOKEN + b'","do":"status"}\n',
    b'{"token":"guessed","do":"flag"}\n',
]
_ANSWERS = [
    b'{"status":{"state":"call","heard_s":12.5,"customer":"4711","folder":"a/b"},"error":""}\n',
    b'{"status":{"state":"waiting"}}\n',
]
_TOML = (b"[", b"]", b"=", b'"', b"\n", b"true", b"1e400", b"nan", b"[[", b"\\u0000", b"2026-01-01", b'"""')
_JSON = (b"{", b"}", b"[", b'"', b"\n", b"null", b"1e400", b"-1", b'"event"', b":", b"\\ud800", b"true")
_RULES = (b"extends", b"conditions", b"above", b"phrases", b"answer", b"repeat", b"[items.a]", b"steps", b"[meaning]")
_CASES = (b"script", b"fires_s", b"speaker", b"from_s", b"to_s", b"says", b"[[case]]", b'rule = "slow-down"')
_URLS = (b"url = ", b"http://", b"https://", b"[::1]", b"@", b":", b"%00", b"localhost", b"127.0.0.1")
_FILTER = (b"agent:", b"since:", b"until:", b"severity:", b"rule:", b'"', b"7d", b"today", b"9999d", b"2026-03-01")

_WIRE: dict[str, tuple[bytes, ...]] = {
    "asterisk": (b"MEDIA_START", b"format:", b"DTMF_END", b"slin16"),
    "audiosocket": (b"\x00\x00\x00", b"\x01\x00\x10", b"\x10\x01\x40", b"\xff\x00\x01\x01"),
    "twilio": (b'"media"', b'"start"', b'"timestamp"', b'"payload"', b"PCMA", b'"stop"', b'"dtmf"'),
    "audiohook": (b'"open"', b'"seq"', b"PT1S", b'"close"', b'"paused"', b'"channels"', b"external"),
    "l16": (b'"sampleRate"', b'"mixType"', b"stereo", b"8000", b"rate="),
}

TARGETS: dict[str, Target] = {
    "sound": Target(sounds, "sound", readers.sound, share=6),
    "recording": Target(lambda: [sounds()[0]], "audio.wav", readers.recording),
    "rules": Target(_files(LIBRARY, "*.toml"), "rules.toml", readers.rule_file, (*_TOML, *_RULES), share=3),
    "phrases": Target(
        _files(WORDS / ENGLISH_CODE, "*.txt"), "words/closing.txt", readers.phrases, (b"(", b"|", b")", b"#", b"^")
    ),
    "cases": Target(_files(CASES, "*.toml"), "cases.toml", readers.rule_cases, (*_TOML, *_CASES)),
    "events": Target(lambda: [EVENTS_LOG], "events.jsonl", readers.events, _JSON, share=2),
    "told": Target(lambda: [EVENTS_LOG], "2026-03-01/100000-a1b2c3/events.jsonl", readers.told, _JSON, share=2),
    "call": Target(lambda: [INFO], "call.toml", readers.call_file, _TOML),
    "marks": Target(lambda: [_MARKS], "marks.jsonl", readers.marks_file, _JSON),
    "scorecard": Target(
        lambda: [scorecards.CARD], "scorecard-00000000.json", scorecards.card, (*_JSON, *scorecards.WORDS)
    ),
    "form": Target(_files(FORMS, "*.toml"), "form.toml", scorecards.form, (*_TOML, *scorecards.FORM_WORDS)),
    "settings": Target(lambda: [_SETTINGS], "config.toml", readers.settings, (*_TOML, *_URLS)),
    "key": Target(lambda: [b"a secret\n", b"whsec_YSBzZWNyZXQ="], "key", readers.webhook_key, (b"whsec_", b"=")),
    "profile": Target(lambda: [_PROFILE], "profile.toml", readers.voice, _TOML),
    "numbers": Target(lambda: [_NUMBERS], "2026-03-01/100000-a1b2c3/numbers.json", readers.numbers, _JSON),
    "attributes": Target(
        lambda: [b"4711\ncontacts_30d=3\nqueue=billing, second line", "Zoë\na=“b”".encode()],
        "attributes",
        readers.attributes,
        (b"=", b"\n", b"\x7f", b"\xc2\x85", b'"', b"\\"),
    ),
    "request": Target(lambda: _REQUESTS, "request", readers.request, (*_JSON, TOKEN, b'"do"', b'"attributes"')),
    "answer": Target(lambda: _ANSWERS, "answer", readers.answer, (*_JSON, b'"error"')),
    "address": Target(
        lambda: [b'{"token":"' + TOKEN + b'","path":"' + SOCKET + b'"}'], "control-1.json", readers.address, _JSON
    ),
    "words": Target(
        lambda: [b"it's 4111-1111, uh, one double one for 1,111. The CVV? 123!", b"forty-one oh 12/05/2026 $1,249.50"],
        "words.txt",
        readers.card_words,
        (b" CVV ", b" double ", b" for ", b" 2024 ", b" 123 ", b"\xe2\x80\xa2", b" dollars ", b"-", b","),
    ),
    "filter": Target(lambda: [b'agent:sam since:7d urgent "second router"'], "filter", readers.call_filter, _FILTER),
    "held": Target(hidden.spools, "call.held", hidden.take_up),
    "sealed": Target(hidden.sealed_files, "events.jsonl", hidden.unseal, share=2),
    **{
        name: Target(partial(wire.connections, name), name, wire.read(name), (*_JSON, wire.BETWEEN, *tokens))
        for name, tokens in _WIRE.items()
    },
    "request head": Target(wire.requests, "head", wire.read_request, (b"\r\n", b": ", b"%2e", b'"', b";", b"sig1=(")),
    "websocket": Target(wire.websockets, "stream", wire.read_websocket, (b"\x80\xfe", b"\x00\x00", b"\x88\x80")),
    "table": Target(
        lambda: import_readers.TABLES, "table.csv", import_readers.table, (b",", b";", b'"', b"\n", b"\xff")
    ),
    "json table": Target(lambda: [import_readers.LINES], "table.jsonl", import_readers.table, _JSON),
    "parquet table": Target(import_readers.parquet_tables, "table.parquet", import_readers.table),
    "sidecar": Target(lambda: [import_readers.SIDECAR], "a.wav.json", import_readers.beside, _JSON),
    "toml sidecar": Target(lambda: [import_readers.TOML], "a.toml", import_readers.beside, _TOML),
    "lake": Target(import_readers.lake_rows, f"calls/ab/{import_readers.CALL}.parquet", import_readers.lake_row),
    "parts of a lake": Target(lambda: [b'["a.parquet"]'], "parts.json", import_readers.packed, _JSON),
    "history": Target(lambda: [import_readers.HISTORY], "runs/1.jsonl", import_readers.history, _JSON),
    "rollout": Target(team_readers.rollouts, "000003", team_readers.rollout, _TOML),
    "rollout state": Target(lambda: [team_readers.STATE], "config.team/state.toml", team_readers.rollout_state, _TOML),
    "signing key": Target(team_readers.signing_keys, "signing.key", team_readers.signing_key, (b"=", b"\n", b"\xff")),
    "team's key": Target(team_readers.public_keys, "key.txt", team_readers.public_key, (b"=", b"tone-monitor")),
    "recipients": Target(
        team_readers.recipient_lines, "recipients", team_readers.recipient_list, (b"age1", b" ", b"\n")
    ),
    "supervisor key": Target(
        team_readers.supervisor_keys, "supervisor.key", team_readers.supervisor_key, (b"#", b"\n", b"AGE-")
    ),
    "wall": Target(lambda: team_readers.WALL, "payload", team_readers.wall_message, (*_JSON, b'"v":1')),
    "topics": Target(lambda: [team_readers.TOPICS], "topics", team_readers.topics, (b"/", b"tone", b"-")),
    "accesses": Target(lambda: [team_readers.ACCESSES], "accesses.jsonl", team_readers.accesses, _JSON),
    "filters": Target(lambda: [team_readers.FILTERS], "filters.toml", team_readers.filters, _TOML),
    "shipped": Target(lambda: [team_readers.SHIPPED], f"shipped/{team_readers.CALL}.json", team_readers.shipped, _JSON),
    "undeleted": Target(lambda: [team_readers.UNDELETED], "undeleted/a.json", team_readers.undeleted, _JSON),
    "merged": Target(lambda: [_MARKS], "marks.jsonl", team_readers.merged, _JSON),
    "secrets": Target(lambda: [team_readers.SECRETS], "secrets.toml", team_readers.secrets, _TOML),
    "change": Target(lambda: team_readers.CHANGES, "body", team_readers.change, _JSON),
    "sealing key": Target(lambda: [hidden.KEY_FILE], "copy.key", hidden.bring_back, (b"=", b"\n", b"\xff")),
}
