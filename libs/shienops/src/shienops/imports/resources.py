"""Resources from a table or a map: each row as the registry lists it, in the area where it lies."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shapely.geometry import Point

from shiendomain.registry import ResourceDetails, ResourceSource
from shiendomain.vocabulary import Location, ServiceClass, SourceKind, SupportKind

from . import cells as read
from .codes import is_prefecture, local_code
from .columns import RESOURCES, Columns, match_columns
from .kinds import class_of, key, meaning_of
from .municipalities import bad_code, restored
from .places import AreaMap, degrees, location, why_not_in_japan
from .problems import Problem, clip, warning
from .tables import Record, Table

LONGEST = {"name": 200, "note": 4000}
LINE = 300
WHOLE = ("全域", "市内全域", "市全域", "町内全域", "村内全域", "区内全域")


@dataclass(frozen=True)
class ResourceOptions:
    """What the file does not say: whose it is, how its list is called, and the areas that are known."""

    municipality: str
    list_name: str
    areas: AreaMap
    area_names: Mapping[str, str] = field(default_factory=dict)
    """code → name, to read `areas` cells"""
    default_kind: SupportKind = SupportKind.OTHER
    serve_city: bool = False
    """a row that says nothing of its service areas serves the whole city, not its home area only"""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class ResourceRow:
    """A resource as the registry takes it."""

    row: int
    area: str
    details: ResourceDetails
    source: ResourceSource


@dataclass(frozen=True)
class ResourcesRead:
    """The resources of a file, and what was found."""

    resources: tuple[ResourceRow, ...]
    columns: Columns
    problems: tuple[Problem, ...]


def read_resources(table: Table, options: ResourceOptions) -> ResourcesRead:
    """The resources of a table. Problems of the table come first."""
    columns = match_columns(table.headers, RESOURCES, options.columns, required=("name",))
    problems = list(table.problems)
    found: dict[str, ResourceRow] = {}
    for record in table.records:
        reading = _Reading(record, columns, options)
        resource = reading.resource()
        if resource is not None:
            earlier = found.setdefault(resource.source.reference, resource)
            if earlier is not resource:
                reading.refuse(
                    "reference",
                    f"{earlier.row} 行目と同じ番号(または同じ名称と住所)です",
                    f"its number (or name and address) is that of row {earlier.row}",
                )
        problems += reading.problems
    return ResourcesRead(tuple(found.values()), columns, tuple(problems))


class _Reading:
    """One row while it is read: its cells, and the problems found so far."""

    def __init__(self, record: Record, columns: Columns, options: ResourceOptions) -> None:
        self.record, self.columns, self.options = record, columns, options
        self.problems: list[Problem] = []

    def resource(self) -> ResourceRow | None:
        """The resource, or None when a problem refuses the row."""
        columns, cells, options = self.columns, self.record.cells, self.options
        self._check_municipality()
        place = self._location()
        served = self._served()
        home = self._home(place, served)
        if not served:
            served = (options.municipality if options.serve_city else home,)
        kinds, heading = self._kinds()
        fee = read.fee_of(columns, cells)
        fields: dict[str, Any] = {
            "name": columns.of(cells, "name"),
            "kana": columns.of(cells, "kana"),
            "provider_name": columns.of(cells, "provider"),
            "address": read.address_of(columns, cells),
            "telephone": read.telephone_of(columns, cells),
            "schedule": read.schedule_of(columns, cells),
            "fee": fee,
            "activity": read.activity_of(columns, cells),
            "note": read.note_of(columns, cells),
        }
        reference = read.reference_of(columns, cells, options.list_name)
        self._check_lengths(fields | {"reference": reference})
        fields |= {"support_kinds": kinds, "service_class": heading, "service_areas": served, "location": place}
        fields |= {"fee_yen": read.yen_of(fee), "capacity": self._capacity()}
        if any(problem.refused for problem in self.problems):
            return None
        source = ResourceSource(kind=SourceKind.IMPORT, reference=reference)
        return ResourceRow(self.record.number, home, ResourceDetails(**fields), source)

    def refuse(self, field: str, ja: str, en: str) -> None:
        self.problems.append(Problem(self.record.number, self.columns.header(field), ja, en))

    def warn(self, field: str, ja: str, en: str) -> None:
        self.problems.append(warning(self.record.number, self.columns.header(field), ja, en))

    def of(self, field: str) -> str:
        return self.columns.of(self.record.cells, field)

    def _check_municipality(self) -> None:
        text = self.of("municipality")
        if not text:
            return
        code = local_code(text)
        header, row = self.columns.header("municipality"), self.record.number
        if code is None:
            self.problems.append(bad_code(row, header, text))
            return
        if code[1]:
            self.problems.append(restored(row, header, code[0]))
        ours = self.options.municipality
        if code[0] != ours and not (is_prefecture(code[0]) and code[0][:2] == ours[:2]):
            self.refuse("municipality", f"{code[0]} は {ours} ではありません", f"{code[0]} is not {ours}")

    def _check_lengths(self, fields: Mapping[str, str]) -> None:
        if not fields["name"]:
            self.refuse("name", "名称がありません", "there is no name")
        for name, text in fields.items():
            longest = LONGEST.get(name, LINE)
            if len(text) > longest:
                header = {"provider_name": "provider", "schedule": "days"}.get(name, name)
                self.refuse(
                    header,
                    f"{len(text)} 文字あります({longest} 文字まで)",
                    f"{len(text)} characters, at most {longest} are taken",
                )

    def _location(self) -> Location | None:
        if isinstance(self.record.geometry, Point):
            latitude: float | None = self.record.geometry.y
            longitude: float | None = self.record.geometry.x
            header = "geometry"
        elif self.record.geometry is not None:
            self.refuse("geometry", "点ではありません", "it is not a point")
            return None
        else:
            texts = self.of("latitude"), self.of("longitude")
            if not any(texts):
                return None
            latitude, longitude = map(degrees, texts)
            header = "latitude" if latitude is None else "longitude"
        if latitude is None or longitude is None:
            text = clip(self.of(header))
            self.refuse(header, f"「{text}」は度の数ではありません", f"{text!r} is no number of degrees")
            return None
        wrong = why_not_in_japan(latitude, longitude)
        if wrong:
            self.refuse(header if header == "geometry" else "latitude", *wrong)
            return None
        return location(latitude, longitude)

    def _served(self) -> tuple[str, ...]:
        """The areas that the cell names, by code or name; none when it is empty."""
        names = {key(name): code for code, name in self.options.area_names.items()}
        found: dict[str, None] = {}
        for part in filter(None, (one.strip() for one in re.split("[;；、,，\n]", self.of("areas")))):
            if key(part) in map(key, WHOLE):
                found[self.options.municipality] = None
            elif part in self.options.area_names:
                found[part] = None
            elif key(part) in names:
                found[names[key(part)]] = None
            else:
                self.refuse("areas", f"区域「{clip(part)}」がわかりません", f"the area {clip(part)!r} is not known")
        return tuple(found)

    def _home(self, place: Location | None, served: Sequence[str]) -> str:
        """Where it lies; without a place, the one area it serves; else the city as a whole."""
        if place is None:
            return served[0] if len(served) == 1 else self.options.municipality
        area = self.options.areas.area_of(place)
        if area is None:
            self.warn(
                "geometry" if self.record.geometry is not None else "latitude",
                f"どの区域にも入らないため、{self.options.municipality}(全域)に置きます",
                f"it lies in no area, and is kept under {self.options.municipality} as a whole",
            )
        return area or self.options.municipality

    def _kinds(self) -> tuple[tuple[SupportKind, ...], ServiceClass | None]:
        text = ";".join(filter(None, (self.of("kind"), self.of("subtype"))))
        heading = class_of(self.of("class")) if self.of("class") else None
        if not text:
            return (self.options.default_kind,), heading
        meaning = meaning_of(text)
        if meaning is None:
            label = self.options.default_kind.ja
            self.warn(
                "kind", f"種類「{clip(text)}」は{label}とします", f"the kind {clip(text)!r} is not known: {label}"
            )
            return (self.options.default_kind,), heading
        return meaning[0], heading or meaning[1]

    def _capacity(self) -> int | None:
        try:
            return read.people_of(self.of("capacity"))
        except ValueError:
            text = clip(self.of("capacity"))
            self.warn("capacity", f"定員「{text}」は数ではありません", f"the capacity {text!r} is no number")
            return None
