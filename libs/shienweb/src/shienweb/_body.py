"""Request bodies: strict JSON, and the base of the models that declare their fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cache
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails
from starlette.requests import Request

from ._contents import refused_contents
from ._field_errors import field_errors
from ._problems import FieldError, Refusal

DEEPEST = 32
MOST_KEYS = 200  # of one object: far more than any body here has, and each unknown one costs an error
LARGEST = 2**53  # beyond it a double, and so JSON elsewhere, is not exact
UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"  # control characters but \t \n, and half characters
    "\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # nothing, or turns text
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U000e0000-\U000e007f]"  # letters that show nothing
)

_EXACT = {int: "int_type", bool: "bool_type", datetime: "datetime_type", date: "date_type", time: "time_type"}
_DIGITS = re.compile(r"\s*[-+]?[0-9.]+\s*")


class Body(BaseModel):
    """The base of a body's model: unknown fields are rejected by name, and values are not converted.

    Pydantic's strict mode would reject ids and dates, which are texts in JSON. Its lax mode accepts `"1"`, `1.0` and
    `true` as a whole number, and `0` as 1 January 1970. What no text may
    hold is refused by `StrictRequest` (characters) and here (see `refused_contents`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="wrap")
    @classmethod
    def _exactly(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        taken = handler(value)
        if wrong := list(_changed(value, taken, ())) or list(refused_contents(taken, Body)):
            raise ValidationError.from_exception_data(cls.__name__, wrong)
        return taken


def content_errors(model: BaseModel) -> tuple[FieldError, ...]:
    """For what a body with these values would be refused: what no text or day may be. For tools that read files."""
    try:
        _check(model.model_dump(mode="json"))
    except Refusal as refusal:
        return refusal.errors
    wrong = list(refused_contents(model, Body))
    return field_errors(ValidationError.from_exception_data("body", wrong).errors()) if wrong else ()


def example(**fields: Any) -> ConfigDict:
    """The config of a body with an example for the API's documentation: `model_config = example(…)`."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


def _changed(given: Any, taken: object, place: tuple[str | int, ...]) -> Iterator[InitErrorDetails]:
    """The values that pydantic converted."""
    if isinstance(taken, BaseModel):
        if isinstance(given, dict):
            for name in taken.model_fields_set & given.keys():
                became: object = getattr(taken, name)
                if _may_be_converted(became):
                    yield from _changed(given[name], became, (*place, name))
    elif isinstance(taken, (tuple, list)):
        if isinstance(given, (tuple, list)):
            for n, (one, became) in enumerate(zip(given, taken, strict=False)):
                if _may_be_converted(became):
                    yield from _changed(one, became, (*place, n))
    elif (
        type(taken) in _EXACT
        and type(given) is not type(taken)
        and (type(taken) in (int, bool) or not isinstance(given, str) or _DIGITS.fullmatch(given))
    ):
        yield InitErrorDetails(type=_EXACT[type(taken)], loc=place, input=None)


def _may_be_converted(value: object) -> bool:
    """Whether this value, or one within it, may come from JSON of another type. A `Body` judged itself."""
    return _may_come_from_others(type(value))  # type: ignore[arg-type]  # a type has a hash


@cache
def _may_come_from_others(kind: type) -> bool:
    return kind in _EXACT or (issubclass(kind, (BaseModel, tuple, list)) and not issubclass(kind, Body))


class StrictRequest(Request):
    """A request whose JSON is strict: UTF-8, no duplicate key, no NaN, limited depth, no unfit text or number."""

    async def json(self) -> Any:
        """The body. Raises `Refusal` (422)."""
        if not hasattr(self, "_strict"):
            self._strict = read_json(await self.body())
        return self._strict

    def forget(self) -> None:
        """Let the values of the body go: the server's objects of a request are cycles, which stay for a while."""
        self.__dict__.pop("_strict", None)


class DuplicateKey(ValueError):
    """A JSON object has a key twice."""


class TooManyKeys(ValueError):
    """A JSON object has too many keys."""


def read_json(data: bytes) -> Any:
    """The value of a JSON text. Raises `Refusal` (422), which names the field or the place in the text."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise _malformed(
            f"it is not UTF-8 at byte {error.start}", f"{error.start} バイト目が UTF-8 ではありません"
        ) from None
    try:
        value = json.loads(text, object_pairs_hook=unique_keys)
    except DuplicateKey as duplicate:
        raise _malformed(
            f"the key {duplicate.args[0][:80]!r} occurs twice", f"項目 {duplicate.args[0][:80]!r} が重複しています"
        ) from None
    except TooManyKeys:
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


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs. Raises `DuplicateKey` or `TooManyKeys`. For `json.loads(…, object_pairs_hook=…)`."""
    if len(pairs) > MOST_KEYS:
        raise TooManyKeys
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise DuplicateKey(key)
            seen.add(key)
    return found


def _malformed(why: str, why_ja: str) -> Refusal:
    return Refusal(422, "body.malformed", why=why, why_ja=why_ja)


def _check(value: Any) -> None:
    """Reject texts, numbers and depths that cannot be stored."""
    waiting: list[tuple[Any, tuple[str, ...]]] = [(value, ())]
    while waiting:
        one, place = waiting.pop()
        if isinstance(one, str):
            if UNFIT.search(one):
                raise _unfit(
                    place,
                    f"characters that are broken or show nothing are not accepted; leave {_named(one)} out",
                    f"制御文字・壊れた文字・見えない文字は使えません。取り除いてください（{_named(one)}）",
                )
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


def _named(text: str) -> str:
    """The first unfit character, as U+200B."""
    found = UNFIT.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def _unfit(place: tuple[str, ...], en: str, ja: str) -> Refusal:
    return Refusal(422, "fields.malformed", errors=[FieldError(field=".".join(place)[:200] or "body", en=en, ja=ja)])
