"""Every test has a machine of its own: folders that no other test, session or person uses, and nothing remembered."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import hypothesis
import pytest

from tests.audio_files import VARIABLE

hypothesis.settings.register_profile("full", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("full")
hypothesis.settings.register_profile("fast", max_examples=25, deadline=None)
"""For tests that name no number of examples of their own."""

MEMORY = Path("/dev/shm")  # noqa: S108 - below it, in a folder of one's own
"""Where Linux has it, the runtime folder is in memory, as after a login: what the card guard holds back stays there."""


WHOLLY_SLOW = re.compile(r"^pytestmark = pytest\.mark\.slow\b", re.MULTILINE)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Whether a file has none of the tests that run: each worker would take seconds to read them all.

    A test is slow by a mark that stands in its own file, as `pytest.mark.slow`.
    """
    if not (collection_path.name.startswith("test_") and collection_path.suffix == ".py"):
        return None
    match config.option.markexpr:
        case "slow":
            return "pytest.mark.slow" not in collection_path.read_text(encoding="utf-8") or None
        case "not slow":
            return bool(WHOLLY_SLOW.search(collection_path.read_text(encoding="utf-8"))) or None
    return None


@pytest.fixture(scope="session", autouse=True)
def _own_machines() -> Iterator[Path]:
    """Folders for what a session or a module makes; below them every test has its own.

    The path is short, as the path of a socket has to be. The Whisper process is shared, as it is on a machine: it takes
    seconds to start.
    """
    folder = Path(tempfile.mkdtemp(prefix="tm-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None))
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith("TONE_MONITOR_") and name != VARIABLE:
                patch.delenv(name)
        (folder / "whisper").mkdir(mode=0o700)
        _move_to(folder / "all", patch, folder / "whisper")
        yield folder
    rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def _own_machine(_own_machines: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Of one test: programs that it starts inherit it."""
    folder = Path(tempfile.mkdtemp(prefix="", dir=_own_machines))
    _move_to(folder, monkeypatch, _own_machines / "whisper")
    yield
    rmtree(folder, ignore_errors=True)


def _move_to(folder: Path, patch: pytest.MonkeyPatch, whisper: Path) -> None:
    runtime = folder / "run"
    (runtime / "tone-monitor").mkdir(mode=0o700, parents=True)
    runtime.chmod(0o700)
    (runtime / "tone-monitor" / "whisper").symlink_to(whisper)
    patch.setenv("XDG_RUNTIME_DIR", str(runtime))
    for name in ("CACHE", "CONFIG", "DATA", "STATE"):
        patch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """No test meets the Whisper model, the key or the complaints of another one."""
    yield
    if words := sys.modules.get("monitor.pipeline.whisper_model"):
        words.unload()
    if keys := sys.modules.get("monitor.sealed.keys"):
        keys.forget()
    if team_key := sys.modules.get("monitor.sealed.team_key"):
        team_key.forget()
    if call_key := sys.modules.get("monitor.sealed.call_key"):
        call_key.forget()
    if sealing := sys.modules.get("monitor.sealed.sealing"):
        sealing.use(sealing.defaults)
    if listing := sys.modules.get("monitor.catalogue.live_rows"):
        listing.say_once.cache_clear()
