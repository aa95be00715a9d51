"""Needs from a table: each row as a need of an area, with the words of coordinators' own lists."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from shiendomain.vocabulary import AgeBand, Frequency, NeedSource, SupportKind, Urgency, Weekday
from shiendomain.words import Word
from shienweb import Role, content_errors

from .cells import people_of, plain, yen_of
from .columns import Columns, columns_of
from .kinds import key, meaning_of
from .problems import Problem, clip, counted, unknown_area
from .row import NeedTexts
from .tables import ListRow, Table

NEEDS: Mapping[str, Sequence[str]] = {
    "area": ("地域コード", "地域", "圏域", "日常生活圏域", "校区", "担当地域", "area"),
    "kind": ("支援の種類", "ニーズの種類", "困りごとの種類", "支援内容", "種類", "分類", "support_kind"),
    "people": ("人数", "対象人数", "困っている人数", "people"),
    "age": ("年齢層", "年齢", "年代", "age_band"),
    "frequency": ("頻度", "回数", "frequency"),
    "weekdays": ("曜日", "希望曜日", "weekdays"),
    "from": ("開始時刻", "開始時間", "hours_from"),
    "until": ("終了時刻", "終了時間", "hours_until"),
    "fee": ("料金の上限", "料金上限", "負担できる額", "上限額", "fee_ceiling_yen"),
    "urgency": ("緊急度", "urgency"),
    "source": ("把握の方法", "把握方法", "情報源", "source"),
    "note": ("備考", "困りごと", "内容", "詳細", "note"),
    "reference": ("reference", "管理番号", "整理番号"),
    "number": ("NO", "No.", "番号", "ID"),
}
LINE = 300
W = TypeVar("W", bound=Word)
_WORDS: Mapping[type[Word], Sequence[tuple[str, Word]]] = {
    Frequency: (
        ("毎日", Frequency.DAILY), ("隔週", Frequency.MONTHLY), ("週", Frequency.WEEKLY), ("月", Frequency.MONTHLY),
        ("随時", Frequency.OCCASIONAL), ("時々", Frequency.OCCASIONAL), ("年", Frequency.OCCASIONAL),
    ),
    Urgency: (
        ("緊急", Urgency.URGENT), ("高", Urgency.URGENT), ("至急", Urgency.URGENT), ("早", Urgency.SOON),
        ("中", Urgency.SOON), ("低", Urgency.NORMAL),
    ),
    NeedSource: (
        ("チェックリスト", NeedSource.CHECKLIST), ("働きかけ", NeedSource.OUTREACH), ("働き掛け", NeedSource.OUTREACH),
        ("アウトリーチ", NeedSource.OUTREACH),
        ("聞き取り", NeedSource.COORDINATOR), ("訪問", NeedSource.COORDINATOR), ("相談", NeedSource.CONSULTATION),
        ("電話", NeedSource.CONSULTATION), ("アンケート", NeedSource.SURVEY), ("調査", NeedSource.SURVEY),
        ("協議体", NeedSource.COUNCIL), ("会議", NeedSource.COUNCIL),
    ),
    AgeBand: (
        ("65", AgeBand.FROM_65), ("75", AgeBand.FROM_75), ("85", AgeBand.FROM_85), ("前期", AgeBand.FROM_65),
        ("指定", AgeBand.ANY), ("問わ", AgeBand.ANY),
    ),
}  # fmt: skip
"""Words of coordinators' lists, searched in a cell from the top; before them the values and labels themselves."""
_DAYS = {"平日": tuple(Weekday)[:5], "土日": tuple(Weekday)[5:], "毎日": tuple(Weekday)}


@dataclass(frozen=True)
class NeedOptions:
    """Facts that the file does not contain: the area of rows without one, names of areas, and the list's name.

    `survey`: the id of the survey whose answers these are.
    """

    municipality: str
    list_name: str
    area: str | None = None
    area_names: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    survey: str | None = None


@dataclass(frozen=True)
class NeedRow:
    """One need as POST /need-batches takes it, and its row in the file."""

    row: int
    content: Mapping[str, Any]


@dataclass(frozen=True)
class NeedBatch:
    """The needs of one request to the needs service."""

    needs: Sequence[NeedRow] = ()
    service = "needs"
    path = "/need-batches"
    role = Role.TIER1_COORDINATOR

    @property
    def size(self) -> int:
        """How many rows it has."""
        return len(self.needs)

    def counted(self) -> tuple[str, str]:
        """What it holds, in Japanese and English."""
        return f"ニーズ {self.size:,}", counted(self.size, "need", "needs")

    def body(self, *, dry_run: bool) -> bytes:
        """Return the body of POST /need-batches."""
        content = {"needs": [row.content for row in self.needs], "dry_run": dry_run}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()

    def parts(self, size: int) -> Iterator[NeedBatch]:
        """Yield the needs in parts of at most `size`."""
        for at in range(0, self.size, size):
            yield NeedBatch(self.needs[at : at + size])

    def row_of(self, field: str) -> tuple[int, str]:
        """Return the row of the file and the rest of the field's name, for `needs.17.people`."""
        kind, _, rest = field.partition(".")
        number, _, name = rest.partition(".")
        if kind == "needs" and number.isdecimal() and int(number) < self.size:
            return self.needs[int(number)].row, name
        return 0, field


@dataclass(frozen=True)
class NeedsRead:
    """The needs of a file, and the problems."""

    needs: tuple[NeedRow, ...]
    columns: Columns
    problems: tuple[Problem, ...]


def read_needs(
    table: Table, options: NeedOptions, shown: Callable[[Sequence[ListRow]], Iterable[ListRow]] = iter
) -> NeedsRead:
    """Return the needs of a table. Problems of the table come first. `shown`: shows how far it is.

    Raises:
        Unreadable: when a required column is missing.
    """
    required = ("kind", "people") if options.area else ("area", "kind", "people")
    columns = columns_of(table, NEEDS, options.columns, required=required)
    problems = list(columns.weighed(table.problems))
    rows: dict[str, NeedRow] = {}
    for record in shown(table.records):
        reader = _Reader(record, columns, options)
        need = reader.need()
        if need:
            first = rows.setdefault(need.content["reference"], need)
            if first is not need:
                reader.refuse(
                    "reference",
                    f"{first.row} 行目と同じニーズです。別のニーズの場合は番号の列で区別してください",
                    f"the same need as in row {first.row}; tell them apart by a column of numbers",
                )
        problems += reader.problems
    return NeedsRead(tuple(rows.values()), columns, tuple(problems))


class _Reader:
    """Reads one row and collects its problems."""

    def __init__(self, record: ListRow, columns: Columns, options: NeedOptions) -> None:
        self.record, self.columns, self.options = record, columns, options
        self.problems: list[Problem] = []

    def need(self) -> NeedRow | None:
        """Return the need; None when the row is refused."""
        content: dict[str, Any] = {
            "area": self._area(),
            "support_kind": self._kind(),
            "people": self._people(),
            "age_band": self._word(AgeBand, "age", AgeBand.ANY),
            "frequency": self._word(Frequency, "frequency", Frequency.OCCASIONAL),
            "weekdays": self._weekdays(),
            "hours_from": self._time("from"),
            "hours_until": self._time("until"),
            "fee_ceiling_yen": self._fee(),
            "urgency": self._word(Urgency, "urgency", Urgency.NORMAL),
            "source": self._word(NeedSource, "source", NeedSource.IMPORT),
            "note": self._line("note"),
        }
        content["reference"] = self._reference(content)
        if self.options.survey:
            by_survey = NeedSource.SURVEY if content["source"] is NeedSource.IMPORT else content["source"]
            content |= {"survey_id": self.options.survey, "source": by_survey}
        for error in content_errors(NeedTexts.model_construct(**content)):
            self.refuse(error.field, error.ja, error.en)
        if any(problem.refused for problem in self.problems):
            return None
        return NeedRow(self.record.number, content)

    def refuse(self, field: str, ja: str, en: str) -> None:
        """Note why the row is refused."""
        self.problems.append(Problem(self.record.number, self.columns.header(field), ja, en))

    def of(self, field: str) -> str:
        """The cell of a field."""
        return self.columns.of(self.record.cells, field)

    def _unknown(self, field: str, ja: str, en: str) -> None:
        text = clip(self.of(field))
        self.refuse(field, f"「{text}」は{ja}として読み取れません", f"{text!r} is not {en}")

    def _area(self) -> str:
        text = self.of("area")
        if not text:
            if self.options.area is None:
                self.refuse("area", "地域がありません", "there is no area")
            return self.options.area or ""
        names = {key(name): code for code, name in self.options.area_names.items()}
        if key(text) in names:
            return names[key(text)]
        if text in self.options.area_names or text.startswith(self.options.municipality):
            return text
        self.refuse("area", *unknown_area(clip(text)))
        return ""

    def _kind(self) -> SupportKind:
        meaning = meaning_of(self.of("kind"))
        if meaning is None:
            self._unknown("kind", "支援の種類", "a kind of support")
            return SupportKind.OTHER
        kinds, _ = meaning
        if len(kinds) > 1:
            labels = "、".join(kind.ja for kind in kinds)
            en = ", ".join(kind.en for kind in kinds)
            self.refuse("kind", f"支援の種類ごとに行を分けてください（{labels}）", f"one row for each kind: {en}")
        return kinds[0]

    def _people(self) -> int:
        try:
            people = people_of(self.of("people"))
        except ValueError:
            people = None
        if people is None:
            self._unknown("people", "人数", "a number of people")
        return people or 0

    def _word(self, words: type[W], field: str, default: W) -> W:
        text = key(self.of(field))
        if not text:
            return default
        for word in words:
            if text in (key(word.value), key(word.ja)):
                return word
        found = next((word for part, word in _WORDS[words] if key(part) in text), None)
        if isinstance(found, words):
            return found
        labels = "、".join(word.ja for word in words)
        self._unknown(field, f"{self.columns.header(field)}（{labels}）", f"one of {', '.join(words)}")
        return default

    def _weekdays(self) -> list[Weekday]:
        text = re.sub("曜日|曜|[ 、,・;/]", "", plain(self.of("weekdays")).replace("指定なし", ""))
        for name, days in _DAYS.items():
            text = text.replace(name, "".join(day.ja for day in days))
        by_label = {day.ja: day for day in Weekday}
        if not set(text) <= by_label.keys():
            self._unknown("weekdays", "曜日", "days of the week")
            return []
        return [day for day in Weekday if day.ja in text]

    def _time(self, field: str) -> str | None:
        text = plain(self.of(field))
        found = re.fullmatch(r"([0-9]{1,2})(?::|時)(?:([0-9]{2})分?)?(?::00)?", text)
        if not text:
            return None
        if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
            self._unknown(field, "時刻", "a time of day such as 09:30")
            return None
        return f"{int(found[1]):02d}:{found[2] or '00'}"

    def _fee(self) -> int | None:
        text = self.of("fee")
        fee = yen_of(re.sub("(まで|以内|以下)$", "", plain(text))) if text else None
        if text and fee is None:
            self._unknown("fee", "金額（円）", "an amount of yen")
        return fee

    def _line(self, field: str) -> str:
        text = self.of(field)
        if len(text) > LINE:
            self.refuse(
                field, f"{len(text)} 文字あります(上限 {LINE} 文字)", f"{len(text)} characters, the limit is {LINE}"
            )
        return text

    def _reference(self, content: Mapping[str, Any]) -> str:
        """Return what identifies the row when the list is imported again: its number, or else a hash of its content."""
        given, number = self._line("reference"), self._line("number")
        if given or number:
            return given or f"{self.options.list_name}:{number}"
        known = json.dumps(content, ensure_ascii=False, sort_keys=True)
        return "sha256:" + hashlib.sha256(known.encode(errors="replace")).hexdigest()[:32]
