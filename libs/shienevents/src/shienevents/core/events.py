"""Event classes, their wire types, and the catalogue that turns bytes back into them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, get_args

import orjson
from pydantic import BaseModel, ConfigDict

from .canonical_json import _NUL, canonical
from .errors import Contract, UnknownEventType, Unreadable

_WIRE = re.compile(r"[a-z][a-z0-9]*\.[a-z][a-z0-9_]*\.v[1-9][0-9]*")

_TYPED = {"type", "$ref", "anyOf", "oneOf", "allOf", "const", "enum"}

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
        schema = cls.model_json_schema(mode="serialization")
        if schema != cls.model_json_schema(mode="serialization", by_alias=False):
            raise Contract(f"{cls.__name__}: no aliases; a field is stored under its own name and read by it")
        _refuse_inexact(cls.__name__, schema)

    def data(self) -> bytes:
        """The canonical JSON that is stored, published and hashed."""
        # What `model_dump` does, without its Python half: this runs for every event.
        return canonical(self.__pydantic_serializer__.to_python(self, mode="json"))


def _refuse_inexact(name: str, schema: Mapping[str, Any]) -> None:
    """Refuse fields whose JSON is not exact: floats (no canonical meaning), Any (no contract), sets (no order)."""
    named = schema.get("$defs", {})
    for where in (schema, *named.values()):
        for field, shape in (*named.items(), *where.get("properties", {}).items()):
            for part in _parts(shape):
                if part is True or not set(part) & _TYPED:
                    raise Contract(f"{name}.{field}: give the field a type; Any is no contract")
                if part.get("type") == "number":
                    raise Contract(f"{name}.{field}: events hold no floating point; use an integer and a unit")
                if part.get("uniqueItems"):
                    raise Contract(f"{name}.{field}: a set has no order to be written in; use a sorted tuple")


def _parts(shape: Any) -> Iterator[Any]:
    """A property's schema and the schemas within it."""
    yield shape
    if isinstance(shape, Mapping):
        within = [shape[word] for word in ("items", "additionalProperties") if shape.get(word) not in (None, False)]
        for word in ("anyOf", "oneOf", "allOf", "prefixItems"):
            within += shape.get(word, ())
        for part in within:
            yield from _parts(part)


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
