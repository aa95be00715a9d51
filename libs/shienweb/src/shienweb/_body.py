"""Bodies: JSON read strictly, and the model that every body's shape is declared with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, Self

from fastapi import Request
from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from ._problems import FieldError, Refusal

DEEPEST = 32
MOST_KEYS = 200  # of one object: far more than any of ours has, and each unknown one costs an error to tell
LARGEST = 2**53  # beyond it a double, and so JSON elsewhere, is not exact
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # control characters but \t \n, and half characters


_EXACT = {int: "int_type", bool: "bool_type", datetime: "datetime_type", date: "date_type", time: "time_type"}
_DIGITS = re.compile(r"\s*[-+]?[0-9.]+\s*")


class Body(BaseModel):
    """A body: fields it does not have are refused by name, and a number, a truth and a date are what they seem.

    `StrictRequest` has seen to its texts. Pydantic's own strictness would refuse the texts that ids and dates are
    in JSON; its leniency takes `"1"`, `1.0` and `true` for a whole number, and `0` for the first of January 1970.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="wrap")
    @classmethod
    def _exactly(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        taken = handler(value)
        if wrong := list(_changed(value, taken, ())):
            raise ValidationError.from_exception_data(cls.__name__, wrong)
        return taken


def example(**fields: Any) -> ConfigDict:
    """The config of a body that shows what it looks like in the API's documentation: `model_config = example(…)`."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


def _changed(given: Any, taken: Any, place: tuple[str | int, ...]) -> Iterator[InitErrorDetails]:
    """Where pydantic made something else of what was given."""
    if isinstance(taken, BaseModel):
        if isinstance(given, dict):
            for name in taken.model_fields_set & given.keys():
                yield from _changed(given[name], getattr(taken, name), (*place, name))
    elif isinstance(taken, (tuple, list)):
        if isinstance(given, (tuple, list)):
            for n, (one, became) in enumerate(zip(given, taken, strict=False)):
                yield from _changed(one, became, (*place, n))
    elif (
        type(taken) in _EXACT
        and type(given) is not type(taken)
        and (type(taken) in (int, bool) or not isinstance(given, str) or _DIGITS.fullmatch(given))
    ):
        yield InitErrorDetails(type=_EXACT[type(taken)], loc=place, input=None)


class StrictRequest(Request):
    """A request whose JSON is read strictly: UTF-8, no key twice, no NaN, nothing deep, no unfit text or number."""

    async def json(self) -> Any:
        """The body. Raises `Refusal` (422)."""
        if not hasattr(self, "_strict"):
            self._strict = read_json(await self.body())
        return self._strict


class _Twice(ValueError):
    pass


class _Many(ValueError):
    pass


def read_json(data: bytes) -> Any:
    """The value of a JSON text. Raises `Refusal` (422) that names the field, or the place in the text."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise _malformed(
            f"it is not UTF-8 at byte {error.start}", f"{error.start} バイト目が UTF-8 ではありません"
        ) from None
    try:
        value = json.loads(text, object_pairs_hook=_once)
    except _Twice as twice:
        raise _malformed(
            f"the key {twice.args[0][:80]!r} is there twice", f"項目 {twice.args[0][:80]!r} が重複しています"
        ) from None
    except _Many:
        raise _malformed(f"an object has more than {MOST_KEYS} keys", f"項目が {MOST_KEYS} を超えています") from None
    except RecursionError:
        raise _malformed(f"it is nested deeper than {DEEPEST}", f"{DEEPEST} 段より深い入れ子です") from None
    except json.JSONDecodeError as error:
        raise _malformed(
            f"{error.msg} at line {error.lineno}, column {error.colno}", f"{error.lineno} 行 {error.colno} 文字目"
        ) from None
    except ValueError:
        raise _malformed("a number has too many digits", "数の桁が多すぎます") from None
    _check(value)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_KEYS:
        raise _Many
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Twice(key)
            seen.add(key)
    return found


def _malformed(why: str, why_ja: str) -> Refusal:
    return Refusal(422, "body.malformed", why=why, why_ja=why_ja)


def _check(value: Any) -> None:
    """Refuse texts, numbers and depths that nothing behind the door can hold."""
    waiting: list[tuple[Any, tuple[str, ...]]] = [(value, ())]
    while waiting:
        one, place = waiting.pop()
        if isinstance(one, str):
            if UNFIT.search(one):
                raise _unfit(place, "no control or broken characters are taken", "制御文字や壊れた文字は使えません")
        elif isinstance(one, (int, float)):
            if not -LARGEST <= one <= LARGEST:  # NaN too
                raise _unfit(place, "a number from -2^53 to 2^53 is expected", "-2^53〜2^53 の数を指定してください")
        elif isinstance(one, (dict, list)):
            if len(place) >= DEEPEST:
                raise _malformed(f"it is nested deeper than {DEEPEST}", f"{DEEPEST} 段より深い入れ子です")
            if isinstance(one, dict):
                if any(map(UNFIT.search, one)):
                    raise _unfit((*place, "?"), "a name has unfit characters", "項目名に使えない文字があります")
                waiting += [(within, (*place, key)) for key, within in one.items()]
            else:
                waiting += [(within, (*place, str(n))) for n, within in enumerate(one)]


def _unfit(place: tuple[str, ...], en: str, ja: str) -> Refusal:
    return Refusal(422, "fields.malformed", errors=[FieldError(field=".".join(place)[:200] or "body", en=en, ja=ja)])
