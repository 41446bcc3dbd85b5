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
        # The server refuses to run as root, and sockets want a short path.
        as_server = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if as_server:
            shutil.chown(folder, "postgres")
        user = "postgres" if as_server else pwd.getpwuid(os.geteuid()).pw_name

        def run(*command: str | Path) -> None:
            subprocess.run([*as_server, *map(str, command)], check=True, cwd=folder, stdout=subprocess.DEVNULL)

        data = folder / "data"
        run(binaries / "initdb", "-D", data, "-A", "trust", "-U", user, "-E", "UTF8", "--no-sync", "--locale=C.UTF-8")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c autovacuum=off"
        run(binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://{user}@/postgres?host={folder}"
        finally:
            run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")
