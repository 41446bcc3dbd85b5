"""`tone-monitor rollout`: a team's rules and settings for all its desks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.base.terminal import say
from monitor.commands.options.common import in_force, in_sentences

if TYPE_CHECKING:
    from monitor.objects.bucket import Bucket
    from monitor.settings.team_settings import State


@click.group()
def rollout() -> None:
    """Give a team's rules and settings to all its desks.

    They come from the team's object store, signed. Each desk pins the public key in team.rollout_key and takes new
    versions between calls, as a whole or not at all.
    """


@rollout.command()
@click.option("--rules", type=click.Path(path_type=Path), multiple=True, help="A rule file. Can be repeated.")
@click.option("--settings", type=click.Path(path_type=Path), help="A settings file with what the team sets.")
@click.option("--note", default="", help="What has changed, for people.")
@in_sentences
def publish(*, rules: tuple[Path, ...], settings: Path | None, note: str) -> None:
    """Publish rules and settings for all desks.

    They replace all of the version before. Word lists in the folder `words` beside a rule file are taken along.
    """
    if not rules and not settings:
        raise click.UsageError("Give --rules or --settings, or both. To return to the version before, use back.")
    from monitor.call.marks import signature
    from monitor.rollout import publish as publishing
    from monitor.rollout import signing

    own = in_force()
    prepared = publishing.prepare(own.team.name, signature(own.reviewer.name), note, rules, settings)
    done = publishing.publish(_store(), prepared, signing.private_key(own.team.signing_key_file))
    contents = _contents(done.rule_files, done.settings)
    say(f"Published version {done.version} with {contents}. Desks take it between calls.")


@rollout.command()
@in_sentences
def status() -> None:
    """Show the version here and those in the store."""
    from monitor.rollout import signing
    from monitor.rollout import store as stored
    from monitor.rollout.document import opened
    from monitor.rollout.errors import RolloutError
    from monitor.settings import config, team_settings

    own = in_force()
    _say_state(team_settings.state(config.file()))
    store = _store()
    key = signing.public_key(own.team.rollout_key)
    for version in stored.versions(store):
        try:
            found = opened(stored.read(store, version), version, key)
        except RolloutError as error:
            say(f"{version:>6}  {error}")
        else:
            contents = _contents(found.rule_files, found.settings)
            say(f"{version:>6}  {found.published:%Y-%m-%d %H:%M} UTC  {found.by}  {contents}  {found.note}".rstrip())


@rollout.command()
@in_sentences
def take() -> None:
    """Take the newest version now.

    A session does so by itself, every five minutes, between calls. Other machines run this daily.
    """
    from monitor.call.folder import root_folder
    from monitor.rollout.look import look
    from monitor.settings import config

    settings = in_force()
    _store()
    state = look(settings, config.file(), root_folder(Path(settings.calls.folder) if settings.calls.folder else None))
    _say_state(state)
    sys.exit(1 if state.refused else 0)


@rollout.command()
@click.option("--here", is_flag=True, help="On this machine alone, until the team publishes again.")
@in_sentences
def back(*, here: bool) -> None:
    """Return to the version before.

    Without --here, for the whole team: the version before is published again, with a new number.
    """
    from monitor.call.marks import signature
    from monitor.rollout import intake, signing
    from monitor.rollout import publish as publishing
    from monitor.settings import config

    if here:
        _say_state(intake.back(config.file()))
        return
    own = in_force()
    key = signing.private_key(own.team.signing_key_file)
    done, earlier = publishing.publish_again(_store(), key, signature(own.reviewer.name))
    say(f"Published version {earlier} again, as version {done.version}. Desks take it between calls.")


@rollout.command()
@click.option("--make", is_flag=True, help="Make a signing key in the keyring or in team.signing_key_file.")
@in_sentences
def key(*, make: bool) -> None:
    """Show the public key that desks pin."""
    from monitor.rollout import signing

    file = in_force().team.signing_key_file
    found = signing.make(file) if make else signing.private_key(file)
    say(signing.public_text(found))
    if make:
        say(
            "Put this into rollout_key under [team] on every desk. Keep a copy of the private key elsewhere: without "
            "it, every desk needs a new rollout_key.",
            err=True,
        )


def _store() -> Bucket:
    from monitor.objects.bucket import connect
    from monitor.rollout.errors import RolloutError

    url = in_force().objects.url
    if not url:
        raise RolloutError("There is no object store to publish to or take from. Set url under [objects].")
    return connect(url)


def _say_state(state: State) -> None:
    if state.in_force:
        before = f" Before it: {state.before}." if state.before else ""
        say(f"Version {state.in_force} is in force on this machine.{before}")
    else:
        say("No roll-out is in force on this machine.")
    if state.refused:
        say(state.refused)


def _contents(rule_files: tuple[str, ...], settings: object) -> str:
    from monitor.base.counts import count

    tables = settings if isinstance(settings, dict) else {}
    return f"{count(len(rule_files), 'rule file')}, {count(sum(map(len, tables.values())), 'setting')}"
