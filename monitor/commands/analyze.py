"""`tone-monitor analyze`: recordings through the full pipeline."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.options import calls_option, in_force, in_sentences, model_option, rules_option

if TYPE_CHECKING:
    from audio.files.recording import AgentChannel


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="FILE|DIR…", type=click.Path(path_type=Path))
@click.option(
    "--agent",
    type=click.Choice(["left", "right", "mono"]),
    default="left",
    show_default=True,
    help="The agent's channel, or 'mono' for one speaker.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object, or an array for several recordings.")
@click.option(
    "--longest",
    type=click.FloatRange(min=0, min_open=True),
    default=12.0,
    show_default=True,
    metavar="HOURS",
    help="Refuse longer recordings.",
)
@click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Recordings to analyze at the same time."
)
@calls_option
@model_option
@rules_option
@in_sentences
def analyze(  # noqa: PLR0913 - one argument an option
    *,
    paths: tuple[Path, ...],
    agent: AgentChannel,
    as_json: bool,
    longest: float,
    jobs: int,
    calls: Path | None,
    model: str,
    rules: tuple[Path, ...],
) -> None:
    """Analyze recordings with the pipeline of a live call.

    Stereo has one speaker per channel; dual mono and mono work, too. Sample rates from 8 to 48 kHz are supported.
    Formats: WAV of any kind, FLAC, MP3, Ogg, Opus and M4A.
    """
    from functools import partial

    from monitor.call.folder import root_folder
    from monitor.recordings import many, one  # numpy alone takes longer than `--help` may

    options = one.AnalysisOptions(
        settings=in_force(),
        agent=agent,
        model=model,
        rules=rules,
        calls=root_folder(calls),
        longest_h=longest,
    )
    work = partial(one.analyze_recording, options=options)
    sys.exit(0 if many.run(paths, work, as_json=as_json, jobs=jobs) else 1)
