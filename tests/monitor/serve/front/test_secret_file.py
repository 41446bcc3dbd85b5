"""The file of secrets: nobody else may read it, and its errors say nothing of its content."""

import os
import stat
from pathlib import Path

import pytest

from monitor.serve.front.errors import ServeError
from monitor.serve.front.options import Address, FrontOptions
from monitor.serve.front.secret_file import new_secrets, owner, read_secrets, same


def write(path: Path, content: str, mode: int = 0o600) -> Path:
    path.write_text(content, "utf-8")
    path.chmod(mode)
    return path


def test_new_secrets_are_long_and_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secrets.toml"
    made = new_secrets(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_secrets(path) == made
    assert len(made.admin) >= 40
    assert len(made.platforms["pbx"]) >= 40
    with pytest.raises(ServeError, match="There is a file of secrets already"):
        new_secrets(path)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no modes")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = write(tmp_path / "secrets.toml", f'admin = "{"a" * 20}"', mode)
    with pytest.raises(ServeError, match="chmod 600"):
        read_secrets(path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('admin = "hunter2"', "shorter than 16 characters: admin"),
        ('[platforms]\npbx = "hunter2"', "shorter than 16 characters: pbx"),
        ("admin = hunter2hunter2hunter2", "is not a file of secrets"),
        ('admins = "hunter2hunter2hunter2"', "is not a file of secrets"),
        ('agents = "hunter2hunter2hunter2"', "is not a file of secrets"),
    ],
)
def test_what_is_wrong_is_said_without_the_secret(tmp_path: Path, content: str, says: str) -> None:
    path = write(tmp_path / "secrets.toml", content)
    with pytest.raises(ServeError, match=says) as raised:
        read_secrets(path)
    assert "hunter2" not in str(raised.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ServeError, match="--new-secrets"):
        read_secrets(tmp_path / "secrets.toml")


def test_an_empty_secret_is_like_no_other() -> None:
    assert same("a", "a")
    assert not same("a", "b")
    assert not same("", "")
    assert owner({"sam": "", "kim": "b"}, "") == ""
    assert owner({"sam": "a", "kim": "b"}, "b") == "kim"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (FrontOptions(Address.read("0.0.0.0:8765")), "--tls"),
        (FrontOptions(Address.read("[::]:8765")), "--tls"),
        (FrontOptions(audiosocket=Address.read("10.0.0.1:9092")), "tunnel"),
        (FrontOptions(tls=(Path("nowhere.pem"), Path("nowhere.key"))), "Check both files"),
        (FrontOptions(public_url="http://example.org"), "https://"),
    ],
)
def test_what_would_send_calls_in_the_clear_is_refused(options: FrontOptions, says: str) -> None:
    with pytest.raises(ServeError, match=says):
        options.check()


@pytest.mark.parametrize("text", ["", "8765", "localhost", "example.org:80", "127.0.0.1:x", "127.0.0.1:70000"])
def test_what_is_no_address_is_said(text: str) -> None:
    with pytest.raises(ServeError, match=r"\.$"):
        Address.read(text)


def test_this_machine_s_own_addresses_need_no_tls() -> None:
    for text in ("127.0.0.1:8765", "[::1]:8765", "localhost:8765"):
        FrontOptions(Address.read(text), Address.read(text)).check()
