"""What the exports hold, read back by the programs they are for."""

import base64
import io
import json
import shutil
import sys
import warnings
from datetime import datetime, timedelta, timezone
from pathlib import Path

import av
import jsonschema
import numpy as np
import pytest
import soundfile
import webvtt
from click.testing import CliRunner, Result

from audio.block import SAMPLE_RATE_HZ, AudioBlock
from audio.values import DeadAir, Interruption, ToneSample, Turn, Utterance, Word
from monitor.call.events import CallEvent, Ended, Gap, PromptCleared, PromptShown
from monitor.call.folder import CallWriter
from monitor.call.info import CallInfo
from monitor.cli import main
from monitor.privacy.stretches import AROUND_S
from monitor.replay import clip
from rules.model import Firing, Prompt

DURATION_S = 6.0
PROMPT = Prompt("slow-down", "slow_down", "prompt", "Slow down", "5.9 -> 4.8", "Pause between sentences", 2.0)


def said(text: str, start_s: float, step_s: float = 0.25) -> tuple[Word, ...]:
    starts = [start_s + step_s * place for place in range(len(text.split()))]
    return tuple(Word(at, at + step_s, word, 0.9) for at, word in zip(starts, text.split(), strict=True))


EVENTS: list[CallEvent] = [
    *(
        ToneSample("agent", n / 10, (n + 1) / 10, speaking=True, level_dbfs=-20.0, level_over_baseline_db=4.0)
        for n in range(20)
    ),
    Utterance("agent", 0.0, 2.0, said("Good morning, R&D <here>.", 0.0, 0.5), 2.4),
    Utterance("customer", 2.0, 5.0, said("My card is 4111 1111, uh, 1111 1111 thanks.", 2.0), 5.4),
    Turn("agent", 0.0, 2.0),
    Turn("customer", 2.0, 5.0),
    Interruption("agent", 2.5, 3.25),
    DeadAir(5.0, 6.0),
    Firing("slow-down", "agent", 1.9, 5.9, 4.8, 5.2, "prompt", "slow_down"),
    PromptShown(PROMPT),
    PromptCleared(
        Prompt(
            **{name: getattr(PROMPT, name) for name in PROMPT.__slots__[:7]},
            until_s=4.0,
            outcome="followed",
            after="followed",
            seen=True,
        )
    ),
    Gap(5.0, 5.5, "words", "The agent paused the recording."),
    Ended(DURATION_S, "end of sound"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    started = datetime(2026, 3, 1, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    info = CallInfo(started, "a.wav", ("agent", "customer"), "default", "abc", "0.1.0", agent="Sam")
    writer = CallWriter(tmp_path_factory.mktemp("calls"), info)
    tone = 0.1 * np.sin(np.arange(SAMPLE_RATE_HZ * DURATION_S) / 5).astype(np.float32)
    writer.hear(AudioBlock("agent", 0, tone))
    writer.hear(AudioBlock("customer", 0, np.zeros_like(tone)))
    for event in EVENTS:
        writer.note(event)
    writer.close()
    return writer.folder


def export(folder: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["export", str(folder), *map(str, arguments)])


def printed(folder: Path, *arguments: str | Path) -> str:
    done = export(folder, *arguments)
    assert done.exit_code == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_two_parsers_read_the_captions(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "call.vtt"
    assert printed(folder, "--to", "vtt", "-o", path).split() == [str(path), str(tmp_path / "call.prompts.vtt")]
    first, second = webvtt.read(path)
    assert (first.start, first.end, first.voice) == ("00:00:00.000", "00:00:02.000", "Agent")
    assert (second.voice, second.text) == ("Customer", "My card is •••• ••••, uh, •••• •••• thanks.")
    with av.open(path) as captions:
        packets = [packet for packet in captions.demux() if packet.size]
    assert [float(packet.pts * packet.time_base) for packet in packets] == [0.0, 2.0]
    assert bytes(packets[0]) == b"<v Agent>Good morning, R&amp;D &lt;here&gt;."


def test_the_second_track_says_what_the_agent_was_shown(folder: Path, tmp_path: Path) -> None:
    printed(folder, "--to", "vtt", "-o", tmp_path / "call.vtt")
    (cue,) = webvtt.read(tmp_path / "call.prompts.vtt")
    assert (cue.start, cue.end) == ("00:00:02.000", "00:00:04.000")
    shown = json.loads(cue.text)
    assert (shown["title"], shown["fact"], shown["outcome"]) == ("Slow down", "5.9 -> 4.8", "followed")


def test_subrip_is_read_by_ffmpeg(folder: Path, tmp_path: Path) -> None:
    printed(folder, "--to", "srt", "-o", tmp_path / "call.srt")
    with av.open(tmp_path / "call.srt") as captions:
        texts = [bytes(packet).decode() for packet in captions.demux() if packet.size]
    assert texts[0] == "Agent: Good morning, R&D <here>."


def test_contact_lens_has_the_shape_of_amazon_connect(folder: Path) -> None:
    made = json.loads(printed(folder, "--to", "contact-lens"))
    assert made["Participants"][0] == {"ParticipantId": "AGENT", "ParticipantRole": "AGENT"}
    assert made["ContentMetadata"] == {"Output": "Redacted", "RedactionTypes": ["PII"]}
    assert made["Transcript"][0] == {
        "Id": "utterance-1",
        "ParticipantId": "AGENT",
        "BeginOffsetMillis": 0,
        "EndOffsetMillis": 2000,
        "Content": "Good morning, R&D <here>.",
        "LoudnessScore": [85.0, 85.0],
    }
    assert made["Categories"]["MatchedDetails"]["slow-down"]["PointsOfInterest"] == [
        {"BeginOffsetMillis": 2000, "EndOffsetMillis": 4000}
    ]
    characteristics = made["ConversationCharacteristics"]
    assert characteristics["TotalConversationDurationMillis"] == 6000
    assert characteristics["Interruptions"]["TotalTimeMillis"] == 750
    assert characteristics["NonTalkTime"]["TotalTimeMillis"] == 1000
    assert characteristics["TalkTime"]["DetailsByParticipant"]["AGENT"]["TotalTimeMillis"] == 2000
    assert "Sentiment" not in json.dumps(made)


def test_a_vcon_fits_the_drafts(folder: Path) -> None:
    made = printed(folder, "--to", "vcon")
    schema = json.loads((Path(__file__).parents[2] / "data" / "vcon.schema.json").read_text("utf-8"))
    jsonschema.validate(json.loads(made), schema)


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="the last vcon that reads parties as objects ends at 3.12")
def test_a_vcon_is_read_by_the_library(folder: Path) -> None:
    with warnings.catch_warnings(record=True):  # its own dependencies warn
        from vcon import Vcon  # noqa: PLC0415

        opened = Vcon.build_from_json(printed(folder, "--to", "vcon"))
    assert [party.role for party in opened.parties] == ["agent", "customer"]
    assert opened.parties[0].name == "Sam"
    words = opened.find_analysis_by_type("wtf_transcription")["body"]
    assert words["transcript"]["text"].startswith("Good morning,")
    assert words["transcript"]["language"] == "en"
    assert [words["words"][n]["text"] for n in words["segments"][0]["words"]] == ["Good", "morning,", "R&D", "<here>."]
    assert opened.find_analysis_by_type("report")["body"]["prompts"][0]["outcome"] == "followed"
    sound, rate = soundfile.read(io.BytesIO(_unpacked(opened.dialog[0]["body"])))
    assert (rate, sound.shape) == (SAMPLE_RATE_HZ, (SAMPLE_RATE_HZ * DURATION_S, 2))


def _unpacked(body: str) -> bytes:
    return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))


def test_where_digits_are_masked_the_sound_of_a_vcon_is_silent(folder: Path) -> None:
    masked, kept = (
        soundfile.read(io.BytesIO(_unpacked(json.loads(printed(folder, "--to", "vcon", *more))["dialog"][0]["body"])))[
            0
        ]
        for more in ((), ("--keep-digits",))
    )
    assert masked.shape == kept.shape
    number = slice(round((2.75 - AROUND_S) * SAMPLE_RATE_HZ), round((4.0 + AROUND_S) * SAMPLE_RATE_HZ))
    assert not masked[number].any()
    assert kept[number, 0].any()
    masked[number] = kept[number]
    assert (masked == kept).all(), "all else is as it was"


def test_a_vcon_may_go_without_the_sound(folder: Path) -> None:
    assert "body" not in json.loads(printed(folder, "--to", "vcon", "--no-audio"))["dialog"][0]


@pytest.mark.parametrize("kind", ["json", "contact-lens", "vcon", "vtt", "srt", "csv"])
def test_the_same_call_gives_the_same_bytes(folder: Path, kind: str) -> None:
    assert printed(folder, "--to", kind) == printed(folder, "--to", kind)


def test_what_is_written_is_for_its_owner_alone(folder: Path, tmp_path: Path) -> None:
    for path in printed(folder, "--to", "csv", "-o", tmp_path / "tables").split():
        assert Path(path).stat().st_mode & 0o777 == 0o600


def test_several_calls_need_a_folder(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "100001-bbbbbb"
    shutil.copytree(folder, other)
    failed = export(folder, other, "--to", "srt")
    assert failed.exit_code == 1
    assert failed.stderr == "2 calls can't be printed. Choose a folder for the files with -o.\n"
    done = export(folder, other, "--to", "srt", "-o", tmp_path / "out")
    assert done.stdout.split() == [f"{tmp_path}/out/2026-03-01-{one.name}.srt" for one in (folder, other)]
    assert export(folder, folder, "--to", "srt").exit_code == 0, "one call named twice is one call"


def test_digits_stay_when_they_are_asked_for(folder: Path) -> None:
    assert "4111 1111, uh, 1111 1111" in printed(folder, "--to", "srt", "--keep-digits")
    assert "4111" not in "".join(printed(folder, "--to", kind) for kind in ("json", "contact-lens", "vcon", "vtt"))


def test_a_clip_is_silent_where_its_words_are_masked(folder: Path, tmp_path: Path) -> None:
    clip.export(folder, 1.0, 6.0, tmp_path / "clip")
    sound, _ = soundfile.read(tmp_path / "clip" / "sound.flac")
    said, masked_part = sound[: SAMPLE_RATE_HZ // 2], sound[2 * SAMPLE_RATE_HZ : 3 * SAMPLE_RATE_HZ]
    assert np.abs(said).max() > 0.05
    assert not masked_part.any()
    assert "4111" not in "".join(path.read_text("utf-8") for path in (tmp_path / "clip").glob("[tc]*"))
