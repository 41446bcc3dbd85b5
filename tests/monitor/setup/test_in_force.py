import tomllib
from pathlib import Path

import pytest
import soundfile
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli import main
from monitor.setup.settings_edit import toml
from tests import sounds


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("TONE_MONITOR_PROFILES", str(tmp_path / "profiles"))
    monkeypatch.delenv("TONE_MONITOR_CALLS", raising=False)
    return tmp_path / "config.toml"


def test_every_setting_stands_on_a_line_with_its_value_and_source(path: Path) -> None:
    path.write_text('[words]\nmodel = "none"\n[rules]\nfiles = ["a.toml", "b.toml"]\n')
    lines = call("where").stdout.splitlines()
    assert [line.split() for line in lines if line.startswith("model ")] == [
        ["model", "=", '"none"', "#", "settings", "file"]
    ]
    assert [line.split()[-1] for line in lines if line.startswith("record = true")] == ["default"]
    assert (
        "# Whether the customer's speech starts a call, and silence ends it, where the customer has a device." in lines
    )


def test_the_folders_are_told(path: Path, tmp_path: Path) -> None:
    told = call("where").stdout
    assert f"# settings file  {path} (missing: all settings are the default)" in told
    assert f"# profiles       {tmp_path / 'profiles'}" in told
    path.write_text("[calls]\nfolder = 'kept'\n")
    told = call("where").stdout
    assert f"# calls          {tmp_path / 'kept'}\n" in told
    assert f"# catalogue      {tmp_path / 'kept/catalogue.sqlite'}\n" in told


def test_what_it_prints_is_a_settings_file_that_says_the_same(path: Path) -> None:
    path.write_text('[agent]\nname = "Kim \\"K\\" 2\\\\3"\n[calls]\nend_after_s = 30.5\n[rules]\nfiles = ["a.toml"]\n')
    printed = call("where").stdout
    path.write_text(printed)
    assert tomllib.loads(printed) == tomllib.loads(call("where").stdout)
    assert tomllib.loads(printed)["agent"]["name"] == 'Kim "K" 2\\3'


def test_a_wrong_setting_stops_every_command_that_needs_it_and_help_needs_none(path: Path, tmp_path: Path) -> None:
    path.write_text("[words]\nmoddel = 'none'\n")
    for arguments in (["where"], ["rules", "list"], ["analyze", tmp_path], ["live", "--from", tmp_path]):
        done = call(*arguments)
        assert done.exit_code == 1, arguments
        assert done.stderr == f'In {path}, [words] has no setting "moddel"; did you mean "model"?\n'
        assert call(arguments[0], "-h").exit_code == 0


def test_an_option_that_is_not_given_is_what_the_settings_say(path: Path, tmp_path: Path) -> None:
    (tmp_path / "team.toml").write_text('[mine]\nextends = "slow-down"\n')
    before = len(call("rules", "list").stdout.splitlines())
    path.write_text("[rules]\nfiles = ['team.toml']\n")
    assert len(call("rules", "list").stdout.splitlines()) == before + 1
    path.write_text("[rules]\nfiles = ['none.toml']\n")
    assert len(call("rules", "list", "--rules", tmp_path / "team.toml").stdout.splitlines()) == before + 1


def test_live_keeps_no_sound_if_the_settings_say_so(path: Path, tmp_path: Path) -> None:
    path.write_text("[calls]\nrecord = false\nfolder = 'kept'\n[words]\nmodel = 'none'\n")
    soundfile.write(tmp_path / "a.wav", sounds.noise(1.0), 16_000)
    done = call("live", "--from", tmp_path / "a.wav", "--speed", "0", "--plain")
    assert done.exit_code == 0
    (folder,) = (tmp_path / "kept").glob("*/*")
    assert sorted(file.name for file in folder.iterdir()) == ["call.toml", "events.jsonl"]


@given(st.text() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.lists(st.text()).map(tuple))
def test_every_value_is_written_so_that_toml_reads_it_back(value: str | bool | int | tuple[str, ...]) -> None:  # noqa: FBT001 - a value
    read = tomllib.loads(f"x = {toml(value)}  # default")["x"]
    assert (tuple(read) if isinstance(read, list) else read) == value
