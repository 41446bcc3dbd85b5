from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.call import marks
from monitor.call.events import Mark
from monitor.cli import main
from monitor.commands import replay as command
from monitor.replay import replay_app
from tests.made_conversations import made_call


@pytest.fixture(scope="session")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two calls, the second the newer one."""
    root = tmp_path_factory.mktemp("calls")
    made_call(root, 30)
    made_call(root, 40)
    return root


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    seen: list[tuple[str, bool]] = []
    monkeypatch.setattr(
        replay_app, "run", lambda folder, _settings, _signer, *, follow: seen.append((folder.name, follow))
    )
    monkeypatch.setattr(command, "takes_screen", lambda *, keys: keys)
    return seen


def replay(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["replay", *map(str, arguments)])


@pytest.mark.parametrize(("named", "name"), [("", "093015-000028"), ("00001e", "093015-00001e")])
def test_the_newest_call_is_opened_or_the_one_named(
    calls: Path, opened: list[tuple[str, bool]], named: str, name: str
) -> None:
    assert replay(*([named] if named else []), "--calls", calls).exit_code == 0
    assert opened == [(name, False)]


@pytest.mark.parametrize(
    "case",
    [
        ('[agent]\nname = "Grace"\n', "", ""),
        ('[agent]\nname = "Grace"\n[reviewer]\nname = "Robin"\n', "", "Robin"),
        ('[reviewer]\nname = "Robin"\n', "Kim", "Kim"),
    ],
)
def test_marks_are_signed_by_the_reviewer_and_never_in_the_agents_name(
    calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: tuple[str, str, str]
) -> None:
    settings, named, signer = case
    signers: list[str] = []
    (tmp_path / "config.toml").write_text(settings)
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setattr(command, "takes_screen", lambda *, keys: keys)
    monkeypatch.setattr(replay_app.ReplayApp, "present", lambda app: signers.append(app.replay.signer))
    assert replay("--calls", calls, "--reviewer", named).exit_code == 0
    assert signers == [signer]


def test_a_call_is_opened_by_its_folder_and_followed(calls: Path, opened: list[tuple[str, bool]]) -> None:
    assert replay(calls / "2026-03-01" / "093015-00001e", "--follow").exit_code == 0
    assert opened == [("093015-00001e", True)]


def test_a_clip_is_written_where_it_is_asked_for(calls: Path, tmp_path: Path) -> None:
    done = replay("00001e", "--calls", calls, "--clip", "0:05", "12.5", "-o", tmp_path / "clip")
    assert (done.exit_code, done.output) == (0, f"{tmp_path / 'clip'}\n")
    assert (tmp_path / "clip" / "curves.csv").exists()


def test_a_clip_without_a_place_is_named_after_the_call(
    calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert replay("--calls", calls, "--clip", "0", "10").output == "093015-000028-0.00-0.10.zip\n"
    assert [path.name for path in tmp_path.iterdir()] == ["093015-000028-0.00-0.10.zip"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--clip", "soon", "10"], "'soon' is not a time in a call"),
        (["--clip", "10", "5"], "There is nothing from 0:10 to 0:05"),
        (["zzz"], "There is no call 'zzz' in "),
    ],
)
def test_a_failure_is_one_sentence(calls: Path, arguments: list[str], sentence: str) -> None:
    done = replay(*arguments, "--calls", calls)
    assert done.exit_code == 1
    assert done.output.startswith(sentence)
    assert done.output.count("\n") == 1


def test_a_place_without_a_clip_is_a_wrong_use(calls: Path) -> None:
    done = replay("--calls", calls, "--out", "here")
    assert done.exit_code == 2
    assert "--clip START END" in done.output


def test_a_folder_without_a_log_does_not_open(tmp_path: Path) -> None:
    folder = made_call(tmp_path, 1)
    (folder / "events.jsonl").unlink()
    done = replay("--calls", tmp_path)
    assert done.exit_code == 1
    assert "Can't read events.jsonl in " in done.output


def test_where_there_is_no_screen_the_call_is_told_in_lines(tmp_path: Path) -> None:
    folder = made_call(tmp_path, 130)
    marks.add(folder, Mark(70.0, "dismiss", "she was quoting", rule="slow-down"))
    told = replay("--calls", tmp_path).output.splitlines()
    assert told[:2] == [f"{folder.name}, 2:10 long", "There is no sound."]
    assert told == replay("--calls", tmp_path, "--plain").output.splitlines()
    for line in (
        "  1:10  flag      slow-down (prompt, agent)",
        "  1:10  PROMPT    Slow down – 5.9 syllables/s for 8 s, your usual is 4.8. Pause between sentences.",
        "  1:18  outcome   Slow down: no change",
        "  1:10  mark      dismiss slow-down she was quoting",
        "  1:30  mark      bookmark",
        "  1:44  gap       sound missing until 1:48: The microphone gave none.",
    ):
        assert line in told
    times = [[int(part) for part in line[:6].split(":")] for line in told[2:]]
    assert times == sorted(times)
    assert sum("agent     " in line or "customer  " in line for line in told) == 18
