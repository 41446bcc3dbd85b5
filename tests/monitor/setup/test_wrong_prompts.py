"""The prompts that an agent marked as wrong, for nobody but the agent."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.setup import wrong_prompts
from monitor.setup.wrong_prompts import WrongPrompt

ONE, OTHER = WrongPrompt("2026-03-01/093015-a1b2c3", "slow-down", 52.9), WrongPrompt("2026-03-01/x", "paraphrase", 1.0)


@pytest.fixture(autouse=True)
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_PROFILES", str(tmp_path / "profiles"))
    return tmp_path / "profiles"


def test_each_agent_has_a_list_of_their_own() -> None:
    wrong_prompts.add("Kim", ONE)
    wrong_prompts.add("Kim", OTHER)
    wrong_prompts.add("Kim", ONE)
    wrong_prompts.add("Robin", OTHER)
    assert list(wrong_prompts.of_agent("kim")) == [ONE, OTHER]
    assert list(wrong_prompts.of_agent("Ada")) == []


def test_nobody_else_may_read_it(profiles: Path) -> None:
    wrong_prompts.add("Kim", ONE)
    (path,) = profiles.iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert "Kim" not in path.name


def test_damaged_lines_are_left_out(profiles: Path) -> None:
    wrong_prompts.add("Kim", ONE)
    with wrong_prompts.path_of("Kim").open("ab") as lines:
        lines.write(b'{"call": 3}\n\xff\n{"call"')
    assert list(wrong_prompts.of_agent("Kim")) == [ONE]
    assert profiles.exists()


def test_the_list_goes_with_the_agent_who_is_forgotten() -> None:
    wrong_prompts.add("", ONE)
    wrong_prompts.add("Kim", ONE)
    assert wrong_prompts.files_of("KIM") == [wrong_prompts.path_of("Kim")]
    assert wrong_prompts.files_of("") == wrong_prompts.files_of("Robin") == []


def test_the_agent_alone_reads_how_often_each_rule_was_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[agent]\nname = "Kim"\n', "utf-8")
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(config))
    (tmp_path / "calls").mkdir()
    wrong_prompts.add("Kim", ONE)
    wrong_prompts.add("Kim", OTHER)
    said = "You marked 2 prompts as wrong, which only you see: paraphrase 1, slow-down 1.\n"
    listing = ["calls", "--plain", "--calls", str(tmp_path / "calls")]
    assert said in CliRunner().invoke(main, [*listing, "--mine"]).stderr
    done = CliRunner().invoke(main, [*listing, "--agent", "Kim"])
    assert (done.exit_code, done.stderr) == (0, "")
