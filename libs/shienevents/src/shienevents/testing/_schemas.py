"""Published JSON Schemas, one file for each wire type, and what may change in one without a new version.

Data on the topic lives for ever, and readers are updated later than writers. So within a wire type a change
must leave old data readable by new code and new data by old code (which ignores fields it does not know):

- allowed: a new optional property with a default; titles, descriptions, examples
- refused: everything else, with the remedy
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from ..core.events import Event, EventTypes

WRITE = "SHIEN_WRITE_SCHEMAS"

_DOCS = {"title", "description", "examples", "$comment", "deprecated", "$schema", "$id", "$defs"}
_WHY = {
    "type": "old readers expect the old type and old data has it",
    "enum": "old readers do not know a new member, and old data may hold one taken away",
    "const": "old readers expect the old value and old data has it",
    "format": "data in the old format is stored for ever",
    "pattern": "data of the old pattern is stored for ever, and old readers refuse any other",
    "default": "events written without the field would be read with another value, and views replayed otherwise",
    "anyOf": "old readers do not know a new alternative, and old data may hold one taken away",
    "additionalProperties": "old readers and old data know only the old shape",
}
_BOUNDS = ("min", "max", "exclusiveM", "multipleOf")
_ABSENT = "\0absent"  # not a value that any schema holds; None would be a default of null
_REMEDY = "make it v{next} with an upcaster from v{now}"


def schema_of(event: type[Event]) -> dict[str, Any]:
    """The JSON Schema of the data an event is stored and published as."""
    schema = event.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:shien:{event.wire}", **schema}


def check_schemas(types: EventTypes, folder: Path) -> None:
    """Check the published schemas in `folder` (`<wire>.json`) against the classes.

        def test_published_schemas_stay_compatible() -> None:
            check_schemas(TYPES, Path(__file__).parent.parent / "schemas")

    With the environment variable SHIEN_WRITE_SCHEMAS=1 new files are written and those with allowed changes
    are written again; a refused change is never written. Raises `AssertionError` with every fault, a line each.
    """
    faults: list[str] = []
    for event in types:
        faults += _check(event, folder / f"{event.wire}.json")
    for wire in types.older:
        if not (folder / f"{wire}.json").exists():
            faults.append(f"{wire}.json is missing; data of this version is still stored, bring the file back from git")
    for path in sorted(folder.glob("*.json")):
        if path.stem not in types:
            faults.append(f"{path.stem} was published and has vanished; keep its class, or add an upcaster from it")
    if faults:
        raise AssertionError("published schemas\n" + "\n".join(f"  {fault}" for fault in faults))


def _check(event: type[Event], path: Path) -> Iterator[str]:
    schema = schema_of(event)
    published = orjson.loads(path.read_bytes()) if path.exists() else None
    if published == schema:
        return
    refused = changes(published, schema) if published else []
    name, _, number = event.wire.rpartition(".v")
    remedy = _REMEDY.format(next=int(number) + 1, now=number)
    yield from (f"{name}.v{number}: {change}; {remedy}" for change in refused)
    if refused:
        return
    if os.environ.get(WRITE) != "1":
        what = "has changed in an allowed way" if published else "is not published yet"
        yield f"{event.wire} {what}; {WRITE}=1 pytest … writes {path.name}, commit it"
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The changes from one schema to another that old readers or old data cannot take, a sentence each."""
    return list(_Comparison(old, new).shapes("the event", old, new))


class _Comparison:
    """Two schemas side by side. References are followed, so that renaming a nested class is no change."""

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        self._old, self._new = old.get("$defs", {}), new.get("$defs", {})
        self._seen: set[tuple[str, str]] = set()

    def shapes(self, where: str, old: Any, new: Any) -> Iterator[str]:
        """What differs between two schemas of the same place."""
        if not isinstance(old, Mapping) or not isinstance(new, Mapping):
            if old != new:
                yield f"{where}: {_shown(old)} became {_shown(new)}, but {_WHY['additionalProperties']}"
            return
        refs = old.get("$ref", ""), new.get("$ref", "")
        if all(refs):
            if refs in self._seen:
                old, new = {**old, "$ref": ""}, {**new, "$ref": ""}
            self._seen.add(refs)
        old, new = _followed(old, self._old), _followed(new, self._new)
        yield from self._properties(where, old, new)
        for word in sorted({*old, *new} - _DOCS - {"properties", "required"}):
            yield from self._word(where, word, old.get(word, _ABSENT), new.get(word, _ABSENT))

    def _properties(self, where: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed_before, needed = set(old.get("required", ())), set(new.get("required", ()))
        at = "" if where == "the event" else f"{where}."
        for name, shape in before.items():
            if name not in after:
                yield f"{at}{name} was removed or renamed, but old readers look for it and old data has it"
                continue
            if name in needed - needed_before:
                yield f"{at}{name} became required, but events without it are stored"
            if name in needed_before - needed:
                yield f"{at}{name} became optional, but old readers require it"
            yield from self.shapes(f"{at}{name}", shape, after[name])
        for name, shape in after.items():
            if name not in before and (name in needed or "default" not in shape):
                yield f"{at}{name} is new without a plain default, but events without it are stored"

    def _word(self, where: str, word: str, old: Any, new: Any) -> Iterator[str]:
        if word in {"items", "additionalProperties", "propertyNames"}:
            if _ABSENT in (old, new):
                yield _sentence(where, word, old, new)
                return
            yield from self.shapes(f"{where}[]", old, new)
        elif word in {"anyOf", "oneOf", "allOf", "prefixItems"}:
            if _ABSENT in (old, new) or len(old) != len(new):
                yield _sentence(where, word, old, new)
                return
            for number, (before, after) in enumerate(zip(old, new, strict=True), start=1):
                yield from self.shapes(f"{where} (alternative {number})" if len(old) > 1 else where, before, after)
        elif word == "discriminator":
            if _ABSENT in (old, new) or old["propertyName"] != new["propertyName"]:
                yield _sentence(where, word, old, new)
        elif word == "enum" and _ABSENT not in (old, new):
            if sorted(map(repr, old)) != sorted(map(repr, new)):
                yield _sentence(where, word, old, new)
        elif old != new or type(old) is not type(new):
            yield _sentence(where, word, old, new)


def _followed(shape: Mapping[str, Any], named: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema with its reference replaced by what it refers to."""
    while ref := shape.get("$ref"):
        rest = {word: value for word, value in shape.items() if word != "$ref"}
        shape = {**named[ref.removeprefix("#/$defs/")], **rest}
    return shape


def _sentence(where: str, word: str, old: Any, new: Any) -> str:
    bounds = "data within the old bounds is stored for ever, and old readers refuse what is beyond them"
    why = bounds if word.startswith(_BOUNDS) else _WHY.get(word, "old readers and old data know only the old shape")
    return f"{where}: {word} {_shown(old)} became {_shown(new)}, but {why}"


def _shown(value: Any) -> str:
    return "(absent)" if value == _ABSENT else orjson.dumps(value).decode()
