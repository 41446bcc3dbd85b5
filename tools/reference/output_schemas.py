"""JSON Schemas of what the program writes for others: analyses, exports, messages. They are in the wheel."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_type_hints

import msgspec

from monitor.call.analysis import Analysis
from monitor.export.contact_lens_shape import ContactLens
from monitor.notify.messages import TYPES
from rules.model import Prompt
from tools.reference.fields import first_line, meanings
from tools.reference.schema import DRAFT, schema_text

_NEWER = "Newer versions add keys: pass over what you do not know."
_TEXT = {"type": "string", "minLength": 1}


def analysis_schema() -> str:
    """The schema of what `analyze --json` and `export --to json` write."""
    about = f"What `tone-monitor analyze --json` prints for a recording and `export --to json` for a call. {_NEWER}"
    return _schema("Analysis of a call", about, Analysis)


def report_schema() -> str:
    """The schema of the analysis of type "report" in a vCon."""
    _, found = _components(Analysis)
    body = found["Analysis"]
    body["properties"].pop("utterances")
    body["properties"].pop("utterances_live")
    body["required"].remove("utterances")
    about = f'The body of the analysis of type "report" in an exported vCon. {_NEWER}'
    return schema_text(
        _head("Report in a vCon", about) | {"$ref": "#/$defs/Analysis", "$defs": _used(found, "Analysis")}
    )


def contact_lens_schema() -> str:
    """The schema of the Contact Lens export."""
    about = f"What `tone-monitor export --to contact-lens` writes. {_NEWER}"
    return _schema("Contact Lens file", about, ContactLens)


def prompts_schema() -> str:
    """The schema of a cue in the second track of the WebVTT export."""
    _, found = _components(Prompt)
    cue = found.pop("Prompt")
    for name in ("since_s", "until_s"):
        cue["properties"].pop(name)
    cue["required"] = list(cue["properties"])
    about = f"The text of a cue in the track of prompts that `tone-monitor export --to vtt` writes. {_NEWER}"
    return schema_text(_head("Prompt in a WebVTT track", about) | cue | {"$defs": found})


def webhook_schema() -> str:
    """The schema of a message to the webhook, a CloudEvent."""
    refs, found = _components(*TYPES.values())
    kinds = [_event(name, ref, kind) for (name, kind), ref in zip(TYPES.items(), refs, strict=True)]
    about = f"A message to the webhook: a CloudEvent 1.0 in JSON. {_NEWER}"
    return schema_text(_head("Message about a call", about) | {"oneOf": kinds, "$defs": found})


def _event(name: str, data: Mapping[str, Any], kind: type) -> dict[str, Any]:
    properties = {
        "specversion": {"const": "1.0"},
        "id": {**_TEXT, "description": "The same if the message is sent again."},
        "source": {**_TEXT, "format": "uri-reference", "description": "The machine that sends it."},
        "type": {"const": name},
        "subject": {**_TEXT, "description": "Id of the call."},
        "time": {"type": "string", "format": "date-time", "description": "When it happened."},
        "datacontenttype": {"const": "application/json"},
        "data": data,
    }
    return {"type": "object", "description": first_line(kind), "required": list(properties), "properties": properties}


def _schema(title: str, about: str, kind: type) -> str:
    (ref,), found = _components(kind)
    return schema_text(_head(title, about) | ref | {"$defs": found})


def _head(title: str, about: str) -> dict[str, Any]:
    return {"$schema": DRAFT, "title": title, "description": about}


def _components(*kinds: type) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """A reference to each type, and the schemas of all types in them with what their docstrings say."""
    refs, found = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    parts = {part.__name__: part for kind in kinds for part in _parts(kind)}
    return list(refs), {name: _described(schema, parts[name]) for name, schema in found.items()}


def _described(schema: dict[str, Any], kind: type) -> dict[str, Any]:
    renamed = {field.name: field.encode_name for field in msgspec.structs.fields(kind)} if _is_struct(kind) else {}
    said = {renamed.get(name, name): meaning for name, meaning in meanings(kind).items()}
    properties = {
        name: {**of, "description": said[name]} if name in said else of for name, of in schema["properties"].items()
    }
    return {**schema, "description": first_line(kind), "properties": properties}


def _parts(hint: Any, seen: frozenset[type] = frozenset()) -> Iterator[type]:  # noqa: ANN401 - any type hint
    """The classes with fields that a type hint names, and those in their fields."""
    for argument in get_args(hint):
        yield from _parts(argument, seen)
    if isinstance(hint, type) and hint not in seen and (_is_struct(hint) or hasattr(hint, "__dataclass_fields__")):
        yield hint
        for inner in get_type_hints(hint).values():
            yield from _parts(inner, seen | {hint})


def _is_struct(kind: type) -> bool:
    return issubclass(kind, msgspec.Struct)


def _used(found: Mapping[str, dict[str, Any]], root: str) -> dict[str, Any]:
    """The schemas that one of them refers to, itself among them."""
    used: dict[str, Any] = {}
    waiting = [root]
    while waiting:
        name = waiting.pop()
        if name not in used:
            used[name] = found[name]
            written = msgspec.json.encode(found[name]).decode()
            waiting += [other for other in found if f'"#/$defs/{other}"' in written]
    return {name: used[name] for name in found if name in used}
