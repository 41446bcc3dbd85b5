"""`tone-monitor live`: calls as they happen."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.base.terminal import say
from monitor.commands.options.common import (
    calls_option,
    engine_option,
    in_force,
    in_sentences,
    language_option,
    model_option,
    plain_option,
    rules_option,
)
from monitor.commands.options.recordings import (
    PIPE,
    RecordingOptions,
    recording_options,
    standard_input,
    take_keys_from_terminal,
)

if TYPE_CHECKING:
    from audio.engines import Engine
    from audio.files.recording import AgentChannel
    from monitor.live.options import PlayedFile


@click.command()
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    help="Play a recording as if it were a live call; - for one that is piped in, once it has ended.",
)
@click.option(
    "--speed",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    help="Speed of a recording, as a multiple of real time; 0 for as fast as possible.",
)
@click.option(
    "--agent",
    default="",
    metavar="DEVICE|CHANNEL",
    help="The microphone: part of its name, or its number. With --from, the agent's channel: left, right or mono.",
)
@click.option(
    "--customer",
    default="",
    metavar="DEVICE",
    help='The customer\'s device: part of its name, its number, or "loopback" for what this machine plays.',
)
@click.option(
    "--auto/--no-auto",
    default=None,
    help="Start a call when the customer speaks; after a minute of silence ask whether it is over, and end it a minute "
    "later. Default: with a device for the customer, calls.auto in the settings; without one, or with --from, no.",
)
@click.option("--no-record", is_flag=True, help="Save events, but no sound.")
@click.option(
    "--metrics",
    "prometheus_port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Serve Prometheus metrics on 127.0.0.1.",
)
@recording_options
@plain_option
@calls_option
@model_option
@language_option
@engine_option
@rules_option
@in_sentences
def live(  # noqa: PLR0913 - one argument an option
    *,
    source: Path | None,
    speed: float,
    agent: str,
    customer: str,
    auto: bool | None,
    no_record: bool,
    prometheus_port: int | None,
    plain: bool,
    calls: Path | None,
    model: str,
    engine: Engine,
    rules: tuple[Path, ...],
    about: RecordingOptions,
) -> None:
    """Monitor calls as they happen, one after the other.

    A call starts when the customer speaks, or without a device for the customer at once. You can also start and end
    calls with the keys s and e, or with `tone-monitor call`. Nothing is saved between calls.

    With --from, who and when is read as `analyze` reads it; a call from sound cards takes none of these options.
    """
    if source is None and about.any_given:
        raise click.UsageError(
            "The options about a recording need --from. For a call from sound cards, use `tone-monitor call start`."
        )
    if source and customer:
        raise click.UsageError("A recording has both sides: leave out --customer, and choose the agent's with --agent.")
    from monitor.live.options import SessionOptions, SoundCards
    from monitor.live.run import run

    run(
        SessionOptions(
            source=SoundCards(agent, customer) if source is None else _played(source, speed, _channel(agent), about),
            settings=in_force(),
            record=not no_record,
            auto=auto,
            plain=plain,
            calls=calls,
            model=model,
            engine=engine,
            rules=rules,
            prometheus_port=prometheus_port,
        )
    )


def _played(source: Path, speed: float, agent: AgentChannel | None, about: RecordingOptions) -> PlayedFile:
    """A recording to be played, with what is known of it.

    Raises:
        MetadataError: what is said of it can't be used, or it is past its retention period.
    """
    from audio.files.standard_input import STANDARD_INPUT
    from monitor.live.options import PlayedFile
    from monitor.recordings.errors import MetadataError
    from monitor.recordings.plan import past_retention, plan

    raw, storage = about.raw_format, None
    if source == PIPE:
        source, storage = STANDARD_INPUT, standard_input()
        take_keys_from_terminal()
    planned = plan([source], about.sources(agent))
    for sentence in planned.remarks:
        say(sentence, err=True)
    if planned.faults:
        raise MetadataError(planned.faults[0])
    (call,) = planned.calls
    days = in_force().retention.numbers_days
    if past_retention([call], days, datetime.now().astimezone().date()):
        raise MetadataError(
            f"{source} is past the retention period of {days} days. Import it with `tone-monitor analyze "
            "--keep-until`, or say with --started when the call was."
        )
    return PlayedFile(source, speed, call.known.agent_channel or "left", call.known.details, raw, storage)


def _channel(agent: str) -> AgentChannel | None:
    """Read the agent's channel of a recording."""
    match agent:
        case "":
            return None
        case "left" | "right" | "mono":
            return agent
        case _:
            raise click.BadParameter(
                f"{agent} is not a channel of a recording. Choose left, right or mono.", param_hint="--agent"
            )
