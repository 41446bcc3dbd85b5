"""`tone-monitor serve`: calls from the telephone system."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.base.terminal import say
from monitor.commands.options.common import (
    Sentence,
    calls_option,
    engine_option,
    in_force,
    in_sentences,
    model_option,
    rules_option,
)

if TYPE_CHECKING:
    from audio.engines import Engine

FILE = click.Path(path_type=Path, dir_okay=False)
CALLS_A_WORKER = 4
"""Where tone-monitor doctor has not measured this machine."""


@click.command()
@click.option(
    "--listen", default="127.0.0.1:8765", show_default=True, metavar="IP:PORT", help="For WebSockets and HTTP."
)
@click.option(
    "--audiosocket", metavar="IP:PORT", help="Also listen for Asterisk's AudioSocket, such as 127.0.0.1:9092."
)
@click.option("--tls", type=FILE, nargs=2, metavar="CERT KEY", help="Certificate chain and key, as PEM files.")
@click.option(
    "--behind-proxy",
    default="",
    metavar="URL",
    help="The https:// address that platforms use; a proxy there ends TLS and passes connections on to --listen.",
)
@click.option(
    "--secrets", type=FILE, help="File with tokens and keys. Default: serve-secrets.toml beside the settings."
)
@click.option("--new-secrets", is_flag=True, help="Make that file first, with a token for you and one for a PBX.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that measure. Default: one a core.")
@click.option(
    "--max-calls",
    type=click.IntRange(1, 500),
    help="Calls at the same time. Default: what doctor measured.",
)
@click.option(
    "--inbound",
    type=click.Choice(["customer", "agent"]),
    default="customer",
    show_default=True,
    help="Who speaks on the track 'inbound' of Twilio and the like: the one whose leg runs <Stream>.",
)
@click.option(
    "--answer-silence", is_flag=True, help="Answer AudioSocket with silence, as ARI's ExternalMedia needs it."
)
@click.option("--no-record", is_flag=True, help="Save events, but no sound.")
@calls_option
@model_option
@engine_option
@rules_option
@in_sentences
def serve(  # noqa: PLR0913 - one argument an option
    *,
    listen: str,
    audiosocket: str | None,
    tls: tuple[Path, Path] | None,
    behind_proxy: str,
    secrets: Path | None,
    new_secrets: bool,
    workers: int | None,
    max_calls: int | None,
    inbound: str,
    answer_silence: bool,
    no_record: bool,
    calls: Path | None,
    model: str,
    engine: Engine,
    rules: tuple[Path, ...],
) -> None:
    """Take calls from a PBX or a contact centre, live.

    Asterisk, Genesys, Twilio, Telnyx, SignalWire, Exotel, FreeSWITCH, jambonz and Vonage each bring both sides of a
    call over the network. docs/telephony.md has a page for each. It needs the extra serve.
    """
    from monitor.base.extras import has_serve

    if not has_serve():
        raise Sentence("The server needs the extra serve. Run: pip install 'tone-monitor[serve]'")
    from monitor.call.folder import root_folder
    from monitor.rollout.look import in_force as team_version
    from monitor.serve.capacity import known
    from monitor.serve.front.options import Address, FrontOptions
    from monitor.serve.front.secret_file import new_secrets as make
    from monitor.serve.front.secret_file import read_secrets
    from monitor.serve.server import ServerOptions, run
    from monitor.serve.worker_options import WorkerOptions
    from monitor.settings.config import file

    path = secrets or file().with_name("serve-secrets.toml")
    if new_secrets:
        make(path)
        say(f"New tokens are in {path}. Keep it to yourself.")
    version = team_version(file())
    settings, measured = in_force(), known()
    usual = settings.serve
    number = workers or usual.workers or os.cpu_count() or 1
    fit = measured.calls(words=model != "none") if measured else 0
    run(
        ServerOptions(
            front=FrontOptions(
                Address.read(listen),
                Address.read(audiosocket) if audiosocket else None,
                tls,
                behind_proxy,
                "agent" if inbound == "agent" else "customer",
                answer_silence,
            ),
            secrets=read_secrets(path),
            worker=WorkerOptions(
                settings=settings,
                model=model,
                rules=tuple(str(one) for one in rules),
                engine=engine,
                calls=str(root_folder(calls)),
                record=not no_record,
                version=version,
            ),
            workers=number,
            most=max_calls or usual.max_calls or fit or CALLS_A_WORKER * number,
        ),
        say,
    )
