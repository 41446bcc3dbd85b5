"""Opens a person's card of a saved call, and saves it: what the command and the screen beside the replay share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.call.scorecard import card_files
from monitor.call.scorecard.card import Answer, Card
from monitor.report.stored_call import read
from monitor.scorecards import form_file
from monitor.scorecards.filling import answered, fill, own_card
from monitor.scorecards.form import Form
from monitor.scorecards.known import known


@dataclass(frozen=True, slots=True)
class CardOfCall:
    """A card, and where it belongs."""

    folder: Path
    form: Form
    card: Card

    def with_answers(
        self,
        answers: Mapping[str, Answer | None],
        notes: Mapping[str, str] | None = None,
        moments_s: Mapping[str, float] | None = None,
    ) -> CardOfCall:
        """Answer items and save the card; the arguments are those of `filling.answered`.

        Raises:
            AnswerError: there is no such item, or the machine is overruled without a note.
            CallFolderError: the card cannot be written.
        """
        card = answered(self.card, answers, notes, moments_s)
        card_files.save(self.folder, card)
        return CardOfCall(self.folder, self.form, card)


def open_card(folder: Path, form_name: str, by: str, rule_files: tuple[Path, ...] = ()) -> CardOfCall:
    """Fill in what the machine finds, and what this person answered before; nothing is saved.

    Args:
        folder: of the call.
        form_name: of a shipped form, or the path of one.
        by: the person's name.
        rule_files: a team's rules, which the form may name.

    Raises:
        CallFolderError: the call cannot be read.
        FormError: there is no such form, or it is wrong.
        RuleError: a rule file is wrong.
    """
    names = known(rule_files)
    form, kept = form_file.named(form_name, names), read(folder)
    card = fill(form, kept, names, by, own_card(kept.analysis.scorecards, form, by))
    return CardOfCall(folder, form, card)
