"""The key: in a file or in the keyring, never replaced, never shown but when it is copied."""

import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from click.testing import CliRunner, Result
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from monitor.cli import main
from monitor.commands.key import key as command
from monitor.sealed import keys, sealing
from monitor.sealed.errors import SealedError
from monitor.settings import config


class FakeKeyring(KeyringBackend):
    """A keyring in memory."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password


@pytest.fixture(autouse=True)
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeKeyring]:
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))
    before, fake = keyring.get_keyring(), FakeKeyring()
    keyring.set_keyring(fake)
    keys.forget()
    sealing.use(lambda: config.settings().privacy)
    yield fake
    keyring.set_keyring(before)
    keys.forget()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The settings name a key file."""
    (tmp_path / "config.toml").write_text('[privacy]\nkey_file = "safe/key"\n')
    return tmp_path / "safe" / "key"


def key(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["key", *map(str, arguments)])


def test_a_key_is_made_once_and_never_shown(file: Path) -> None:
    done = key("make")
    name = keys.in_use().name
    assert done.exit_code == 0
    assert done.output.startswith(f"The key {name} is in the file {file}. Without it nobody can open sealed calls")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert key("where").output == f"The key {name} is in the file {file}.\n"
    secret = file.read_text().strip().rpartition(":")[2]
    before = file.read_bytes()
    again = key("make")
    assert (again.exit_code, again.stderr) == (
        1,
        f"{file} already exists, and may be a key that you need. Choose another place.\n",
    )
    assert file.read_bytes() == before
    assert not any(secret in shown for shown in (done.output, again.output, repr(keys.in_use())))


def test_the_page_on_encryption_names_commands_that_there_are() -> None:
    page = (Path(__file__).parents[3] / "docs/encryption.md").read_text("utf-8")
    named = set(re.findall(r"`tone-monitor\s+key\s+(\w+)", page))
    assert named == set(command.commands) - {"where"}


def test_two_keys_are_never_the_same(file: Path) -> None:
    one = keys.make()
    file.unlink()
    assert keys.make() != one


def test_the_keyring_has_it_where_no_file_is_named(ring: FakeKeyring) -> None:
    assert key("make").output.startswith(f"The key {keys.in_use().name} is in the system's keyring. Without it")
    assert list(ring.held) == [("tone-monitor", "calls")]
    held = dict(ring.held)
    again = key("make")
    assert again.exit_code == 1
    assert again.stderr.startswith("The system's keyring already has a key")
    assert ring.held == held


def test_a_lost_key_comes_back_from_its_copy(ring: FakeKeyring, tmp_path: Path) -> None:
    made = keys.make()
    assert key("copy", tmp_path / "copy").exit_code == 0
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600
    ring.held.clear()
    keys.forget()
    lost = key("where")
    assert lost.exit_code == 1
    assert lost.stderr.startswith(
        "There is no key in the system's keyring. Make one with tone-monitor key make, or restore"
    )
    assert key("make", "--from", tmp_path / "copy").exit_code == 0
    assert keys.in_use() == made


def test_a_copy_overwrites_nothing(file: Path, tmp_path: Path) -> None:
    keys.make()
    (tmp_path / "copy").write_text("mine")
    assert key("copy", tmp_path / "copy").exit_code == 1
    assert (tmp_path / "copy").read_text() == "mine"
    done = key("copy", file / "below")
    assert (done.exit_code, done.stderr) == (
        1,
        f"Can't write the key file {file / 'below'} (File exists). Fix the permissions or choose another place.\n",
    )


def test_a_keyring_that_is_locked_is_said(ring: FakeKeyring) -> None:
    ring.locked = True
    for arguments in (["make"], ["where"]):
        done = key(*arguments)
        assert done.exit_code == 1
        assert done.stderr.startswith("Can't use the system's keyring. Unlock it, or keep the key in a file")


def test_a_machine_without_a_keyring_is_said() -> None:
    from keyring.backends.fail import Keyring  # noqa: PLC0415

    keyring.set_keyring(Keyring())
    assert key("make").stderr.startswith("Can't use the system's keyring")


@pytest.mark.parametrize(
    "text",
    ["", "tone-monitor-key-1:", "tone-monitor-key-1:AAAA", "tone-monitor-key-2:" + 43 * "A" + "=", 44 * "A", "é", "\0"],
)
def test_a_file_that_holds_no_key_is_said(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.touch(mode=0o600)
    file.write_text(text, "utf-8")
    with pytest.raises(
        SealedError, match=r"(does not contain a|has no) key.*\. Restore the key (file )?from its copy\.$"
    ):
        keys.in_use()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps who may read a file elsewhere")
def test_a_key_that_others_can_read_is_refused(file: Path) -> None:
    keys.make()
    keys.forget()
    file.chmod(0o604)
    with pytest.raises(SealedError, match=f"^Others on this machine can read the key file {file}. Run chmod 600 "):
        keys.in_use()


def test_a_key_file_that_is_a_folder_is_said(file: Path) -> None:
    file.mkdir(parents=True, mode=0o700)
    with pytest.raises(
        SealedError, match=r"^Can't read .* \(Is a directory\)\. Fix its permissions or choose another file\.$"
    ):
        keys.in_use()
    assert os.listdir(file) == []  # noqa: PTH208 - names alone
