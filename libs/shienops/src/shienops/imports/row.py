"""One row of a list: its cells, its problems, and the checks that do not depend on what the row becomes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel

from shiendomain.days import today
from shiendomain.vocabulary import Reference

from . import cells as read
from .codes import code_of, is_of, why_no_code
from .columns import Columns
from .problems import Problem, clip, warning
from .tables import ListRow

LONGEST = {"name": 200, "note": 4000}
LINE = 300
SHORTENED = ("activity", "schedule", "fee")
HEADERS = {"provider_name": "provider", "schedule": "days"}
"""the column of each field whose name differs"""


class NeedTexts(BaseModel):
    """The texts of the row of a need, as its service judges them."""

    note: str = ""
    reference: Reference = ""


class RowReading:
    """Reads one row and collects its problems."""

    def __init__(self, record: ListRow, columns: Columns) -> None:
        self.record, self.columns = record, columns
        self.problems: list[Problem] = []

    @property
    def refused(self) -> bool:
        """Whether a problem prevents the import."""
        return any(problem.refused for problem in self.problems)

    def refuse(self, field: str, ja: str, en: str) -> None:
        """Note a problem of a field that prevents the import."""
        self.problems.append(Problem(self.record.number, self.columns.header(field), ja, en))

    def warn(self, field: str, ja: str, en: str) -> None:
        """Note a problem of a field that does not."""
        self.problems.append(warning(self.record.number, self.columns.header(field), ja, en))

    def of(self, field: str) -> str:
        """Return the field's cell as it is written."""
        return self.columns.of(self.record.cells, field)

    def check_municipality(self, ours: str, codes: Collection[str]) -> None:
        """Refuse a row of another municipality. `codes`: all cells of its column."""
        text = self.of("municipality")
        if not text:
            return
        code = code_of(text, codes)
        if code is None:
            self.refuse("municipality", *why_no_code(text, clip(text)))
            return
        if code.ja:
            self.warn("municipality", code.ja, code.en)
        if not is_of(code.code, ours):
            self.refuse(
                "municipality",
                f"{code.code} は取込み先の市町村（{ours}）ではありません。この行を除くか、コードを直してください",
                f"{code.code} is not {ours}: leave the row out, or correct the code",
            )

    def shorten(self, fields: dict[str, Any]) -> None:
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

    def warn_of_spreadsheets(self) -> None:
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

    def updated_on(self) -> date | None:
        """Return the day of the last update; None when the cell has none."""
        text = self.of("updated_on")
        day = read.day_of(text)
        if text and day is None:
            self.warn("updated_on", f"「{clip(text)}」は日付として読めません", f"{clip(text)!r} is not a date")
        if day is not None and day > today():
            self.warn("updated_on", f"{day} はまだ来ていない日のため、取り込みません", f"{day} is to come; left out")
            return None
        return day

    def check_lengths(self, fields: Mapping[str, str]) -> None:
        """Refuse a row without a name, or with a text that is too long for its field."""
        if not fields["name"]:
            self.refuse(
                "name",
                "名称がありません。記入してください（数式のセルは、表計算ソフトで開いて保存し直すと値が入ります）",
                "there is no name: enter one (a formula gets its value when a spreadsheet program saves the file)",
            )
        for name, text in fields.items():
            longest = LONGEST.get(name, LINE)
            if len(text) > longest:
                self.refuse(
                    HEADERS.get(name, name),
                    f"{len(text)} 文字あります(上限 {longest} 文字)",
                    f"{len(text)} characters, the limit is {longest}",
                )

    def capacity(self) -> int | None:
        """Return the number of people; None when the cell has none."""
        try:
            return read.people_of(self.of("capacity"))
        except ValueError:
            text = clip(self.of("capacity"))
            self.warn(
                "capacity",
                f"定員「{text}」は一つの数ではないため、定員なしとします。人数が決まっていれば数字で記入してください",
                f"the capacity {text!r} is not one number and is left out: enter a number where there is one",
            )
            return None
