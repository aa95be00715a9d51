"""Event classes, their wire types, and the catalogue that turns bytes back into them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, get_args

import orjson
from pydantic import BaseModel, ConfigDict, TypeAdapter

from .canonical_json import _NUL, canonical
from .errors import Contract, UnknownEventType, Unreadable

_WIRE = re.compile(r"[a-z][a-z0-9]*\.[a-z][a-z0-9_]*\.v[1-9][0-9]*")

Upcast = Callable[[dict[str, Any]], dict[str, Any]]


class Event(BaseModel):
    """A recorded fact, named in the past tense. Subclass it with the wire type it travels under:

        class NeedRecorded(Event, wire="needs.need_recorded.v1"): ...

    Fields are JSON without floating point. Making one with an unknown field is an error; reading one
    ignores fields it does not know, so that a newer writer may add optional fields.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    wire: ClassVar[str] = ""

    def __init_subclass__(cls, *, wire: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        wire = kwargs.get("wire", "")
        if len(wire) > 128 or not _WIRE.fullmatch(wire):
            raise Contract(f"{cls.__name__}: wire type {wire!r} is not like 'needs.need_recorded.v1'")
        cls.wire = wire
        _refuse_inexact(cls.__name__, TypeAdapter(cls).core_schema)

    def data(self) -> bytes:
        """The canonical JSON that is stored, published and hashed."""
        # What `model_dump` does, without its Python half: this runs for every event.
        return canonical(self.__pydantic_serializer__.to_python(self, mode="json"))


def _refuse_inexact(name: str, schema: Any, field: str = "") -> None:
    """Refuse what has no exact JSON: floats (no canonical meaning), Any (no contract), sets (no order), and aliases.

    `schema` is a core schema of pydantic, or a part of one. The JSON Schemas of a service's events say the same, but
    take a third of its import to build.
    """
    if isinstance(schema, list | tuple):
        for part in schema:
            _refuse_inexact(name, part, field)
    if not isinstance(schema, Mapping):
        return
    if (written := schema.get("serialization", {})).get("function"):
        _refuse_inexact(name, written.get("return_schema", {"type": "any"}), field)
        return
    if schema.get("type") == "model":
        field = schema["cls"].__name__
    if (why := _why_inexact(schema)) is not None:
        raise Contract(f"{name}.{field}: {why}")
    for key, part in schema.items():
        is_field = isinstance(part, Mapping) and part.get("type") == "model-field"
        _refuse_inexact(name, part, key if is_field else field)


def _why_inexact(schema: Mapping[str, Any]) -> str | None:
    kind = schema.get("type")
    if kind == "float":
        return "events hold no floating point; use an integer and a unit"
    if kind in ("set", "frozenset"):
        return "a set has no order to be written in; use a sorted tuple"
    if kind == "any" or schema.get("config", {}).get("extra_fields_behavior") == "allow":
        return "give the field a type; Any is no contract"
    if {"serialization_alias", "validation_alias"} & schema.keys():
        return "no aliases; a field is stored under its own name and read by it"
    return None


def types_of(union: Any) -> tuple[type[Any], ...]:
    """The classes of a union type, in its order: `types_of(A | B)` is `(A, B)`. A single class is a union of one."""
    return get_args(union) or (union,)


class EventTypes:
    """The events a service knows: current classes, and upcasters from the older wire types.

    An upcaster is a pure function dict → dict from one wire type to another; they chain.
    """

    def __init__(
        self,
        events: Iterable[type[Event]],
        upcasters: Mapping[tuple[str, str], Upcast] | None = None,
    ) -> None:
        self._classes: dict[str, type[Event]] = {}
        for event in events:
            if self._classes.setdefault(event.wire, event) is not event:
                raise Contract(f"two classes for wire type {event.wire}")
        self._upcasts: dict[str, tuple[str, Upcast]] = {}
        for (old, new), upcast in (upcasters or {}).items():
            if old in self._upcasts or old in self._classes:
                raise Contract(f"{old} has two ways to be read")
            self._upcasts[old] = (new, upcast)
        for old in self._upcasts:
            self.resolve(old)
        self._readers: dict[str, Callable[[bytes], Event]] = {}

    def __iter__(self) -> Iterator[type[Event]]:
        return iter(self._classes.values())

    def __contains__(self, wire: str) -> bool:
        return wire in self._classes or wire in self._upcasts

    @property
    def older(self) -> list[str]:
        """The wire types that are only read, through an upcaster."""
        return sorted(self._upcasts)

    def resolve(self, wire: str) -> type[Event]:
        """The class that events of this wire type are read as. Raises `UnknownEventType`."""
        seen = set()
        while wire not in self._classes:
            if wire not in self._upcasts or wire in seen:
                raise UnknownEventType(f"no class and no upcaster for wire type {wire!r}")
            seen.add(wire)
            wire = self._upcasts[wire][0]
        return self._classes[wire]

    def parse(self, wire: str, data: bytes) -> Event:
        """The event in these bytes. Raises `UnknownEventType` or `Unreadable`."""
        return self.reader(wire)(data)

    def reader(self, wire: str) -> Callable[[bytes], Event]:
        """The function that parses the data of this wire type. It raises `UnknownEventType` or `Unreadable`."""
        read = self._readers.get(wire)
        return self._make_reader(wire) if read is None else read

    def _make_reader(self, wire: str) -> Callable[[bytes], Event]:
        current = self._classes.get(wire)
        # What `model_validate_json` does, without its Python half: this runs for every event.
        validate: Any = current.__pydantic_validator__.validate_json if current else None

        def read(data: bytes) -> Event:
            if b"\\" in data and _NUL.search(data):
                raise Unreadable(f"{wire}: text with NUL (U+0000), which no view can hold")
            try:
                event: Event = validate(data, extra="ignore") if current else self._upcast(wire, data)
            except (ValueError, LookupError, TypeError, AttributeError) as error:  # the latter three by upcasters
                raise Unreadable(f"{wire}: {error}") from error
            return event

        if wire in self:  # a foreign type is not remembered: there may be any number of them
            self._readers[wire] = read
        return read

    def _upcast(self, wire: str, data: bytes) -> Event:
        target = self.resolve(wire)
        value = orjson.loads(data)
        if not isinstance(value, dict):
            raise Unreadable(f"{wire}: not a JSON object")
        while wire != target.wire:
            wire, upcast = self._upcasts[wire]
            value = upcast(value)
        return target.model_validate_json(orjson.dumps(value), extra="ignore")
