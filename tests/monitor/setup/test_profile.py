import stat
from dataclasses import asdict, replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.block import AudioBlock, Speaker
from audio.files.recording import open_recording
from audio.values import ToneSample, Usual
from monitor import sample
from monitor.pipeline.measure import MeasureStage
from monitor.setup import profile
from monitor.setup.profile import Norms, Profile, ProfileError

DAY = date(2026, 3, 1)
NORMS = Norms(level_dbfs=-24.0, articulation_rate_sps=4.8, pitch_hz=200.0, balance_db=-12.0)
PROFILE = Profile(
    agent="Kim", device="Headset 20", language="en", confirmed=DAY, usual=NORMS, calibrated=NORMS, noise_floor_dbfs=-60
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_PROFILES", str(tmp_path / "profiles"))
    return tmp_path / "profiles"


def heard(level_db: float = 0.0, rate: float = 1.0, pitch_st: float = 0.0, balance_db: float = 0.0) -> Usual:
    """A call's usual, so far from the profile."""
    return Usual("agent", -24.0 + level_db, 4.8 * rate, 200.0 * 2 ** (pitch_st / 12), -12.0 + balance_db)


def test_what_is_saved_is_loaded_for_the_same_agent_device_and_language_alone() -> None:
    profile.save(PROFILE)
    assert profile.load("Kim", "Headset 20", DAY) == Usual("agent", **asdict(NORMS))
    assert profile.load("Kim", "Laptop", DAY) is None
    assert profile.load("", "Headset 20", DAY) is None
    assert profile.load("Kim", "Headset 20", DAY, language="fr") is None


def test_a_profile_without_pitch_is_kept_as_it_is() -> None:
    whispered = replace(PROFILE, usual=replace(NORMS, pitch_hz=None), noise_floor_dbfs=None)
    assert profile.read(profile.save(whispered)) == whispered


def test_it_counts_for_thirty_days() -> None:
    profile.save(PROFILE)
    assert profile.load("Kim", "Headset 20", DAY + timedelta(days=30)) is not None
    assert profile.load("Kim", "Headset 20", DAY + timedelta(days=31)) is None


def test_only_its_owner_reads_it_and_nothing_half_written_is_left(folder: Path) -> None:
    path = profile.save(PROFILE)
    profile.save(replace(PROFILE, confirmed=DAY + timedelta(days=1)))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert profile.files() == (path,)
    assert [file.name for file in folder.iterdir()] == [path.name]


def test_names_that_no_file_may_have_make_file_names_apart() -> None:
    names = {profile.path_of("../Kim", "a/b").name, profile.path_of("Kim", "a:b").name, profile.path_of("Kím", "").name}
    assert len(names) == 3
    assert all(name.replace("-", "").replace(".", "").isalnum() and name.isascii() for name in names)


def test_a_damaged_profile_holds_up_no_call_and_is_told_to_who_asks() -> None:
    path = profile.save(PROFILE)
    path.write_text("level = 'loud'")
    assert profile.load("Kim", "Headset 20", DAY) is None
    with pytest.raises(ProfileError, match=r"calibrate again\.$"):
        profile.read(path)


def test_a_folder_that_takes_nothing_is_told_in_a_sentence(folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    with pytest.raises(ProfileError, match=r"^Can't write .* TONE_MONITOR_PROFILES\.$"):
        profile.save(PROFILE)


def test_a_call_in_the_usual_voice_moves_the_profile_a_little_and_confirms_it() -> None:
    later = DAY + timedelta(days=3)
    after = PROFILE.after_call(heard(level_db=1.0, rate=1.05, pitch_st=0.5, balance_db=-1.0), 90, later)
    assert after.confirmed == later
    assert after.usual.level_dbfs == pytest.approx(-23.9)
    assert after.usual.balance_db == pytest.approx(-12.1)
    assert after.usual.articulation_rate_sps == pytest.approx(4.824)
    assert after.calibrated == NORMS


@pytest.mark.parametrize(
    "call",
    [
        heard(level_db=4.0, rate=1.1, pitch_st=2.0, balance_db=2.0),
        heard(level_db=2.5, balance_db=2.0),
        heard(rate=1.08),
        heard(pitch_st=1.5),
        heard(balance_db=2.0),
        Usual("agent", None, None, None, None),
    ],
)
def test_an_excited_call_or_another_voice_moves_nothing(call: Usual) -> None:
    assert PROFILE.after_call(call, 600, DAY + timedelta(days=3)) == PROFILE


def test_another_gain_at_the_same_microphone_is_taken_over() -> None:
    after = PROFILE.after_call(heard(level_db=9.0), 600, DAY)
    assert (after.usual.level_dbfs, after.calibrated.level_dbfs) == (-15.0, -15.0)
    assert after.usual.pitch_hz == pytest.approx(PROFILE.usual.pitch_hz)


def test_without_pitch_and_balance_a_level_that_is_off_may_be_anybody_s() -> None:
    bare = Norms(level_dbfs=-24.0, articulation_rate_sps=4.8)
    unknown = replace(PROFILE, usual=bare, calibrated=bare)
    assert unknown.after_call(heard(level_db=9.0), 600, DAY) == unknown


def test_at_another_device_pitch_and_rate_are_known_and_the_level_is_not() -> None:
    profile.save(PROFILE)
    other = profile.elsewhere("Kim", "Webcam", DAY)
    assert other is not None
    assert other.at_another_device() == Usual("agent", None, 4.8, PROFILE.usual.pitch_hz, None)
    assert profile.elsewhere("Kim", "Headset 20", DAY) is None


def test_a_short_call_moves_nothing() -> None:
    assert PROFILE.after_call(heard(level_db=1.0), 59, DAY) == PROFILE


@given(
    st.lists(
        st.builds(
            heard,
            level_db=st.floats(0, 12),
            rate=st.floats(1, 2),
            pitch_st=st.floats(0, 12),
            balance_db=st.floats(2, 9),
        ),
        max_size=50,
    )
)
def test_no_number_of_calls_takes_it_far_from_what_was_calibrated(calls: list[Usual]) -> None:
    after = PROFILE
    for call in calls:
        after = after.after_call(call, 600, DAY)
    assert after.usual.level_dbfs <= -24.0 + profile.NEAR_LEVEL_DB
    assert after.usual.articulation_rate_sps <= 4.8 * (1 + profile.NEAR_RATE_PCT / 100) + 0.001


def test_refreshing_keeps_what_a_call_confirmed() -> None:
    later = DAY + timedelta(days=20)
    assert not profile.refresh("Kim", "Headset 20", heard(), 90, later), "there is none yet"
    path = profile.save(PROFILE)
    assert profile.refresh("Kim", "Headset 20", heard(), 90, later)
    assert profile.load("Kim", "Headset 20", later + timedelta(days=30)) is not None
    assert not profile.refresh("Kim", "Headset 20", heard(level_db=8, pitch_st=3), 90, later)
    assert not profile.refresh("Kim", "Headset 20", heard(), 90, later + timedelta(days=31)), "it has expired"
    kept = profile.read(path)
    assert kept is not None
    assert kept.confirmed == later


def test_with_a_profile_the_tone_is_judged_from_the_first_seconds() -> None:
    agent = [block for block in islice(open_recording(sample.CALL).blocks(), 24) if block.speaker == "agent"]
    known: dict[Speaker, Usual] = {"agent": PROFILE.as_usual()}
    without, with_one = (tone(agent, profiles) for profiles in (None, known))
    assert all(sample.level_over_baseline_db is None for sample in without)
    assert any(sample.level_over_baseline_db is not None for sample in with_one)
    assert any(sample.rate_over_baseline_pct is not None for sample in with_one)


def tone(blocks: list[AudioBlock], profiles: dict[Speaker, Usual] | None) -> list[ToneSample]:
    measuring = MeasureStage(["agent"], None, profiles)
    return [measure for block in blocks for measure in measuring.feed(block) if isinstance(measure, ToneSample)]
