"""Keys: what makes the figures of a recording, as one keyed hash, and names that nobody can guess without the key.

A plain hash of sound or of a name would betray it to whoever has the recording or a list of names.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping

import msgspec

from monitor.call.info import CallInfo
from monitor.recordings.one import AnalysisOptions
from monitor.recordings.recorded_call import RecordedCall
from rules.conditions import Condition, MetricCondition
from rules.rulebook import ChecklistPlan, Rule, Rulebook

MEASURES = 1
"""Raised whenever figures of the same sound change: then, and only then, archives are analysed again."""
DIGITS = 24
"""Hexadecimal digits of an id: among 10^9 recordings, the chance of two with one id is below 10^-10."""
LETTERS = 8
"""Letters of a pseudonym."""

FIGURE_OPTIONS = ("model", "rules", "agent", "raw", "engine", "separate", "settings")
"""Fields of `AnalysisOptions` that `figures_key` takes into account: themselves, or what of them changes figures."""
OTHER_OPTIONS = ("calls", "longest_h", "again", "skip_known", "keep_until", "storage")
"""Fields that change no figure."""


def digest(secret: bytes, kind: str, *parts: str) -> str:
    """A keyed hash of texts, as hexadecimal digits.

    Args:
        secret: the key of the lake.
        kind: what is hashed, so that two kinds of things never have the same id.
        parts: the texts.
    """
    return hmac.digest(secret, msgspec.json.encode([kind, *parts]), hashlib.sha256).hex()[:DIGITS]


def pseudonym(secret: bytes, name: str) -> str:
    """What stands for an agent's name, such as "Agent K7QB2M4A"; empty for no name."""
    if not name:
        return ""
    code = base64.b32encode(hmac.digest(secret, b"agent " + name.encode(), hashlib.sha256)).decode("ascii")
    return f"Agent {code[:LETTERS]}"


def figures_key(secret: bytes, options: AnalysisOptions, rulebook: Rulebook, info: CallInfo, call: RecordedCall) -> str:
    """The key of a recording's figures: the same as long as another analysis would find the same.

    Args:
        secret: the key of the lake.
        options: how it is analysed.
        rulebook: by which it is judged.
        info: what is known of it; its model is "none" after a refusal, whatever the options say.
        call: the recording itself.
    """
    made_from = {
        "sound": info.sound_hash,
        "agent_channel": info.agent_channel,
        "customer_late_s": call.customer_late_s,
        "rules": rulebook.fingerprint,
        "attributes": dict(sorted(_judged(info.attributes, rulebook))),
        "model": info.model,
        "engine": options.engine,
        # A channel that was chosen says whose voice is whose; without one, the first words do.
        "separate": options.separate and (call.known.agent_channel or "by words"),
        "card_guard": options.settings.privacy.card_guard,
        "measures": MEASURES,
    }
    return digest(secret, "figures", msgspec.json.encode(made_from, order="sorted").decode())


def _judged(attributes: Mapping[str, str], rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    """The attributes that a rule reads."""
    parts: tuple[Rule | ChecklistPlan, ...] = (*rulebook.rules, *rulebook.checklists)
    read = {
        condition.metric for part in parts for condition in _conditions(part) if isinstance(condition, MetricCondition)
    }
    return ((name, value) for name, value in attributes.items() if name in read)


def _conditions(part: Rule | ChecklistPlan) -> tuple[Condition, ...]:
    return (*part.conditions, *part.unless, *part.heeded_by) if isinstance(part, Rule) else part.conditions
