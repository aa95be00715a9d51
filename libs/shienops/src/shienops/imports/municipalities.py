"""The tree of all municipalities and their wards, from a list of local government codes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from shiendomain.government_codes import is_prefecture
from shiendomain.registry import AreaDefined
from shiendomain.vocabulary import AreaKind, Tier

from .areas import START
from .codes import code_of, why_no_code
from .columns import MUNICIPALITIES, Columns, columns_of
from .problems import Problem, clip, warning
from .tables import ListRow, Table


@dataclass(frozen=True)
class Municipality:
    """A row of the list. `city` is the code of the city of a ward, and None for a municipality."""

    code: str
    prefecture: str
    name: str
    kana: str
    row: int
    city: str | None = None


@dataclass(frozen=True)
class MunicipalitiesRead:
    """The tree of the list, and the problems."""

    found: tuple[Municipality, ...]
    columns: Columns
    problems: tuple[Problem, ...]

    @property
    def wards(self) -> tuple[Municipality, ...]:
        """The rows that are wards of a city."""
        return tuple(one for one in self.found if one.city)

    @property
    def roots(self) -> tuple[Municipality, ...]:
        """The rows that are municipalities."""
        return tuple(one for one in self.found if not one.city)


def read_municipalities(table: Table, columns: Sequence[str] = ()) -> MunicipalitiesRead:
    """Read and check each row: a valid code, no duplicate code, and for a ward its city in the file.

    Args:
        table: rows of the file.
        columns: `FIELD=HEADER` texts.

    Raises:
        Unreadable: when a required column is missing.
    """
    matched = columns_of(table, MUNICIPALITIES, columns, required=("code", "name"))
    problems = list(matched.weighed(table.problems))
    rows: dict[str, Municipality] = {}
    written = {matched.of(record.cells, "code") for record in table.records}
    for record in table.records:
        one = _read(record, matched, written, problems)
        if one is None:
            continue
        if one.code in rows:
            problems.append(
                Problem(
                    one.row,
                    matched.header("code"),
                    f"コード {one.code} は {rows[one.code].row} 行目にもあります",
                    f"row {rows[one.code].row} has the code {one.code} too",
                )
            )
        rows[one.code] = one
    return MunicipalitiesRead(tuple(_tree(rows.values(), matched, problems)), matched, tuple(problems))


def _read(record: ListRow, columns: Columns, written: Collection[str], problems: list[Problem]) -> Municipality | None:
    text, header = columns.of(record.cells, "code"), columns.header("code")
    code = code_of(text, written)
    if code is None or is_prefecture(code.code):
        problems.append(Problem(record.number, header, *why_no_code(text, clip(text))))
        return None
    if code.ja:
        problems.append(warning(record.number, header, code.ja, code.en))
    name, kana = columns.of(record.cells, "name"), columns.of(record.cells, "kana")
    if not 1 <= len(name) <= 200 or len(kana) > 300:
        problems.append(
            Problem(
                record.number,
                columns.header("name"),
                "名称は 1〜200 文字で入力してください",
                "a name must have 1 to 200 characters",
            )
        )
        return None
    return Municipality(code.code, columns.of(record.cells, "prefecture"), name, kana, record.number)


def _tree(rows: Iterable[Municipality], columns: Columns, problems: list[Problem]) -> Iterable[Municipality]:
    """Yield each row with its city. The name of a ward follows that of its city, after a blank (`札幌市 中央区`)."""
    listed = list(rows)
    cities = {(one.code[:2], one.name): one.code for one in listed}
    for one in listed:
        city, blank, _ = one.name.replace("\u3000", " ").partition(" ")
        code = cities.get((one.code[:2], city))
        if blank and code is None:
            problems.append(
                Problem(
                    one.row,
                    columns.header("name"),
                    f"区の属する市「{clip(city)}」がファイルにありません",
                    f"the ward's city {clip(city)!r} is not in the file",
                )
            )
        yield Municipality(one.code, one.prefecture, one.name, one.kana, one.row, code if blank else None)


def areas_of(read: MunicipalitiesRead, covered: Iterable[str], valid_from: date = START) -> tuple[AreaDefined, ...]:
    """Return the areas of the given codes: each municipality (tier 1) with its wards, cities before wards.

    A ward whose city is not among the codes becomes the root of its own tree, with tier 1.

    Args:
        read: the list.
        covered: local government codes.
        valid_from: first day of the areas.
    """
    codes = set(covered)
    chosen = [one for one in (*read.roots, *read.wards) if one.code in codes or one.city in codes]
    return tuple(_area(one, one.city if one.city in codes else None, valid_from) for one in chosen)


def _area(one: Municipality, parent: str | None, valid_from: date) -> AreaDefined:
    return AreaDefined(
        area=one.code,
        parent=parent,
        municipality=parent or one.code,
        kind=AreaKind.WARD if one.city else AreaKind.MUNICIPALITY,
        tiers=() if parent else (Tier.TIER1,),
        name=one.name,
        kana=one.kana,
        valid_from=valid_from,
    )
