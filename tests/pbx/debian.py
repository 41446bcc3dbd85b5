"""A real PBX and a real telephone from Debian, unpacked into a folder: nothing is installed on the machine.

Stable Debian has no Asterisk, so it comes from the suite that has one, from wherever this machine gets its packages.
"""

import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

SUITE = "forky"
APT, DPKG_DEB, TAR = (shutil.which(name) or name for name in ("apt-get", "dpkg-deb", "tar"))
ASTERISK = [
    "asterisk",
    "asterisk-modules",
    "libssl3t64",
    "libc6",
    "libsqlite3-0",
    "libstdc++6",
    "libxml2-16",
    "libsystemd0",
    "libtinfo6",
    "libzstd1",
    "libxslt1.1",
    "libbsd0",
    "libcrypt1",
    "libedit2",
    "zlib1g",
    "libgcc-s1",
    "libjansson4",
    "liburiparser1",
    "libmd0",
    "libuuid1",
    "libcap2",
]
TELEPHONE = ["sip-tester", "libgsl27", "libgslcblas0", "libpcap0.8", "libsctp1", "libdbus-1-3", "libncurses6"]
DOWNLOAD_WITHIN_S = 120
LINKS = ("bin", "sbin", "lib", "lib64")


class NoPackagesError(Exception):
    """Debian's packages cannot be had; the message is a full sentence."""


@dataclass(frozen=True, slots=True)
class Roots:
    """Where the programs are unpacked, each with all the libraries it needs."""

    asterisk: Path
    telephone: Path


def unpacked(folder: Path) -> Roots:
    """Download and unpack both, unless an earlier run did.

    Args:
        folder: that lasts from run to run.

    Raises:
        NoPackagesError: this machine has no apt, or its mirror does not have the packages.
    """
    if not Path(APT).is_absolute():
        raise NoPackagesError("This machine has no apt-get, so there is no Asterisk to test with.")
    stable = _stable()
    wanted = [("asterisk", SUITE, ASTERISK)]
    if not shutil.which("sipp"):
        wanted.append(("telephone", stable, TELEPHONE))
    whole = folder / sha256(repr(wanted).encode()).hexdigest()[:12]
    if not whole.is_dir():
        part = Path(tempfile.mkdtemp(dir=folder))
        try:
            mirror = _mirror(stable)
            with ThreadPoolExecutor() as pool:
                list(pool.map(lambda one: _unpack(part / one[0], part / f"apt-{one[0]}", mirror, *one[1:]), wanted))
            part.rename(whole)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return Roots(whole / "asterisk", whole / "telephone")


def _unpack(root: Path, downloads: Path, mirror: str, suite: str, names: list[str]) -> None:
    packages = _download(downloads, mirror, suite, names)
    for link in LINKS:
        (root / "usr" / link).mkdir(parents=True)
        (root / link).symlink_to(f"usr/{link}")
    for package in packages:
        content = subprocess.run([DPKG_DEB, "--fsys-tarfile", package], check=True, capture_output=True).stdout
        command = [TAR, "-x", "-C", root, "--keep-directory-symlink", "--no-same-owner"]
        subprocess.run(command, input=content, check=True)
    shutil.rmtree(downloads)


def _stable() -> str:
    """The suite of this machine; empty if it has none."""
    release = Path("/etc/os-release").read_text("utf-8")
    return next((line.partition("=")[2] for line in release.split("\n") if line.startswith("VERSION_CODENAME=")), "")


def _mirror(stable: str) -> str:
    """Where this machine gets its packages."""
    command = [APT, "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)", "Created-By: Packages"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    for line in lines:
        uri, _, rest = line.partition(" ")
        if rest == f"{stable} main":
            return uri
    raise NoPackagesError("This machine's apt has no Debian main, so there is no Asterisk to test with.")


def _download(folder: Path, mirror: str, suite: str, names: list[str]) -> list[Path]:
    """Download packages with an apt of its own; how it gets there is as this machine has it."""
    for part in ("state/lists/partial", "cache/archives/partial", "trusted", "packages"):
        (folder / part).mkdir(parents=True)
    (folder / "status").touch()
    (folder / "sources.list").write_text(f"deb {mirror} {suite} main\n", "utf-8")
    for keyring in (
        *Path("/usr/share/keyrings").glob("debian-archive-*.gpg"),
        *Path("/etc/apt/trusted.gpg.d").iterdir(),
    ):
        shutil.copy(keyring, folder / "trusted")
    values = {
        "Dir::State": folder / "state",
        "Dir::State::status": folder / "status",
        "Dir::Cache": folder / "cache",
        "Dir::Etc::sourcelist": folder / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::Etc::preferencesparts": "-",
        "Dir::Etc::trustedparts": folder / "trusted",
        "Acquire::Languages": "none",
        "APT::Sandbox::User": "root",
    }
    options = [word for name, value in values.items() for word in ("-o", f"{name}={value}")]
    for command in (["update"], ["download", *names]):
        done = subprocess.run(
            [APT, "-qq", *options, *command],
            cwd=folder / "packages",
            capture_output=True,
            text=True,
            timeout=DOWNLOAD_WITHIN_S,
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
        if done.returncode:
            raise NoPackagesError(
                f"apt-get {command[0]} did not get the packages of {suite} for the test with a real Asterisk. "
                f"Check tests/pbx/debian.py's list of them: {done.stderr.strip()[-400:]}"
            )
    return sorted((folder / "packages").glob("*.deb"))
