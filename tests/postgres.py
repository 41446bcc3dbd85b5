"""A PostgreSQL of the tests' own: a cluster in a folder, reached by a socket in it, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NEEDED = "postgresql (the Debian package of the server)"


def programs() -> Path | None:
    """Where the programs of the newest server are; None if there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return found[-1].parent if found else None


@contextmanager
def running() -> Iterator[str]:
    """Start a server and give the URL of its database. Skips the test where there is no server, but not under CI."""
    binaries = programs()
    if binaries is None:
        if "CI" in os.environ:
            pytest.fail(f"This needs {NEEDED}.")
        pytest.skip(f"This needs {NEEDED}.")
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        data, user = folder / "data", owner()
        _run(folder, "initdb", "-D", data, "-A", "trust", "-U", user, "-E", "UTF8", "--no-sync", "--locale=C.UTF-8")
        _start(folder)
        try:
            yield f"postgresql://{user}@/postgres?host={folder}"
        finally:
            _run(folder, "pg_ctl", "-D", data, "-m", "immediate", "stop")


@contextmanager
def away(url: str) -> Iterator[None]:
    """Stop a server that is running; start it again afterwards."""
    folder = Path(url.partition("host=")[2])
    _run(folder, "pg_ctl", "-D", folder / "data", "-m", "fast", "-w", "stop")
    try:
        yield
    finally:
        _start(folder)


def owner() -> str:
    """The superuser of a server; as such it runs, too, as it refuses to run as root."""
    return "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def _start(folder: Path) -> None:
    # Sockets want a short path.
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c autovacuum=off"
    _run(folder, "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")


def _run(folder: Path, program: str, *arguments: str | Path) -> None:
    binaries = programs()
    assert binaries
    as_server = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    command = [*as_server, str(binaries / program), *map(str, arguments)]
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)
