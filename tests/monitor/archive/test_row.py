"""What of a call gets into its row, and in which order its events do."""

from dataclasses import replace

from audio.values import Utterance
from monitor.archive.row import figures
from monitor.call.events import CallEvent, Ended, Gap, PromptCleared, PromptShown, from_lines
from monitor.call.summary import analysed_call, analysis
from monitor.export.tables.column import Row
from rules.model import Noticed
from tests.made_calls import fired, info, prompted, said

SECRETS = ("Zanzibar", "quagmire", "Thursday")


def row_of(noted: list[tuple[CallEvent, int | None]]) -> Row:
    found = analysis(analysed_call(info(), 120.0), [event for event, _ in noted])
    return figures(info(), found, noted)


def test_what_was_said_is_counted_and_not_kept() -> None:
    quoting = [
        replace(event, prompt=replace(event.prompt, fact="They said: quagmire"))
        for event in prompted("paraphrase", 9.0)
        if isinstance(event, PromptShown | PromptCleared)
    ]
    events: list[CallEvent] = [
        said("my parcel went to Zanzibar", 5.0),
        fired("paraphrase", 9.0, evidence=("quagmire",)),
        *quoting,
        Noticed("promise", "agent", 12.0, 13.0, "I will call on Thursday", "on Thursday"),
        Ended(120.0, "end of sound"),
    ]
    row = row_of([(event, None) for event in events])
    assert (len(row["utterances"]), row["utterances"][0]["words_count"]) == (1, 5)
    assert (row["flags"][0]["rule"], row["noticed"][0]["item"], len(row["outcomes"])) == ("paraphrase", "promise", 1)
    written = repr({name: value for name, value in row.items() if name != "log"}) + row["log"].decode()
    assert not [secret for secret in SECRETS if secret in written]


def test_a_truncated_file_has_its_gap_in_the_log_and_not_its_name() -> None:
    gap = Gap(4.0, 4.0, "sound", "calls/Zanzibar.wav is truncated after 4.0 s.")
    row = row_of([(gap, None), (Ended(120.0, "end of sound"), None)])
    assert replace(gap, why="") in from_lines(row["log"].splitlines(keepends=True))
    assert "Zanzibar" not in repr(row)


def test_events_stand_in_the_log_where_they_were_reported_however_late_they_were_written() -> None:
    late, early, end = said("late", 1.0), fired("slow-down", 2.0), Ended(120.0, "end of sound")
    row = row_of([(early, None), (end, None), (late, 0)])
    assert [type(event) for event in from_lines(row["log"].splitlines(keepends=True))] == [
        Utterance,
        type(early),
        Ended,
    ]
