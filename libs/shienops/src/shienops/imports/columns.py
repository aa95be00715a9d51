"""Finds the column of each field: by the headers of the national layouts, or by `--column FIELD=HEADER`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .problems import Problem, Unreadable, clip, unreadable
from .tables import Table

MISSING = "import.header_missing"

RESOURCES: Mapping[str, Sequence[str]] = {
    "name": (
        "介護サービス事業所名称",
        "事業所名",
        "事業所名称",
        "施設名",
        "名称",
        "名前",
        "資源名",
        "団体名称",
        "name",
    ),
    "kana": ("介護サービス事業所名称_カナ", "事業所名カナ", "名称_カナ", "名称カナ", "カナ", "ふりがな", "kana"),
    "office": ("事業所番号", "jigyosho_id"),
    "number": ("ID", "NO", "No.", "番号", "id"),
    "reference": ("reference",),
    "municipality": (
        "都道府県コード又は市区町村コード",
        "都道府県コード又は市町村コード",
        "全国地方公共団体コード",
        "市区町村コード",
        "lgcode",
    ),
    "kind": ("サービスの種類", "実施サービス", "service_type", "カテゴリ", "カテゴリー", "分類", "種別", "category"),
    "subtype": ("サブカテゴリ", "小分類", "subtype"),
    "class": ("事業区分", "サービス区分", "service_class"),
    "address": ("住所", "所在地_連結表記", "所在地", "address_full", "address"),
    "prefecture": ("所在地_都道府県",),
    "city": ("所在地_市区町村",),
    "town": ("所在地_町字",),
    "block": ("所在地_番地以下",),
    "building": ("方書", "方書(ビル名等)", "建物名等(方書)", "building"),
    "latitude": ("緯度", "lat", "latitude"),
    "longitude": ("経度", "lon", "lng", "longitude"),
    "telephone": ("電話番号", "電話", "連絡先電話番号", "tel", "telephone"),
    "extension": ("内線番号",),
    "provider": ("法人の名称", "団体名", "運営団体", "運営主体", "主催者", "provider_name"),
    "capacity": ("定員", "capacity"),
    "days": (
        "利用可能曜日",
        "曜日",
        "開催日時",
        "開催日",
        "開催曜日",
        "活動日時",
        "活動日",
        "日程",
        "スケジュール",
        "schedule",
    ),
    "days_note": ("利用可能曜日特記事項", "利用可能日時特記事項", "開始日時特記事項"),
    "from": ("開始時間",),
    "until": ("終了時間",),
    "hours": ("時間", "時間帯", "hours"),
    "fee": ("料金(基本)", "料金", "費用", "参加費", "利用料", "fee"),
    "fee_note": ("料金(詳細)",),
    "activity": ("活動内容", "内容", "説明", "activity"),
    "target": ("対象", "対象者", "target"),
    "areas": ("対象地域", "対象エリア", "提供地域", "通常の事業の実施地域", "areas", "areas served"),
    "note": ("備考", "特記事項", "note"),
    "updated_on": ("更新日", "最終更新日", "データ更新日", "確認日", "updated_on", "updated on"),
    "alias": ("名称_通称", "通称"),
    "place": ("場所名称", "会場", "開催場所"),
    "contact": ("連絡先名称", "問い合わせ先", "問合せ先"),
    "barrier_free": ("バリアフリー情報", "バリアフリー"),
    "begins": ("開始日",),
    "ends": ("終了日",),
    "url": ("URL", "ホームページ"),
}
AREAS: Mapping[str, Sequence[str]] = {
    "code": ("code", "area_code", "area_id", "圏域コード", "コード", "圏域番号", "N03_007", "KEY_CODE", "id"),
    "name": ("name", "圏域名", "日常生活圏域", "名称", "センター名", "center_name", "N03_004", "S_NAME"),
    "kana": ("kana", "名称_カナ", "圏域名カナ"),
    "note": ("school_districts", "小学校区"),
}
MUNICIPALITIES: Mapping[str, Sequence[str]] = {
    "code": ("lgcode", "全国地方公共団体コード", "団体コード", "都道府県コード又は市区町村コード"),
    "prefecture": ("pref", "都道府県名"),
    "name": ("city", "市区町村名", "団体名"),
    "kana": ("citykana", "市区町村名_カナ"),
}


@dataclass(frozen=True)
class Columns:
    """The header of each field that the file has, and the headers without a field."""

    headers: Mapping[str, str]
    unknown: tuple[str, ...] = ()

    def weighed(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """Yield the problems of a table. One of a cell in a column that is not used does not prevent the import."""
        for one in problems:
            unused = one.of_cell and one.column in self.unknown
            yield replace(one, refused=False) if unused else one

    def of(self, cells: Mapping[str, str], field: str) -> str:
        """Return the field's cell as it is written, without surrounding blanks; "" when there is no such column."""
        header = self.headers.get(field)
        return cells.get(header, "").strip(" \t\n\u3000") if header is not None else ""

    def header(self, field: str) -> str:
        """Return the header of the field, for messages; the field's name when there is no such column."""
        return self.headers.get(field, field)


def columns_of(
    table: Table, aliases: Mapping[str, Sequence[str]], given: Iterable[str] = (), required: Sequence[str] = ()
) -> Columns:
    """Find the header of each field of a table, as `match_columns` does.

    Raises:
        Unreadable: as there. When a row below looks more like the headers, the message names it.
    """
    try:
        return match_columns(table.headers, aliases, given, required)
    except Unreadable as error:
        names = {_key(name) for known in aliases.values() for name in known}
        found = [sum(_key(cell) in names for cell in row) for row in table.top]
        best = max(found, default=0)
        if error.code != MISSING or best <= sum(_key(header) in names for header in table.headers):
            raise
        raise _headers_below(error, found.index(best) + 1) from None


def match_columns(
    headers: Sequence[str],
    aliases: Mapping[str, Sequence[str]],
    given: Iterable[str] = (),
    required: Sequence[str] = (),
) -> Columns:
    """Find the header of each field.

    Args:
        headers: headers of the file.
        aliases: known headers of each field; of several, the first in the list is used.
        given: `FIELD=HEADER` texts, which take precedence.
        required: fields that the file must have.

    Raises:
        Unreadable: when a given field or header does not exist, or a required field has no header.
    """
    by_key = {_key(header): header for header in headers}
    found = {
        field: next(by_key[_key(name)] for name in names if _key(name) in by_key)
        for field, names in aliases.items()
        if any(_key(name) in by_key for name in names)
    }
    for text in given:
        field, separator, name = text.partition("=")
        if not separator or field not in aliases:
            raise _unknown_field(text, aliases)
        if _key(name) not in by_key:
            raise _no_header(f"「{clip(name)}」", headers, field)
        found[field] = by_key[_key(name)]
    for field in required:
        if field not in found:
            raise _no_header("・".join(f"「{one}」" for one in aliases[field][:3]), headers, field)
    unknown = tuple(header for header in headers if header not in found.values())
    return Columns(found, unknown)


def _key(header: str) -> str:
    return "".join(unicodedata.normalize("NFKC", header).casefold().split())


def _unknown_field(text: str, aliases: Mapping[str, Sequence[str]]) -> Exception:
    return unreadable(
        "column_unknown",
        f"--column {clip(text)} の項目名は定義されていません。",
        f"--column {clip(text)} has no known field.",
        f"項目名=見出し の形で指定してください。使用できる項目名: {' '.join(aliases)}",
        f"Write FIELD=HEADER with one of these fields: {' '.join(aliases)}",
    )


def _headers_below(error: Unreadable, row: int) -> Exception:
    return unreadable(
        "headers_below",
        f"{error.message_ja}見出しは {row} 行目にあるようです。",
        f"{error.message_en} The headers seem to be in row {row}.",
        f"--header-row {row} を付けて、もう一度実行してください。見出しが複数行にわたる場合は 1 行にまとめてください。",
        f"Run this again with --header-row {row}. Headers of several rows have to be put into one.",
    )


def _no_header(wanted: str, headers: Sequence[str], field: str) -> Exception:
    there = "、".join(clip(header, 20) for header in headers[:40])
    return unreadable(
        MISSING.removeprefix("import."),
        f"見出し {wanted} がありません。ファイルの見出し: {there}。",
        f"There is no header {wanted} (the field {field}). Headers of the file: {there}.",
        f"--column {field}=見出し で指定してください。",
        f"Specify the header with --column {field}=HEADER.",
    )
