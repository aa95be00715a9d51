"""Bodies: JSON read strictly, and the model that every body's shape is declared with."""

from __future__ import annotations

import json
import re
from typing import Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict

from ._problems import FieldError, Refusal

DEEPEST = 32
LARGEST = 2**53  # beyond it a double, and so JSON elsewhere, is not exact
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # control characters but \t \n, and half characters


class Body(BaseModel):
    """A body: fields it does not have are refused by name. `StrictRequest` has seen to its texts and numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StrictRequest(Request):
    """A request whose JSON is read strictly: UTF-8, no key twice, no NaN, nothing deep, no unfit text or number."""

    async def json(self) -> Any:
        """The body. Raises `Refusal` (422)."""
        if not hasattr(self, "_strict"):
            self._strict = read_json(await self.body())
        return self._strict


class _Twice(ValueError):
    pass


def read_json(data: bytes) -> Any:
    """The value of a JSON text. Raises `Refusal` (422) that names the field, or the place in the text."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise _malformed(f"it is not UTF-8 at byte {error.start}") from None
    try:
        value = json.loads(text, object_pairs_hook=_once)
    except _Twice as twice:
        raise _malformed(f"the key {twice.args[0][:80]!r} is there twice") from None
    except RecursionError:
        raise _malformed(f"it is nested deeper than {DEEPEST}") from None
    except json.JSONDecodeError as error:
        raise _malformed(f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    except ValueError:
        raise _malformed("a number has too many digits") from None
    _check(value)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Twice(key)
            seen.add(key)
    return found


def _malformed(why: str) -> Refusal:
    return Refusal(422, "body.malformed", why=why)


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
                raise _malformed(f"it is nested deeper than {DEEPEST}")
            if isinstance(one, dict):
                if any(map(UNFIT.search, one)):
                    raise _unfit((*place, "?"), "a name has unfit characters", "項目名に使えない文字があります")
                waiting += [(within, (*place, key)) for key, within in one.items()]
            else:
                waiting += [(within, (*place, str(n))) for n, within in enumerate(one)]


def _unfit(place: tuple[str, ...], en: str, ja: str) -> Refusal:
    return Refusal(422, "fields.malformed", errors=[FieldError(field=".".join(place)[:200] or "body", en=en, ja=ja)])
