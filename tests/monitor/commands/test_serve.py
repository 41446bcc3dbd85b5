"""`tone-monitor serve`: what it refuses before it listens."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import main


def serve(*arguments: str) -> str:
    """What a run that fails prints."""
    done = CliRunner().invoke(main, ["serve", *arguments])
    assert done.exit_code == 1, done.output
    return done.output


def test_without_a_file_of_secrets_it_says_how_to_make_one(tmp_path: Path) -> None:
    assert "Make one with --new-secrets." in serve("--secrets", str(tmp_path / "secrets.toml"))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--listen", "0.0.0.0:8765"], "Others can reach 0.0.0.0."),
        (["--listen", "8765"], "is not an address such as 127.0.0.1:8765"),
        (["--audiosocket", "10.0.0.1:9092"], "AudioSocket has no encryption."),
        (["--behind-proxy", "http://example.org"], "begins with https:// or wss://"),
        (["--tls", "nowhere.pem", "nowhere.key"], "Can't use the certificate nowhere.pem"),
    ],
)
def test_what_is_not_safe_or_cannot_be_is_refused(tmp_path: Path, arguments: list[str], says: str) -> None:
    secrets = tmp_path / "secrets.toml"
    assert says in serve("--secrets", str(secrets), "--new-secrets", "--model", "none", "--workers", "1", *arguments)


def test_secrets_are_never_overwritten(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets.toml"
    secrets.write_text("mine")
    assert "There is a file of secrets already" in serve("--secrets", str(secrets), "--new-secrets")
    assert secrets.read_text() == "mine"
