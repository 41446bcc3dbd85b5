"""A session as it is wired: on sound cards and on a recording, from the options of a command to a call's folder."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import soundfile

from audio.devices.capture import NO_CUSTOMER
from audio.values import ToneSample
from monitor import sample
from monitor.call.events import Ended, Health, SessionState
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.live.options import PlayedFile, SessionOptions, SoundCards
from monitor.live.session import Session
from monitor.live.wiring import open_session
from monitor.notify.prometheus import TelemetryError
from monitor.settings.config import Agent, Devices, Settings
from monitor.setup import profile
from tests.sound_cards import Card, FakeStreams, device

LONG_ENOUGH_S = 2.0
NORMS = profile.Norms(level_dbfs=-26.0, articulation_rate_sps=4.5)
RATE_METRICS = {"articulation_rate_sps", "rate_over_baseline_pct", "rate_ahead_s"}
SETTINGS = Settings(agent=Agent(name="Kim"), devices=Devices(agent="Headset"))


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> FakeStreams:
    streams = FakeStreams(Card(device("Headset")), Card(device("Line", index=1, is_default=False)))
    monkeypatch.setattr("audio.devices.portaudio.PortAudio", lambda: streams)
    return streams


def on_cards(folder: Path, cards: SoundCards) -> tuple[Session, list[object]]:
    """Run a session until it has measured enough."""
    options = SessionOptions(source=cards, settings=SETTINGS, calls=folder, model="none")
    session = Session(lambda: open_session(options))
    shown: list[object] = []

    def show(event: object) -> None:
        shown.append(event)
        if isinstance(event, ToneSample) and event.end_s >= LONG_ENOUGH_S:
            session.stop()

    session.run(show)
    return session, shown


def started(shown: list[object]) -> SessionState:
    return next(event for event in shown if isinstance(event, SessionState) and event.state == "call")


def first_tone(session: Session) -> ToneSample:
    return next(event for event in read_events(session.folders[0]) if isinstance(event, ToneSample))


@pytest.mark.usefixtures("streams")
def test_a_call_from_sound_cards_is_kept_with_its_agent_and_its_devices(tmp_path: Path) -> None:
    session, _ = on_cards(tmp_path, SoundCards("Headset", "Line"))
    assert session.failure is None
    (folder,) = session.folders
    info = read_info(folder)
    assert (info.agent, info.source, info.speakers) == ("Kim", "Headset and Line", ("agent", "customer"))
    assert (info.model, info.closed) == ("none", True)
    assert list(read_events(folder))[-1].why == "stopped"
    assert (folder / "audio.flac").exists()


def test_the_settings_name_the_devices_that_a_command_does_not(streams: FakeStreams, tmp_path: Path) -> None:
    session, shown = on_cards(tmp_path, SoundCards())
    assert [name for _, name in streams.opened] == ["Headset"]
    assert Health(0.0, "customer line", fine=True, note=NO_CUSTOMER) in shown
    about = read_info(session.folders[0])
    assert (about.source, about.kind) == ("Headset", "live")
    assert streams.closed


@pytest.mark.usefixtures("streams")
def test_a_call_from_sound_cards_starts_with_the_profile_of_its_agent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONE_MONITOR_PROFILES", str(tmp_path / "profiles"))
    known = profile.Profile(
        agent="Kim", device="Headset", language="en", confirmed=date(2026, 1, 1), usual=NORMS, calibrated=NORMS
    )
    asked = []
    monkeypatch.setattr(profile, "load", lambda *whose, **_engine: asked.append(whose[:2]) or known.as_usual())
    session, shown = on_cards(tmp_path / "calls", SoundCards("Headset"))
    assert asked == [("Kim", "Headset")]
    assert first_tone(session).level_over_baseline_db is not None
    assert started(shown).usual_known
    assert started(shown).prompting == {
        "level_over_baseline_db",
        "level_spread_db",
        "effort_over_baseline_db",
        "effort_lately_db",
        *RATE_METRICS,
    }


@pytest.mark.usefixtures("streams")
def test_without_a_profile_it_knows_no_usual_level_at_its_start(tmp_path: Path) -> None:
    session, shown = on_cards(tmp_path / "calls", SoundCards("Headset"))
    assert first_tone(session).level_over_baseline_db is None
    assert not started(shown).usual_known


@pytest.mark.usefixtures("streams")
def test_a_profile_of_another_microphone_is_named_and_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONE_MONITOR_PROFILES", str(tmp_path / "profiles"))
    today = datetime.now(UTC).date()
    saved = profile.save(
        profile.Profile(agent="Kim", device="Webcam", language="en", confirmed=today, usual=NORMS, calibrated=NORMS)
    )
    saved.rename(profile.path_of("Kim", "Headset"))  # as a copy from another machine
    session, shown = on_cards(tmp_path / "calls", SoundCards("Headset"))
    assert session.failure is None
    assert first_tone(session).level_over_baseline_db is None
    (note,) = [event.note for event in shown if isinstance(event, Health) and "profile" in event.note]
    assert note.startswith(
        "The voice profile is for Webcam, not for Headset: your volume is judged after 20 s of speech."
    )
    with pytest.raises(profile.ProfileError, match="is the voice profile of Kim at Webcam, not at Headset"):
        profile.of("Kim", "Headset")


@pytest.mark.usefixtures("streams")
def test_a_device_that_is_gone_since_the_setup_is_one_sentence_and_no_call_begins(tmp_path: Path) -> None:
    settings = replace(SETTINGS, devices=Devices(agent="Jabra"))
    options = SessionOptions(source=SoundCards(), settings=settings, calls=tmp_path, model="none")
    session = Session(lambda: open_session(options))
    session.run(lambda _: None)
    assert str(session.failure) == (
        'There is no input "Jabra" for the agent. Inputs: Headset (0), Line (1). Plug it in, or choose another.'
    )
    assert not list(tmp_path.iterdir())


def test_sound_cards_are_let_go_of_when_the_rest_of_a_session_cannot_be_opened(
    streams: FakeStreams, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(*_: object) -> Iterator[int]:
        raise TelemetryError("The port is taken.")

    monkeypatch.setattr("monitor.notify.prometheus.Telemetry.served", taken)
    options = SessionOptions(
        source=SoundCards("Headset"), settings=SETTINGS, calls=tmp_path, model="none", prometheus_port=1
    )
    with pytest.raises(TelemetryError):
        open_session(options)
    assert streams.closed


@pytest.mark.slow
def test_a_recording_has_no_agent_and_its_sound_is_kept_only_on_wish(tmp_path: Path) -> None:
    sound, rate = soundfile.read(sample.CALL, stop=10 * 16_000)
    soundfile.write(tmp_path / "call.wav", sound, rate)
    options = SessionOptions(
        source=PlayedFile(tmp_path / "call.wav", speed=0),
        settings=SETTINGS,
        calls=tmp_path / "calls",
        model="none",
        record=False,
    )
    parts = open_session(options)
    session = Session(lambda: parts)
    session.run(lambda _: None)
    assert session.failure is None
    (folder,) = session.folders
    about = read_info(folder)
    assert (about.agent, about.source, about.kind) == ("", "call.wav", "recording")
    assert sorted(path.name for path in folder.iterdir()) == ["call.toml", "events.jsonl"]
    assert isinstance(list(read_events(folder))[-1], Ended)


@pytest.mark.parametrize(
    ("source", "paced"), [(SoundCards(), True), (PlayedFile(sample.CALL), True), (PlayedFile(sample.CALL, 0.0), False)]
)
def test_only_a_recording_played_as_fast_as_it_goes_has_no_pace(
    source: SoundCards | PlayedFile,
    paced: bool,  # noqa: FBT001 - pytest gives it by name
) -> None:
    assert SessionOptions(source=source, settings=SETTINGS).has_a_pace is paced
