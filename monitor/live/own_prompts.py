"""The agent's choice of prompts, read from the settings and saved there."""

from dataclasses import replace
from pathlib import Path

from monitor.settings.config import ConfigError, Settings
from monitor.settings.prompt_choices import PromptChoices
from monitor.settings.settings_file import Value
from monitor.setup import settings_edit
from rules.budget import PromptChoice
from rules.rulebook import Rulebook
from rules.strict_toml import suggestion


def choices_in(settings: Settings, rulebook: Rulebook, path: Path) -> PromptChoices:
    """What the settings say.

    Args:
        settings: in force.
        rulebook: has the kinds of prompts.
        path: the settings file, for errors.

    Raises:
        ConfigError: they switch off what can't be switched off.
    """
    kinds, prompts = rulebook.kinds, settings.prompts
    actions = [kind.action for kind in kinds]
    for name in prompts.off:
        if name not in actions:
            raise ConfigError(
                f'In {path}, [prompts] off has "{name}", which is not a kind of prompt that can be switched off'
                f"{suggestion(name, actions)}"
            )
    return PromptChoices(
        kinds,
        PromptChoice(prompts.off, prompts.amount),
        prompts.share_wrong,
        settings.experiment.silent,
        prompts.experiment,
    )


def save(path: Path, before: PromptChoices, after: PromptChoices) -> PromptChoices:
    """Save what differs between two choices in the settings file; give the second one with why it can't, if so."""
    old, new = _settings(before), _settings(after)
    values = {("prompts", name): value for name, value in new.items() if value != old[name]}
    try:
        settings_edit.save(path, values)
    except ConfigError as error:
        return replace(after, trouble=str(error))
    return replace(after, trouble="")


def _settings(choices: PromptChoices) -> dict[str, Value]:
    choice = choices.choice
    return {
        "off": choice.off,
        "amount": choice.amount,
        "share_wrong": choices.share_wrong,
        "experiment": choices.takes_part,
    }
