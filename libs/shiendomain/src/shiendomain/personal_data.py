"""Personal data in a text: what tells who somebody is. No event holds any, because events are published and kept.

Names are found by a morphological analyser (SudachiPy with the small edition of SudachiDict), all else by its form. The
texts are compared after NFKC, so widths do not matter. What is not found: a rare given name alone, a family name
without a title or honorific, and names in the Latin alphabet. A family name within the name of a shop, a clinic or an
association (佐藤医院) is not personal data, nor is a place down to the 丁目.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from .words import Word

if TYPE_CHECKING:
    from sudachipy import Dictionary, Tokenizer


class PersonalData(Word):
    """The kind of personal data that a text holds."""

    NAME = "name", "個人の氏名", "A person's name"
    TELEPHONE = "telephone", "電話番号", "A telephone number"
    EMAIL = "email", "メールアドレス", "An e-mail address"
    NUMBER = "number", "個人番号・被保険者番号など", "A number of a person (個人番号, 被保険者番号)"
    ADDRESS = "address", "住居の番地・部屋番号", "An address down to the house or room"
    BIRTH = "birth", "生年月日", "A date of birth"


@dataclass(frozen=True)
class MayHold:
    """Marks the type of a field in which something of the form of personal data is none: the address of a facility."""

    kinds: frozenset[PersonalData]

    def __init__(self, *kinds: PersonalData) -> None:
        object.__setattr__(self, "kinds", frozenset(kinds))


class Found(NamedTuple):
    """Personal data in a text: its kind, and the part of the text (after NFKC)."""

    kind: PersonalData
    seen: str


_PART, _OVERLAP = 10_000, 40  # characters; the analyser takes 49,149 bytes at once
_URL = re.compile(r"https?://[!-~]+")  # its digits tell nothing
_MARKS = re.compile(  # variation selectors and others that show nothing
    "[\u034f\u17b4\u17b5\u180b-\u180f\u2800\ufe00-\ufe0f\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
_VARIANTS = str.maketrans("髙﨑濵濱德栁邉邊𠮷廣澤櫻", "高崎浜浜徳柳辺辺吉広沢桜")  # the dictionary has the common forms
_HYPHENS = re.compile("\\s*[‐‑‒–—―−ー－ｰ～〜~]\\s*(?=[0-9])")  # between digits only: ー is part of words too
_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_KANJI_NUMBER = re.compile("[〇零一二三四五六七八九十百]{1,7}(?=丁目|番|号|年|月|日|の?[〇零一二三四五六七八九十])")

_MAIL = "A-Za-z0-9_-"
_JAPAN = r"\(?\+?\s?81\)?[-\s]?(?:\(0\))?"
_SEPARATOR = r"[-\s()./_・]{0,3}"
_UNITS = (
    "[時人名円回月日歳才分年週件台本個枚点食杯%割級m期度:]|[かヶ箇]所|世帯|丁目|地区|班|組|項|条|公園|km|キロ|メートル"
)
_NO_COUNT = rf"(?!\d|\s*(?:{_UNITS}))"  # 3-4人 is no address
_HOUSE = r"[-ノの]\d{1,4}"
_ERA = r"(?:明治|大正|昭和|平成|令和|[MTSHR])\s*"
_LAST_OF_BIRTH = r"\s*に?\s*(?:生|うまれ|産まれ|出生)"
_DATE = rf"(?:(?:{_ERA})?(?:\d{{1,4}}\s*年\s*\d{{1,2}}\s*月\s*\d{{1,2}}\s*日|\d{{1,4}}[-./]\d{{1,2}}[-./]\d{{1,2}}))"
_NUMBERS = "被保険者 保険証 個人番号 マイナンバー 年金番号 受給者 利用者番号 診察券 口座番号 免許証"
_HOMES_OF_MANY = "アパート マンション ハイツ コーポ ハイム メゾン レジデンス ビレッジ 荘 棟 団地"

_P = PersonalData
_FORMS: tuple[tuple[PersonalData, str], ...] = (
    (
        _P.EMAIL,
        rf"(?<![.+{_MAIL}])[.+{_MAIL}]+\s*(?:@|[(\[]\s*(?:at?|アット)\s*[)\]]|\sat\s)\s*[{_MAIL}]+(?:\s*\.\s*[{_MAIL}]+)+",
    ),
    (_P.BIRTH, rf"(?:生年月日|誕生日|生れ|生まれ)\D{{0,6}}(?:{_DATE}|\d{{8}})"),
    (_P.BIRTH, rf"{_DATE}{_LAST_OF_BIRTH}"),
    (_P.BIRTH, rf"(?<![0-9A-Za-z])(?:[MTSHR][0-9]{{6}}|(?:19|20)[0-9]{{6}}){_LAST_OF_BIRTH}"),
    (_P.NUMBER, rf"(?:{'|'.join(_NUMBERS.split())})\D{{0,8}}\d[\d\s-]{{4,}}\d"),
    (_P.NUMBER, r"(?<![\d-])(?:\d{12}|\d{4}([-\s])\d{4}\1\d{4}|\d{3}([-\s])\d{3}\2\d{3}\2\d{3})(?![\d-])"),
    (
        _P.TELEPHONE,
        rf"(?<!\d)(?:{_JAPAN}|\(?0)\d{{1,4}}\)?{_SEPARATOR}\d{{1,4}}{_SEPARATOR}\d{{3,4}}(?!\d)",
    ),
    (_P.ADDRESS, r"(?<!\d)\d+\s*丁目\s*\d+\s*(?:番(?!の|線|乗|館|公園|街区)|[-ノの]\s*\d|号(?!車|線|館|公園))"),
    (_P.ADDRESS, r"(?<!\d)\d+\s*番(?:地(?![域区帯])|\s*\d+\s*号(?!車|線|館|公園))"),
    (_P.ADDRESS, rf"[町村市区郡字丁条通目]\s*\d{{1,4}}{_HOUSE}(?:{_HOUSE})?{_NO_COUNT}"),
    (
        _P.ADDRESS,
        r"(?<![和成正治\d年期])(?![料式策標題護表図項章案号第度条点])[\u3400-\u9fff々ヶケ]\s*(?!(?:19|20)\d\d-)\d{1,4}-\d{1,4}-\d{1,4}(?!-)"
        + _NO_COUNT,
    ),
    (
        _P.ADDRESS,
        rf"(?:{'|'.join(_HOMES_OF_MANY.split())})[^のとや、・。\s]{{0,6}}?[A-Z]?\d{{3,4}}(?!\d|人|名|円|世帯|戸|年|回|会議|周年|計画|棟|件)",
    ),
    (_P.ADDRESS, r"\d{1,4}\s*号室"),
)
_PATTERNS = [(kind, re.compile(form)) for kind, form in _FORMS]
_PUBLIC_ROOM = re.compile(r"(?:公民館|会館|会議|市役所|区役所|役場|庁舎|センター|プラザ|ホール|病院|研修)\S{0,8}$")
_OFFICE_NUMBER = re.compile(r"(?:事業所|法人|施設|指定)番号\D{0,4}$")


_KEPT, _KEPT_LENGTH = 8192, 200


class _Seen(Exception):
    """Personal data was found. As an exception, it is not kept with the texts that pass."""

    def __init__(self, found: Found) -> None:
        super().__init__(found.kind)
        self.found = found


def personal_data(text: str, allowed: Collection[PersonalData] = ()) -> Found | None:
    """The first personal data in this text, or `None`. Kinds that are `allowed` in this field are passed over.

    Lists repeat their words (毎週火曜, 無料), so short texts that passed of late are not read again.
    """
    if len(text) > _KEPT_LENGTH:
        return _found(text, allowed)
    try:
        _pass(text, frozenset(allowed))
    except _Seen as seen:
        return seen.found
    return None


@lru_cache(maxsize=_KEPT)
def _pass(text: str, allowed: frozenset[PersonalData]) -> None:
    if found := _found(text, allowed):
        raise _Seen(found)


def _found(text: str, allowed: Collection[PersonalData]) -> Found | None:
    marked = re.sub("([\u2460-\u24ff])", r" \1 ", text)  # ①090: NFKC would join the digits
    plain = _URL.sub(" ", unicodedata.normalize("NFKC", _MARKS.sub("", marked)).translate(_VARIANTS))
    found = next(_forms(_digits(plain), allowed), None)
    if found is None and PersonalData.NAME not in allowed and not plain.isascii():
        parts = (plain[begin : begin + _PART] for begin in range(0, len(plain), _PART - _OVERLAP))
        seen = next(filter(None, map(_name, parts)), None)
        found = Found(PersonalData.NAME, seen) if seen else None
    return found


def _digits(text: str) -> str:
    """The text with one hyphen, and with Arabic digits where kanji number a house."""
    text = _HYPHENS.sub("-", text.replace("元年", "1年"))
    text = _KANJI_NUMBER.sub(lambda match: _number(match[0]), text)
    return re.sub("(?<=[0-9])[〇零一二三四五六七八九]", lambda match: match[0].translate(_KANJI_DIGITS), text)


def _number(kanji: str) -> str:
    """二十三 is 23, 二三 is 23 too."""
    plain = kanji.translate(_KANJI_DIGITS)
    if "十" not in plain and "百" not in plain:
        return plain
    hundreds, hundred, rest = plain.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    try:
        total = (100 * int(hundreds or 1) if hundred else 0) + (10 * int(tens or 1) if ten else 0) + int(ones or 0)
    except ValueError:  # 百百: a name
        return kanji
    return str(total)


def _forms(text: str, allowed: Collection[PersonalData]) -> Iterator[Found]:
    for kind, pattern in _PATTERNS:
        if kind in allowed:
            continue
        for match in pattern.finditer(text):
            before = text[: match.start()]
            if kind is PersonalData.TELEPHONE and not _is_telephone(match[0], before):
                continue
            if match[0].endswith("号室") and _PUBLIC_ROOM.search(before):
                continue
            yield Found(kind, match[0].strip())


def _is_telephone(seen: str, before: str) -> bool:
    """A Japanese number has ten digits from the first 0 on, eleven for mobile and IP telephones."""
    digits = re.sub(r"\D", "", seen)
    if digits.startswith("81"):
        digits = "0" + digits[2:].removeprefix("0")
    if seen.strip().isdigit() and _OFFICE_NUMBER.search(before):
        return False
    return len(digits) == 10 or (len(digits) == 11 and digits[2] == "0")


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


def _name(text: str) -> str | None:
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
