"""One recorded call into one row of the lake."""

import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import soundfile

from audio.files.recording import AgentChannel
from monitor.archive import unit as units
from monitor.archive.columns import NESTED, call_columns, schema
from monitor.archive.key import FIGURE_OPTIONS, OTHER_OPTIONS
from monitor.archive.lake import Lake
from monitor.archive.row import Openness
from monitor.archive.unit import Done, Failed, How, Unit, work
from monitor.call.info import CallInfo
from monitor.live.call_wiring import CallWiring
from monitor.recordings.known import Known
from monitor.recordings.one import AnalysisOptions
from monitor.recordings.recorded_call import RecordedCall
from monitor.recordings.separation import AnySound, separate
from monitor.settings.config import Settings

STARTED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MakeUnit = Callable[..., Unit]


def recording(path: Path, seed: int = 7, seconds: float = 0.5) -> Path:
    sound = np.random.default_rng(seed).normal(0, 0.05, (round(16_000 * seconds), 2)).astype(np.float32)
    soundfile.write(path, sound, 16_000)
    return path


@pytest.fixture
def make(tmp_path: Path) -> MakeUnit:
    def made(path: Path, known: Known | None = None, **options: object) -> Unit:
        openness = options.pop("openness", Openness())
        assert isinstance(openness, Openness)
        analysis = AnalysisOptions(settings=Settings(), model="none", **options)  # type: ignore[arg-type]
        return Unit(
            call=RecordedCall((path,), known or Known()),
            name=path.name,
            revision=str(path.stat().st_size),
            options=analysis,
            lake=tmp_path / "lake",
            openness=openness,
        )

    return made


def how(done: Done | Failed) -> How:
    assert isinstance(done, Done), done
    return done.how


def row(tmp_path: Path, done: Done | Failed) -> dict[str, object]:
    assert isinstance(done, Done), done
    found = Lake(tmp_path / "lake").row(done.call)
    assert found
    return found


def test_a_recording_is_analysed_once_and_its_row_has_the_columns_of_the_schema(tmp_path: Path, make: MakeUnit) -> None:
    unit = make(recording(tmp_path / "a.wav"), Known(agent="Sam Porter", started=STARTED))
    first = work(pickle.loads(pickle.dumps(unit)))  # noqa: S301 - our own
    assert (how(first), how(work(unit))) == ("worked", "known")
    (file,) = (tmp_path / "lake" / "calls").glob("*/*.parquet")
    assert pq.read_schema(file).equals(schema())
    found = row(tmp_path, first)
    assert list(found) == [*(column.name for column in call_columns()), *NESTED, "log"]
    assert (found["started"], found["duration_s"], found["model"]) == (STARTED, 0.5, "none")


def test_the_same_sound_under_another_name_is_one_row_whichever_comes_first(tmp_path: Path, make: MakeUnit) -> None:
    a = make(recording(tmp_path / "a.wav"), Known(agent="Sam Porter"), openness=Openness(names=True))
    b = make(recording(tmp_path / "b.wav"), Known(agent="Kim Lee"), openness=Openness(names=True))
    work(a)
    work(b)
    agent = row(tmp_path, work(a))["agent"]
    for order in ((b, a), (a, b)):
        done = [work(unit) for unit in order]
        assert "worked" not in map(how, done)
        assert len(list((tmp_path / "lake" / "calls").glob("*/*.parquet"))) == 1
        assert row(tmp_path, done[0])["agent"] == agent
    assert how(work(a)) == how(work(b)) == "known"


def test_corrected_metadata_rewrite_the_row_without_another_analysis(
    tmp_path: Path, make: MakeUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = recording(tmp_path / "a.wav")
    before = row(tmp_path, work(make(path, Known(agent="Sam Porter"))))
    monkeypatch.setattr(units, "events_of", None)
    known = Known(agent="Kim Lee", started=STARTED, attributes={"visits": "3", "queue": "billing"})
    done = work(make(path, known, openness=Openness(attributes=("queue",))))
    after = row(tmp_path, done)
    assert how(done) == "rewritten"
    assert {name for name in after if after[name] != before[name]} == {
        *("started", "day", "utc_offset_min", "agent", "attributes", "about")
    }
    assert after["attributes"] == '{"queue":"billing","visits":"3"}'


def test_another_channel_or_rulebook_is_analysed_again_in_place_of_the_row(tmp_path: Path, make: MakeUnit) -> None:
    path, team = recording(tmp_path / "a.wav"), tmp_path / "team.toml"
    team.write_text('[lower-volume-strong]\nextends = "lower-volume-strong"\nenabled = false\n')
    channel: AgentChannel = "right"
    for unit in (make(path), make(path, agent=channel), make(path), make(path, rules=(team,))):
        assert how(work(unit)) == "worked"
        assert how(work(unit)) == "known"
        assert len(list((tmp_path / "lake" / "calls").glob("*/*.parquet"))) == 1


def test_whether_voices_are_told_apart_and_which_is_the_agents_is_in_the_key(
    make: MakeUnit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, told_apart = recording(tmp_path / "a.wav"), list[AgentChannel | None]()

    def noting(sound: AnySound, wiring: CallWiring, info: CallInfo, chosen: AgentChannel | None) -> object:
        told_apart.append(chosen)
        return separate(sound, wiring, info, chosen)

    monkeypatch.setattr(units, "separate", noting)
    chosen: list[AgentChannel | None] = [None, "left", "right"]
    them = [make(path), *(make(path, Known(agent_channel=one), separate=True) for one in chosen)]
    assert [how(work(unit)) for unit in them] == ["worked"] * 4
    assert how(work(them[-1])) == "known"
    assert told_apart == chosen


def test_an_attribute_counts_as_an_option_only_if_a_rule_reads_it(tmp_path: Path, make: MakeUnit) -> None:
    path = recording(tmp_path / "a.wav")
    outcomes = [
        how(work(make(path, Known(attributes=attributes))))
        for attributes in ({}, {"queue": "billing"}, {"contacts_30d": "3"}, {"contacts_30d": "3", "queue": "sales"})
    ]
    assert outcomes == ["worked", "known", "worked", "known"]


def test_every_option_of_an_analysis_is_in_the_key_or_known_to_change_no_figure() -> None:
    assert {field.name for field in dataclasses.fields(AnalysisOptions)} == {*FIGURE_OPTIONS, *OTHER_OPTIONS}


def test_no_words_names_or_long_numbers_are_in_the_lake_unless_asked_for(tmp_path: Path, make: MakeUnit) -> None:
    path = recording(tmp_path / "Sam Porter 555123456.wav")
    known = Known(
        agent="Sam Porter", customer="C4711", attributes={"phone": "555123456", "queue": "billing", "contacts_30d": "3"}
    )
    done = work(make(path, known))
    found = row(tmp_path, done)
    assert str(found["agent"]).startswith("Agent ")
    assert found["attributes"] == '{"contacts_30d":"3"}'
    assert isinstance(done, Done)
    written = Lake(tmp_path / "lake").path(done.call).read_bytes() + repr(found).encode()
    for secret in (b"Porter", b"C4711", b"555123456", b"billing"):
        assert secret not in written
    named = row(tmp_path, work(make(path, known, openness=Openness(names=True))))
    assert (named["agent"], named["customer"], named["source"]) == ("Sam Porter", "C4711", path.name)


def test_what_goes_wrong_is_a_sentence_and_leaves_nothing(tmp_path: Path, make: MakeUnit) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"no sound")
    done = work(make(path))
    assert isinstance(done, Failed)
    assert done.lasting
    assert str(path) in done.sentence
    assert not list((tmp_path / "lake" / "calls").glob("**/*.parquet"))


def test_a_worker_of_another_version_refuses_and_a_row_of_a_newer_version_stays(
    tmp_path: Path, make: MakeUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = make(recording(tmp_path / "a.wav"))
    refused = work(replace(unit, version="0.0.1"))
    assert isinstance(refused, Failed)
    assert not refused.lasting
    assert "0.0.1" in refused.sentence
    monkeypatch.setattr(units, "MEASURES", units.MEASURES + 1)
    done = work(unit)
    monkeypatch.undo()
    older = work(unit)
    assert isinstance(older, Failed)
    assert not older.lasting
    assert row(tmp_path, done)["measures"] == units.MEASURES + 1


def test_a_call_that_another_worker_is_at_is_left_to_it(tmp_path: Path, make: MakeUnit) -> None:
    unit = make(recording(tmp_path / "a.wav"))
    done = work(unit)
    assert isinstance(done, Done)
    lake = Lake(unit.lake)
    with lake.working_on(done.call) as ours:
        assert ours
        assert how(work(unit)) == "elsewhere"
    assert how(work(unit)) == "known"
    assert not list((unit.lake / "locks").iterdir())
