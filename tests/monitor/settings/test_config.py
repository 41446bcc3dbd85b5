from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from monitor.settings import config
from monitor.settings.config import ConfigError, Settings

MISTAKES = [
    ("[calls]\nfodler = 'x'", '[calls] has no setting "fodler"; did you mean "folder"?'),
    ("[calls]\nmodel = 'x'", '[calls] has no setting "model"; it belongs under [words].'),
    ("[calls]\nqqq = 1", '[calls] has no setting "qqq"; choose from folder, record, auto, end_after_s, catalogue'),
    ("[call]\nrecord = true", '[call] is not a known table; did you mean "calls"?'),
    ("[qqq]\nrecord = true", "[qqq] is not a known table; choose from 18, such as agent, devices, calls"),
    ("record = true", '"record" is outside any table; it belongs under [calls].'),
    ("qqq = true", '"qqq" is outside any table; move it under its [table].'),
    ("[calls]\nrecord = 'yes'", "[calls] record is 'yes', but must be true or false. Correct it."),
    ("[calls]\nend_after_s = 2", "[calls] end_after_s is 2, but must be a number from 5 to 3600. Correct it."),
    ("[calls]\nend_after_s = inf", "[calls] end_after_s is inf, but must be a number from 5 to 3600"),
    ("[retention]\naudio_days = -1", "[retention] audio_days is -1, but must be a whole number from 0 to 36500"),
    ("[agent]\nname = 3", "[agent] name is 3, but must be a text in quotes. Correct it."),
    ("[calls]\nfolder = 3", "[calls] folder is 3, but must be a text in quotes. Correct it."),
    ("[rules]\nfiles = 'a'", "[rules] files is 'a', but must be a list of quoted texts in brackets"),
    ("[webhook]\nurl = 'http://x'", "url is 'http://x', but must be an https address in quotes, or empty"),
    ("[wall]\nbroker = 'mqtt://x'", 'but must be an address such as "mqtts://broker.example:8883"'),
    ("[wall]\nbroker = 'mqtts://me:pw@x'", "but must be an address such as"),
    ("[wall]\nuser = 'a/b'", "[wall] user is 'a/b', but must be a name without +, # and / in quotes"),
    ("[team]\nname = 'a#'", "[team] name is 'a#', but must be a name without +, # and / in quotes"),
    ("[calls\n", "is not valid TOML"),
]


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.delenv("TONE_MONITOR_CALLS", raising=False)
    return tmp_path / "config.toml"


def test_without_a_file_everything_is_the_default() -> None:
    assert config.settings() == Settings()
    assert {setting.source for setting in config.in_force()} == {"default"}


def test_what_the_file_leaves_out_stays_the_default(path: Path) -> None:
    path.write_text("[calls]\nend_after_s = 30\n[words]\nmodel = 'none'\n")
    read = config.settings()
    assert (read.calls.end_after_s, read.words.model, read.calls.record) == (30.0, "none", True)
    sources = {(setting.table, setting.name): setting.source for setting in config.in_force()}
    assert sources["words", "model"] == "settings file"
    assert sources["calls", "record"] == "default"


def test_the_environment_goes_before_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text("[calls]\nfolder = '/from/the/file'\n")
    monkeypatch.setenv("TONE_MONITOR_CALLS", "/from/the/environment")
    assert config.settings().calls.folder == "/from/the/environment"
    assert [s.source for s in config.in_force() if s.name == "folder"] == ["TONE_MONITOR_CALLS"]


def test_files_count_from_the_settings_file_and_the_home_folder(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/kim")
    path.write_text("[calls]\nfolder = 'kept'\n[rules]\nfiles = ['team.toml', '~/own.toml', '/etc/rules.toml']\n")
    read = config.settings()
    assert read.calls.folder == str(path.parent / "kept")
    assert read.rules.files == (str(path.parent / "team.toml"), "/home/kim/own.toml", "/etc/rules.toml")


@pytest.mark.parametrize(("text", "told"), MISTAKES)
def test_a_mistake_is_told_with_file_and_field_and_what_to_write(text: str, told: str, path: Path) -> None:
    path.write_text(text)
    with pytest.raises(ConfigError) as error:
        config.settings()
    assert str(path) in str(error.value)
    assert told in str(error.value)
    assert str(error.value)[-1] in ".?"


def test_a_file_that_cannot_be_read_is_told(path: Path) -> None:
    path.mkdir()
    with pytest.raises(ConfigError, match=r"^Can't read .*\. Check the path and its permissions\.$"):
        config.settings()


def test_a_file_from_a_windows_editor_is_read(path: Path) -> None:
    path.write_bytes("[agent]\r\nname = 'Kim'\r\n".encode("utf-8-sig"))
    assert config.settings().agent.name == "Kim"


def test_every_setting_can_be_written_as_its_default(path: Path) -> None:
    from monitor.setup.settings_edit import toml  # noqa: PLC0415 - what the file would say

    tables = asdict(Settings())
    path.write_text(
        "".join(f"{n} = {toml(v)}\n" if n else v for t in tables for n, v in [("", f"[{t}]\n"), *tables[t].items()])
    )
    assert config.settings() == Settings()


@given(st.binary(max_size=60))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_file_holds_it_is_settings_or_a_sentence(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        read = config.settings()
    except ConfigError:
        return
    assert isinstance(read, Settings)
