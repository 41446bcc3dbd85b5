"""What a lake refuses."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.archive.errors import LakeError
from monitor.archive.lake import KEY, Lake
from monitor.archive.packing import compact
from monitor.cli import main
from tests.monitor.archive.made_rows import filled


@pytest.mark.parametrize("packed", [False, True])
def test_a_lake_whose_key_is_gone_gets_no_other_and_no_call_twice(tmp_path: Path, *, packed: bool) -> None:
    lake = filled(tmp_path, calls=1)
    if packed:
        compact(lake)
    (tmp_path / KEY).unlink()
    with pytest.raises(LakeError, match=r"lake\.key is missing\. Restore it from a copy"):
        Lake(tmp_path)
    assert not (tmp_path / KEY).exists()


@pytest.mark.parametrize(
    "command",
    [["archive", "status"], ["lake", "query", "weeks", "--lake"], ["lake", "compact", "--lake"], ["rules", "try"]],
)
def test_a_folder_that_is_no_lake_is_left_as_it_is(tmp_path: Path, command: list[str]) -> None:
    rules, folder = tmp_path / "team.toml", tmp_path / "lake"
    rules.touch()
    folder.mkdir()
    arguments = [str(rules), "--lake"] if command == ["rules", "try"] else []
    done = CliRunner().invoke(main, [*command, *arguments, str(folder)])
    assert (done.exit_code, done.stderr.split(". ")[0]) == (1, f"{folder} is no lake")
    assert not list(folder.iterdir())


def test_a_lake_in_an_object_store_is_refused_and_no_folder_of_that_name_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["analyze", ".", "--lake", "s3://bucket/lake"])
    assert (done.exit_code, "A lake can't be in an object store" in done.stderr) == (2, True)
    assert not list(tmp_path.iterdir())
