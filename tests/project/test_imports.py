"""Who imports whom, at run time: what import-linter cannot see, and what keeps `--help` quick."""

import subprocess
import sys

import pytest

HEAVY = ("av", "ctranslate2", "faster_whisper", "librosa", "numpy", "onnxruntime", "scipy", "textual")


def modules_of(statement: str) -> set[str]:
    listing = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", listing], check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def loaded_by(statement: str) -> set[str]:
    return {name.partition(".")[0] for name in modules_of(statement)}


MODULES = {
    "audio": "import audio.files.recorder, audio.measure.tone, audio.measure.turns, audio.words.transcribe",
    "rules": "import rules.cases, rules.judge, rules.load, rules.prompter",
}


@pytest.mark.parametrize("package", MODULES)
def test_a_package_loads_none_of_the_others(package: str) -> None:
    loaded = loaded_by(MODULES[package])
    assert loaded & {"audio", "rules", "monitor"} == {package}
    assert not loaded & {"textual", "click"}


def test_rules_need_only_the_standard_library_and_msgspec() -> None:
    assert not loaded_by(MODULES["rules"]) & set(HEAVY)


def test_help_loads_nothing_heavy() -> None:
    assert not loaded_by("import monitor.cli") & set(HEAVY)


def test_sound_is_measured_without_librosa_and_whisper() -> None:
    assert not loaded_by(MODULES["audio"]) & {"librosa", "scipy", "ctranslate2", "faster_whisper"}


def test_the_screen_loads_neither_librosa_nor_whisper() -> None:
    assert not loaded_by("import monitor.agent.app") & {
        "librosa",
        "scipy",
        "ctranslate2",
        "faster_whisper",
        "onnxruntime",
    }


def test_the_screen_loads_no_rulebook() -> None:
    assert not {"rules.rulebook", "rules.conditions", "rules.judge"} & modules_of("import monitor.agent.app")


def test_the_screen_loads_neither_the_calls_of_a_session_nor_a_store() -> None:
    loaded = modules_of("import monitor.live.on_screen, monitor.live.options, monitor.live.run")
    assert not loaded & {"monitor.live.call_sequence", "secrets", "sqlalchemy"}


def test_a_session_loads_no_object_store_and_no_catalogue() -> None:
    assert not {"monitor.objects.bucket", "monitor.catalogue.site"} & modules_of("import monitor.live.latest_wiring")


def test_a_command_loads_no_other_command() -> None:
    loaded = modules_of("from monitor.cli import main; main.commands['demo']")
    commands = {name for name in loaded if name.startswith("monitor.commands.") and ".options" not in name}
    assert commands == {"monitor.commands.demo"}
