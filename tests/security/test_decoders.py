"""Recordings that were made to do harm cost a sentence: no memory, no time, no other file."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from audio.files import ffmpeg
from audio.files import recording as files
from audio.files.encoding import SoundError
from audio.files.recording import open_recording
from monitor.cli import main
from monitor.recordings import many
from monitor.recordings.one import Analyzed
from monitor.recordings.recorded_call import RecordedCall
from tests.security import bombs

LOOK = """
import resource, sys
import av, soundfile, numpy, soxr
from audio.files.recording import open_recording
from pathlib import Path
pages = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (pages + int(sys.argv[2]) * 2**20,) * 2)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    recording = open_recording(Path(sys.argv[1]))
    print(sum(len(block.samples) for block in recording.blocks(10)))
except Exception as error:
    print(type(error).__name__, error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
"""Opens a recording with only so many MiB to spare; says what came of it, and how many it took."""


def tone(seconds: float = 2.0, rate_hz: int = 16_000) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return (0.3 * np.sin(2 * np.pi * 300 * np.arange(round(rate_hz * seconds)) / rate_hz)).astype(np.float32)


def looked_at(path: Path, spare_mib: int) -> tuple[str, int]:
    asked = [sys.executable, "-c", LOOK, str(path), str(spare_mib)]
    said, taken_mib = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.splitlines()
    return said, int(taken_mib)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "good.wav", tone(), 16_000)
    return tmp_path / "good.wav"


needs_limits = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what a process may allocate")


@needs_limits
@pytest.mark.parametrize("samples", [1_000_000_000, 100_000_000, 20_000_000])
def test_tables_of_an_mp4_that_promise_gigabytes_cost_no_memory(tmp_path: Path, samples: int) -> None:
    (tmp_path / "bomb.m4a").write_bytes(bombs.mp4(samples))
    said, taken_mib = looked_at(tmp_path / "bomb.m4a", 8_000)
    assert said.startswith("SoundError ")
    assert taken_mib < 64, "it would be 700 and more"


def test_a_small_honest_mp4_of_the_same_make_is_decoded(tmp_path: Path) -> None:
    (tmp_path / "honest.m4a").write_bytes(bombs.mp4(64))
    with ffmpeg.opened(tmp_path / "honest.m4a") as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) == 64


@pytest.mark.slow
@needs_limits
def test_a_long_recording_never_is_in_memory_as_a_whole(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "second.wav", tone(1.0, 8_000), 8_000, subtype="ULAW")
    head, _, sound = (tmp_path / "second.wav").read_bytes().partition(b"data")
    hours = 2
    long = sound[4 : 4 + 8_000] * 3600 * hours
    (tmp_path / "long.wav").write_bytes(head + b"data" + len(long).to_bytes(4, "little") + long)
    said, taken_mib = looked_at(tmp_path / "long.wav", 64)
    assert said == str(3600 * hours * 16_000)
    assert taken_mib < 64


def test_a_flac_header_that_promises_two_to_the_36_samples_gives_what_is_there(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.flac", tone(), 16_000)
    (tmp_path / "a.flac").write_bytes(bombs.flac((tmp_path / "a.flac").read_bytes()))
    recording = open_recording(tmp_path / "a.flac")
    assert recording.duration_s <= 2.0
    assert sum(len(block.samples) for block in recording.blocks()) <= 32_000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (bombs.wav(rate_hz=2_000_000_000), "sample rate of 2000000000 Hz"),
        (bombs.wav(channels=1024), "has 1024 channels"),
        (bombs.wav(data=bytes(64), promised=0xFFFFFFF0), "is silent throughout"),
        (b"#EXTM3U\n#EXTINF:2,\nhttp://127.0.0.1:9/a.wav\n", "Can't find any sound in"),
    ],
)
def test_absurd_headers_are_refused_in_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(SoundError, match=said):
        open_recording(tmp_path / "a.wav")


PLAYLISTS: dict[str, Callable[[Path], str]] = {
    "a concatenation": lambda other: f"ffconcat version 1.0\nfile {other.name}\n",
    "an HLS playlist": lambda other: (
        f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:2,\nfile://{other}\n#EXT-X-ENDLIST\n"
    ),
    "a session description": lambda _: (
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n"
    ),
    "a DASH manifest": lambda other: f'<?xml version="1.0"?><MPD><BaseURL>file://{other}</BaseURL></MPD>',
}


@pytest.mark.parametrize("suffix", ["wav", "m4a", "m3u8"])
@pytest.mark.parametrize("name", PLAYLISTS)
def test_a_playlist_opens_no_other_file(good: Path, name: str, suffix: str) -> None:
    playlist = good.with_name(f"playlist.{suffix}")
    playlist.write_text(PLAYLISTS[name](good), "utf-8")
    with pytest.raises(SoundError, match="Can't find any sound in"):
        open_recording(playlist)


def test_ffmpeg_by_itself_would_have_opened_it(good: Path) -> None:
    playlist = good.with_name("playlist.wav")
    playlist.write_text(PLAYLISTS["a concatenation"](good), "utf-8")
    with av.open(str(playlist)) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) == 32_000


def test_a_name_that_looks_like_an_address_is_a_name(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(good.parent)
    odd = Path("concat:good.wav|good.wav")
    odd.write_bytes(bombs.mp4(64))
    with ffmpeg.opened(odd) as container:
        assert container.format.name.startswith("mov")


def test_a_recording_that_is_too_long_is_given_up_as_soon_as_that_is_known(good: Path) -> None:
    seen: list[float] = []
    with pytest.raises(
        SoundError, match=r"longer than 0\.0003 hours\. Cut it, or raise analyze's limit with --longest"
    ):
        open_recording(good, longest_h=0.0003, looked_through=seen.append)
    assert seen == [1.0]


def test_what_unpacks_to_more_than_its_bytes_can_hold_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with soundfile.SoundFile(tmp_path / "a.flac", "w", 8_000, 1, "PCM_16") as file:
        file.write(np.full(8_000, 8_000, np.int16))
        for _ in range(700):
            file.write(np.zeros(8_000, np.int16))
    size = (tmp_path / "a.flac").stat().st_size
    assert open_recording(tmp_path / "a.flac").duration_s == 701, "FLAC as our recorder packs silence is fine"
    monkeypatch.setattr(files, "LEAST_BYTES_PER_S", 100)
    with pytest.raises(SoundError, match=f"far more sound than its {size} bytes can hold"):
        open_recording(tmp_path / "a.flac")


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(SoundError, match="is a device or pipe, not a file"):
        open_recording(tmp_path / "pipe.wav")


def test_one_bad_recording_stops_no_other(good: Path) -> None:
    bad = {
        "bomb.m4a": bombs.mp4(100_000_000),
        "fast.wav": bombs.wav(rate_hz=2_000_000_000),
        "playlist.wav": PLAYLISTS["a concatenation"](good).encode(),
    }
    for name, content in bad.items():
        (good.parent / name).write_bytes(content)
    done = CliRunner().invoke(
        main, ["analyze", str(good.parent), "--model", "none", "--calls", str(good.parent / "calls")]
    )
    assert done.exit_code == 1
    assert "good.wav: 0:02" in done.stdout
    assert len(done.stderr.splitlines()) == len(bad)
    assert "Traceback" not in done.output


def test_a_recording_that_takes_for_ever_is_given_up(good: Path) -> None:
    def endless(_: RecordedCall, progress: Callable[[float, float], None]) -> Analyzed:
        while True:
            progress(0.0, 2.0)

    now_s = iter(range(0, 10_000, 100))
    result = many.attempt(endless, RecordedCall((good,)), clock=now_s.__next__)
    assert result.analyzed is None
    assert result.sentence == (f"Gave up on {good} after 20 times its length. Split it, or choose a smaller --model.")
