"""JSON Schemas of a call's files, made from the same types as the pages."""

from collections.abc import Mapping
from typing import Any

import msgspec

from monitor.call.consent import Consent
from monitor.call.events import KINDS
from monitor.call.info import CallInfo, Takeover
from tools.reference.events_page import PARTS
from tools.reference.fields import documented, first_line

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_PLACE = {
    "type": "integer",
    "minimum": 0,
    "description": "Number of the line among all that was said, where it stands later than that.",
}


def events_schema() -> str:
    """The schema of one line of events.jsonl or marks.jsonl."""
    kinds = list(KINDS.values())
    _, found = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    parts = {kind.__name__: kind for kind in (*kinds, *PARTS.values())}
    defs = {name: _documented(schema, parts[name]) for name, schema in found.items()}
    for name, kind in KINDS.items():
        line = defs[kind.__name__]
        line["properties"] = {"event": {"const": name}, "place": _PLACE, **line["properties"]}
        line["required"] = ["event", *line["required"]]
    about = "A line of events.jsonl or marks.jsonl. Newer versions add kinds and keys: pass over what you do not know."
    refs = [{"$ref": f"#/$defs/{kind.__name__}"} for kind in kinds]
    return schema_text(
        {"$schema": DRAFT, "title": "Event of a call", "description": about, "oneOf": refs, "$defs": defs}
    )


def call_schema() -> str:
    """The schema of call.toml."""
    _, found = msgspec.json.schema_components([CallInfo], ref_template="#/$defs/{name}")
    parts = {kind.__name__: kind for kind in (CallInfo, Consent, Takeover)}
    defs = {name: _documented(schema, parts[name]) for name, schema in found.items()}
    return schema_text({"$schema": DRAFT, "title": "call.toml", "$ref": "#/$defs/CallInfo", "$defs": defs})


def _documented(schema: Mapping[str, Any], kind: type) -> dict[str, Any]:
    meanings = {field.name: field.meaning for field in documented(kind)}
    properties = {name: {**of, "description": meanings[name]} for name, of in schema["properties"].items()}
    return {**schema, "description": first_line(kind), "properties": properties}


def schema_text(schema: Mapping[str, Any]) -> str:
    """A schema as a file has it."""
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"
