"""The connection to a Dask cluster, and what can be wrong with it, in sentences."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from monitor.archive.cluster_worker import version
from monitor.base.errors import MonitorError
from monitor.base.terminal import say
from monitor.base.version import __version__

if TYPE_CHECKING:
    from distributed import Client, Future

LOCAL = "local"
CONNECT_S = 30.0
"""For a scheduler to answer."""
WORKER_S = 300.0
"""For the first worker: a cluster that grows by need starts machines first."""
PACKAGES = ("dask", "distributed")
ADDRESS = re.compile(r"((tcp|tls)://)?[^/\s]+:\d+")

SETTINGS: dict[str, Any] = {
    "distributed.worker.profile.enabled": False,  # samples what runs all the time, which nobody looks at
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.client.scheduler-info-interval": "30s",
    "distributed.scheduler.active-memory-manager.start": False,  # results are small: nothing to move
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.preload": ["monitor.archive.cluster_worker"],
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.worker-saturation": 1.0,  # a worker has what it works on, so a lost one costs one unit
    "distributed.scheduler.allowed-failures": 0,  # what ended a worker is tried again by us, alone
}
"""Of Dask, for a cluster of this machine: without what only a person at its pages would look at."""


class ClusterError(MonitorError):
    """The cluster can't be used; the message is a full sentence."""


@contextmanager
def connected(address: str, jobs: int, connect_s: float = CONNECT_S) -> Iterator[Client]:
    """Connect to a cluster, or make one of processes of this machine.

    Args:
        address: of the scheduler, or "local".
        jobs: how many processes of this machine.
        connect_s: how long the scheduler may take to answer.

    Raises:
        ClusterError: Dask is not installed, or there is no scheduler or no worker.
    """
    if any(find_spec(package) is None for package in PACKAGES):
        raise ClusterError("A cluster needs Dask: install it with pip install 'tone-monitor[cluster]'.")
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters, we say
    with ExitStack() as stack:
        client = stack.enter_context(_local(jobs) if address == LOCAL else _remote(address, connect_s))
        yield client


def usable_workers(client: Client, wait_s: float = WORKER_S) -> list[str] | None:
    """The workers that have this version of Tone Monitor; None if all have.

    Raises:
        ClusterError: none has, or there is no worker.
    """
    try:
        client.wait_for_workers(1, timeout=wait_s)
    except TimeoutError as error:
        raise ClusterError(
            f"The cluster has no worker after {wait_s:.0f} s. Start some with `dask worker`, then run the same command "
            "again."
        ) from error
    versions = client.run(version, on_error="return")
    good = [worker for worker, found in versions.items() if found == __version__]
    for worker, found in versions.items():
        if worker not in good:
            has = f"has Tone Monitor {found}" if isinstance(found, str) else "can't load Tone Monitor"
            say(f"The worker {worker} {has} and gets no work: install version {__version__} there.", err=True)
    if not good:
        raise ClusterError(f"No worker has Tone Monitor {__version__}. Install it on them: tone-monitor[cluster].")
    return None if len(good) == len(versions) else good


def threads(client: Client) -> int:
    """How many units the cluster works at the same time."""
    return max(1, len(client.nthreads()))


def is_lost(client: Client, future: Future) -> bool:
    """Whether a future will never end, as its scheduler is gone."""
    return future.status in {"cancelled", "lost"} or client.status != "running"


def _check(address: str) -> None:
    """Refuse an address before Dask sees it, which would answer with a traceback, and a minute later with another.

    Raises:
        ClusterError: it is none, or needs certificates that are not there.
    """
    from distributed.security import Security

    if not ADDRESS.fullmatch(address):
        raise ClusterError(
            f"“{address}” is no address of a cluster. Write --cluster local, or the scheduler's address, such as "
            "tls://scheduler:8786."
        )
    if not address.startswith("tls://"):
        return
    try:
        found = Security().get_connection_args("client")["ssl_context"]
    except OSError as error:
        raise ClusterError(
            f"Can't use the certificates for {address}: {error.strerror}. Check the files that Dask's settings name, "
            "such as DASK_DISTRIBUTED__COMM__TLS__CA_FILE."
        ) from error
    if found is None:
        raise ClusterError(
            f"{address} needs certificates. Name their files in Dask's settings: "
            "DASK_DISTRIBUTED__COMM__TLS__CA_FILE, …__CLIENT__CERT and …__CLIENT__KEY."
        )


@contextmanager
def _local(jobs: int) -> Iterator[Client]:
    import dask
    from distributed import Client, LocalCluster

    with ExitStack() as stack:
        scratch = stack.enter_context(TemporaryDirectory(prefix="tone-monitor-"))
        stack.enter_context(dask.config.set({**SETTINGS, "temporary-directory": scratch}))
        cluster = stack.enter_context(
            LocalCluster(
                n_workers=jobs,
                threads_per_worker=1,
                # As with --jobs. With a limit, each worker and its nanny look at the memory ten times a second.
                memory_limit=0,
                dashboard_address=None,
                # Its HTTP server starts anyway: on any free port, and with nothing to show.
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
                # Whoever reaches a scheduler can run code as its user: others on this machine must not.
                security=find_spec("cryptography") is not None,
                silence_logs=logging.CRITICAL,
            )
        )
        yield stack.enter_context(Client(cluster))


@contextmanager
def _remote(address: str, connect_s: float) -> Iterator[Client]:
    from distributed import Client

    _check(address)
    if not address.startswith("tls://"):
        say(f"The cluster {address} is not protected by TLS: whoever reaches it can run programs there.", err=True)
    with warnings.catch_warnings(record=True) as noticed:
        warnings.simplefilter("always")
        try:
            client = Client(address, timeout=connect_s, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:  # ValueError: an address that can't be read
            raise ClusterError(
                f"The scheduler {address} does not answer ({type(error).__name__}). Check the address, and whether it "
                "is running; then run the same command again."
            ) from error
    if any("version" in str(one.message).casefold() for one in noticed):
        say(f"Machines of the cluster {address} have other versions of packages than this one.", err=True)
    with client:
        yield client
