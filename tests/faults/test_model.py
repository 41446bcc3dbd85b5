"""The Whisper model is damaged, cut off or missing, when a call starts or when the model has to be loaded again.

The call continues with its tone, and the screen says what to do. Only the words are missing from what is kept.
"""

import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from audio.values import ToneSample, Utterance
from audio.words.model import ModelError, resolve
from audio.words.whisper import Whisper, check_device
from monitor import sample
from monitor.call.events import Gap, Health
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.live.call_wiring import CallWiring
from monitor.settings.config import Settings
from monitor.whisper.wire_format import Urgency


def damaged(folder: Path, name: str, content: bytes | None) -> Path:
    """The built-in model with another file in place of one of its own, or without it."""
    for file in resolve("default").iterdir():
        if file.name != name:
            (folder / file.name).symlink_to(file.resolve())
    if content is not None:
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.bin", b""),
        ("model.bin", b"garbage" * 999),
        ("tokenizer.json", b""),
        ("tokenizer.json", b'{"a'),
        ("config.json", b"{{"),
        ("config.json", b"[]"),
        ("vocabulary.txt", b"one"),
    ],
)
def test_whatever_is_damaged_of_a_model_is_one_sentence(name: str, content: bytes, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"^The model in .* can't be loaded.*Choose another Whisper model"):
        Whisper.load(damaged(tmp_path, name, content))


def test_a_model_that_is_cut_off_is_one_sentence(tmp_path: Path) -> None:
    whole = (resolve("default") / "model.bin").read_bytes()
    with pytest.raises(ModelError, match="can't be loaded"):
        Whisper.load(damaged(tmp_path, "model.bin", whole[: len(whole) // 2]))


def test_a_model_that_is_gone_is_said_before_the_call_begins(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.bin missing"):
        resolve(str(damaged(tmp_path, "model.bin", None)))


def test_a_session_begins_without_words_if_its_model_is_not_whole_and_says_why(tmp_path: Path) -> None:
    half = damaged(tmp_path, "model.bin", None)
    wiring = CallWiring.of_session(Settings(), str(half), ())
    assert wiring.model == str(half)
    assert wiring.load_model
    with pytest.raises(ModelError, match=r"model\.bin missing"):
        wiring.load_model.at(Urgency.LIVE)()
    with pytest.raises(ModelError, match=r"model\.bin missing"):
        CallWiring.of(Settings(), str(half), ())


def test_a_device_that_is_not_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audio.words.device.get_cuda_device_count", lambda: 0)
    with pytest.raises(ModelError, match=r"^Whisper finds no GPU\. Set words\.device to \"cpu\""):
        check_device("cuda", "float16")
    with pytest.raises(ModelError, match=r'^Whisper can\'t calculate in "int3" on this machine\. .* int8'):
        check_device("auto", "int3")
    check_device("auto", "default")


@pytest.mark.slow
def test_a_call_with_a_damaged_model_goes_on_with_its_tone(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    model = damaged(tmp_path / "model", "tokenizer.json", b"{")
    beginning, rate = soundfile.read(sample.CALL, stop=12 * 16_000)
    soundfile.write(tmp_path / "call.wav", beginning, rate)
    command = [sys.executable, "-m", "monitor", "live", "--from", str(tmp_path / "call.wav"), "--speed", "0", "--plain"]
    ran = subprocess.run(
        [*command, "--model", str(model), "--calls", str(tmp_path / "calls")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert "Tone only, no words: The model in" in ran.stdout
    assert "reinstall this one" in ran.stdout
    (folder,) = (tmp_path / "calls").glob("*/*/")
    assert read_info(folder).closed
    kinds = {type(event) for event in read_events(folder)}
    assert {ToneSample, Health, Gap} <= kinds
    assert Utterance not in kinds
