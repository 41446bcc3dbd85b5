"""A supervisor's key pair, and for whom a desk seals: made, listed, taken away."""

import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.call.info import read_info
from monitor.cli import main
from monitor.sealed import team_key
from monitor.sealed.errors import SealedError
from tests.monitor.sealed.machines import CUSTOMER, Machines


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_a_pair_is_made_once_and_its_private_key_is_never_shown(machines: Machines) -> None:
    own = machines.go_to("kim")
    done = run("key", "pair")
    public = run("key", "public").output.strip()
    assert (done.exit_code, f"The public key is {public}." in done.output) == (0, True)
    secret = (own / "private").read_text().strip()
    assert secret.startswith("AGE-SECRET-KEY-1")
    assert secret not in done.output
    again = run("key", "pair")
    assert (again.exit_code, again.stderr.endswith("may be a key that you need. Choose another place.\n")) == (1, True)
    assert (own / "private").read_text().strip() == secret


def test_a_passphrase_protects_the_private_key_in_a_file(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    own = machines.go_to("kim")
    public = team_key.make("swordfish")
    assert (own / "private").read_text().startswith("-----BEGIN AGE ENCRYPTED FILE-----")
    refused = run("key", "public")
    assert refused.exit_code == 1
    assert "there is no terminal to ask for it" in refused.stderr
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(team_key, "getpass", lambda _: "wordfish")
    with pytest.raises(SealedError, match="The passphrase does not open"):
        team_key.unlock()
    monkeypatch.setattr(team_key, "getpass", lambda _: "swordfish")
    team_key.unlock()
    monkeypatch.setattr(team_key, "getpass", lambda _: pytest.fail("it was asked for twice"))
    assert team_key.public_key() == public


def test_recipients_are_added_listed_and_removed(machines: Machines) -> None:
    kim = machines.make_supervisor("kim").split()[0]
    lee = machines.make_supervisor("lee").split()[0]
    machines.make_desk()
    assert run("key", "recipients").output == "No recipients: only this machine's key opens its calls.\n"
    assert run("key", "add", kim, "--name", "Kim Berg").output.startswith("New calls are sealed for Kim Berg, too.")
    run("key", "add", lee)
    run("key", "add", kim, "--name", "Kim B.")
    assert run("key", "recipients").output == f"{lee}\n{kim} Kim B.\n"
    unknown = run("key", "remove", "Robin")
    assert (unknown.exit_code, unknown.stderr) == (1, f'No recipient is called "Robin". Recipients: {lee}, Kim B..\n')
    gone = run("key", "remove", "kim b.")
    assert "Copies that were made before stay open." in gone.output
    assert run("key", "recipients").output == f"{lee}\n"


def test_a_supervisor_who_leaves_opens_nothing_after_a_rewrap_but_what_was_copied(machines: Machines) -> None:
    kim, lee = machines.make_supervisor("kim"), machines.make_supervisor("lee")
    machines.make_desk(kim)
    folder = machines.keep()
    copied = shutil.copytree(folder, machines.calls.parent / "copied")
    machines.make_desk(lee)
    assert run("key", "rewrap").output == "1 call rewrapped.\n"
    assert run("key", "rewrap").output == "no calls rewrapped; 1 call already had these recipients.\n"
    machines.go_to("lee")
    assert read_info(folder).customer == CUSTOMER
    machines.go_to("kim")
    with pytest.raises(SealedError, match="was wrapped for Lee"):
        read_info(folder)
    assert read_info(copied).customer == CUSTOMER, "what was copied can't be taken back, and the command says so"


def test_a_supervisor_adds_a_colleague_without_the_desk(machines: Machines) -> None:
    kim, lee = machines.make_supervisor("kim"), machines.make_supervisor("lee")
    machines.make_desk(kim)
    folder = machines.keep()
    machines.go_to("kim", recipients=[kim, lee])
    assert run("key", "rewrap", folder).output == "1 call rewrapped.\n"
    for name in ("lee", "desk"):
        machines.go_to(name)
        assert read_info(folder).customer == CUSTOMER


def test_rewrapping_without_recipients_or_without_a_key_is_refused(machines: Machines) -> None:
    kim = machines.make_supervisor("kim")
    machines.make_desk(kim)
    folder = machines.keep()
    machines.make_desk()
    assert run("key", "rewrap").stderr == "There are no recipients to wrap for. Add one with tone-monitor key add.\n"
    machines.make_supervisor("lee")
    machines.go_to("lee", recipients=[kim])
    before = (folder / "key.toml").read_bytes()
    assert run("key", "rewrap").exit_code == 0, "the same recipients: nothing to do"
    machines.go_to("lee", recipients=[kim, "age1qqqq"])
    assert run("key", "rewrap").exit_code == 1
    assert (folder / "key.toml").read_bytes() == before


def test_a_call_without_a_key_of_its_own_is_counted_and_refused_by_name(machines: Machines) -> None:
    machines.make_desk()
    folder = machines.keep()
    machines.make_desk(machines.make_supervisor("kim"))
    every, one = run("key", "rewrap"), run("key", "rewrap", folder)
    assert every.exit_code == 0
    assert "1 call sealed with the key of one machine alone." in every.output
    assert one.exit_code == 1
    assert one.stderr.startswith(f"{folder} is sealed with the key of one machine alone.")
    assert run("key", "unseal").output == "1 call unsealed.\n"
    assert run("key", "seal").output == "1 call sealed.\n"
    machines.go_to("kim")
    assert read_info(folder).customer == CUSTOMER
