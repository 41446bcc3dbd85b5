import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from audio.block import AudioBlock, Samples
from audio.files.recorder import Recorder
from audio.files.stored_sound import NoSound, RecordedSound
from audio.playback.output import OutputError, Silence, SoundCard, best
from audio.playback.player import Player, Ring
from tests.outputs import FakeOutput
from tests.sounds import noise, tone
from tests.waiting import until

SPEAKERS = ("agent", "customer")


def ready(player: Player, count: int) -> None:
    until(lambda: player.prepared >= count, f"{count} samples wait for the output")


@pytest.fixture
def sound(tmp_path: Path) -> Samples:
    """Three seconds of two speakers in three parts, as the file holds them."""
    both = np.stack([noise(3.0, -20, seed=1), noise(3.0, -26, seed=2)], axis=1)
    for name, part in zip(("audio.wav", "audio.2.wav", "audio.3.wav"), np.split(both, [16_000, 20_000]), strict=True):
        soundfile.write(tmp_path / name, part, 16_000, "PCM_16")
    return np.concatenate([soundfile.read(path, dtype="float32")[0] for path in paths(tmp_path)])


def paths(folder: Path) -> list[Path]:
    return [folder / "audio.wav", folder / "audio.2.wav", folder / "audio.3.wav"]


@pytest.fixture
def player(tmp_path: Path, sound: Samples) -> Iterator[Player]:  # noqa: ARG001 - it writes the files
    player = Player(RecordedSound(paths(tmp_path)), FakeOutput(), SPEAKERS)
    yield player
    player.pause()


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=60))
def test_what_goes_into_the_ring_comes_out_once_and_in_order(steps: list[tuple[bool, int]]) -> None:
    ring, out, fed = Ring(32), np.zeros(0, np.float32), 0
    for puts, count in steps:
        if puts:
            fed += ring.put(np.arange(fed + 1, fed + 1 + count, dtype=np.float32))
        else:
            buffer = np.zeros(count, np.float32)
            ring.take(buffer)
            out = np.append(out, buffer[buffer != 0])
    assert out.tolist() == list(range(1, len(out) + 1))
    assert len(out) == ring.taken <= fed == ring.put_in


def test_any_stretch_is_read_across_the_parts(tmp_path: Path, sound: Samples) -> None:
    recorded = RecordedSound(paths(tmp_path))
    assert (recorded.frames, recorded.channels, recorded.duration_s) == (48_000, 2, 3.0)
    for start, count in ((0, 48_000), (15_000, 6_000), (19_990, 20), (47_000, 5_000), (60_000, 10)):
        assert np.array_equal(recorded.read(start, count), sound[start : start + count])
    recorded.close()


def test_a_part_that_broke_off_in_its_header_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "audio.wav").write_bytes(b"RIFF")
    recorded = RecordedSound([tmp_path / "audio.wav"])
    assert (recorded.frames, recorded.channels, len(recorded.read(0, 100))) == (0, 0, 0)


@pytest.mark.parametrize(("mix", "gains"), [("both", (1, 1)), ("agent", (1, 0)), ("customer", (0, 1))])
def test_what_is_heard_is_what_the_file_holds(player: Player, sound: Samples, mix: str, gains: tuple[int, int]) -> None:
    player.play(12_000, mix=mix)
    ready(player, 8_000)
    assert player.output.take(8_000) == pytest.approx(sound[12_000:20_000] @ np.array(gains, np.float32), abs=1e-6)


def test_the_position_is_that_of_the_sample_being_heard(player: Player) -> None:
    output = player.output
    player.play(16_000)
    ready(player, 8_000)
    assert player.position == 16_000
    output.take(1_600, latency_s=0.2)
    assert player.position == 16_000, "still on its way to the ear"
    output.time_s += 0.25
    assert player.position == 16_000 + 800
    output.time_s += 10
    assert player.position == 16_000 + 1_600, "no further than what was taken"


@pytest.mark.parametrize("rate_hz", [16_000, 44_100])
@pytest.mark.parametrize("speed", [0.75, 1.0, 1.5, 2.0])
@pytest.mark.usefixtures("sound")
def test_at_another_speed_the_position_follows_it(tmp_path: Path, speed: float, rate_hz: int) -> None:
    output = FakeOutput(rate_hz)
    player = Player(RecordedSound(paths(tmp_path)), output, SPEAKERS)
    player.play(8_000, speed=speed)
    ready(player, rate_hz // 2)
    for _ in range(4):
        output.take(rate_hz // 10)
        output.time_s += 0.1
    assert player.position == 8_000 + round(0.4 * speed * 16_000)
    player.pause()


def test_the_end_of_the_recording_ends_the_playing(player: Player) -> None:
    player.play(46_400)
    ready(player, 1_600)
    assert player.playing
    buffer = player.output.take(2_000)
    assert not buffer[1_600:].any()
    player.output.time_s += 0.2
    assert not player.playing
    assert player.position == 48_000


def test_a_stretch_ends_where_it_is_told_to(player: Player, sound: Samples) -> None:
    player.play(1_000, 4_000, mix="agent")
    ready(player, 3_000)
    heard = player.output.take(5_000)
    assert heard[:3_000] == pytest.approx(sound[1_000:4_000, 0], abs=1e-6)
    assert not heard[3_000:].any()
    player.output.time_s += 1.0
    assert (player.playing, player.position) == (False, 4_000)


def test_playing_elsewhere_leaves_what_was_prepared(player: Player, sound: Samples) -> None:
    player.play(0)
    ready(player, 8_000)
    player.output.take(500)
    player.play(30_000, mix="agent")
    ready(player, 1_000)
    assert player.output.take(1_000) == pytest.approx(sound[30_000:31_000, 0], abs=1e-6)


def test_a_pause_lets_go_of_the_output(player: Player) -> None:
    player.play(0)
    assert player.output.fill
    player.pause()
    assert (player.output.fill, player.playing, player.position) == (None, False, None)


def test_what_is_late_is_silence_and_does_not_count(player: Player) -> None:
    player.play(0)
    ready(player, 8_000)
    player.output.take(8_000)
    ready(player, 8_000)
    player.output.time_s += 5.0
    assert player.position == 8_000


def test_a_call_without_sound_passes_all_the_same() -> None:
    player = Player(NoSound(1_600), Silence(), ())
    player.play(0)
    until(lambda: not player.playing, "the player has stopped")
    assert player.position == 1_600
    player.pause()


def test_silence_takes_sound_at_its_pace() -> None:
    times: list[float] = []
    output = Silence()
    output.start(lambda _buffer, due_s: times.append(due_s))
    until(lambda: len(times) > 5, "the output was asked six times")
    output.stop()
    assert np.diff(times) == pytest.approx(Silence.STEP_S)


def test_a_recording_that_goes_on_is_played_beyond_what_it_was_at_first(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "audio.wav", ("agent",))
    recorder.feed(AudioBlock("agent", 0, tone(200, 1.0)))
    recorder.sync()
    output = FakeOutput()
    player = Player(RecordedSound([tmp_path / "audio.wav"]), output, ("agent",), growing=True)
    player.play(12_000)
    ready(player, 4_000)
    output.take(4_000)
    output.time_s += 1.0
    assert player.playing
    recorder.feed(AudioBlock("agent", 16_000, tone(200, 1.0)))
    recorder.sync()
    ready(player, 8_000)
    assert np.abs(output.take(1_000)).max() > 0.1
    player.pause()
    recorder.close()


class FakeSoundDevice:
    """As much of sounddevice as an output uses."""

    class PortAudioError(Exception):
        pass

    def __init__(self, *, device: bool = True, takes_16k: bool = True, free: bool = True) -> None:
        self._device, self._takes_16k, self._free = device, takes_16k, free

    def query_devices(self, *, kind: str) -> dict[str, object]:
        if not self._device:
            raise self.PortAudioError("Error querying device -1")
        return {"name": f"headset {kind}", "default_samplerate": 48_000.0}

    def check_output_settings(self, **_: object) -> None:
        if not self._takes_16k:
            raise self.PortAudioError("Invalid sample rate")

    def OutputStream(self, **_: object) -> None:  # noqa: N802 - as it is called there
        if not self._free:
            raise self.PortAudioError("Device unavailable")


def test_without_a_device_there_is_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", FakeSoundDevice(device=False))
    assert isinstance(best(), Silence)


def test_without_portaudio_there_is_silence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    assert isinstance(best(), Silence)
    with pytest.raises(OutputError, match=r"needs PortAudio\. Install it"):
        SoundCard()


@pytest.mark.parametrize(("takes_16k", "rate_hz"), [(True, 16_000), (False, 48_000)])
def test_the_device_is_used_at_a_rate_it_takes(
    monkeypatch: pytest.MonkeyPatch, rate_hz: int, *, takes_16k: bool
) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", FakeSoundDevice(takes_16k=takes_16k))
    output = best()
    assert (output.name, output.rate_hz, output.alive) == ("headset output", rate_hz, False)


def test_a_device_that_another_program_holds_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", FakeSoundDevice(free=False))
    with pytest.raises(OutputError, match=r"^Can't open the sound output headset output\. .*another program"):
        best().start(lambda _buffer, _due_s: None)
