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
_ROLES = (
    rf"(?:{_TITLES.pattern}|担当者?|窓口|連絡先|責任者|世話人|世話役|発起人|代表者|幹事|会計|書記|事務局|講師|司会|受付|相談員"
    r"|支援員|推進員|職員|ケアマネジャー|ケアマネ|ヘルパー|運転手|ボランティア|コーディネーター|区長|住職|店主|大家|家主|監事)"
)
_ROLE_BEFORE = re.compile(_ROLES + r"(?:名|氏名)?\s*[はがもにの:=・、,/(「\s]{0,3}$")
_ROLE_BEHIND = re.compile(r"\s*[(・、,/]\s*" + _ROLES + r"(?=\s*[)、,。・]|$)")
_RELATIVE = re.compile(
    r"の(?:お?ば[あー]?(?:ちゃん|さん|さま)|お?じ[いー]?(?:ちゃん|さん|さま)|お?[婆爺祖母父]*[婆爺](?:ちゃん|さん|様)?|奥(?:さん|様|さま)"
    r"|ご?(?:主人|家族|両親|長男|次男|三男|長女|次女|三女|息子|夫婦|夫人|遺族)|旦那|お?(?:母|父|兄|姉)(?:さん|様|ちゃん|親)?(?![の子親母父]*会|子)"
    r"|お?(?:娘|孫|嫁)(?:さん|様)?|妻|夫(?!人)|弟|妹|姑|舅|祖父(?!母会)|祖母|[伯叔][父母]|お宅|実家|家内|せがれ)"
)
_AGE = re.compile(r"\s*[(【、,]?\s*(?:[男女]性?\s*[、,・]\s*)?満?\d{2,3}\s*[歳才]")
_DIRECTIONS = frozenset("東西南北中上下前奥新元本大小")  # 東香里, 山田東: parts of the names of places
_PLACES = tuple("村町市区郡県駅湖道")
_OF_PLACES = tuple("町市区郡県駅")
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
        surface = morpheme.surface()
        if surface.isspace():
            spaced = True
            continue
        words.append(_Word(surface, morpheme.end(), _part_of_speech(morpheme.part_of_speech_id()), spaced))
        spaced = False
    return words


@cache
def _part_of_speech(number: int) -> tuple[str, ...]:
    return tuple(_dictionary().pos_of(number) or ())


def name_of_person(text: str) -> str | None:
    """The name of a person: with an honorific, a title, an age or a home; or a family name and a given name."""
    words = _words(text)
    for n, word in enumerate(words):
        if word.pos[0] != "名詞":
            continue
        after = words[n + 1] if n + 1 < len(words) else None
        if after and after.surface in _HONORIFICS and _may_be_a_person(word, words[n - 1] if n else None):
            return word.surface + after.surface
        if _is_family_name_alone(words, n) and _stands_for_somebody(word, text):
            return word.surface
        if word.is_person:
            if match := _TITLES.match(text, word.end) or _AGE.match(text, word.end):
                return word.surface + match[0].strip()
            if after and after.surface in _HOMES and _ends(words[n + 2 :]):
                return word.surface + after.surface
        if after and _is_full_name(word, after) and _ends(words[n + 2 :]):
            facility = n > 0 and not word.spaced and words[n - 1].surface.endswith(_FACILITIES)
            if not facility:
                return word.surface + after.surface
    return None


def _is_family_name_alone(words: Sequence[_Word], n: int) -> bool:
    """Whether this word is a family name, and no part of a longer name: not 田中商店, 東山田, 本町, 北町の森."""
    word, before = words[n], words[n - 1] if n else None
    if not word.is_family_name and not (len(word.surface) == 1 and "姓" in _names_in_dictionary(word.surface)):
        return False
    if word.surface.endswith(_OF_PLACES) or word.surface in _DIRECTIONS or word.surface in _NOT_NAMES:
        return False
    joined = before and not word.spaced and before.is_place
    return not joined and _ends(words[n + 1 :])


def _stands_for_somebody(word: _Word, text: str) -> bool:
    """Whether a role is before or behind a family name, or a relative behind it: 会長は田中, 鈴木(班長), 高橋の奥さん

    A name of one character is a common noun too (森, 林): there only a role before it counts.
    """
    begin = word.end - len(word.surface)
    if _ROLE_BEFORE.search(text, max(0, begin - 20), begin):
        return True
    behind = _ROLE_BEHIND.match(text, word.end) or _RELATIVE.match(text, word.end)
    return behind is not None and len(word.surface) > 1


def _may_be_a_person(word: _Word, before: _Word | None) -> bool:
    """Whether an honorific after this word makes it a person: 佐藤さん, 千葉様, 林様; not お客様, 八百屋さん."""
    if word.surface.endswith("屋"):
        return False
    if word.is_family_name or word.is_place or (word.is_person and len(word.surface) > 1):
        return True
    if (before and before.pos[0] == "接頭辞") or word.surface in _NOT_NAMES:
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
