"""The commands, nothing else: each reads its arguments and calls the room that does the work."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor import __version__

if TYPE_CHECKING:
    from audio.files import AgentChannel

Callback = Callable[..., None]


class Sentence(click.ClickException):
    """An expected failure: one full sentence on stderr, exit 1."""

    def show(self, file: Any = None) -> None:  # noqa: ANN401 - as click has it
        """Print the sentence as it is."""
        click.echo(self.message, file=file or sys.stderr)


def in_sentences(command: Callback) -> Callback:
    """Turn the failures that a command expects into sentences."""

    @wraps(command)
    def told(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passes on what click gives
        try:
            command(*args, **kwargs)
        except Exception as error:
            from monitor.failures import EXPECTED  # noqa: PLC0415 - knows rooms that most commands do without

            if isinstance(error, EXPECTED):
                raise Sentence(str(error)) from error
            raise

    return told


calls_option = click.option(
    "--calls",
    type=click.Path(path_type=Path),
    help="Folder of all calls. Default: TONE_MONITOR_CALLS, else the platform's data folder.",
)
model_option = click.option(
    "--model",
    default="default",
    show_default=True,
    help="Whisper model: the built-in one, a faster-whisper name, a folder, or 'none' for tone without words.",
)
rules_option = click.option(
    "--rules",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A team's rule file, laid over the shipped rules. May be given again.",
)
plain_option = click.option("--plain", is_flag=True, help="No screen: a line for each prompt, utterance and flag.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Listen to a support call; show the agent one short instruction at the right second."""


@main.command()
@plain_option
@calls_option
@model_option
@in_sentences
def demo(*, plain: bool, calls: Path | None, model: str) -> None:
    """Play the built-in call through the whole live pipeline on the agent's screen.

    Two and a half minutes: a customer without internet, an agent who hurries, raises her voice and recovers. A
    summary follows. Needs no sound card and no network.
    """
    from monitor import sample, session  # noqa: PLC0415

    session.play(sample.CALL, speed=1.0, plain=plain, calls=calls, model=model)


@main.command()
@click.option(
    "--from", "source", type=click.Path(path_type=Path), required=True, help="Play a recording as if it were the call."
)
@click.option(
    "--speed",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    help="Times real time; 0 for as fast as it goes.",
)
@click.option(
    "--agent",
    type=click.Choice(["left", "right", "mono"]),
    default="left",
    show_default=True,
    help="The agent's channel of the recording.",
)
@click.option("--no-record", is_flag=True, help="Keep events, but no sound.")
@plain_option
@calls_option
@model_option
@rules_option
@in_sentences
def live(  # noqa: PLR0913 - one argument an option
    *,
    source: Path,
    speed: float,
    agent: AgentChannel,
    no_record: bool,
    plain: bool,
    calls: Path | None,
    model: str,
    rules: tuple[Path, ...],
) -> None:
    """Monitor a call as it happens."""
    from monitor import session  # noqa: PLC0415

    session.play(
        source, speed=speed, agent=agent, record=not no_record, plain=plain, calls=calls, model=model, rules=rules
    )


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="FILE|DIR…", type=click.Path(path_type=Path))
@click.option(
    "--agent",
    type=click.Choice(["left", "right", "mono"]),
    default="left",
    show_default=True,
    help="The agent's channel; 'mono' for a recording of one speaker.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, an array of them for several recordings.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Recordings to work on at once.")
@calls_option
@model_option
@rules_option
@in_sentences
def analyze(  # noqa: PLR0913 - one argument an option
    *,
    paths: tuple[Path, ...],
    agent: AgentChannel,
    as_json: bool,
    jobs: int,
    calls: Path | None,
    model: str,
    rules: tuple[Path, ...],
) -> None:
    """Put recordings through the same pipeline as a live call.

    Takes stereo (a speaker a channel), dual mono and mono, 8 to 48 kHz: WAV of any kind, FLAC, MP3, Ogg, Opus, M4A.
    """
    from functools import partial  # noqa: PLC0415

    from monitor import batch, recordings  # noqa: PLC0415
    from monitor.calls import root_folder  # noqa: PLC0415

    work = partial(recordings.analyze, agent=agent, model=model, rules=rules, calls=root_folder(calls))
    sys.exit(0 if batch.run(paths, work, as_json=as_json, jobs=jobs) else 1)


@main.group()
def rules() -> None:
    """List, check and test the rules."""


@rules.command("list")
@rules_option
@in_sentences
def rules_list(*, rules: tuple[Path, ...]) -> None:
    """Say in a line what each rule does."""
    from monitor import rulebook  # noqa: PLC0415

    for line in rulebook.lines(rules):
        click.echo(line)


@rules.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE…]")
@in_sentences
def rules_check(*, files: tuple[Path, ...]) -> None:
    """Read rule files as a call would, and say what is wrong with them."""
    from monitor import rulebook  # noqa: PLC0415

    click.echo(rulebook.check(files))


@rules.command("test")
@click.argument("cases", nargs=-1, type=click.Path(path_type=Path), metavar="[CASES…]")
@rules_option
@in_sentences
def rules_test(*, cases: tuple[Path, ...], rules: tuple[Path, ...]) -> None:
    """Run the cases of the shipped rules, or CASES of your own."""
    from monitor import rulebook  # noqa: PLC0415

    results = rulebook.test(cases, rules)
    for line in results.lines:
        click.echo(line)
    sys.exit(1 if results.failed else 0)
