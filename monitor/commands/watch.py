"""`tone-monitor watch`: an agent's screen for her calls on a server."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.commands.options.common import Sentence, in_sentences, plain_option


@click.command()
@click.option("--agent", metavar="NAME", help="Whose calls to follow, on the server's own machine.")
@click.option("--server", metavar="URL", help="Follow your calls on a server, such as wss://tone.example.com.")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The file with the agent's token for --server.",
)
@plain_option
@in_sentences
def watch(*, agent: str | None, server: str | None, token_file: Path | None, plain: bool) -> None:
    """Follow an agent's calls on a server, from call to call.

    On the server itself, such as over ssh, name the agent. At her desk, give the server's address and the file with her
    token. The screen is that of `tone-monitor live`; q leaves the screen, and the call continues.
    """
    from monitor.serve.watch.run import at_desk, local, run

    if server and token_file:
        run(at_desk(server, token_file), plain=plain)
    elif server or token_file:
        raise Sentence("--server and --token-file belong together. Give both.")
    elif agent:
        run(local(agent), plain=plain)
    else:
        raise Sentence("Whose calls? Give --agent NAME on the server, or --server URL and --token-file FILE.")
