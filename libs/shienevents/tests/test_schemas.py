"""Published schemas: every rule with a change that is refused and one that is taken, then real data both ways."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Union
from uuid import UUID

import pytest
from hypothesis import event as note
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, create_model

from shienevents.core.events import Event, EventTypes
from shienevents.testing import check_schemas, examples
from shienevents.testing._schemas import changes, schema_of

Fields = dict[str, Any]
WIRE = "needs.need_recorded.v1"


def event_of(fields: Fields, name: str = "NeedRecorded", doc: str | None = None) -> type[Event]:
    """An event class with these fields: a type, or a type and a default."""
    full = {field: shape if isinstance(shape, tuple) else (shape, ...) for field, shape in fields.items()}
    made: type[Event] = create_model(name, __base__=Event, __cls_kwargs__={"wire": WIRE}, __doc__=doc, **full)  # type: ignore[call-overload]
    return made


class Two(StrEnum):
    A = "a"
    B = "b"


class OtherTwo(StrEnum):
    SECOND = "b"
    FIRST = "a"


class Three(StrEnum):
    A = "a"
    B = "b"
    C = "c"


class One(StrEnum):
    A = "a"


class Place(BaseModel):
    venue: str


class Renamed(BaseModel):
    """The same shape under another name and with a text."""

    venue: str = Field(description="where", examples=["hall"])


class Wider(BaseModel):
    venue: str
    floor: int = 0


class Stricter(BaseModel):
    venue: str
    floor: int


class Narrower(BaseModel):
    other: str = ""


class Tree(BaseModel):
    name: str
    below: list[Tree] = []


class TallTree(BaseModel):
    name: str
    below: list[TallTree] = []
    height: int = 0


class OddTree(BaseModel):
    name: int
    below: list[OddTree] = []


def text(**bounds: Any) -> Any:
    return Annotated[str, Field(**bounds)]


def number(**bounds: Any) -> Any:
    return Annotated[int, Field(**bounds)]


PLACE_OR_ONE = Union[Place, One]  # noqa: UP007
TAKEN: dict[str, tuple[Fields, Fields]] = {
    "nothing": ({"x": int}, {"x": int}),
    "a new optional property with a default": ({"x": int}, {"x": int, "y": (str, "")}),
    "a new optional property with a default of null": ({"x": int}, {"x": int, "y": (str | None, None)}),
    "a new optional enum with a default": ({"x": int}, {"x": int, "y": (Two, Two.A)}),
    "texts": ({"x": int}, {"x": Annotated[int, Field(title="X!", description="a number", examples=[1])]}),
    "order of properties": ({"x": int, "y": str}, {"y": str, "x": int}),
    "name of a nested class": ({"x": Place}, {"x": Renamed}),
    "name and order of an enum": ({"x": Two}, {"x": OtherTwo}),
    "a nested optional property with a default": ({"x": Place}, {"x": Wider}),
    "the same within a list": ({"x": list[Place]}, {"x": list[Wider]}),
    "the same within a dict": ({"x": dict[str, Place]}, {"x": dict[str, Wider]}),
    "the same within an alternative": ({"x": Place | None}, {"x": Wider | None}),
    "the same within a class that holds itself": ({"x": Tree}, {"x": TallTree}),
}
REFUSED: dict[str, tuple[Fields, Fields, str]] = {
    "removed": ({"x": int, "y": int}, {"x": int}, "y was removed or renamed"),
    "renamed": ({"x": int}, {"z": int}, "x was removed or renamed"),
    "optional removed": ({"x": int, "y": (int, 0)}, {"x": int}, "y was removed or renamed"),
    "new required": ({"x": int}, {"x": int, "y": int}, "y is new without a plain default"),
    "new with a factory": (
        {"x": int},
        {"x": int, "y": (list[int], Field(default_factory=list))},
        "y is new without a plain default",
    ),
    "became required": ({"x": (int, 0)}, {"x": int}, "x became required"),
    "became optional": ({"x": int}, {"x": (int, 0)}, "x became optional"),
    "another default": ({"x": (int, 0)}, {"x": (int, 1)}, "x: default 0 became 1"),
    "null for a default": ({"x": (int | None, 0)}, {"x": (int | None, None)}, "x: default 0 became null"),
    "false for a default of zero": ({"x": (int | bool, 0)}, {"x": (int | bool, False)}, "x: default 0 became false"),
    "type": ({"x": int}, {"x": str}, 'x: type "integer" became "string"'),
    "nullable": ({"x": int}, {"x": int | None}, "x: anyOf (absent) became"),
    "no longer nullable": ({"x": int | None}, {"x": int}, "x: anyOf "),
    "alternative added": ({"x": int | None}, {"x": int | str | None}, "x: anyOf "),
    "alternative changed": ({"x": int | None}, {"x": str | None}, 'x (alternative 1): type "integer" became "string"'),
    "list for one": ({"x": int}, {"x": list[int]}, 'x: type "integer" became "array"'),
    "items": ({"x": list[int]}, {"x": list[str]}, 'x[]: type "integer" became "string"'),
    "values of a dict": ({"x": dict[str, int]}, {"x": dict[str, str]}, 'x[]: type "integer" became "string"'),
    "length of a tuple": ({"x": tuple[int, str]}, {"x": tuple[int, str, str]}, "x: maxItems 2 became 3"),
    "part of a tuple": ({"x": tuple[int, str]}, {"x": tuple[int, int]}, 'x (alternative 2): type "string" became'),
    "enum widened": ({"x": Two}, {"x": Three}, 'x: enum ["a","b"] became ["a","b","c"]'),
    "enum narrowed": ({"x": Three}, {"x": Two}, 'x: enum ["a","b","c"] became ["a","b"]'),
    "enum of one widened": ({"x": One}, {"x": Two}, 'x: enum ["a"] became ["a","b"]'),
    "enum made free text": ({"x": Two}, {"x": str}, 'x: enum ["a","b"] became (absent)'),
    "literal": ({"x": Literal["a"]}, {"x": Literal["b"]}, 'x: const "a" became "b"'),
    "format": ({"x": datetime}, {"x": date}, 'x: format "date-time" became "date"'),
    "format added": ({"x": str}, {"x": UUID}, 'x: format (absent) became "uuid"'),
    "pattern": ({"x": text(pattern="^a")}, {"x": text(pattern="^b")}, 'x: pattern "^a" became "^b"'),
    "pattern removed": ({"x": text(pattern="^a")}, {"x": str}, 'x: pattern "^a" became (absent)'),
    "maxLength lowered": ({"x": text(max_length=9)}, {"x": text(max_length=8)}, "x: maxLength 9 became 8"),
    "maxLength raised": ({"x": text(max_length=9)}, {"x": text(max_length=10)}, "x: maxLength 9 became 10"),
    "maxLength added": ({"x": str}, {"x": text(max_length=9)}, "x: maxLength (absent) became 9"),
    "minimum": ({"x": number(ge=0)}, {"x": number(ge=1)}, "x: minimum 0 became 1"),
    "exclusive minimum": ({"x": number(gt=0)}, {"x": number(gt=-1)}, "x: exclusiveMinimum 0 became -1"),
    "maximum removed": ({"x": number(le=9)}, {"x": int}, "x: maximum 9 became (absent)"),
    "step": ({"x": number(multiple_of=2)}, {"x": number(multiple_of=4)}, "x: multipleOf 2 became 4"),
    "nested removed": ({"x": Place}, {"x": Narrower}, "x.venue was removed or renamed"),
    "nested new required": ({"x": Place}, {"x": Stricter}, "x.floor is new without a plain default"),
    "nested in a list": ({"x": list[Place]}, {"x": list[Stricter]}, "x[].floor is new without a plain default"),
    "nested in an alternative": ({"x": Place | None}, {"x": Stricter | None}, "x (alternative 1).floor is new"),
    "nested in itself": ({"x": Tree}, {"x": OddTree}, 'x.name: type "string" became "integer"'),
    "class for a value": ({"x": Place}, {"x": str}, "x.venue was removed or renamed"),
    "union": ({"x": PLACE_OR_ONE}, {"x": Place}, "x: anyOf "),
}


@pytest.mark.parametrize("change", TAKEN)
def test_a_change_that_old_readers_and_old_data_take_is_allowed(change: str) -> None:
    old, new = TAKEN[change]
    assert changes(schema_of(event_of(old)), schema_of(event_of(new))) == []


@pytest.mark.parametrize("change", REFUSED)
def test_a_change_that_old_readers_or_old_data_cannot_take_is_refused_by_name(change: str) -> None:
    old, new, sentence = REFUSED[change]
    found = changes(schema_of(event_of(old)), schema_of(event_of(new)))
    assert [one for one in found if one.startswith(sentence)], found
    assert [one for one in found if "old" not in one and "events" not in one and "data" not in one] == []


@pytest.mark.parametrize("change", REFUSED)
def test_the_way_back_is_refused_too_except_from_a_field_that_had_a_default(change: str) -> None:
    old, new, _ = REFUSED[change]
    assert bool(changes(schema_of(event_of(new)), schema_of(event_of(old)))) is (change != "optional removed")


def publish(folder: Path, event: type[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("SHIEN_WRITE_SCHEMAS", "1")
        check_schemas(EventTypes([event]), folder)


def fault(types: EventTypes, folder: Path) -> str:
    with pytest.raises(AssertionError) as caught:
        check_schemas(types, folder)
    title, *faults = str(caught.value).splitlines()
    assert title == "published schemas"
    return "\n".join(faults)


@pytest.fixture(autouse=True)
def reading_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHIEN_WRITE_SCHEMAS", raising=False)


FIRST = event_of({"x": int})


def test_a_schema_is_published_in_a_file_that_people_can_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path / "schemas", event_of({"x": int, "y": (Two, Two.A)}, doc="A need."), monkeypatch)
    [path] = (tmp_path / "schemas").iterdir()
    assert path.name == "needs.need_recorded.v1.json"
    assert path.read_text().endswith("}\n")
    assert json.loads(path.read_text()) == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:shien:needs.need_recorded.v1",
        "title": "NeedRecorded",
        "description": "A need.",
        "type": "object",
        "additionalProperties": False,
        "properties": {"x": {"title": "X", "type": "integer"}, "y": {"$ref": "#/$defs/Two", "default": "a"}},
        "required": ["x"],
        "$defs": {"Two": {"title": "Two", "type": "string", "enum": ["a", "b"]}},
    }


def test_what_is_published_and_unchanged_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, FIRST, monkeypatch)
    check_schemas(EventTypes([FIRST]), tmp_path)


def test_an_event_that_is_not_published_names_the_command(tmp_path: Path) -> None:
    assert fault(EventTypes([FIRST]), tmp_path) == (
        "  needs.need_recorded.v1 is not published yet; "
        "SHIEN_WRITE_SCHEMAS=1 pytest … writes needs.need_recorded.v1.json, commit it"
    )
    assert list(tmp_path.iterdir()) == []


def test_an_allowed_change_names_the_command_and_the_command_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, FIRST, monkeypatch)
    second = event_of({"x": int, "y": (int, 0)})
    assert "has changed in an allowed way; SHIEN_WRITE_SCHEMAS=1 pytest" in fault(EventTypes([second]), tmp_path)
    publish(tmp_path, second, monkeypatch)
    check_schemas(EventTypes([second]), tmp_path)


def test_a_refused_change_names_field_reason_and_remedy_and_is_never_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, FIRST, monkeypatch)
    before = (tmp_path / f"{WIRE}.json").read_bytes()
    monkeypatch.setenv("SHIEN_WRITE_SCHEMAS", "1")
    assert fault(EventTypes([event_of({"x": str})]), tmp_path) == (
        '  needs.need_recorded.v1: x: type "integer" became "string", but old readers expect the old type and '
        "old data has it; make it v2 with an upcaster from v1"
    )
    assert (tmp_path / f"{WIRE}.json").read_bytes() == before


def test_a_wire_type_that_vanished_is_refused_until_an_upcaster_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Second(Event, wire="needs.need_recorded.v2"):
        y: int

    publish(tmp_path, FIRST, monkeypatch)
    monkeypatch.setenv("SHIEN_WRITE_SCHEMAS", "1")
    assert fault(EventTypes([Second]), tmp_path) == (
        "  needs.need_recorded.v1 was published and has vanished; keep its class, or add an upcaster from it"
    )
    check_schemas(EventTypes([Second], {(WIRE, Second.wire): lambda value: {"y": value["x"]}}), tmp_path)


def test_the_schema_of_an_older_version_stays_in_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, FIRST, monkeypatch)
    types = EventTypes([FIRST], {("needs.need_noted.v1", WIRE): lambda value: value})
    assert fault(types, tmp_path).startswith("  needs.need_noted.v1.json is missing; ")


# Real data both ways: whatever the check lets pass, hypothesis-made data must read across.
KINDS: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "int": (int, st.integers(-9, 9)),
    "small": (number(ge=0, le=5), st.integers(0, 5)),
    "smaller": (number(ge=0, le=4), st.integers(0, 4)),
    "str": (str, st.text("abc", max_size=4)),
    "short": (text(max_length=2), st.text("abc", max_size=2)),
    "uuid": (UUID, st.uuids()),
    "two": (Two, st.sampled_from(Two)),
    "other two": (OtherTwo, st.sampled_from(OtherTwo)),
    "three": (Three, st.sampled_from(Three)),
    "int or none": (int | None, st.none() | st.integers(-9, 9)),
    "ints": (list[int], st.lists(st.integers(-9, 9), max_size=2)),
    "place": (Place, st.builds(Place, venue=st.text("abc"))),
    "wider": (Wider, st.builds(Wider, venue=st.text("abc"), floor=st.integers(0, 9))),
    "stricter": (Stricter, st.builds(Stricter, venue=st.text("abc"), floor=st.integers(0, 9))),
    "places": (list[Place], st.lists(st.builds(Place, venue=st.text("abc")), max_size=2)),
    "stricters": (list[Stricter], st.lists(st.builds(Stricter, venue=st.text("abc"), floor=st.just(0)), max_size=2)),
    "widers": (list[Wider], st.lists(st.builds(Wider, venue=st.text("abc"), floor=st.integers(0, 9)), max_size=2)),
}
Shape = dict[str, tuple[str, Any]]  # field → kind, and its default or ...


@st.composite
def shapes(draw: Callable[[st.SearchStrategy[Any]], Any], names: str) -> Shape:
    kinds = draw(st.fixed_dictionaries({}, optional={name: st.sampled_from(sorted(KINDS)) for name in names}))
    return {name: (kind, draw(st.just(...) | KINDS[kind][1])) for name, kind in kinds.items()}


LIKELY = {
    "small": "smaller",
    "smaller": "small",
    "str": "short",
    "two": "other two",
    "three": "two",
    "place": "wider",
    "wider": "stricter",
    "places": "widers",
    "widers": "stricters",
    "int or none": "int",
}


@st.composite
def pairs(draw: Callable[[st.SearchStrategy[Any]], Any]) -> tuple[Shape, Shape]:
    """A shape and a later one: fields added, and field x kept, dropped, or changed into something alike."""
    kind = draw(st.sampled_from(sorted(LIKELY)) | st.sampled_from(sorted(KINDS)))
    default = draw(st.just(...) | KINDS[kind][1])
    old = {"x": (kind, default), **draw(shapes("ab"))}
    new = {**old, **draw(shapes("cd"))}
    match draw(st.sampled_from(["keep", "drop", "default", "kind", "kind"])):
        case "drop":
            del new["x"]
        case "default":
            new["x"] = (kind, draw(st.just(...) | KINDS[kind][1]))
        case "kind":
            alike = LIKELY.get(kind, kind)
            new["x"] = (alike, ... if default is ... else draw(st.just(default) | KINDS[alike][1]))
    return old, new


def model_of(shape: Shape) -> type[Event]:
    return event_of(
        {name: (KINDS[kind][0], fitting(KINDS[kind][0], default)) for name, (kind, default) in shape.items()}
    )


def fitting(kind: Any, default: Any) -> Any:
    """The default as a value of its own kind: the same word of another enum is a fault that mypy finds."""
    if isinstance(default, StrEnum) and isinstance(kind, type) and issubclass(kind, StrEnum):
        return next((one for one in kind if one.value == default.value), default)
    return default


def data_of(shape: Shape, event: type[Event], data: st.DataObject) -> Event:
    given_fields = {
        name: data.draw(KINDS[kind][1])
        for name, (kind, default) in shape.items()
        if default is ... or data.draw(st.booleans())
    }
    return event(**given_fields)


@settings(max_examples=examples(200))
@given(pairs(), st.data())
def test_what_the_check_lets_pass_reads_old_data_in_the_new_class_and_new_data_in_the_old(
    pair: tuple[Shape, Shape], data: st.DataObject
) -> None:
    old, new = map(model_of, pair)
    if changes(schema_of(old), schema_of(new)):
        note("refused")
        return
    note("taken, changed" if pair[0] != pair[1] else "taken, the same")
    replayed = {name: value for name, value in data_there(pair[0], old, data).items() if pair[0][name][1] is ...}
    then, now = (EventTypes([event]).parse(WIRE, json.dumps(replayed).encode()) for event in (old, new))
    assert agree(json.loads(then.data()), json.loads(now.data())), "the oldest data is read otherwise than it was"
    for shape, writer, reader in ((pair[0], old, new), (pair[1], new, old)):
        written = data_of(shape, writer, data)
        read = EventTypes([reader]).parse(WIRE, written.data())
        there, here = json.loads(written.data()), json.loads(read.data())
        assert [name for name in there.keys() & here.keys() if not agree(there[name], here[name])] == []
        defaults = {name: field.default for name, field in reader.model_fields.items()}
        assert [name for name in here.keys() - there.keys() if getattr(read, name) != defaults[name]] == []


def data_there(shape: Shape, event: type[Event], data: st.DataObject) -> dict[str, Any]:
    """The JSON of an event."""
    there: dict[str, Any] = json.loads(data_of(shape, event, data).data())
    return there


def agree(there: Any, here: Any) -> bool:
    """Equal, but for fields that only one side knows."""
    if isinstance(there, dict) and isinstance(here, dict):
        return all(agree(there[name], here[name]) for name in there.keys() & here.keys())
    if isinstance(there, list) and isinstance(here, list):
        return len(there) == len(here) and all(map(agree, there, here))
    return bool(there == here)
