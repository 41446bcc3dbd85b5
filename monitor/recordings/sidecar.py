"""Files beside a recording that say who and when: JSON or TOML with the same name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from monitor.recordings.errors import MetadataError
from monitor.recordings.known import Known, field_name, from_fields, is_field, unknown_field
from rules.strict_toml import read_text, read_toml

SUFFIXES = (".toml", ".json")


def sidecar_of(path: Path) -> Path | None:
    """The file beside a recording: call.toml, call.json, call.wav.toml or call.wav.json for call.wav."""
    beside = (end for suffix in SUFFIXES for end in (path.with_suffix(suffix), path.with_name(path.name + suffix)))
    return next((one for one in beside if one.is_file()), None)


def from_sidecar(path: Path) -> Known:
    """What the file beside a recording says; nothing if there is none, or if it has no field of ours.

    Args:
        path: of the recording.

    Raises:
        MetadataError: it can't be read, or says something that can't be used.
    """
    beside = sidecar_of(path)
    if beside is None:
        return Known()
    fields = dict(flat(_read(beside)))
    if not any(map(is_field, fields)):
        return Known()  # such as a transcript that another program has left there
    for name in fields:
        if not is_field(name):
            raise MetadataError(f"In {beside}, {unknown_field(name)}")
    try:
        return from_fields(fields)
    except ValueError as error:
        raise MetadataError(f"In {beside}, {error}") from error


def flat(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Fields with their values as text; those of a table `attributes` become `attribute.NAME`."""
    for name, value in found.items():
        if field_name(name) in {"attribute", "attributes"} and isinstance(value, Mapping):
            yield from ((f"attribute.{key}", _text(inner)) for key, inner in value.items())
        else:
            yield field_name(name), _text(value)


def _read(beside: Path) -> Mapping[str, Any]:
    if beside.suffix == ".toml":
        return read_toml(beside, MetadataError)
    text = read_text(beside, MetadataError)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MetadataError(f"The file {beside} is not valid JSON ({error}). Correct it.") from error
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
