"""Resources from a table or a map: each row as a resource of the registry, in the area of its location."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shapely.geometry import Point

from shiendomain.registry import ResourceDetails, ResourceSource
from shiendomain.vocabulary import Location, ServiceClass, SourceKind, SupportKind
from shienweb import content_errors

from . import cells as read
from .codes import code_of, is_of, why_no_code
from .columns import RESOURCES, Columns, columns_of
from .kinds import class_of, key, meaning_of
from .places import AreaMap, degrees, location, why_not_in_japan
from .problems import Problem, clip, warning
from .tables import ListRow, Table

LONGEST = {"name": 200, "note": 4000}
LINE = 300
SHORTENED = ("activity", "schedule", "fee")
HEADERS = {"provider_name": "provider", "schedule": "days"}
"""the column of each field whose name differs"""
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
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class ResourceRow:
    """A resource in the form of the registry."""

    row: int
    area: str
    details: ResourceDetails
    source: ResourceSource


@dataclass(frozen=True)
class ResourcesRead:
    """The resources of a file, and the problems."""

    resources: tuple[ResourceRow, ...]
    columns: Columns
    problems: tuple[Problem, ...]


def read_resources(table: Table, options: ResourceOptions) -> ResourcesRead:
    """Return the resources of a table. Problems of the table come first.

    Raises:
        Unreadable: when a required column is missing.
    """
    columns = columns_of(table, RESOURCES, options.columns, required=("name",))
    problems = list(columns.weighed(table.problems))
    lost = {problem.row for problem in problems if problem.refused}
    codes = {columns.of(record.cells, "municipality") for record in table.records}
    found: dict[str, ResourceRow] = {}
    for record in table.records:
        reading = _Reading(record, columns, options, codes)
        resource = reading.resource()
        if resource is not None and record.number not in lost:
            earlier = found.setdefault(resource.source.reference, resource)
            if earlier is not resource:
                reading.note_twice(earlier, resource)
        problems += reading.problems
    return ResourcesRead(tuple(found.values()), columns, tuple(problems))


class _Reading:
    """Reads one row and collects its problems."""

    def __init__(
        self, record: ListRow, columns: Columns, options: ResourceOptions, codes: Collection[str] = ()
    ) -> None:
        self.record, self.columns, self.options, self.codes = record, columns, options, codes
        self.problems: list[Problem] = []

    def resource(self) -> ResourceRow | None:
        """Return the resource; None when the row is refused."""
        columns, cells, options = self.columns, self.record.cells, self.options
        self._check_municipality()
        location = self._location()
        served = self._served()
        home = self._home(location, served)
        if not served:
            served = (options.municipality if options.serve_city else home,)
        kinds, service_class = self._kinds()
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
        self._shorten(fields)
        self._check_lengths(fields | {"reference": reference})
        self._warn_of_spreadsheets()
        fields |= {
            "support_kinds": kinds,
            "service_class": service_class,
            "service_areas": served,
            "location": location,
        }
        fields |= {"fee_yen": read.yen_of(fee), "capacity": self._capacity(), "updated_on": self._updated_on()}
        if any(problem.refused for problem in self.problems):
            return None
        details = ResourceDetails(**fields)
        for error in content_errors(details):
            self.refuse(HEADERS.get(error.field, error.field), error.ja, error.en)
        source = ResourceSource(kind=SourceKind.IMPORT, reference=reference, list=options.list_name[:LINE])
        return (
            None
            if self.problems and self.problems[-1].refused
            else ResourceRow(self.record.number, home, details, source)
        )

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
        code = code_of(text, self.codes)
        if code is None:
            self.refuse("municipality", *why_no_code(text, clip(text)))
            return
        if code.ja:
            self.warn("municipality", code.ja, code.en)
        ours = self.options.municipality
        if not is_of(code.code, ours):
            self.refuse("municipality", f"{code.code} は {ours} ではありません", f"{code.code} is not {ours}")

    def _shorten(self, fields: dict[str, Any]) -> None:
        """Cut the long texts of public lists to the length of a field, and keep the whole text in the note."""
        for name in SHORTENED:
            text: str = fields[name]
            if len(text) <= LINE:
                continue
            header = HEADERS.get(name, name)
            whole = "\n".join(filter(None, (fields["note"], f"{self.columns.header(header)}: {text}")))
            if len(whole) > LONGEST["note"]:
                continue
            fields[name], fields["note"] = text[: LINE - 1] + "…", whole
            self.warn(
                header,
                f"{len(text)} 文字あるため {LINE} 文字に短縮し、全文を備考に入れました",
                f"{len(text)} characters were cut to {LINE}; the note has the whole text",
            )

    def _warn_of_spreadsheets(self) -> None:
        """Warn of what a spreadsheet has changed: a number of a house that became a date, a zero that is gone."""
        for name in ("block", "town", "address"):
            if read.became_a_date(self.of(name)):
                text = clip(self.of(name))
                self.warn(
                    name,
                    f"「{text}」は日付です。番地が日付に変わった可能性があります",
                    f"{text!r} is a date: a spreadsheet may have changed the number of the house",
                )
        for name, digits in (("telephone", read.TELEPHONE_DIGITS), ("office", read.OFFICE_DIGITS)):
            if read.without_its_zero(self.of(name), digits):
                self.warn(name, "先頭の 0 を補いました", "the missing leading zero was restored")

    def _updated_on(self) -> date | None:
        text = self.of("updated_on")
        day = read.day_of(text)
        if text and day is None:
            self.warn("updated_on", f"「{clip(text)}」は日付として読めません", f"{clip(text)!r} is not a date")
        return day

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

    def _check_lengths(self, fields: Mapping[str, str]) -> None:
        if not fields["name"]:
            self.refuse("name", "名称がありません", "there is no name")
        for name, text in fields.items():
            longest = LONGEST.get(name, LINE)
            if len(text) > longest:
                self.refuse(
                    HEADERS.get(name, name),
                    f"{len(text)} 文字あります(上限 {longest} 文字)",
                    f"{len(text)} characters, the limit is {longest}",
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
            self.refuse(header, f"「{text}」は緯度・経度の数値ではありません", f"{text!r} is not a number of degrees")
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
                self.refuse("areas", f"地域「{clip(part)}」は登録されていません", f"the area {clip(part)!r} is unknown")
        return tuple(found)

    def _home(self, where: Location | None, served: Sequence[str]) -> str:
        """Return the area of the location; without a location, the only service area; otherwise the municipality."""
        if where is None:
            return served[0] if len(served) == 1 else self.options.municipality
        area = self.options.areas.area_of(where)
        if area is None:
            self.warn(
                "geometry" if self.record.geometry is not None else "latitude",
                f"どの地域にも含まれないため、{self.options.municipality}(全域)に登録します",
                f"it lies in no area and is registered in {self.options.municipality} as a whole",
            )
        return area or self.options.municipality

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
                f"the kind {clip(text)!r} is unknown: {label}",
            )
            return (self.options.default_kind,), service_class
        return meaning[0], service_class or meaning[1]

    def _capacity(self) -> int | None:
        try:
            return read.people_of(self.of("capacity"))
        except ValueError:
            text = clip(self.of("capacity"))
            self.warn("capacity", f"定員「{text}」は数値ではありません", f"the capacity {text!r} is not a number")
            return None
