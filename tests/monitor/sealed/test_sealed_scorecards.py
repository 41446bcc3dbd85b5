"""Scorecards and playlists of sealed calls: nothing to read on the disk, and all of it with the key."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.call.scorecard import card_files
from monitor.cli import main
from monitor.sealed import keys, sealing
from monitor.settings import config
from tests.monitor.scorecards.made_cards import WORD, card
from tests.report_calls import folder


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A sealed call that somebody scored."""
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))
    (tmp_path / "config.toml").write_text('[privacy]\nkey_file = "key"\n')
    privacy = config.settings().privacy
    sealing.use(lambda: privacy)
    keys.make()
    place = folder(tmp_path / "calls")
    assert run("key", "seal").exit_code == 0
    card_files.save(place, card("Sue", "no", note=f"not about the {WORD}"))
    yield place
    keys.forget()


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_a_card_of_a_sealed_call_cannot_be_read_on_the_disk(call: Path) -> None:
    (path,) = card_files.paths(call)
    assert WORD.encode() not in path.read_bytes()
    assert b"Sue" not in path.read_bytes()
    assert card_files.read(call) == (card("Sue", "no", note=f"not about the {WORD}"),)


def test_it_is_unsealed_with_its_call(call: Path) -> None:
    run("key", "unseal")
    (path,) = card_files.paths(call)
    assert WORD.encode() in path.read_bytes()


def test_a_playlist_takes_sealed_calls_with_the_key_and_names_them_without(call: Path, tmp_path: Path) -> None:
    wanted = ("playlist", call.name, "--item", "item-0")
    assert run(*wanted, "-o", tmp_path / "list.html").exit_code == 0
    assert WORD in (tmp_path / "list.html").read_text("utf-8")
    keys.forget()
    (tmp_path / "key").unlink()
    done = run(*wanted, "-o", tmp_path / "other.html")
    assert done.exit_code == 1
    assert "sealed" in done.stderr
    assert not (tmp_path / "other.html").exists()
