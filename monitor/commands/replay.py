"""`tone-monitor replay`: one call, to look at and listen to again."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.base.terminal import say, takes_screen
from monitor.commands.options.access import note_accesses
from monitor.commands.options.common import calls_option, in_force, in_sentences, plain_option, reviewer_option
from monitor.commands.options.shipped import call_named, noting, of_copy


@click.command()
@click.argument("call", default="", metavar="[CALL]")
@click.option("--follow", is_flag=True, help="Follow a call in progress, with the last minute in view.")
@click.option(
    "--clip",
    nargs=2,
    metavar="START END",
    help="Save this part of the call to --out instead of showing it. Times are seconds, m:ss or h:mm:ss.",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="Where to save the clip: a new folder or a .zip file. Default: named after the call and the times.",
)
@click.option("--opus", is_flag=True, help="Save the clip's sound as Opus, at a tenth of FLAC's size.")
@plain_option
@reviewer_option
@calls_option
@in_sentences
def replay(  # noqa: PLR0913 - one argument an option
    *,
    call: str,
    follow: bool,
    clip: tuple[str, str] | None,
    out: Path | None,
    opus: bool,
    plain: bool,
    reviewer: str,
    calls: Path | None,
) -> None:
    """Replay a call: curves, words, prompts and sound.

    CALL is a call's folder, its id, or the start or end of its id. Without it, the newest call is replayed. A call that
    is not here is fetched from objects.url in the settings, if it was shipped there. The
    recording is never changed; notes about a call go into a file of their own beside it.
    """
    if clip is None and (out or opus):
        raise click.UsageError("--out and --opus need --clip START END.")
    folder = call_named(call, calls, sound=True)
    if clip:
        from monitor.replay.clip import export, seconds, suggested  # brings numpy

        start_s, end_s = map(seconds, clip)
        say(export(folder, start_s, end_s, out or suggested(folder, start_s, end_s), "opus" if opus else "flac"))
        note_accesses([folder], "exported", reviewer, part_s=(start_s, end_s))
    elif plain or not takes_screen(keys=True):
        from monitor.replay.plain import lines

        for line in lines(folder):
            say(line)
        note_accesses([folder], "opened", reviewer)
    else:
        from monitor.replay.replay_app import run  # brings the screen
        from monitor.sealed import team_key

        team_key.unlock()
        settings = of_copy(folder, in_force())
        with noting(settings, wanted=settings != in_force()):
            run(folder, settings, reviewer or settings.reviewer.name, follow=follow)
