"""`tone-monitor rollout`: published, shown, taken and stepped back from by hand."""

from pathlib import Path

import pytest
from pyrage import x25519

from monitor.rollout import desks
from tests.monitor.rollout.rollouts import Team, run

SETTINGS = "[retention]\naudio_days = {days}\n"


@pytest.fixture
def published(team: Team) -> Team:
    """The desk is that of who publishes, too."""
    team.make_desk(team={"signing_key_file": "signing"})
    public = run("rollout", "key", "--make").stdout.strip()
    team.make_desk(team={"signing_key_file": "signing", "rollout_key": public})
    return team


def publish(days: int) -> None:
    Path("published.toml").write_text(SETTINGS.format(days=days), "utf-8")
    done = run("rollout", "publish", "--settings", "published.toml", "--note", f"{days} days")
    assert done.exit_code == 0, done.output
    assert "1 setting. Desks take it between calls." in done.output


def test_a_version_is_published_taken_shown_and_stepped_back_from(published: Team) -> None:
    publish(7)
    publish(8)
    assert run("rollout", "take").output == "Version 2 is in force on this machine.\n"
    assert published.settings().retention.audio_days == 8
    shown = run("rollout", "status").output.splitlines()
    assert shown[0] == "Version 2 is in force on this machine."
    assert [line.split()[0] for line in shown[1:]] == ["2", "1"]
    assert shown[1].endswith("no rule files, 1 setting  8 days")
    assert run("rollout", "back").output == "Published version 1 again, as version 3. Desks take it between calls.\n"
    assert run("rollout", "take").output == "Version 3 is in force on this machine. Before it: 2.\n"
    assert published.settings().retention.audio_days == 7
    assert run("rollout", "back", "--here").output == "Version 2 is in force on this machine.\n"


def test_the_store_knows_on_which_version_the_machine_is(published: Team) -> None:
    publish(7)
    run("rollout", "take")
    (desk,) = desks.all_desks(published.store)
    assert (desk.version, desk.refused) == (1, "")
    published.store.put(f"{desks.BELOW}/{'0' * 32}", b"\xff", "anything")
    published.store.put(f"{desks.BELOW}/strange", b"", "anything")
    assert list(desks.all_desks(published.store)) == [desk]


def test_what_is_refused_is_said_and_the_exit_code_says_so(published: Team) -> None:
    published.store.put("rollout/versions/000001", b"forged")
    done = run("rollout", "take")
    assert done.exit_code == 1
    assert "damaged, or was not signed with the team's key" in done.output
    assert "damaged, or was not signed" in run("rollout", "status").output


@pytest.mark.usefixtures("published")
def test_a_signing_key_is_made_once_and_never_shown() -> None:
    secret = Path("signing").read_text()
    again = run("rollout", "key", "--make")
    assert (again.exit_code, "may be a key that you need" in again.output) == (1, True)
    assert Path("signing").read_text() == secret
    assert secret.strip() not in run("rollout", "key").output


@pytest.mark.parametrize("arguments", [("publish", "--settings", "x.toml"), ("status",), ("take",), ("back",)])
def test_without_a_store_a_sentence_says_what_to_set(arguments: tuple[str, ...], published: Team) -> None:
    Path("x.toml").write_text(SETTINGS.format(days=3), "utf-8")
    published.make_desk(objects={"url": ""}, team={"signing_key_file": "signing"})
    done = run("rollout", *arguments)
    assert done.exit_code == 1
    assert done.output.endswith("Set url under [objects].\n")


def test_without_a_signing_key_nothing_is_published(team: Team) -> None:
    team.make_desk(team={"signing_key_file": "nowhere"})
    Path("x.toml").write_text(SETTINGS.format(days=3), "utf-8")
    done = run("rollout", "publish", "--settings", "x.toml")
    assert done.exit_code == 1
    assert done.output.startswith("There is no key file")
    assert not list(team.store.list("rollout"))


@pytest.mark.usefixtures("team")
def test_an_empty_roll_out_is_not_published_by_accident() -> None:
    assert run("rollout", "publish").exit_code == 2


def test_recipients_come_with_a_roll_out_and_are_not_changed_beside_it(published: Team) -> None:
    public = str(x25519.Identity.generate().to_public())
    published.make_desk(team={"signing_key_file": "signing", "rollout_key": published.settings().team.rollout_key})
    Path("published.toml").write_text(f'[privacy]\nrecipients = ["{public} Kim"]\n', "utf-8")
    assert run("rollout", "publish", "--settings", "published.toml").exit_code == 0
    assert run("rollout", "take").exit_code == 0
    assert run("key", "recipients").output == f"{public} Kim\n"
    for change in (("add", str(x25519.Identity.generate().to_public())), ("remove", "Kim")):
        done = run("key", *change)
        assert done.exit_code == 1
        assert done.output.startswith("The recipients are set by version 1 of the team's roll-out")


@pytest.mark.usefixtures("published")
def test_a_recipient_that_is_not_a_public_key_is_not_published() -> None:
    Path("published.toml").write_text('[privacy]\nrecipients = ["Kim"]\n', "utf-8")
    done = run("rollout", "publish", "--settings", "published.toml")
    assert (done.exit_code, done.output.startswith('"Kim" is not a public key.')) == (1, True)
