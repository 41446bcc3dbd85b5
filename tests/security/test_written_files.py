"""Files of rules, phrases and settings that were made to do harm cost a sentence."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.settings import config
from monitor.settings.config import ConfigError

HARMFUL = {
    "huge": b"# " + b"x" * 2**20,
    "deep": b"a = " + b"[" * 100_000,
    "deep tables": b"[" + b".".join([b"a"] * 20_000) + b"]\n",
    "no text": bytes(range(256)),
}


def told(content: bytes, path: Path, *command: str) -> str:
    path.write_bytes(content)
    done = CliRunner().invoke(main, [*command, str(path)])
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, SystemExit)
    assert done.stderr.count("\n") == 1
    assert len(done.stderr) < 1_000, "it quotes none of it at length"
    return done.stderr


@pytest.mark.parametrize("name", HARMFUL)
def test_rules_are_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    said = told(HARMFUL[name], tmp_path / "team.toml", "rules", "check")
    assert "team.toml" in said
    assert ("larger than 1 MB" in said) is (name == "huge")


def test_a_phrase_list_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "complaint.txt").write_bytes(b"never\n" * 200_000)
    assert "larger than 1 MB" in told(b"", tmp_path / "team.toml", "rules", "check")


@pytest.mark.parametrize("name", HARMFUL)
def test_settings_are_refused_in_a_sentence(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(HARMFUL[name])
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(path))
    with pytest.raises(ConfigError, match=r"config\.toml") as refused:
        config.settings()
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 1_000
