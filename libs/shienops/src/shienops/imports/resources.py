"""Resources from a table or a map: each row as a resource of the registry, in the area of its location."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shapely.geometry import Point

from shiendomain.registry import ResourceDetails, ResourceSource
from shiendomain.vocabulary import Location, ServiceClass, SourceKind, SupportKind
from shienweb import content_errors

from . import cells as read
from .accessibility import accessibility_of
from .columns import RESOURCES, Columns, columns_of
from .kinds import class_of, key, meaning_of
from .places import AreaMap, degrees, location, why_not_in_japan
from .problems import Problem, clip, unknown_area
from .row import HEADERS, LINE, RowReading
from .tables import ListRow, Table

WHOLE = ("全域", "市内全域", "市全域", "町内全域", "村内全域", "区内全域")


@dataclass(frozen=True)
class ResourceOptions:
    """Facts that the file does not contain: the municipality, the name of the list, and the areas."""

    municipality: str
    list_name: str
    areas: AreaMap
    area_names: Mapping[str, str] = field(default_factory=dict)
    """name of each area code, to read cells of service areas"""
    default_kind: SupportKind = SupportKind.OTHER
    serve_city: bool = False
    """whether a row without service areas serves the whole city instead of its home area"""
    survey: UUID | None = None
    """the survey that found these resources"""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class ResourceRow:
    """A resource in the form of the registry. `older`: the reference that a row without a number had once."""

    row: int
    area: str
    details: ResourceDetails
    source: ResourceSource
    older: str = field(default="", compare=False)


@dataclass(frozen=True)
class ResourcesRead:
    """The resources of a file, and the problems."""

    resources: tuple[ResourceRow, ...]
    columns: Columns
    problems: tuple[Problem, ...]


def read_resources(
    table: Table, options: ResourceOptions, shown: Callable[[Sequence[ListRow]], Iterable[ListRow]] = iter
) -> ResourcesRead:
    """Return the resources of a table. Problems of the table come first. `shown`: shows how far it is.

    Raises:
        Unreadable: when a required column is missing.
    """
    columns = columns_of(table, RESOURCES, options.columns, required=("name",))
    problems = list(columns.weighed(table.problems))
    lost = {problem.row for problem in problems if problem.refused}
    codes = {columns.of(record.cells, "municipality") for record in table.records}
    found: dict[str, ResourceRow] = {}
    for record in shown(table.records):
        reading = _Reading(record, columns, options, codes)
        resource = reading.resource()
        if resource is not None and record.number not in lost:
            earlier = found.setdefault(resource.source.reference, resource)
            if earlier is not resource:
                reading.note_twice(earlier, resource)
        problems += reading.problems
    return ResourcesRead(tuple(found.values()), columns, tuple(problems))


class _Reading(RowReading):
    """Reads one row as a resource."""

    def __init__(
        self, record: ListRow, columns: Columns, options: ResourceOptions, codes: Collection[str] = ()
    ) -> None:
        super().__init__(record, columns)
        self.options, self.codes = options, codes

    def resource(self) -> ResourceRow | None:
        """Return the resource; None when the row is refused."""
        columns, cells, options = self.columns, self.record.cells, self.options
        self.check_municipality(options.municipality, self.codes)
        location = self._location()
        served = self._served()
        home = self._home(location, served)
        if not served:
            served = (options.municipality if options.serve_city else home,)
        kinds, service_class = self._kinds()
        fields = self._texts()
        fee = fields["fee"]
        reference = read.reference_of(columns, cells, options.list_name)
        self.shorten(fields)
        self.check_lengths(fields | {"reference": reference})
        self.warn_of_spreadsheets()
        fields |= {
            "support_kinds": kinds,
            "service_class": service_class,
            "service_areas": served,
            "location": location,
        }
        fields |= {"fee_yen": read.yen_of(fee), "capacity": self.capacity(), "updated_on": self.updated_on()}
        fields["accessibility"] = accessibility_of(self.of("barrier_free"))
        if self.refused:
            return None
        details = ResourceDetails(**fields)
        for error in content_errors(details):
            self.refuse(HEADERS.get(error.field, error.field), error.ja, error.en)
        source = ResourceSource(
            kind=SourceKind.IMPORT, reference=reference, list=options.list_name[:LINE], survey_id=options.survey
        )
        if self.problems and self.problems[-1].refused:
            return None
        older = read.older_reference_of(columns, cells) if reference.startswith(read.HASH) else ""
        return ResourceRow(self.record.number, home, details, source, older)

    def _texts(self) -> dict[str, Any]:
        columns, cells = self.columns, self.record.cells
        return {
            "name": self.of("name"),
            "kana": self.of("kana"),
            "provider_name": self.of("provider"),
            "address": read.address_of(columns, cells),
            "telephone": read.telephone_of(columns, cells),
            "schedule": read.schedule_of(columns, cells),
            "fee": read.fee_of(columns, cells),
            "activity": read.activity_of(columns, cells),
            "note": read.note_of(columns, cells),
        }

    def note_twice(self, earlier: ResourceRow, row: ResourceRow) -> None:
        """Say that the row has the reference of an earlier one. The same thing listed twice is taken once."""
        by_hash = row.source.reference.startswith(read.HASH)
        if by_hash and earlier.details.model_copy(update={"location": row.details.location}) == row.details:
            self.warn(
                "name",
                f"{earlier.row} 行目と名称・住所が同じため、1 件として取り込みます",
                f"name and address are those of row {earlier.row}: both are taken as one",
            )
            return
        self.refuse(
            "reference",
            f"{earlier.row} 行目と番号(または名称と住所)が同じです",
            f"its number (or name and address) is the same as in row {earlier.row}",
        )

    def _location(self) -> Location | None:
        if isinstance(self.record.geometry, Point):
            latitude: float | None = self.record.geometry.y
            longitude: float | None = self.record.geometry.x
            header = "geometry"
        elif self.record.geometry is not None:
            self.refuse("geometry", "図形が点ではありません", "the geometry is not a point")
            return None
        else:
            texts = self.of("latitude"), self.of("longitude")
            if not any(texts):
                return None
            latitude, longitude = map(degrees, texts)
            header = "latitude" if latitude is None else "longitude"
        if latitude is None or longitude is None:
            text = clip(self.of(header))
            self.refuse(
                header,
                f"「{text}」は緯度・経度の数値ではありません。34.8142 のように度を小数で記入するか、空欄にしてください",
                f"{text!r} is not a number of degrees: write it as 34.8142, or leave it empty",
            )
            return None
        wrong = why_not_in_japan(latitude, longitude)
        if wrong:
            self.refuse(header if header == "geometry" else "latitude", *wrong)
            return None
        return location(latitude, longitude)

    def _served(self) -> tuple[str, ...]:
        """Return the service areas of the cell, given by code or name; none when it is empty."""
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
                self.refuse("areas", *unknown_area(clip(part)))
        return tuple(found)

    def _home(self, where: Location | None, served: Sequence[str]) -> str:
        """Return the area of the location; without a location, the only service area; otherwise the municipality."""
        if where is None:
            return served[0] if len(served) == 1 else self.options.municipality
        found = self.options.areas.areas_of(where)
        field = "geometry" if self.record.geometry is not None else "latitude"
        if not found:
            self.warn(
                field,
                f"どの地域にも含まれないため、{self.options.municipality}(全域)に登録します",
                f"it lies in no area and is registered in {self.options.municipality} as a whole",
            )
            return self.options.municipality
        if len(found) > 1:
            self.warn(
                field,
                f"複数の地域（{'、'.join(found)}）の境界または重なりにあるため、{found[0]} に登録します",
                f"it lies on the border or overlap of {', '.join(found)} and is registered in {found[0]}",
            )
        return found[0]

    def _kinds(self) -> tuple[tuple[SupportKind, ...], ServiceClass | None]:
        text = ";".join(filter(None, (self.of("kind"), self.of("subtype"))))
        service_class = class_of(self.of("class")) if self.of("class") else None
        if not text:
            return (self.options.default_kind,), service_class
        meaning = meaning_of(text)
        if meaning is None:
            label = self.options.default_kind.ja
            self.warn(
                "kind" if self.of("kind") else "subtype",
                f"種類「{clip(text)}」は不明のため「{label}」とします",
                f"the kind {clip(text)!r} is unknown and read as {self.options.default_kind.en!r}",
            )
            return (self.options.default_kind,), service_class
        return meaning[0], service_class or meaning[1]
