"""The model of the extra `base`: joined whole or not at all, chosen where it keeps up, and missed with one sentence."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from audio.words.model import DEFAULT, ModelError, resolve, verify
from audio.words.transcribe import Transcriber
from monitor.doctor import words
from monitor.pipeline.whisper_model import SharedModel
from monitor.whisper import base_model, self_test
from monitor.whisper.choice import AUTO, chosen
from monitor.whisper.recognizer import ProcessRecognizer
from monitor.whisper.self_test import Measured
from monitor.whisper.wire_format import ModelSpec
from tests.monitor.whisper.odd_whisper import MISSING

FIRST, SECOND = b"first half " * 999, b"second half " * 999
QUICK, SLOW = Measured(0.5, 2, 300.0), Measured(1.5, 2, 300.0)


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Two packages that hold a small file in two parts."""
    folders = tuple(tmp_path / package / "data" for package in base_model.PACKAGES)
    for folder, name, content in zip(folders, base_model.PARTS, (FIRST, SECOND), strict=True):
        folder.mkdir(parents=True)
        (folder / name).write_bytes(content)
    for name in base_model.FILES:
        (folders[0] / name).write_text("{}", encoding="ascii")
    monkeypatch.setattr(
        base_model,
        "find_spec",
        lambda package: (
            SimpleNamespace(origin=str(tmp_path / package / "__init__.py")) if (tmp_path / package).exists() else None
        ),
    )
    monkeypatch.setattr(base_model, "BASE_SHA256", hashlib.sha256(FIRST + SECOND).hexdigest())
    return folders[0], folders[1]


def test_the_parts_are_joined_once_and_by_several_programs_at_once(parts: tuple[Path, Path]) -> None:
    assert base_model.is_installed()
    assert not base_model.is_joined()
    with ThreadPoolExecutor(3) as threads:
        folders = set(threads.map(lambda _: base_model.joined(again=True), range(3)))
    (folder,) = folders
    assert (folder / "model.bin").read_bytes() == FIRST + SECOND
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [*base_model.FILES, "model.bin", "model.bin.sha256"]
    )
    verify(folder)
    parts[1].joinpath(base_model.PARTS[1]).unlink()
    assert base_model.joined() == folder, "what is joined needs the packages no more"


def test_a_damaged_copy_is_noticed(parts: tuple[Path, Path]) -> None:
    del parts
    folder = base_model.joined()
    (folder / "model.bin").write_bytes(FIRST)
    with pytest.raises(ModelError, match=r"is damaged\. Reinstall it, or delete the folder\.$"):
        verify(folder)
    verify(base_model.joined(again=True))


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("missing", r"^A part of the Whisper model base is missing\. Reinstall tone-monitor\[base\]\.$"),
        ("damaged", r"^The packages of the Whisper model base are damaged\. Reinstall tone-monitor\[base\]\.$"),
        ("gone", r"^The Whisper model base is not installed\. Install tone-monitor\[base\]"),
    ],
)
def test_parts_that_do_not_make_the_model_are_one_sentence_and_the_built_in_model_is_used(
    what: str, message: str, parts: tuple[Path, Path]
) -> None:
    match what:
        case "missing":
            (parts[1] / base_model.PARTS[1]).unlink()
        case "damaged":
            (parts[1] / base_model.PARTS[1]).write_bytes(FIRST)
        case _:
            parts[1].parent.rename(parts[1].parent.with_name("elsewhere"))
    with pytest.raises(ModelError, match=message):
        base_model.joined()
    assert not (base_model.folder() / "model.bin").exists()
    self_test.remember(QUICK)
    choice = chosen(AUTO)
    assert (choice.name, choice.model.folder) == (DEFAULT, str(resolve(DEFAULT)))
    assert choice.note.endswith("Until then, the built-in model is used.")


def test_auto_takes_base_where_it_was_tried_and_keeps_up(parts: tuple[Path, Path]) -> None:
    del parts
    untried = chosen(AUTO)
    assert (untried.name, untried.is_untried, untried.smaller) == (DEFAULT, True, None)
    assert not base_model.is_joined(), "nothing is joined at the start of a call before it is known to be of use"
    assert "has not been tried" in untried.because
    self_test.remember(SLOW)
    assert (chosen(AUTO).name, chosen(AUTO).is_untried) == (DEFAULT, False)
    assert "base is too slow for live calls on this machine" in chosen(AUTO).because
    assert chosen(DEFAULT).because == "", "who chose it knows"
    self_test.remember(QUICK)
    choice = chosen(AUTO, "auto", "default")
    assert (choice.name, choice.because) == (base_model.NAME, "")
    assert choice.model == ModelSpec(str(base_model.folder()), "auto", "default")
    assert choice.smaller == ModelSpec(str(resolve(DEFAULT)))


def test_a_cache_that_cannot_be_read_is_one_sentence_where_base_is_wanted_and_else_nothing(
    parts: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del parts
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ("x" * 300)))  # also fails for root, unlike permissions
    assert not base_model.is_joined()
    assert chosen(AUTO).name == DEFAULT
    with pytest.raises(ModelError, match=r"^Can't put the Whisper model base into .*: File name too long\."):
        chosen(base_model.NAME)


def test_what_was_tried_on_another_machine_or_version_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    self_test.remember(QUICK)
    assert self_test.remembered() == QUICK
    monkeypatch.setattr("os.cpu_count", lambda: 99)
    assert self_test.remembered() is None


@pytest.mark.slow
def test_a_model_that_cant_be_loaded_is_replaced_by_the_smaller_one(odd: ProcessRecognizer) -> None:
    shared = SharedModel(ProcessRecognizer(odd.client, ModelSpec(MISSING)), smaller=odd)
    transcriber = shared()
    assert isinstance(transcriber, Transcriber)
    assert transcriber.note == "There is no model in missing. Until then, the built-in model is used."


def test_the_doctor_says_what_base_takes() -> None:
    told = words.better(QUICK).told
    both = "With the built-in one beside it, the process holds 300 MB."
    assert told == f"The Whisper model base takes 0.5 s of a core for 6 s of speech. {both}"
    assert words.better(SLOW).told.endswith('Above 1.0 s, or on one core, "auto" chooses the built-in model.')
    assert not Measured(0.1, 1, 300.0).keeps_up


def test_the_doctor_recommends_base_where_it_would_keep_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base_model, "is_installed", lambda: False)
    monkeypatch.setattr(words, "_check", lambda _: [])
    for took_s, said in ((0.3, 1), (0.9, 0)):
        monkeypatch.setattr(ProcessRecognizer, "measure", lambda _, took_s=took_s: Measured(took_s, 2, 200.0))
        assert [one.told.startswith("A better Whisper model would keep up") for one in words.check(AUTO)] == [
            True
        ] * said
