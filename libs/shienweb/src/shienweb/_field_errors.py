"""Pydantic's errors for people: the field, and what is expected of it, in Japanese and English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ._messages import Message as M
from ._problems import MOST_ERRORS, FieldError

_WHOLE = M("a whole number is expected", "整数を指定してください")
_TEXT = M("text is expected", "文字列を指定してください")
_DATE = M("a date like 2026-04-01 is expected", "2026-04-01 のような日付を指定してください")
_TIME = M("a time with its zone is expected, like 2026-04-01T09:30:00+09:00",
          "2026-04-01T09:30:00+09:00 のように時差を付けた日時を指定してください")  # fmt: skip
_UUID = M("an id (UUID) is expected", "ID（UUID）を指定してください")
_YES_NO = M("true or false is expected", "true または false を指定してください")
_LIST = M("a list is expected", "配列を指定してください")
_OBJECT = M("an object is expected", "オブジェクトを指定してください")

EXPECTED: Mapping[str, M] = {
    "missing": M("this field is needed", "この項目は必須です"),
    "extra_forbidden": M("there is no such field here; leave it out", "この項目はありません。取り除いてください"),
    "no_such_parameter": M(
        "there is no such parameter here; leave it out", "このパラメーターはありません。取り除いてください"
    ),
    "parameter_twice": M("give this parameter once", "このパラメーターは 1 回だけ指定してください"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_parsing": M("a number is expected", "数を指定してください"),
    "int_parsing_size": M("a smaller number is expected", "より小さい数を指定してください"),
    "string_type": _TEXT,
    "string_unicode": M("text without broken characters is expected", "壊れた文字を含まない文字列を指定してください"),
    "string_too_short": M("at least {min_length} characters are expected", "{min_length} 文字以上で指定してください"),
    "string_too_long": M("at most {max_length} characters are expected", "{max_length} 文字以内で指定してください"),
    "string_pattern_mismatch": M("text like {example} is expected", "{example} のような形で指定してください"),
    "enum": M("one of {expected} is expected", "次のいずれかを指定してください：{expected_ja}"),
    "literal_error": M("one of {expected} is expected", "次のいずれかを指定してください：{expected_ja}"),
    "greater_than": M("a number above {gt} is expected", "{gt} より大きい数を指定してください"),
    "greater_than_equal": M("a number of at least {ge} is expected", "{ge} 以上の数を指定してください"),
    "less_than": M("a number below {lt} is expected", "{lt} より小さい数を指定してください"),
    "less_than_equal": M("a number of at most {le} is expected", "{le} 以下の数を指定してください"),
    "multiple_of": M("a multiple of {multiple_of} is expected", "{multiple_of} の倍数を指定してください"),
    "too_short": M("at least {min_length} entries are expected", "{min_length} 件以上を指定してください"),
    "too_long": M("at most {max_length} entries are expected", "{max_length} 件以内で指定してください"),
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "uuid_version": _UUID,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "date_past": M("a date in the past is expected", "過去の日付を指定してください"),
    "date_future": M("a date in the future is expected", "未来の日付を指定してください"),
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "datetime_object_invalid": _TIME,
    "timezone_aware": _TIME,
    "time_type": M("a time like 09:30 is expected", "09:30 のような時刻を指定してください"),
    "time_parsing": M("a time like 09:30 is expected", "09:30 のような時刻を指定してください"),
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "dict_type": _OBJECT,
    "mapping_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dataclass_type": _OBJECT,
    "none_required": M("null is expected", "null を指定してください"),
    "json_invalid": M("valid JSON is expected", "正しい JSON を指定してください"),
    "blank_text": M("text with a letter or a digit is expected", "文字か数字を含む内容を記入してください"),
    "other_century": M("a date from {first} to {last} is expected", "{first} から {last} までの日付を指定してください"),
    "personal_data": M(
        "{seen}: {what}. Records are published and kept, so no text may tell who somebody is; leave it out",
        "「{seen}」は{what_ja}とみられます。記録は公開され残るため、個人が特定される内容は記入できません。取り除いてください",
    ),
    "union_tag_invalid": M("one of {expected_tags} is expected", "次のいずれかを指定してください：{expected_tags_ja}"),
    "union_tag_not_found": M("the field that tells the kind is needed", "種類を示す項目が必要です"),
}
_EXAMPLES = (
    "272108-03", "272108", "7000012050002", "09:30", "34.8143,135.6503", "https://www.example.jp/", "needs.3.41",
    "0" * 64,
)  # fmt: skip
"""Texts of the forms that fields have; a message shows the first that fits the field's pattern."""
_OTHERWISE = M("another value is expected ({type})", "別の値を指定してください")


def field_errors(errors: Sequence[Any]) -> tuple[FieldError, ...]:
    """Each error as field and expectation. A field goes by its path in the body, a parameter by its name."""
    return tuple(_one(error) for error in errors[:MOST_ERRORS])


def _one(error: Mapping[str, Any]) -> FieldError:
    place = [str(part)[:100] for part in error["loc"]]
    if len(place) > 1 and place[0] in ("body", "query", "path"):
        place = place[1:]
    if error["type"] in ("value_error", "assertion_error"):
        cause = error.get("ctx", {}).get("error")
        ja = getattr(cause, "ja", "") or str(cause or "")
        return FieldError(field=".".join(place), en=getattr(cause, "en", "") or str(cause or ""), ja=ja)
    facts = {**error.get("ctx", {}), "type": error["type"]}
    pattern = facts.get("pattern", "")
    facts["example"] = next((one for one in _EXAMPLES if re.search(pattern, one)), pattern)
    lists = {f"{name}_ja": _listed(facts[name]) for name in ("expected", "expected_tags") if name in facts}
    expected = EXPECTED.get(error["type"], _OTHERWISE).about(facts | lists)
    return FieldError(field=".".join(place), en=expected.en, ja=expected.ja)


def _listed(expected: str) -> str:
    """Pydantic's list of values (`'a', 'b' or 'c'`) as a Japanese one (`a、b、c`)."""
    return "、".join(re.split(r"', '|' or '|, | or ", expected.strip("'")))
