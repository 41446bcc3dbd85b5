"""What the project promises, and which figures show whether it keeps it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bench.figures.kept import Measured
from bench.figures.table import Row


@dataclass(frozen=True, slots=True)
class Target:
    """One promise."""

    promise: str
    part: str
    """Of the bench."""
    figures: str
    """A regular expression for the names of its figures; all of them have to reach their target."""

    def worst(self, measured: Mapping[str, Measured]) -> Row | None:
        """Of the figures that were measured, the one that is furthest from its target or least within it."""
        if self.part not in measured:
            return None
        rows = [row for row in measured[self.part].rows if re.fullmatch(self.figures, row.label)]
        return max(rows, key=_excess, default=None)


def _excess(row: Row) -> float:
    """How far over its target a figure is; the sign is turned where more is better."""
    if not row.target:
        return row.value
    sign, number = row.target.split()
    return (row.value - float(number)) * (1 if sign == "≤" else -1)


TARGETS = (
    Target("Tone live, CPU per second of one speaker", "tone", "tone live, CPU per second of one speaker"),
    Target("Tone of a recording, CPU per second of one speaker", "tone", "tone of a recording, CPU .*"),
    Target(
        "Tone of a recording by the whole program, CPU per second of one speaker",
        "batch",
        "file, tone only, CPU per second of one speaker",
    ),
    Target("End of speech → final text, p50", "live", "end of speech → final text, tiny.en, p50"),
    Target("End of speech → final text, p90", "live", "end of speech → final text, tiny.en, p90"),
    Target("The same with base, p50", "live", "end of speech → final text, base, p50"),
    Target("The same with base, p90", "live", "end of speech → final text, base, p90"),
    Target("Word visible after its end, p50", "live", "word visible after its end, p50"),
    Target("Word visible after its end, p90", "live", "word visible after its end, p90"),
    Target("CPU of a live call", "live", "CPU without the screen, tiny.en"),
    Target("CPU of a live call with base", "live", "CPU without the screen, base"),
    Target("CPU of a live call's screen", "comparison", "The agent's screen, tone only, .*: more than without"),
    Target(
        "Word errors over plain faster-whisper, read speech",
        "words",
        "word errors, read speech( by telephone)?, .*, (live|second pass), difference",
    ),
    Target(
        "Word errors over plain faster-whisper, calls",
        "words",
        "word errors, (calls|the built-in call), .*, (live|second pass), difference",
    ),
    Target(
        "Word errors of tiny.en that base does without, calls", "words", "fewer word errors with base, calls, [^,]*"
    ),
    Target("Invented words in a minute without any", "words", "invented words in .*"),
    Target("Recording, everything on, two speakers", "batch", "file, everything on, two speakers"),
    Target("Pitch over the telephone, gross errors", "tone", "pitch of made speech .*, swift, gross errors"),
    Target("Pitch over the telephone, voicing errors", "tone", "pitch of made speech .*, swift, voicing"),
    Target("Customer's speech in a room taken for the agent's", "room", "room .* taken for the agent's"),
    Target("Agent's speech kept in spite of an echo", "room", "room .* kept, .*"),
    Target("Syllable rate, correlation with labels", "tone", "syllable rate, German .*, correlation"),
    Target("Syllable rate, mean error", "tone", "syllable rate, German .*, mean error"),
    Target("Tone prompt after its condition holds, worst", "live", "tone prompt after its condition holds, worst"),
    Target("Memory of a live call, all its processes", "live", "memory of all processes, highest, tiny.en"),
    Target("The same with base", "live", "memory of all processes, highest, base"),
    Target("Memory, growth in a live call", "live", "memory, growth over the second half"),
    Target("Memory, growth in a call of eight hours", "endurance", "memory, growth after half an hour"),
    Target("Start → screen", "start", "start → screen"),
    Target("Start → screen, over a plain import of textual", "start", "start → screen, over .*"),
    Target("Start → first meter", "start", "start → first meter"),
    Target("Start → first meter, over a plain import of textual", "start", "start → first meter, over .*"),
    Target("Start → first word possible", "start", "start → first word possible"),
    Target("Start → word possible, over a plain import of textual", "start", "start → first word possible, over .*"),
    Target("Installed size without extras", "installation", "installed, all packages but pip"),
    Target("Largest package that no command reaches", "installation", "largest package .*"),
    Target("Sound in → gauge moves, through PulseAudio, p95", "capture", "sound in → gauge moves, .*, p95"),
    Target("Killed: sound lost, worst", "kill", "sound lost by .*"),
    Target("Killed: events lost, worst", "kill", "events lost by .*"),
    Target("Ended from outside: sound lost, worst", "end", "sound lost by .*"),
    Target("Ended from outside: events lost, worst", "end", "events lost by .*"),
    Target("Fast speech in real speech, caught within 4 s", "rules", r"tempo ×1\.3, stable: caught within 4 s"),
    Target("Raised voice in real speech, caught within 4 s", "rules", "effort .*, stable: caught within 4 s"),
    Target(
        "Tone prompts in calm real speech, per 10 min", "rules", "prompts in .*, per 10 min|calm speech: prompts .*"
    ),
    Target("Phrase rules, words by Whisper, precision", "rules", "all labels, heard by Whisper, .*: precision"),
    Target("Phrase rules, words by Whisper, recall", "rules", "all labels, heard by Whisper, .*: recall"),
    Target("100,000 calls: list, filter, search", "catalogue", "SQLite: (?!calls listed).*"),
    Target("100,000 calls on PostgreSQL: list, filter, search", "catalogue", "PostgreSQL: (?!calls listed).*"),
    Target("Shipping, killed 20 times: calls not whole or missing", "shipping", "calls .*"),
    Target("100,000 calls of 50 sites: a page, as a supervisor", "roles", "supervisor of 50 sites: .*"),
    Target("Open a 60-minute call", "replay", "a 60-minute call: enter to first full picture"),
    Target("Archive in shards, CPU of one run", "archive", ".* two shards: CPU of --jobs 2"),
    Target("Archive, killed: recordings lost or twice", "archive", "(a worker|the run) killed.*|run again: .*"),
    Target("Archive of 2,000 clips: lost", "archive", ".* clips of 2 s: lost"),
    Target("Archive on Dask, CPU of one run, clips of 8–20 s", "cluster", "60 clips on a Dask cluster: .*"),
    Target("Archive on Dask, CPU of one run, clips of 60 s", "cluster", "10 clips on a Dask cluster: .*"),
    Target("Back-test with two jobs over one", "cluster", "back-test .* two jobs over one, by CPU"),
    Target("Numbers of 1,000,000 calls, CPU of a question", "cluster", "1,000,000 calls: .*, CPU"),
    Target("Time of analyze against calls, exponent", "growth", "analyze, .*: exponent .*"),
    Target("Live calls in one process, tone only", "growth", "live, tone only, .*: calls until .*"),
    Target("Live calls in one process, with words", "growth", "live, with words, .*: calls until .*"),
)
