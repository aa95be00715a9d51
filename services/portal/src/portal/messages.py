"""The texts of this service's problem codes, in English and Japanese, sorted by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shienweb import Message as M

MESSAGES: Final[Mapping[str, M]] = {
    "trace.unknown": M("There is nothing with this id in your territory.", "担当地域に該当するものはありません。"),
}
