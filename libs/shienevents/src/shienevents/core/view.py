"""Views: rows made by a pure fold. Declared here; folded in `views/fold.py`, stored by `views/tables.py`."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar, dataclass_transform, get_type_hints

from .canonical_json import canonical
from .envelope import Envelope
from .errors import Contract
from .events import Event

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
# Words that may not name a view or a field: SQL reads them as something else.
_RESERVED = """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
    column concurrently constraint create cross current_catalog current_date current_role current_schema
    current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for
    foreign freeze from full grant group having ilike in initially inner intersect into is isnull join lateral
    leading left like limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps
    placing primary references returning right select session_user similar some symmetric system_user table
    tablesample then to trailing true union unique user using variadic verbose when where window with
"""
_OWN = "append_events batches changes events heads idempotency leases migrations parked refusals relayed store views"

SQL: Final = frozenset(_RESERVED.split())  # what `pg_get_keywords()` of Postgres 18 calls reserved
OWN: Final = frozenset(_OWN.split())  # names of the library's own tables and functions


EVERYWHERE: Final = ""
"""The place of a row that counts in all figures."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Row:
    """A row of a view. Subclasses become frozen dataclasses; `key` names the fields that identify a row:

        class DistrictNeed(Row, key=("need_id",)):
            need_id: UUID
            people: int = 0

    Every field outside the key has a default: a fold begins from `Row(key)`. `replace(row, people=3)` makes the row
    that differs in these fields.
    """

    key: ClassVar[tuple[str, ...]]
    hints: ClassVar[dict[str, Any]]
    """The type of each field. Resolving them takes a millisecond, so a row's class keeps them."""
    _moments: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls, *, key: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__dataclass_fields__" in cls.__dict__ or not key:
            return
        cls.key = key
        dataclass(frozen=True, kw_only=True)(cls)
        for field in dataclasses.fields(cls):  # type: ignore[arg-type]
            lacks_default = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
            if (field.name in key) is not lacks_default:
                raise Contract(f"{cls.__name__}.{field.name}: key fields have no default, all others have one")
            if not _NAME.fullmatch(field.name) or field.name in SQL or field.name == "row_digest":
                raise Contract(f"{cls.__name__}.{field.name}: lower case letters, digits and _, and no word of SQL")
        if hasattr(cls, "__post_init__"):
            raise Contract(f"{cls.__name__}: no __post_init__; a row that is loaded or replaced is not made anew")
        cls.hints = get_type_hints(cls)
        cls._moments = tuple(name for name, hint in cls.hints.items() if hint in (datetime, datetime | None))
        if "float" in str(cls.hints):
            raise Contract(f"{cls.__name__}: rows hold no floating point; use an integer and a unit")

    def digest(self) -> bytes:
        """SHA-256 of the row's canonical JSON. Times are in UTC, as the database gives them back."""
        values = self.__dict__
        if self._moments:
            values = values | {name: values[name].astimezone(UTC) for name in self._moments if values[name]}
        return sha256(canonical(values)).digest()


R = TypeVar("R", bound=Row)


def row_of(kind: type[R], values: dict[str, Any]) -> R:
    """The row with these values, of all fields and in their order. It keeps the dictionary.

    Faster than the generated `__init__`, which sets field by field: this runs for every event.
    """
    row = object.__new__(kind)
    object.__setattr__(row, "__dict__", values)
    return row


if TYPE_CHECKING:
    from dataclasses import replace as replace  # a type checker knows its fields
else:

    def replace(row: R, /, **changes: Any) -> R:
        """The row with these fields changed. Raises `TypeError` for a field that it does not have.

        As `dataclasses.replace`, which takes the longer the more fields a row has.
        """
        old = row.__dict__
        values = {**old, **changes}
        if len(values) > len(old):
            raise TypeError(f"{type(row).__name__} has no field {', '.join(sorted(changes.keys() - old.keys()))}")
        return row_of(type(row), values)


@dataclass(frozen=True)  # slots would break `View[…](…)` in Python 3.11
class View(Generic[R]):
    """A view: which events it subscribes to, which rows an event touches, and what it does to one.

    - `keys(event, envelope)`: the keys of the rows touched (a value, or a tuple for a key of several fields).
    - `evolve(row, event, envelope)`: the row afterwards, or `None` when it is gone.
    - `version`: raise it whenever `row`, `keys` or `evolve` change; the view is then rebuilt beside the old one.
    - `indexes`: further indexes, as tuples of field names. One of a single array field is for what the arrays hold.
    - `counted_in`: for a view whose figures are kept until its rows change (`Snapshot.unless_changed`): the places,
      such as cities, in whose figures a row counts. Without, changes are not noted.
    - `written_once`: for a view with a row of its own for each event, which no other event touches: the field that has
      the event's `recorded_at`. What there was of it by a time is read from the live table, and not folded again.

    A fold may depend on order only within one stream: write a column from one stream, or by an operation that
    commutes, and combine columns when reading. `shienevents.testing.FoldLaws` checks it.
    """

    name: str
    version: int
    row: type[R]
    subscribes_to: tuple[type[Event], ...]
    keys: Callable[[Any, Envelope], Sequence[Hashable]]
    evolve: Callable[[R, Any, Envelope], R | None]
    indexes: tuple[tuple[str, ...], ...] = ()
    written_once: str = ""
    counted_in: Callable[[R], Sequence[str]] | None = None

    def __post_init__(self) -> None:
        if self.written_once and self.written_once not in self.row._moments:
            raise Contract(f"view {self.name}: its rows have no time {self.written_once!r}")
        if not _NAME.fullmatch(self.name) or "__" in self.name or self.name.startswith("pg_"):
            raise Contract(f"view name {self.name!r}: lower case letters, digits and single _ are expected")
        if self.name in SQL or self.name in OWN:
            raise Contract(f"view name {self.name!r}: SQL or this library uses this word; choose another one")

    @property
    def subscriber(self) -> str:
        """Name and version: what owns parked events and a table."""
        return f"{self.name}@{self.version}"

    def blank(self, key: Hashable) -> R:
        """The row before its first event."""
        values: Any = key if len(self.row.key) > 1 else (key,)
        return self.row(**dict(zip(self.row.key, values, strict=True)))

    def key_of(self, row: R) -> Hashable:
        """The key of a row, as `keys` gives it."""
        values = tuple(getattr(row, name) for name in self.row.key)
        return values if len(values) > 1 else values[0]


def digest_of(rows: dict[Hashable, R]) -> str:
    """The digest of a view: SHA-256 over its rows' digests in byte order, in hex. Independent of row order."""
    return sha256(b"".join(sorted(row.digest() for row in rows.values()))).hexdigest()
