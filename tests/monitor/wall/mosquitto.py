"""A real broker on a port of its own, with TLS and an ACL where a test wants them."""

import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

PASSWD = shutil.which("mosquitto_passwd") or "/usr/bin/mosquitto_passwd"
MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


class Mosquitto:
    """Runs while it is entered.

    Args:
        folder: for its files.
        settings: more lines of its configuration.
    """

    def __init__(self, folder: Path, *settings: str) -> None:
        self.port = free_port()
        self._file = folder / f"mosquitto-{self.port}.conf"
        # Without a user, a broker that root starts changes to one who cannot read the test's files.
        self._file.write_text(
            "\n".join((f"listener {self.port} 127.0.0.1", "persistence false", "user root", *settings, ""))
        )
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        command = [MOSQUITTO, "-c", str(self._file)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until_s = time.monotonic() + 10
        while time.monotonic() < until_s:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        self.kill()
        raise TimeoutError("mosquitto does not answer")

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


def passwords(folder: Path, **logins: str) -> Path:
    """A file of passwords for the broker."""
    path = folder / "passwords"
    path.touch(mode=0o600)
    for login, password in logins.items():
        subprocess.run([PASSWD, "-b", str(path), login, password], check=True, capture_output=True)
    return path
