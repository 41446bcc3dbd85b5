"""What a desk takes from the team's store, and what leaves the version in force."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from monitor.objects.errors import StoreError
from monitor.pipeline.metrics import BY_NAME
from monitor.rollout import document, intake, publish
from monitor.rollout.document import RuleFile, key_of, signed
from monitor.rollout.errors import RolloutError
from monitor.sealed import keys
from monitor.settings.config import ConfigError
from monitor.settings.team_settings import ALLOWED
from rules.load import load
from tests.monitor.rollout.rollouts import Team

SHORT = "[retention]\naudio_days = 7\n"
LONG = "[retention]\naudio_days = 20\n"


def severity(team: Team) -> str:
    rules = load([Path(file) for file in team.settings().rules.files], metrics=BY_NAME).rules
    return next(rule.severity for rule in rules if rule.id == "slow-down")


def in_force(team: Team) -> tuple[int, int]:
    return team.state().in_force, team.settings().retention.audio_days


def test_a_desk_takes_rules_and_settings_together(team: Team) -> None:
    assert (team.settings().retention.audio_days, severity(team)) == (30, "prompt")
    team.publish(SHORT, "urgent")
    assert (team.take().in_force, team.take().refused) == (1, "")
    assert (team.settings().retention.audio_days, severity(team)) == (7, "urgent")


def test_a_desk_without_a_roll_out_is_as_before(team: Team) -> None:
    assert team.take().in_force == 0
    assert not team.settings().rules.files
    assert not (team.settings_file.parent / "config.team").exists()


def test_word_lists_beside_the_rules_are_taken_along(team: Team) -> None:
    words = team.settings_file.parent / "words" / "de"
    words.mkdir(parents=True)
    (words / "complaint.txt").write_text("unverschämt\n", "utf-8")
    team.publish(severity="urgent")
    team.take()
    (rules,) = (Path(file) for file in team.settings().rules.files)
    assert (rules.parent / "words/de/complaint.txt").read_text("utf-8") == "unverschämt\n"


def test_the_next_version_replaces_all_of_the_last(team: Team) -> None:
    team.publish(SHORT, "urgent")
    team.take()
    team.publish(LONG)
    assert team.take().before == 1
    assert (team.settings().retention.audio_days, severity(team)) == (20, "prompt")


def test_what_was_not_signed_with_the_teams_key_is_passed_over_and_said(team: Team) -> None:
    team.publish(LONG)
    team.take()
    forged = replace(team.prepared(SHORT), version=2)
    team.store.put(key_of(2), signed(forged, Ed25519PrivateKey.generate()))
    assert team.take().refused.startswith("Version 2 of the team's roll-out is damaged, or was not signed")
    assert in_force(team) == (1, 20)
    assert team.publish(SHORT) == 3
    assert team.take().refused == ""
    assert in_force(team) == (3, 7)


def test_a_forged_high_number_does_not_hide_what_is_signed(team: Team) -> None:
    team.publish(SHORT)
    team.store.put(key_of(999_999), b"forged")
    assert team.take().refused == ""
    assert in_force(team) == (1, 7)


@pytest.mark.parametrize("damage", ["a changed byte", "cut off", "empty", "another number", "no text"])
def test_a_damaged_one_leaves_the_old_in_force(damage: str, team: Team) -> None:
    team.publish(LONG)
    team.take()
    good = signed(replace(team.prepared(SHORT), version=2), team.key)
    damaged = {
        "a changed byte": good.replace(b"7", b"8", 1)
        if b"audio_days = 7" not in good
        else good.replace(b"= 7", b"= 8"),
        "cut off": good[:-10],
        "empty": b"",
        "another number": signed(replace(team.prepared(SHORT), version=5), team.key),
        "no text": b"\xff" * 100,
    }[damage]
    team.store.put(key_of(2), damaged)
    assert team.take().refused.startswith("Version 2 of the team's roll-out is ")
    assert in_force(team) == (1, 20)


def test_an_old_one_that_was_put_back_is_not_taken(team: Team) -> None:
    for settings in (LONG, SHORT):
        team.publish(settings)
    team.take()
    (team.settings_file.parent / "store" / key_of(2)).unlink()
    assert team.take().refused.startswith("The store offers version 1, but this machine has had version 2")
    assert in_force(team) == (2, 7)
    (team.settings_file.parent / "store" / key_of(1)).unlink()
    assert team.take().refused.startswith("The store offers none, but this machine has had version 2")
    assert in_force(team) == (2, 7)


def test_one_of_another_team_is_refused(team: Team) -> None:
    publish.publish(team.store, replace(team.prepared(SHORT), team="South"), team.key)
    assert team.take().refused.startswith('Version 1 is for the team "South", but this machine belongs to "North".')
    assert in_force(team) == (0, 30)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"files": (RuleFile(name="a.toml", text="[x]\naction = 1\n"),)}, "a.toml"),
        ({"files": (RuleFile(name="a.toml", text="[x"),)}, "is not valid TOML"),
        ({"files": (RuleFile(name="a.toml", text='[x]\nextends = "of-the-next-version"\n'),)}, "a.toml"),
        ({"settings": {"retention": {"audio_days": "seven"}}}, "audio_days"),
        (
            {"settings": {"retention": {"of_the_next_version": 1}}},
            "retention.of_the_next_version, which a team may not",
        ),
        ({"settings": {"devices": {"agent": "Jabra"}}}, "sets devices.agent, which a team may not set"),
        ({"settings": {"prompts": {"off": ["slow_down"]}}}, "sets prompts.off, which a team may not set"),
        ({"settings": {"webhook": {"url": "https://elsewhere.example"}}}, "sets webhook.url, which a team may not set"),
        ({"settings": {"privacy": {"recipients": ["Kim"]}, "retention": {"audio_days": 7}}}, ""),
    ],
)
def test_one_that_does_not_work_here_leaves_the_old_in_force(change: dict[str, object], said: str, team: Team) -> None:
    team.publish(LONG)
    team.take()
    team.store.put(key_of(2), signed(replace(team.prepared(), version=2, **change), team.key))
    after = team.take()
    if said:
        assert said in after.refused
        assert in_force(team) == (1, 20)
        assert team.take() == after, "it is tried again, as the program may have been upgraded"
    else:
        assert in_force(team) == (2, 7), "recipients count only where calls are sealed"


@pytest.mark.parametrize("name", ["../up.toml", "/etc/x.toml", "words/../../x.txt", "a/b.toml", ".hidden.toml", "x.py"])
def test_a_file_name_that_leads_elsewhere_is_refused(name: str, team: Team) -> None:
    rollout = replace(team.prepared(), version=1, files=(RuleFile(name=name, text=""),))
    team.store.put(key_of(1), signed(rollout, team.key))
    assert "needs another version of Tone Monitor" in team.take().refused
    assert in_force(team) == (0, 30)


def test_a_newer_format_asks_for_an_upgrade(team: Team) -> None:
    team.store.put(key_of(1), b"tone-monitor rollout 2\nwhatever\n")
    assert team.take().refused.endswith("does not know. Upgrade this machine.")


def test_sealing_is_taken_only_where_there_is_a_key(team: Team) -> None:
    team.make_desk(privacy={"key_file": "key"})
    team.publish("[privacy]\nencrypt = true\n")
    assert team.take().refused.startswith("There is no key file")
    assert not team.settings().privacy.encrypt
    keys.make()
    assert team.take().refused == ""
    assert team.settings().privacy.encrypt


def test_without_a_pinned_key_nothing_is_taken(team: Team) -> None:
    team.publish(SHORT)
    team.make_desk(team={"rollout_key": ""})
    assert team.take().refused.startswith("This machine takes no roll-outs.")
    team.make_desk(team={"rollout_key": "tone-monitor-rollout-1:qq"})
    assert team.take().refused.startswith("rollout_key under [team] in the settings is not the public key of a team.")
    assert in_force(team) == (0, 30)


def test_a_store_that_is_away_changes_nothing(team: Team) -> None:
    team.publish(SHORT)
    team.take()
    (team.settings_file.parent / "store").rename(team.settings_file.parent / "away")
    with pytest.raises(StoreError):
        team.take()
    assert in_force(team) == (1, 7)


def test_a_full_disk_leaves_the_old_in_force(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    team.publish(LONG)
    team.take()
    team.publish(SHORT, "urgent")
    written = intake.atomic.write

    def full(path: Path, content: bytes) -> None:
        if "2" in path.parts:
            raise OSError(28, "No space left on device")
        written(path, content)

    monkeypatch.setattr(intake.atomic, "write", full)
    assert "No space left on device" in team.take().refused
    monkeypatch.undo()
    team.make_desk()
    assert in_force(team) == (1, 20)


def test_a_desk_steps_back_and_stays_there_until_the_next_version(team: Team) -> None:
    for settings in (LONG, SHORT):
        team.publish(settings)
        team.take()
    intake.back(team.settings_file)
    assert in_force(team) == (1, 20)
    team.take()
    assert in_force(team) == (1, 20), "the version that it stepped back from is not taken again"
    team.publish("[retention]\naudio_days = 3\n")
    team.take()
    assert in_force(team) == (3, 3)


def test_the_first_version_is_stepped_back_from_to_none(team: Team) -> None:
    with pytest.raises(RolloutError, match="No roll-out of a team is in force"):
        intake.back(team.settings_file)
    team.publish(SHORT)
    team.take()
    intake.back(team.settings_file)
    assert in_force(team) == (0, 30)


def test_a_team_steps_back_by_a_new_number(team: Team) -> None:
    for settings in (LONG, SHORT):
        team.publish(settings)
    again, earlier = publish.publish_again(team.store, team.key, "Lee")
    assert (again.version, earlier, again.note) == (3, 1, "back to version 1")
    team.take()
    assert in_force(team) == (3, 20)


@pytest.mark.parametrize(
    ("own", "team_says", "expected"),
    [
        ({"retention": {"audio_days": 5}}, "[retention]\naudio_days = 9\n", 5),
        ({"retention": {"audio_days": 50}}, "[retention]\naudio_days = 9\n", 9),
        ({"privacy": {"card_guard": True}}, "[privacy]\ncard_guard = false\n", True),
        ({}, "[privacy]\ncard_guard = false\n", False),
        ({"privacy": {"card_guard": False}}, "[privacy]\ncard_guard = true\n", True),
        ({"calls": {"record": False}}, "[calls]\nrecord = true\n", False),
        ({"calls": {"record": True}}, "[calls]\nrecord = false\n", False),
        ({"calls": {"end_after_s": 90.0}}, "[calls]\nend_after_s = 30.0\n", 90.0),
        ({"experiment": {"silent": 0.0}}, "[experiment]\nsilent = 0.1\n", 0.1),
        ({"words": {"language": "de"}}, '[words]\nlanguage = "en"\n', "de"),
    ],
)
def test_privacy_that_is_stricter_here_stays(
    own: dict[str, dict[str, object]], team_says: str, expected: object, team: Team
) -> None:
    team.make_desk(**own)
    team.publish(team_says)
    assert team.take().refused == ""
    ((table, values),) = tomllib.loads(team_says).items()
    (name,) = values
    assert getattr(getattr(team.settings(), table), name) == expected


def test_a_team_never_sets_what_is_a_persons_or_a_machines_own() -> None:
    tables = {table for table, _ in ALLOWED}
    assert tables.isdisjoint(
        {"agent", "devices", "prompts", "webhook", "wall", "team", "objects", "reviewer", "archive"}
    )
    assert not {("calls", "consent"), ("calls", "folder"), ("privacy", "key_file")} & ALLOWED.keys()


@pytest.mark.parametrize("settings", ['[agent]\nname = "Kim"\n', '[calls]\nconsent = "given"\n'])
def test_what_a_team_may_not_set_is_not_even_published(settings: str, team: Team) -> None:
    with pytest.raises(RolloutError, match="which stays with each machine or agent"):
        team.prepared(settings)


def test_a_state_that_can_not_be_read_is_said(team: Team) -> None:
    team.publish(SHORT)
    team.take()
    state = team.settings_file.with_suffix(".team") / "state.toml"
    state.write_text("in_force = 'x'")
    with pytest.raises(ConfigError, match=r"config.team, then run tone-monitor rollout take"):
        team.settings()


def test_two_who_publish_at_once_do_not_overwrite_each_other(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    team.publish(SHORT)
    monkeypatch.setattr(publish.stored, "versions", lambda _: [])
    with pytest.raises(RolloutError, match="Somebody else has just published version 1"):
        team.publish(LONG)


def test_what_is_too_large_is_not_published(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "LARGEST_BYTES", 100)
    with pytest.raises(RolloutError, match="larger than 1 MB"):
        team.publish(SHORT)
