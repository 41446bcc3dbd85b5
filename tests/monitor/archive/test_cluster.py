"""An archive on a Dask cluster: what is killed costs nothing and counts nothing twice."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import soundfile

from monitor.archive.batch import Result
from monitor.archive.cluster import DIED, cluster_engine
from monitor.archive.cluster_client import LOCAL, SETTINGS, ClusterError, connected
from monitor.archive.lake import Lake
from monitor.archive.unit import Done, Unit, work
from monitor.base.workers import Lost
from monitor.recordings.one import AnalysisOptions
from monitor.recordings.patience import Patience
from monitor.recordings.recorded_call import RecordedCall
from monitor.settings.config import Settings

pytestmark = pytest.mark.slow
dask, psutil = (pytest.importorskip(package) for package in ("dask", "psutil"))
Client = pytest.importorskip("distributed").Client

CLIPS = 12
LENGTH_S = 2.0
QUICK_S = 0.5
"""After which a recording that hangs is given up."""


@pytest.fixture
def units(tmp_path: Path) -> list[Unit]:
    """Twelve made clips of two seconds, and a lake for them."""
    options = AnalysisOptions(settings=Settings(), model="none")
    made = []
    for number in range(CLIPS):
        path = tmp_path / f"{number:02}.wav"
        sound = np.random.default_rng(number).normal(0, 0.05, (round(16_000 * LENGTH_S), 2)).astype(np.float32)
        soundfile.write(path, sound, 16_000)
        made.append(
            Unit(call=RecordedCall((path,)), name=path.name, revision="1", options=options, lake=tmp_path / "lake")
        )
    Lake(tmp_path / "lake")
    return made


def rows(tmp_path: Path) -> int:
    return len(Lake(tmp_path / "lake").present())


def how(results: list[tuple[Unit, Result | Lost]]) -> dict[str, int]:
    found = [result.how if isinstance(result, Done) else type(result).__name__ for _, result in results]
    return {one: found.count(one) for one in set(found)}


def kill_a_worker() -> None:
    """Kill a process of the local cluster, as the system does when memory runs out."""
    children = psutil.Process().children(recursive=True)
    workers = [one for one in children if "spawn_main" in " ".join(one.cmdline())]
    workers[0].kill()


def test_a_killed_worker_costs_nothing_and_counts_nothing_twice(tmp_path: Path, units: list[Unit]) -> None:
    results = []
    for number, result in enumerate(cluster_engine("local", 2, Patience())(units)):
        results.append(result)
        if number == 2:
            kill_a_worker()
    assert sorted(unit.name for unit, _ in results) == [unit.name for unit in units]
    assert all(isinstance(result, Done) for _, result in results), how(results)
    assert rows(tmp_path) == CLIPS
    assert {work(unit).how for unit in units} == {"known"}  # type: ignore[union-attr]


HANGS = """
import ctypes
import monitor.archive.unit as unit
unit.open_call = lambda *_: ctypes.PyDLL(None).sleep(1000)
"""
"""A library that hangs, and lets nothing else of its process run meanwhile."""


def test_a_recording_that_hangs_in_a_library_is_given_up_after_its_second_worker(
    tmp_path: Path, units: list[Unit], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hangs.py").write_text(HANGS, encoding="utf-8")
    preload = [*SETTINGS["distributed.worker.preload"], str(tmp_path / "hangs.py")]
    monkeypatch.setitem(SETTINGS, "distributed.worker.preload", preload)
    results = list(cluster_engine("local", 1, Patience(QUICK_S))(units[:1]))
    assert results == [(units[0], DIED)]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("scheduler", "“scheduler” is no address of a cluster"),
        ("tcp://", "is no address of a cluster"),
        ("http://scheduler:8786", "is no address of a cluster"),
        ("tls://127.0.0.1:9", "tls://127.0.0.1:9 needs certificates"),
    ],
)
def test_an_address_that_can_not_be_used_is_a_sentence_at_once(address: str, sentence: str) -> None:
    with pytest.raises(ClusterError, match=sentence), connected(address, 1):
        pass


def test_a_certificate_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    certificate = str(tmp_path / "cert.pem")
    with (
        dask.config.set({f"distributed.comm.tls.{name}": certificate for name in ("ca-file", "client.cert")}),
        pytest.raises(ClusterError, match=r"Can't use the certificates for tls://127\.0\.0\.1:9: No such file"),
        connected("tls://127.0.0.1:9", 1),
    ):
        pass


def test_a_scheduler_that_does_not_answer_is_a_sentence() -> None:
    with (
        pytest.raises(ClusterError, match=r"tcp://127\.0\.0\.1:9 does not answer"),
        connected("tcp://127.0.0.1:9", 1, 0.5),
    ):
        pass


def test_a_cluster_of_this_machine_takes_nobody_without_its_certificate(capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("cryptography")
    with connected(LOCAL, 1) as client:
        address = client.scheduler.address
        assert address.startswith("tls://127.0.0.1:")
        with pytest.raises((OSError, TypeError)), Client(address, timeout=5, set_as_default=False):
            pass
        (left_alone,) = client.run(leaves_ctrl_c_alone).values()
        assert left_alone, "it would end with a traceback"
    assert "Traceback" not in capfd.readouterr().err


def leaves_ctrl_c_alone() -> bool:
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN


@dataclass
class RemoteCluster:
    """A scheduler and workers as programs of their own."""

    folder: Path
    port: int
    programs: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def start(self, what: str, *arguments: object) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli." + what, *map(str, arguments), "--no-dashboard"]
        program = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.programs.append(program)
        return program

    def scheduler(self) -> subprocess.Popen[bytes]:
        return self.start("dask_scheduler", "--host", "127.0.0.1", "--port", self.port)

    def worker(self, *more: object) -> None:
        self.start("dask_worker", self.address, "--nthreads", 1, "--host", "127.0.0.1", "--no-nanny", *more)


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[RemoteCluster]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    cluster = RemoteCluster(tmp_path, port)
    yield cluster
    for program in reversed(cluster.programs):
        program.kill()
        program.wait()


def test_a_lost_scheduler_is_waited_for_and_a_worker_of_another_version_gets_no_work(
    tmp_path: Path, units: list[Unit], remote: RemoteCluster, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.py").write_text("import monitor.base.version as v\nv.__version__ = '0.0.1'\n", encoding="utf-8")
    scheduler = remote.scheduler()
    remote.worker()
    remote.worker("--preload", tmp_path / "other.py")
    with connected(remote.address, 1) as client:
        client.wait_for_workers(2, timeout=60)
    results = []
    for number, result in enumerate(cluster_engine(remote.address, 1, Patience())(units)):
        results.append(result)
        if number == 2:
            scheduler.kill()
            scheduler.wait()
            remote.scheduler()
            remote.worker()
    assert sorted(unit.name for unit, _ in results) == [unit.name for unit in units]
    assert all(isinstance(result, Done) for _, result in results), how(results)
    assert rows(tmp_path) == CLIPS
    said = capsys.readouterr().err
    assert "is not protected by TLS" in said
    assert "has Tone Monitor 0.0.1 and gets no work" in said
    assert f"The scheduler {remote.address} was lost." in said
