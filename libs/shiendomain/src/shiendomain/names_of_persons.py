"""The names of persons in a text, found by an analyser of Japanese (SudachiPy, the small edition of SudachiDict)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sudachipy import Dictionary, Tokenizer

_HONORIFICS = frozenset(["さん", "様", "さま", "氏", "ちゃん", "くん", "君", "殿", "女史", "先生", "サマ", "サン"])
_AFTER_NAMES = frozenset(["独居", "男性", "女性", "世帯", "ほか", "他", "夫", "妻"])
_HOMES = frozenset(["宅", "家", "邸", "方", "夫妻", "夫婦", "一家", "本人"])
_TITLES = re.compile(
    r"副?(?:会長|委員長|理事長|支部長|班長|組長|部長|課長|係長|室長|所長|院長|園長)|主任|代表|次長|医師|看護師|保健師|民生委員|児童委員"
)
_AGE = re.compile(r"\s*[(【、,]?\s*(?:[男女]性?\s*[、,・]\s*)?満?\d{2,3}\s*[歳才]")
_DIRECTIONS = frozenset("東西南北中上下前奥新元本大小")  # 東香里, 山田東: parts of the names of places
_PLACES = tuple("村町市区郡県駅湖道")
_FACILITIES = (
    "センター", "ホーム", "サービス", "ステーション", "サロン", "クラブ", "カフェ", "ハウス",
    "園", "会", "所", "店", "館", "薬局", "病院", "医院",
)  # fmt: skip
_KANJI = re.compile("[\u3400-\u9fff々]")
_FAMILY = "嫁 婿 孫 母 父 兄 姉 妹 弟 娘 息子 親 主人 旦那"
_NOT_NAMES = frozenset(f"{_FAMILY} 神 仏 王 奥 皆 客 隣 主 若 坊 大家 女将 上 新 店 宮 寺 仲間 友".split())
"""Nouns that are family names or given names too, and take an honorific in their first meaning."""


@cache
def _dictionary() -> Dictionary:
    from sudachipy import Dictionary  # reading it takes a moment, which a program that checks no text does not need

    return Dictionary(dict="small")


@cache
def _tokenizer() -> Tokenizer:
    from sudachipy import SplitMode

    return _dictionary().tokenizer(SplitMode.A)


class _Word(NamedTuple):
    """A word of the text: what it is, and whether a space goes before it."""

    surface: str
    end: int
    pos: tuple[str, ...]
    spaced: bool

    @property
    def is_family_name(self) -> bool:
        return self.pos[2:4] == ("人名", "姓")

    @property
    def is_given_name(self) -> bool:
        return self.pos[2:4] == ("人名", "名")

    @property
    def is_person(self) -> bool:
        return self.pos[2] == "人名"

    @property
    def is_place(self) -> bool:
        return self.pos[2] == "地名"


def _words(text: str) -> list[_Word]:
    words: list[_Word] = []
    spaced = True
    for morpheme in _tokenizer().tokenize(text):
        if morpheme.surface().isspace():
            spaced = True
            continue
        words.append(_Word(morpheme.surface(), morpheme.end(), tuple(morpheme.part_of_speech()), spaced))
        spaced = False
    return words


def name_of_person(text: str) -> str | None:
    """The name of a person: with an honorific, a title, an age or a home; or a family name and a given name."""
    words = _words(text)
    for n, word in enumerate(words):
        after = words[n + 1] if n + 1 < len(words) else None
        if after and after.surface in _HONORIFICS and _may_be_a_person(word, words[n - 1] if n else None):
            return word.surface + after.surface
        if word.is_person:
            if match := _TITLES.match(text, word.end) or _AGE.match(text, word.end):
                return word.surface + match[0].strip()
            if after and after.surface in _HOMES and _ends(words[n + 2 :]):
                return word.surface + after.surface
        facility = n > 0 and not word.spaced and words[n - 1].surface.endswith(_FACILITIES)
        if after and not facility and _is_full_name(word, after) and _ends(words[n + 2 :]):
            return word.surface + after.surface
    return None


def _may_be_a_person(word: _Word, before: _Word | None) -> bool:
    """Whether an honorific after this word makes it a person: 佐藤さん, 千葉様, 林様; not お客様, 八百屋さん."""
    if word.surface.endswith("屋"):
        return False
    if word.is_family_name or word.is_place or (word.is_person and len(word.surface) > 1):
        return True
    if (before and before.pos[0] == "接頭辞") or word.surface in _NOT_NAMES or word.pos[0] != "名詞":
        return False
    names = _names_in_dictionary(word.surface)
    if len(word.surface) == 1:
        return "姓" in names
    return bool(names) and (len(word.surface) > 2 or _KANJI.search(word.surface) is not None)


@lru_cache(4096)
def _names_in_dictionary(surface: str) -> frozenset[str]:
    """As which names of persons the dictionary has this word: 姓, 名."""
    entries = (entry.part_of_speech() for entry in _dictionary().lookup(surface))
    return frozenset(pos[3] for pos in entries if pos[2] == "人名")


def _is_full_name(family: _Word, given: _Word) -> bool:
    """A family name and a given name: 山田花子, 千葉真一, 佐藤 実."""
    if not given.spaced and (family.surface in _DIRECTIONS or given.surface in _DIRECTIONS):
        return False
    if given.is_given_name and not given.surface.endswith(_PLACES):
        return family.is_family_name or (family.is_place and _KANJI.search(given.surface) is not None)
    if not family.is_family_name or not given.spaced or given.pos[0] != "名詞":
        return False
    return "名" in _names_in_dictionary(given.surface)


def _ends(rest: Sequence[_Word]) -> bool:
    """Whether a name ends here. It goes on in the name of a shop, a hall or an association: 石川太郎商店."""
    if not rest:
        return True
    word = rest[0]
    goes_on = word.pos[0] in ("名詞", "接尾辞") and word.pos[1] != "数詞"
    return word.spaced or not goes_on or word.surface in _HONORIFICS | _HOMES | _AFTER_NAMES
