"""Turn-taking and tone as readings: rows of speech with known answers."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from audio.block import Speaker
from audio.values import Interruption, Measure, PitchSample, ToneSample, Utterance
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.readings import Readings
from rules.model import Reading


def rows(agent: str, customer: str, **values: float) -> list[Measure]:
    """Tone samples of a second of each speaker a character: "x" speaks, "." does not."""
    said: list[Measure] = []
    for step in range(10 * len(agent)):
        for speaker, row in (("agent", agent), ("customer", customer)):
            speaking = row[step // 10] == "x"
            said.append(ToneSample(speaker, step / 10, (step + 1) / 10, speaking=speaking, **values))
    return said


def read(measures: Iterable[Measure]) -> list[Reading]:
    readings = Readings()
    return [reading for measure in measures for reading in readings.feed(measure)]


def last(found: Iterable[Reading], speaker: Speaker, metric: str) -> float | None:
    values = [each.value for each in found if (each.speaker, each.metric) == (speaker, metric)]
    return values[-1] if values else None


def highest(found: Iterable[Reading], speaker: Speaker, metric: str) -> float:
    return max((each.value for each in found if (each.speaker, each.metric) == (speaker, metric)), default=0.0)


def test_speech_is_counted_until_the_other_takes_the_turn() -> None:
    assert last(read(rows("....", "xx.x")), "customer", "talked_s") == 3.0
    assert last(read(rows("...x..", "xxx.xx")), "customer", "talked_s") == 5.0, "one second is a backchannel"
    assert last(read(rows("...xx..", "xxx..xx")), "customer", "talked_s") == 2.0


def test_any_sound_of_the_other_breaks_the_silence() -> None:
    assert last(read(rows("...x..", "xxx.xx")), "customer", "unbroken_s") == 2.0
    assert last(read(rows("......", "xxx.xx")), "customer", "unbroken_s") == 5.0


def test_dead_air_counts_from_the_last_word_and_not_before_the_first() -> None:
    found = read(rows(".....x...x", "." * 10))
    assert highest(found, "agent", "dead_air_s") == 3.0
    assert last(found, "agent", "dead_air_s") == 0.0
    assert next(each.end_s for each in found if each.metric == "dead_air_s") == 6.5, "a turn may continue for 0.5 s"


def test_one_side_of_a_call_alone_tells_nothing_of_turn_taking() -> None:
    alone = [each for each in rows("xxx.....", "........") if isinstance(each, ToneSample) and each.speaker == "agent"]
    assert read(alone) == []


def test_interruptions_of_the_last_minute() -> None:
    speech = rows("." * 70, "." * 70)
    cuts: list[Measure] = [Interruption("customer", 1.0, 2.0), Interruption("customer", 5.0, 6.0)]
    found = read([*speech[:20], cuts[0], *speech[20:120], cuts[1], *speech[120:]])
    told = [(each.end_s, each.value) for each in found if each.metric == "interruptions_per_min"]
    assert told == [(1.1, 1.0), (6.1, 2.0), (62.1, 1.0), (66.1, 0.0)]


@pytest.mark.parametrize(
    ("agent", "customer", "early"), [("..xx", "xxx.", 1.0), ("...x", "xxx.", 0.0), ("..x.", "xxxx", 1.0)]
)
def test_a_turn_that_begins_before_the_others_end(agent: str, customer: str, early: float) -> None:
    assert highest(read(rows(agent, customer)), "agent", "early_starts_per_min") == early


def test_the_length_of_the_call() -> None:
    assert last(read(rows("....", "....")), "customer", "call_s") == 4.0


def test_the_rate_of_a_short_turn_and_of_one_without_a_usual_is_not_read() -> None:
    known = {"articulation_rate_sps": 6.0, "rate_over_baseline_pct": 20.0}
    found = read(rows("xxxx.....", ".....xxxx", **known))
    rates = [each for each in found if each.metric == "articulation_rate_sps"]
    assert rates[0].end_s == 2.5
    assert rates[0].baseline == 5.0
    assert [
        each.metric for each in read(rows("xxxx", "....", articulation_rate_sps=6.5)) if "rate" in each.metric
    ] == []


def test_pitch_beyond_what_the_level_explains() -> None:
    found = read(rows("x", ".", level_over_baseline_db=5.0, pitch_over_baseline_st=6.0))
    assert last(found, "agent", "pitch_residual_st") == 4.0


def test_the_range_of_the_pitch_needs_half_a_minute_of_voice() -> None:
    voiced: list[Measure] = [PitchSample("agent", n / 10, (n + 1) / 10, (100.0, 200.0)[n % 2]) for n in range(300)]
    assert read(voiced[:299]) == []
    assert [(each.metric, each.value) for each in read(voiced)] == [("pitch_range_st", 6.0)]


def test_every_reading_is_of_a_metric_in_the_table() -> None:
    values = {
        "level_dbfs": -20.0,
        "level_over_baseline_db": 1.0,
        "balance_db": -9.0,
        "balance_over_baseline_db": 1.0,
        "pitch_over_baseline_st": 1.0,
        "articulation_rate_sps": 5.0,
        "rate_over_baseline_pct": 3.0,
    }
    found = {each.metric for each in read(rows("xxxxx..", "....xxx", **values))}
    assert found >= set(values)
    assert found <= set(BY_NAME)


def with_echo(measures: Iterable[Measure]) -> Readings:
    readings = Readings()
    readings.echo = True
    for measure in measures:
        list(readings.feed(measure))
    return readings


def test_nothing_that_an_echo_makes_is_read_as_the_agents() -> None:
    readings = Readings()
    readings.echo = True
    measures = [*rows("..xx..", "xxxx..", level_over_baseline_db=9.0), Interruption("agent", 2.0, 4.0), *rows(".", "x")]
    found = [reading for measure in measures for reading in readings.feed(measure)]
    assert highest(found, "agent", "interruptions_per_min") == highest(found, "agent", "early_starts_per_min") == 0.0
    assert last(found, "agent", "level_over_baseline_db") is None, "the customer speaks"
    assert last(found, "customer", "level_over_baseline_db") == 9.0


def test_who_speaks_alone_is_read_in_spite_of_an_echo() -> None:
    readings = Readings()
    readings.echo = True
    found = [each for row in rows("...xx", "xx...", level_over_baseline_db=9.0) for each in readings.feed(row)]
    assert last(found, "agent", "level_over_baseline_db") == 9.0


def test_words_of_the_agent_while_the_customer_speaks_may_be_an_echo() -> None:
    readings = with_echo(rows("......", ".xxx.."))
    assert readings.may_be_echo(Utterance("agent", 1.0, 4.0, (), 5.0))
    assert not readings.may_be_echo(Utterance("agent", 3.5, 6.0, (), 7.0))
    assert not readings.may_be_echo(Utterance("customer", 1.0, 4.0, (), 5.0))
    assert not Readings().may_be_echo(Utterance("agent", 1.0, 4.0, (), 5.0))


def test_the_effort_of_late_is_the_mean_of_two_seconds_of_speech_none_long_past() -> None:
    pressed = {"balance_over_baseline_db": 5.5, "pitch_over_baseline_st": 4.0}
    calm = {"balance_over_baseline_db": 0.0, "pitch_over_baseline_st": 0.0}

    def lately(*parts: tuple[str, dict[str, float]]) -> list[float]:
        measures, at = [], 0.0
        for row, values in parts:
            for measure in rows(row, "." * len(row), **values):
                assert isinstance(measure, ToneSample)
                measures.append(replace(measure, start_s=at + measure.start_s, end_s=at + measure.end_s))
            at += len(row)
        found = read(measures)
        return [each.value for each in found if (each.speaker, each.metric) == ("agent", "effort_lately_db")]

    assert lately(("xx", calm), ("x", pressed))[-1] == 5.0, "half of the 10 dB that it will show"
    assert lately(("xx", calm), ("xx", pressed))[-1] == 10.0
    assert lately(("xx", calm), (".......", calm), ("x", pressed))[-1] == 10.0, "the calm words are long past"
    assert len(lately(("x", pressed))) == 1, "not before a second has been heard"


def test_the_spread_of_the_level_needs_no_usual() -> None:
    levels = [rows("x", ".", level_dbfs=-30.0 if second % 4 < 2 else -24.0) for second in range(20)]
    assert last(read(each for second in levels for each in second), "agent", "level_spread_db") is not None


def test_the_pauses_of_an_utterance_are_no_speech() -> None:
    readings = Readings()
    for measure in rows("xx.xxx", "......"):
        list(readings.feed(measure))
    assert readings.speech_s(Utterance("agent", 1.0, 5.0, (), 5.5)) == 3.0


def test_moderate_rises_of_everything_are_read_as_one() -> None:
    rises = {"level_over_baseline_db": 4.5, "balance_over_baseline_db": 2.1, "pitch_over_baseline_st": 1.8}
    faster = {"rate_over_baseline_pct": 12.0, "rate_lately_over_baseline_pct": 12.0}
    assert (last(read(rows("x" * 12, "." * 12, **rises, **faster)), "agent", "joint_rise_s") or 0.0) > 1.5
    assert last(read(rows("x" * 12, "." * 12, **faster)), "agent", "joint_rise_s") is None
