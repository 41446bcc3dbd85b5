"""`tone-monitor analyze`: recordings through the full pipeline."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.base.counts import count
from monitor.base.terminal import say
from monitor.commands.options.common import (
    calls_option,
    engine_option,
    in_force,
    in_sentences,
    language_option,
    model_option,
    rules_option,
)
from monitor.commands.options.lake import LakeOptions, lake_options
from monitor.commands.options.recordings import PIPE, RecordingOptions, recording_options, standard_input

if TYPE_CHECKING:
    from audio.engines import Engine
    from audio.files.recording import AgentChannel
    from audio.files.storage import Storage
    from monitor.call.analysis import Analysis
    from monitor.recordings.many import Counts, Form
    from monitor.settings.config import Settings


@click.command()
@click.argument("paths", nargs=-1, metavar="FILE|DIR…", type=click.Path(path_type=Path))
@click.option(
    "--agent",
    type=click.Choice(["left", "right", "mono"]),
    help="The agent's channel, or 'mono' for one speaker. Of two files of a call, 'right' takes the customer's for the "
    "agent's. Default: left, unless the metadata say otherwise.",
)
@recording_options
@click.option(
    "--metadata",
    type=click.Path(path_type=Path),
    metavar="TABLE",
    help="CSV, JSON lines or Parquet with a row a recording: file, agent, customer, started, consent, consent_method, "
    "consent_at, agent_channel, attribute.NAME.",
)
@click.option(
    "--with",
    "customer_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The other side of the call: FILE has the customer, the recording before it the agent.",
)
@click.option(
    "--separate",
    is_flag=True,
    help="Tell two people on one track apart by their voices; every figure of either is then estimated. The first "
    "words show who is the agent; --agent left is the voice that speaks first, right the other.",
)
@click.option("--no-pairs", is_flag=True, help="Don't take files such as a-in.wav and a-out.wav for one call.")
@click.option("--again", is_flag=True, help="Save recordings once more that are saved already.")
@click.option(
    "--keep-until",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Import recordings that are past their retention period, too, and keep them until this day.",
)
@click.option("--notify", is_flag=True, help="Tell the webhook in the settings of each call, as of a live one.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object, or an array for several recordings.")
@click.option("--jsonl", "as_lines", is_flag=True, help="Print a JSON object a line, as each recording ends.")
@click.option(
    "--longest",
    type=click.FloatRange(min=0, min_open=True),
    default=12.0,
    show_default=True,
    metavar="HOURS",
    help="Refuse longer recordings.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Give up a recording after this time. Default: 20 times its length and 10 minutes.",
)
@click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Recordings to analyze at the same time."
)
@lake_options
@calls_option
@model_option
@language_option
@engine_option
@rules_option
@in_sentences
def analyze(  # noqa: PLR0913 - one argument an option
    *,
    paths: tuple[Path, ...],
    agent: AgentChannel | None,
    about: RecordingOptions,
    metadata: Path | None,
    customer_file: Path | None,
    separate: bool,
    no_pairs: bool,
    again: bool,
    keep_until: datetime | None,
    notify: bool,
    as_json: bool,
    as_lines: bool,
    longest: float,
    timeout: float | None,
    jobs: int,
    lake: LakeOptions,
    calls: Path | None,
    model: str,
    engine: Engine,
    rules: tuple[Path, ...],
) -> None:
    """Analyze recordings with the pipeline of a live call.

    Stereo has one speaker per channel; dual mono and mono work, too, and so do two files of one call that are named
    like its sides. Sample rates from 8 to 48 kHz are supported. Formats: WAV of any kind, FLAC, MP3, Ogg, Opus and M4A,
    and telephone formats without a header by their suffix or --raw. "-" is a recording that is piped in.

    Who and when is taken from the options, the row of --metadata, a JSON or TOML file of the same name beside the
    recording, its name and its own tags, in this order.

    A recording whose sound is saved already is not saved again, and several of them are not even analyzed again, except
    with --again.

    With --lake, FILE, DIR and TABLE may be in an object store: s3://bucket/prefix, gs:// or az://.

    Without FILE or DIR, the recordings are those that the table of --metadata names. With --lake, a run that was
    interrupted continues where it ended.
    """
    from functools import partial

    from monitor.call.folder import root_folder
    from monitor.recordings import imports, many, one  # numpy alone takes longer than `--help` may
    from monitor.recordings.metadata import files_named
    from monitor.recordings.patience import Patience
    from monitor.recordings.plan import plan

    if as_json and as_lines:
        raise click.UsageError("Choose --json or --jsonl.")
    if not paths and (customer_file or not metadata):
        raise click.UsageError("Missing argument 'FILE|DIR…'.")
    lake.check(
        (*paths, metadata),
        calls=_is_given("calls"),
        json=as_json,
        notify=notify,
        keep_until=keep_until,
        with_=customer_file,
    )
    settings, now, patience = in_force(), datetime.now().astimezone(), Patience(timeout)
    storage, paths, customer_file = _piped(paths, customer_file)
    sources = replace(about.sources(agent), table=metadata, pairs=not no_pairs, customer_file=customer_file)
    options = one.AnalysisOptions(
        settings=settings,
        model=model,
        rules=rules,
        longest_h=longest,
        again=again,
        separate=separate,
        raw=about.raw_format,
        storage=storage,
        engine=engine,
    )
    if others := sum(map(many.passed_over, paths)):
        say(f"Passed over {count(others, 'file')} that {'is' if others == 1 else 'are'} no recording.", err=True)
    if lake.folder:
        sys.exit(0 if lake.fill(paths, sources, options, patience, jobs=jobs, as_lines=as_lines) else 1)
    files = [file for path in paths for file in many.recordings(path)]
    if metadata and not paths:
        files = list(files_named(metadata))
    planned = plan(files, replace(sources, tags=False))
    for sentence in (*planned.remarks, *planned.faults):
        say(sentence, err=True)
    root = root_folder(calls)
    days = settings.retention.numbers_days
    oldest = None if keep_until else now.date() - timedelta(days - 1)
    form: Form = "json" if as_json else "jsonl" if as_lines else "text"
    several = len(planned.calls) + len(planned.faults) > 1
    options = replace(
        options,
        calls=root,
        skip_known=several and form == "text",
        keep_until=keep_until.date() if keep_until else None,
    )
    work = partial(imports.import_recording, options=options, file_date=sources.file_date, oldest=oldest)
    with _told(settings, notify=notify) as done:
        jobs = min(jobs, len(planned.calls))
        counts = many.run(planned.calls, work, form=form, several=several, jobs=jobs, patience=patience, done=done)
    if counts.past:
        say(
            f"Not imported: {count(counts.past, 'recording')} past the retention period of {days} days. To import "
            "them, say with --keep-until how long to keep them.",
            err=True,
        )
    if several and form == "text":
        say(_summary(counts, root))
    sys.exit(1 if counts.failed or planned.faults or counts.past == len(planned.calls) else 0)


def _is_given(option: str) -> bool:
    """Whether an option stands on the command line, and is not just in the settings."""
    return click.get_current_context().get_parameter_source(option) is click.core.ParameterSource.COMMANDLINE


def _piped(paths: tuple[Path, ...], customer_file: Path | None) -> tuple[Storage, tuple[Path, ...], Path | None]:
    """The recordings with the piped one, if "-" is among them, and how they are opened; checks what goes together."""
    from audio.files.standard_input import STANDARD_INPUT
    from monitor.call.files import STORAGE

    if customer_file and (len(paths) > 1 or paths[0].is_dir() or customer_file.is_dir()):
        raise click.UsageError("--with joins two files: name one recording before it and one after it.")
    if PIPE not in {*paths, customer_file}:
        return STORAGE, paths, customer_file
    if len(paths) > 1 or customer_file == paths[0]:
        raise click.UsageError("“-” is one recording: analyze it by itself, or together with the other side's file.")
    first, second = (STANDARD_INPUT if path == PIPE else path for path in (paths[0], customer_file))
    return standard_input(), (first or paths[0],), second


@contextmanager
def _told(settings: Settings, *, notify: bool) -> Iterator[Callable[[Analysis], object]]:
    """What takes each analysis for the webhook; without --notify, nothing leaves."""
    if not notify:
        yield lambda _: None
        return
    from monitor.notify.notify import Notifier
    from monitor.settings.config import ConfigError

    if not settings.webhook.url:
        raise ConfigError("--notify needs an address: set webhook.url in the settings.")
    with Notifier(settings.webhook) as notifier:
        yield notifier.of_recording


def _summary(counts: Counts, root: Path) -> str:
    saved = f"{count(counts.saved, 'call')} saved in {root}."
    if not counts.earlier:
        return saved
    return f"{saved} {counts.earlier} already analysed, not saved again: --again does that."
