"""The members of closed lists: words with a label in Japanese and in English."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A member of a closed list. Its value is stored and published; `ja` and `en` are the labels that people read."""

    ja: str
    en: str

    def __new__(cls, value: str, ja: str, en: str = "") -> Self:
        """A member with its Japanese and English label.

        Without an English label it is the value with spaces for underscores.
        """
        word = str.__new__(cls, value)
        word._value_ = value
        word.ja = ja
        word.en = en or value.replace("_", " ")
        return word

    @classmethod
    def of(cls, value: str) -> Self:
        """The member with this value. Raises `KeyError` where there is none."""
        return {one.value: one for one in cls}[value]
