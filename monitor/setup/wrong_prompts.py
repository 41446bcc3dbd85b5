"""The prompts that an agent marked as wrong and shares with nobody, kept beside the agent's voice profile.

They are not in the calls' folders, so nothing that reads, sends or copies calls can give them away. A line names the
call, the rule and the time; it holds no words.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from monitor.base import atomic
from monitor.base.counts import count
from monitor.setup import profile


@dataclass(frozen=True, slots=True)
class WrongPrompt:
    """One prompt that was wrong."""

    call: str
    """Day and name of its folder."""
    rule: str
    since_s: float
    """When it was put up."""


_LINE = msgspec.json.Decoder(WrongPrompt)


def path_of(agent: str) -> Path:
    """The file of an agent."""
    key = hashlib.sha256(agent.casefold().encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return profile.folder() / f"wrong-prompts-{key}.jsonl"


def files_of(agent: str) -> list[Path]:
    """The file of an agent, if there is one."""
    path = path_of(agent)
    return [path] if agent and path.exists() else []


def add(agent: str, wrong: WrongPrompt) -> None:
    """Note a prompt.

    Raises:
        OSError: the file can't be written.
    """
    path = path_of(agent)
    atomic.make_folder(path.parent)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | atomic.NO_LINK, 0o600)
    with os.fdopen(file, "ab") as lines:
        lines.write(msgspec.json.encode(wrong) + b"\n")


def lines(agent: str) -> Iterator[str]:
    """How often the agent marked the prompts of each rule as wrong, for the agent alone; nothing without any."""
    rules = Counter(wrong.rule for wrong in of_agent(agent))
    if rules:
        counts = ", ".join(f"{rule} {times}" for rule, times in sorted(rules.items()))
        yield f"You marked {count(rules.total(), 'prompt')} as wrong, which only you see: {counts}."


def of_agent(agent: str) -> Iterator[WrongPrompt]:
    """All that the agent noted, each once; lines that can't be read are left out."""
    try:
        lines = path_of(agent).read_bytes().splitlines()
    except OSError:
        return
    seen = set()
    for line in lines:
        try:
            wrong = _LINE.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        if wrong not in seen:
            seen.add(wrong)
            yield wrong
