"""Which prompts an agent wants: from the settings to the log of a call, and back into the settings."""

from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path

import pytest

from audio.block import seconds
from audio.files.recording import open_recording
from monitor import sample
from monitor.call.events import PromptCleared, PromptShown
from monitor.call.folder import CallWriter
from monitor.call.info import CallInfo, read_info
from monitor.call.summary import of_folder
from monitor.live.own_prompts import choices_in, save
from monitor.live.parts import CallParts, SessionParts
from monitor.live.session import Session
from monitor.live.writer_thread import WritingThread
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from monitor.settings import config
from monitor.settings.config import ConfigError, Prompts, Settings
from monitor.settings.prompt_choices import PromptChoices
from rules.budget import PromptChoice, PromptKind
from rules.load import load
from tests.made_rules import SHIPPED

BY_HAND = """\
# Kim's desk
[agent]
name = "Kim"  # as on the badge

[words]
model = "none"
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(BY_HAND, "utf-8")
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(path))
    return path


def chosen(path: Path) -> PromptChoices:
    return choices_in(config.settings(), SHIPPED, path)


def test_without_settings_every_kind_prompts_as_usual_and_nothing_is_shared(path: Path) -> None:
    choices = chosen(path)
    assert choices.choice == PromptChoice()
    assert not choices.share_wrong
    assert PromptKind("slow_down", "Slow down") in choices.kinds


def test_what_is_saved_is_read_back_and_the_rest_of_the_file_stays(path: Path) -> None:
    before = chosen(path)
    after = save(path, before, before.switched("slow_down").moved(-1))
    assert after.trouble == ""
    assert chosen(path) == after
    assert path.read_text("utf-8") == f'{BY_HAND}\n[prompts]\noff = ["slow_down"]\namount = "fewer"\n'
    save(path, after, after.switched("slow_down"))
    assert path.read_text("utf-8") == f'{BY_HAND}\n[prompts]\noff = []\namount = "fewer"\n'


def test_a_choice_that_cannot_be_saved_holds_and_says_why(path: Path) -> None:
    path.write_text('prompts = { amount = "more" }\n', "utf-8")
    before = chosen(path)
    after = save(path, before, before.switched("paraphrase"))
    assert after.choice.off == ("paraphrase",)
    assert after.trouble.startswith("Can't change ")


@pytest.mark.parametrize(
    ("off", "said"),
    [
        ("slow-dwon", 'not a kind of prompt that can be switched off; did you mean "slow_down"?'),
        ("danger", "; choose from "),
        ("say_what_you_can", "; choose from "),
    ],
)
def test_a_kind_that_there_is_not_is_one_sentence(path: Path, off: str, said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        choices_in(Settings(prompts=Prompts(off=(off,))), SHIPPED, path)
    assert said in str(raised.value)
    assert str(raised.value).startswith(f"In {path}, [prompts] off has ")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ('amount = "fever"', 'amount is \'fever\', but must be "fewer" or "usual" or "more"; did you mean "fewer"?'),
        ("off = 3", "[prompts] off is 3, but must be a list of quoted texts in brackets"),
        ('of = ["slow_down"]', '[prompts] has no setting "of"; did you mean "off"?'),
    ],
)
def test_a_wrong_setting_is_one_sentence(path: Path, setting: str, said: str) -> None:
    path.write_text(f"[prompts]\n{setting}\n", "utf-8")
    with pytest.raises(ConfigError) as raised:
        config.settings()
    assert said in str(raised.value)


HEARD_S = 56.0
"""The slow-down rule fires before."""


@pytest.mark.slow
def test_a_kind_that_is_switched_off_leaves_nothing_that_others_could_read_as_missed(tmp_path: Path) -> None:
    recording, rulebook = open_recording(sample.CALL), load(metrics=BY_NAME)
    info = CallInfo(datetime(2026, 3, 1, tzinfo=UTC), "made", recording.speakers, "none", rulebook.fingerprint, "0.4.0")
    writer = CallWriter(tmp_path, info, record=False)
    notices: list[object] = []
    parts = CallParts(Pipeline(recording.speakers, rulebook, None), WritingThread(writer), notify=notices.append)
    choices = PromptChoices((PromptKind("slow_down", "Slow down"),), PromptChoice(off=("slow_down",)))
    sound = takewhile(lambda block: seconds(block.end) <= HEARD_S, recording.blocks(0.25))
    Session(lambda: SessionParts(sound, lambda _: parts, 0, choices=choices)).run(lambda _: None)
    kept = of_folder(writer.folder)
    assert "slow-down" in [firing.rule for firing in kept.firings]
    assert kept.prompts == ()
    assert not [event for event in notices if isinstance(event, PromptShown | PromptCleared | PromptChoices)]
    assert read_info(writer.folder).rules == rulebook.fingerprint
