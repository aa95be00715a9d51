"""Bodies made from a document: one that can be taken, and such as cannot, each with the field at fault.

The places of a body are found by its schema, so a field that is added tomorrow is tried tomorrow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.turns import share

from .city import City

_HERE = "@@here@@"
TEXTS: Sequence[bytes] = (
    b'"\\u0000"', b'"a\x00b"', b'"\\ud800"', b'"\\udc00\\ud800"', b'"\\u001b[31m"', b'"\xc0\x80"', b'"\xed\xa0\x80"',
    '"髙﨑"'.encode("cp932"), b'" "', '"\u3000"'.encode(), '"\u200b"'.encode(), '"\u202e反"'.encode(), b'"-"',
    b'"hanako@example.jp"', b"1", b"true", b'{"a":1}',
    b"[" * 10_000 + b"]" * 10_000,
)  # fmt: skip
PERSONS: Sequence[bytes] = ('"山田花子様"'.encode(), '"佐藤 実"'.encode())
MAY_NAME_A_PERSON = "person"  # of a contact, which is in no event
NUMBERS: Sequence[bytes] = (
    b"2147483648", b"-2147483649",
    b"9223372036854775808", b"-9223372036854775809", b"1" + b"0" * 400, b"1e309", b"NaN", b"Infinity", b"-Infinity",
    b"1.0", b"1e0", b"0.5", b"true", b'"1"', '"１"'.encode(), "１".encode(), b'"\\u0000"', b"[]", b'""',
)  # fmt: skip
DATES: Sequence[bytes] = (
    b'"0000-01-01"', b'"10000-01-01"', b'"1900-01-01"', b'"2000-03-31"', b'"2100-01-01"', b'"2026-02-30"',
    b'"2026-13-01"', '"令和元年"'.encode(),
    b'"2026-04-01T25:00:00Z"', b'"2026-04-01T09:30:60"', '"２０２６-04-01"'.encode(),
    b"0", b'"0"', b"1e309", b"true", b'"\\u0000"', b'""',
)  # fmt: skip
IDS: Sequence[bytes] = (b'"x"', b'"\\u0000"', b"1", b'"../../x"', b'""', b"[]", b'"' + b"x" * 5000 + b'"')
LISTS: Sequence[bytes] = (
    b'"x"',
    b"{}",
    b"1",
    b'["\\u0000"]',
    b"[" * 10_000 + b"]" * 10_000,
    b'[{"a":' * 40 + b"1" + b"}]" * 40,
)
OBJECTS: Sequence[bytes] = (b'"x"', b"[]", b"1", b'{"\\u0000":1}', b'{"__proto__":1}', b'{"a":1,"a":2}')
TRUTHS: Sequence[bytes] = (b"0", b"1", b'"true"', b'"\\u0000"', b"[]", b"NaN")
OURS = ("municipality", "version", "role", "recorded_at", "actor", "id", "event_id", "seq", "correlation")


@dataclass(frozen=True)
class Bad:
    """A body that cannot be taken, and the field that must be named."""

    body: bytes
    field: str


class Shape:
    """The shape of an operation's body, as the document says it."""

    def __init__(self, city: City, service: str, document: Mapping[str, Any], operation: Mapping[str, Any]) -> None:
        self._city = city
        self._service = service
        self._document = document
        self._schema = self._plain(operation["requestBody"]["content"]["application/json"]["schema"])

    def right(self, *, whole: bool = False) -> dict[str, Any]:
        """A body that the fields let through; with all it may have, when it is `whole`."""
        made: dict[str, Any] = self._example(self._schema, "", whole=whole)
        return made

    def bad(self, turns: Iterator[int]) -> Iterator[Bad]:
        """Bodies with one field that cannot be taken. Each place takes the next turn, for its share of values."""
        for place, values in self._places(self._schema, ()):
            whole = self.right(whole=True)
            _put(whole, place, _HERE)
            text = json.dumps(whole).encode()
            for value in share(values, next(turns), 4):
                yield Bad(text.replace(f'"{_HERE}"'.encode(), value), ".".join(map(str, place)))
        for name in OURS:
            if name not in self._schema["properties"]:
                yield Bad(json.dumps({**self.right(), name: 1}).encode(), name)
        for name in self._schema.get("required", ()):
            yield Bad(json.dumps({key: one for key, one in self.right().items() if key != name}).encode(), name)

    def _plain(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The schema itself, behind its references and beside null."""
        while True:
            if "$ref" in schema:
                schema = self._document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            elif "anyOf" in schema:
                schema = schema["anyOf"][0]
            else:
                return schema

    def _example(self, schema: Mapping[str, Any], name: str, *, whole: bool) -> Any:
        schema = self._plain(schema)
        if "enum" in schema:
            return schema["enum"][0]
        match schema.get("type"):
            case "object":
                wanted = schema.get("properties", {}) if whole else schema.get("required", ())
                return {key: self._example(schema["properties"][key], key, whole=whole) for key in wanted}
            case "array":
                least = schema.get("minItems", 0)
                kinds = schema.get("prefixItems") or [schema["items"]] * (max(1, least) if whole else least)
                return [self._example(kind, name, whole=whole) for kind in kinds]
            case "integer" | "number":
                return int(schema.get("minimum", 1))
            case "boolean":
                return False
        return self._text(schema, name)

    def _text(self, schema: Mapping[str, Any], name: str) -> str:
        singular = {"needs": "need_id", "issues": "issue_id", "proposals": "proposal_id"}.get(name, name)
        areas = {
            "parent": "272108",
            "service_areas": "272108-01",
            "successors": "272108-02",
            "successor": "272108-02",
            "added": "272108-02",
            "to_bodies_of": "272108-01",
        }
        known = areas.get(name)
        if found := known or self._city.id(self._service, singular):
            return found
        match schema.get("format"):
            case "uuid":
                return "00000000-0000-4000-8000-000000000000"
            case "date":
                return "2026-04-01"
        written = {"corporate_number": "9234567890123", "hours_from": "09:30", "hours_until": "11:00"}
        return (written | {"position": "needs.0.1"}).get(name, "字")

    def _places(self, schema: Mapping[str, Any], at: tuple[str | int, ...]) -> Iterator[tuple[Any, Sequence[bytes]]]:
        schema = self._plain(schema)
        if at:
            yield at, _values(schema, str(at[-1]))
        if schema.get("type") == "object":
            for name, one in schema.get("properties", {}).items():
                yield from self._places(one, (*at, name))
        elif schema.get("type") == "array":
            yield from self._places((schema.get("prefixItems") or [schema["items"]])[0], (*at, 0))


def _values(schema: Mapping[str, Any], name: str) -> Sequence[bytes]:
    """What cannot be taken at a place of this kind, by this name."""
    match schema.get("type"), schema.get("format"):
        case "integer", _:
            return NUMBERS
        case "boolean", _:
            return TRUTHS
        case "array", _:
            return LISTS
        case "object", _:
            return OBJECTS
        case _, "date":
            return DATES
        case _, "uuid":
            return IDS
    longest = schema.get("maxLength", 64)
    persons = () if name == MAY_NAME_A_PERSON else PERSONS
    return [*TEXTS, *persons, b'"' + b"x" * (longest + 1) + b'"']


def _put(whole: Any, place: Sequence[str | int], value: object) -> None:
    for step in place[:-1]:
        whole = whole[step]
    whole[place[-1]] = value
