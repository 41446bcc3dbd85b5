"""What other commands do with calls that a desk seals for supervisors."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.call import files, marks
from monitor.call.events import Mark
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.cli import main
from monitor.doctor import sealed_calls
from monitor.settings import config
from monitor.upkeep import retention
from tests.made_calls import START
from tests.monitor.sealed.machines import CUSTOMER, WORD, Machines


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_an_unsealed_call_has_no_key_left(machines: Machines) -> None:
    machines.make_desk(machines.make_supervisor("kim"))
    folder = machines.keep()
    assert run("key", "unseal").exit_code == 0
    assert {path.name for path in folder.iterdir()} == {"call.toml", "events.jsonl", "audio.flac"}
    assert WORD.encode() in (folder / "events.jsonl").read_bytes()


def test_sealing_that_was_interrupted_is_finished_with_the_same_key(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines.make_desk(machines.make_supervisor("kim"))
    folder = machines.keep()
    run("key", "unseal")
    replaced: Callable[[Path, Path], Path] = Path.replace

    def fail_at_the_log(half: Path, path: Path) -> Path:
        if path.name == "events.jsonl":
            raise OSError(28, "No space left on device")
        return replaced(half, path)

    monkeypatch.setattr(Path, "replace", fail_at_the_log)
    assert run("key", "seal").exit_code == 1
    monkeypatch.undo()
    machines = Machines(machines.calls.parent, monkeypatch)
    machines.go_to("desk")
    assert files.is_sealed(folder / "audio.flac")
    assert not files.is_sealed(folder / "call.toml")
    assert run("key", "seal").output == "1 call sealed.\n"
    machines.go_to("kim")
    assert len(list(read_events(folder))) == 2
    assert files.size(folder / "audio.flac") > 0


def everything(machines: Machines, at: str) -> tuple[Path, Path]:
    """A call, and the machine at which somebody works with it."""
    machines.make_desk(machines.make_supervisor("kim"))
    folder = machines.keep()
    return folder, machines.go_to(at)


@pytest.mark.parametrize("at", ["desk", "kim"])
def test_a_call_is_replayed_reported_and_exported_by_whoever_has_a_key(at: str, machines: Machines) -> None:
    folder, own = everything(machines, at)
    replayed = run("replay", folder, "--plain")
    assert (replayed.exit_code, WORD in replayed.output) == (0, True)
    assert run("report", folder, "--text").output.startswith("Coaching sheet: call of Monday 2 March 2026")
    exported = run("export", folder, "--to", "vtt", "-o", own / "call.vtt")
    assert (exported.exit_code, WORD in (own / "call.vtt").read_text()) == (0, True)
    marks.add(folder, Mark(1.0, "note", f"about the {WORD}", by="Kim"))
    assert files.is_sealed(folder / "marks.jsonl")
    machines.go_to("desk")
    assert [mark.by for mark in marks.read_all(folder)] == ["Kim"]


@pytest.mark.parametrize("at", ["desk", "kim"])
def test_purging_words_keeps_the_key_that_the_rest_needs(at: str, machines: Machines) -> None:
    folder, _ = everything(machines, at)
    due = retention.of_call(machines.calls, str(folder), START)
    for what in ("words", "sound"):
        retention.delete(machines.calls, replace(due, deletion=replace(due.deletion, what=what)))
    assert {path.name for path in folder.iterdir()} == {"call.toml", "events.jsonl", "key.toml"}
    for name in ("desk", "kim"):
        machines.go_to(name)
        assert read_info(folder).words_deleted
        assert not any(WORD in str(event) for event in read_events(folder))


@pytest.mark.parametrize("at", ["desk", "kim"])
def test_a_customer_is_forgotten_with_the_key_of_the_call(at: str, machines: Machines) -> None:
    folder, _ = everything(machines, at)
    done = run("forget", "--customer", CUSTOMER, "--yes")
    assert done.exit_code == 0, done.output
    assert not folder.exists()
    assert json.loads((machines.calls / "deletions.jsonl").read_text())["call"] == f"{folder.parent.name}/{folder.name}"


def test_forgetting_is_refused_by_a_machine_that_can_not_tell_whose_call_it_is(machines: Machines) -> None:
    folder, _ = everything(machines, "empty")
    refused = run("forget", "--customer", CUSTOMER, "--yes")
    assert refused.exit_code == 1
    assert folder.exists()


def test_the_doctor_names_the_recipients(machines: Machines) -> None:
    machines.make_desk(machines.make_supervisor("kim"), machines.make_supervisor("lee"))
    machines.keep()
    (found,) = sealed_calls.check(machines.calls, config.settings().privacy)
    assert found.verdict == "ok"
    assert found.told.endswith("Kim, Lee can open new calls, too.")
    machines.make_desk("age1qqqq")
    (found,) = sealed_calls.check(machines.calls, config.settings().privacy)
    assert (found.verdict, found.told.startswith('"age1qqqq" is not a public key.')) == ("bad", True)
