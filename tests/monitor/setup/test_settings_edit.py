"""Settings changed in their file: what a person wrote there stays."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.settings.config import ConfigError
from monitor.setup.settings_edit import changed, save

NAME = ("agent", "name")
MICROPHONE = ("devices", "agent")
CUSTOMER = ("devices", "customer")

BY_HAND = """\
# Desk 12. [agent] name is on the badge.
[calls]
folder = "calls"   # beside this file

[ devices ] # asked Kim
agent = 'Old "quoted" headset'  # until May
# customer: none here

# What is kept
[retention]
audio_days = 7
"""


def test_a_value_is_replaced_in_its_line_and_a_new_one_ends_its_table() -> None:
    after = changed(BY_HAND, {NAME: 'Kim "K" Ö\\', MICROPHONE: "Jabra", CUSTOMER: "loopback"})
    expected = BY_HAND.replace("'Old \"quoted\" headset'", '"Jabra"')
    expected = expected.replace("# until May\n", '# until May\ncustomer = "loopback"\n')
    assert after == expected + '\n[agent]\nname = "Kim \\"K\\" Ö\\\\"\n'


def test_a_file_that_is_not_there_yet_has_the_settings_alone() -> None:
    after = changed("", {MICROPHONE: "Jabra", CUSTOMER: "loopback"})
    assert after == '[devices]\nagent = "Jabra"\ncustomer = "loopback"\n'


def test_line_ends_of_windows_stay() -> None:
    text = BY_HAND.replace("\n", "\r\n")
    assert changed(text, {MICROPHONE: "Jabra"}) == text.replace("'Old \"quoted\" headset'", '"Jabra"')


@pytest.mark.parametrize(
    "text",
    [
        'agent = { name = "Kim" }\n',
        'agent.name = "Kim"\n',
        '["agent"]\nname = "Kim"\n',
        '[agent]\nname = """\nKim"""\n',
        '[agent]\n"name" = "Kim"\n',
        '[[agent]]\nname = "Kim"\n',
        "agent = 3\n",
        "[agent\n",
        '[calls]\nfolder = """\n[agent]\nname = "Kim"\n"""\n',
    ],
)
def test_a_file_that_a_line_cannot_change_is_left_alone(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r'Write this into it: name = "Robin" under \[agent\]\.'):
        save(path, {NAME: "Robin"})
    assert path.read_text("utf-8") == text


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["", BY_HAND, BY_HAND.rstrip("\n")]))
def test_any_text_is_read_back_as_it_was_given(value: str, text: str) -> None:
    after = changed(text, {NAME: value, MICROPHONE: value})
    assert after is not None
    read = tomllib.loads(after)
    assert read["agent"]["name"] == read["devices"]["agent"] == value


def test_a_linked_file_is_changed_where_it_is(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles.toml", tmp_path / "config.toml"
    real.write_text(BY_HAND, encoding="utf-8")
    link.symlink_to(real)
    save(link, {NAME: "Kim"})
    assert link.is_symlink()
    assert tomllib.loads(real.read_text("utf-8"))["agent"]["name"] == "Kim"


def test_a_folder_that_takes_nothing_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="Can't write the settings file"):
        save(tmp_path / "file" / "config.toml", {NAME: "Kim"})


OFF, AMOUNT, SHARED = ("prompts", "off"), ("prompts", "amount"), ("prompts", "share_wrong")


def test_lists_and_switches_are_written_on_one_line() -> None:
    after = changed(BY_HAND, {OFF: ("slow_down", "escalate"), SHARED: True})
    assert after == BY_HAND + '\n[prompts]\noff = ["slow_down", "escalate"]\nshare_wrong = true\n'
    assert changed(after, {OFF: (), SHARED: False}) == BY_HAND + "\n[prompts]\noff = []\nshare_wrong = false\n"


def test_a_list_over_several_lines_is_replaced_with_what_is_around_it_kept() -> None:
    text = '# mine\n[prompts]\namount = "fewer"  # since May\noff = {}  # both\n\n[words]\n'
    after = changed(text.format('[\n  "slow_down",\n  "escalate",\n]'), {OFF: ("paraphrase",)})
    assert after == text.format('["paraphrase"]')


@pytest.mark.parametrize(
    "text",
    [
        '[prompts]\noff = [\n  "slow_down",  # too often\n]\n',
        '[prompts]\noff = ["a]b"]\n',
        'prompts = { off = ["x"] }\n',
    ],
)
def test_a_list_that_would_lose_a_comment_or_is_not_understood_is_left_alone(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r'Write this into it: off = \["paraphrase"\] under \[prompts\]\.'):
        save(path, {OFF: ("paraphrase",)})
    assert path.read_text("utf-8") == text
