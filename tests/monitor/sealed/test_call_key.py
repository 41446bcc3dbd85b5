"""The key of a call that a desk seals for supervisors: who opens it, who does not, and what damage does."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from keyring.errors import KeyringError

from monitor.call import files, marks
from monitor.call.events import Mark
from monitor.call.info import read_info
from monitor.cli import main
from monitor.sealed import call_key, key_store, keys, recipients
from monitor.sealed.errors import SealedError
from tests.monitor.sealed.machines import CUSTOMER, WORD, Machines


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_a_desk_and_each_supervisor_open_what_the_desk_seals(machines: Machines) -> None:
    kim, lee = machines.make_supervisor("kim"), machines.make_supervisor("lee")
    machines.make_desk(kim, lee)
    folder = machines.keep()
    whole = {path.name for path in folder.iterdir()}
    assert whole == {"call.toml", "events.jsonl", "audio.flac", "key.toml"}
    at_the_desk = files.read(folder / "events.jsonl")
    for name in ("kim", "lee"):
        machines.go_to(name)
        assert files.read(folder / "events.jsonl") == at_the_desk
        assert read_info(folder).customer == CUSTOMER
        assert run("key", "where").exit_code == 1, "a supervisor has no key of the desk"


def test_nothing_of_the_call_can_be_read_without_a_key(machines: Machines) -> None:
    machines.make_desk(machines.make_supervisor("kim"))
    folder = machines.keep()
    for path in folder.iterdir():
        content = path.read_bytes()
        assert files.is_sealed(path) is (path.name != "key.toml")
        assert not any(word.encode() in content for word in (WORD, CUSTOMER, "agent", "events"))


def test_every_call_has_a_key_of_its_own(machines: Machines) -> None:
    machines.make_desk(machines.make_supervisor("kim"))
    one, two = machines.keep(), machines.keep()
    assert call_key.of(one) != call_key.of(two)
    assert keys.in_use() not in (call_key.of(one), call_key.of(two))


def test_a_call_from_before_the_recipients_stays_readable(machines: Machines) -> None:
    machines.make_desk()
    old = machines.keep()
    assert not (old / "key.toml").exists()
    machines.make_desk(machines.make_supervisor("kim"))
    assert read_info(old).customer == CUSTOMER
    marks.add(old, Mark(1.0, "note", "later", by="Robin"))
    assert [mark.text for mark in marks.read_all(old)] == ["later"]


def test_who_is_no_recipient_is_told_whom_to_ask(machines: Machines) -> None:
    kim = machines.make_supervisor("kim")
    own = machines.make_supervisor("lee").split()[0]
    machines.make_desk(kim)
    folder = machines.keep()
    machines.go_to("lee")
    with pytest.raises(SealedError) as refused:
        read_info(folder)
    assert str(refused.value) == (
        f"{folder / 'key.toml'} was wrapped for Kim, not for the private key in the file "
        f"{Path('lee/private').absolute()} ({own}). "
        "Ask one of them to add you as a recipient and to run tone-monitor key rewrap."
    )


def test_another_desk_is_told_which_machine_sealed_the_call(machines: Machines) -> None:
    machines.make_desk(machines.make_supervisor("kim"))
    sealed_by = keys.in_use().name
    folder = machines.keep()
    machines.make_desk(name="other")
    with pytest.raises(SealedError, match=f"the machine with the key {sealed_by} sealed; .* and by Kim"):
        read_info(folder)


def test_a_machine_without_any_key_says_which_would_open_the_call(machines: Machines) -> None:
    machines.make_desk(machines.make_supervisor("kim"))
    folder = machines.keep()
    machines.go_to("empty")
    with pytest.raises(
        SealedError, match=r"this one has no key, and no private key\. .* by Kim\. There is no key file"
    ):
        read_info(folder)


@pytest.mark.parametrize("damage", ["wrapped", "salt", "key", "version", "cut", "binary"])
def test_a_damaged_wrap_is_said_and_left_as_it_is(damage: str, machines: Machines) -> None:
    machines.make_desk(machines.make_supervisor("kim"))
    folder = machines.keep()
    path = folder / "key.toml"
    about = call_key.read(path)
    match damage:
        case "wrapped":
            lines = about.wrapped.splitlines()
            lines[3] = lines[3][::-1]
            path.write_bytes(replace(about, wrapped="\n".join(lines)).to_toml())
        case "salt":
            path.write_bytes(replace(about, salt="zz").to_toml())
        case "key":
            path.write_bytes(replace(about, key="00" * 8).to_toml())
        case "version":
            path.write_bytes(path.read_bytes().replace(b"version = 1", b"version = 9"))
        case "cut":
            path.write_bytes(path.read_bytes()[:90])
        case _:
            path.write_bytes(b"\xff\x00" * 50)
    before = path.read_bytes()
    machines.go_to("kim")
    with pytest.raises(SealedError, match=r"key.toml was damaged or changed, so its call can't be opened. Restore it"):
        read_info(folder)
    assert path.read_bytes() == before


def test_the_desk_opens_its_calls_even_if_the_wrap_is_damaged(machines: Machines) -> None:
    machines.make_desk(machines.make_supervisor("kim"))
    folder = machines.keep()
    path = folder / "key.toml"
    path.write_bytes(replace(call_key.read(path), wrapped="gone").to_toml())
    assert read_info(folder).customer == CUSTOMER


def test_a_key_file_of_another_call_does_not_open_this_one(machines: Machines) -> None:
    machines.make_desk(machines.make_supervisor("kim"))
    one, two = machines.keep(), machines.keep()
    shutil.copy(one / "key.toml", two / "key.toml")
    with pytest.raises(SealedError, match=r"call.toml was sealed with the key"):
        read_info(two)


@pytest.mark.parametrize(
    ("text", "said_of_it"),
    [
        ("Kim", '"Kim" is not a public key.'),
        ("age1qqqq Kim", '"age1qqqq" is not a public key.'),
        ("AGE-SECRET-KEY-1QQQQ", "A recipient is a public key, but this is a private one."),
    ],
)
def test_a_recipient_that_is_not_a_public_key_is_said_before_a_call(
    text: str, said_of_it: str, machines: Machines
) -> None:
    machines.make_desk(text)
    for check in (files.check_key, machines.keep):
        with pytest.raises(SealedError) as refused:
            check()
        assert str(refused.value).startswith(said_of_it)
    assert not list(machines.calls.glob("*/*")), "no call was begun"
    refused_by_the_command = run("key", "add", text)
    assert refused_by_the_command.exit_code == 1
    assert "AGE-SECRET-KEY-1QQQQ" not in refused_by_the_command.output


def test_a_missing_library_is_said(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    kim = machines.make_supervisor("kim")
    monkeypatch.setattr(recipients, "find_spec", lambda _: None)
    machines.make_desk(kim)
    with pytest.raises(SealedError, match=r"needs pyrage. Install tone-monitor\[encryption\]"):
        machines.keep()


def test_a_desk_without_a_keyring_is_still_told_which_machine_sealed_the_call(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines.make_desk(machines.make_supervisor("kim"))
    folder = machines.keep()
    machines.make_desk(name="other")
    machines.go_to("other", encrypt=True, private_key_file="")

    def unusable() -> None:
        raise KeyringError

    monkeypatch.setattr(key_store, "_keyring", unusable)
    with pytest.raises(SealedError, match=r"It can be opened there, and by Kim\. Can't use the system's keyring"):
        read_info(folder)
