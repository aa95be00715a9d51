"""Personal data in a text: what tells who somebody is. No event holds any, because events are published and kept.

Names are found by a morphological analyser (`names_of_persons`), all else by its form. The texts are compared after
NFKC, so widths do not matter. What is not found: a rare given name alone, a family name without an honorific, a title,
a role (会長は田中) or a relative (高橋の奥さん), one that is first of all a place (千葉), and names in the Latin
alphabet. A family name within the name of a shop, a clinic or an association (佐藤医院) is not personal data, nor is a
place down to the 丁目. A block (1丁目2番, 北町12番) is: it holds few houses. Where a facility lies is said in the field
of its address.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .names_of_persons import name_of_person
from .words import Word


class PersonalData(Word):
    """The kind of personal data that a text holds."""

    NAME = "name", "個人の氏名", "A person's name"
    TELEPHONE = "telephone", "電話番号", "A telephone number"
    EMAIL = "email", "メールアドレス", "An e-mail address"
    NUMBER = "number", "個人番号・被保険者番号など", "A number of a person (個人番号, 被保険者番号)"
    ADDRESS = "address", "住居の番地・部屋番号", "An address down to the house or room"
    BIRTH = "birth", "生年月日", "A date of birth"
    ACCOUNT = "account", "通信アプリなどの利用者名", "The name of an account (LINE, Instagram)"


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
_HYPHENS = re.compile("(?<=[0-9)])\\s*[‐‑‒–—―−ー－ｰ～〜~]\\s*(?=[0-9(])")  # between digits only: マイナンバー 12
_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_LONG_KANJI_NUMBER = re.compile("[〇零一二三四五六七八九](?:[-‐‑‒–—―−ーｰ・\\s]{0,2}[〇零一二三四五六七八九]){9,}")
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

_APPS = (
    "LINE ライン Instagram インスタグラム インスタ Twitter ツイッター Facebook フェイスブック Skype スカイプ TikTok "
    "Discord ディスコード カカオトーク メッセンジャー"
)
_APP = "|".join(_APPS.split())
_HOME_OF_A_BLOCK = "家|お宅|宅|方|世帯|独居|一人暮らし|住人|高齢"

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
    (_P.NUMBER, r"(?<![\d-])(?:\d{12}|\d{4}([-\s./・])\d{4}\1\d{4}|\d{3}([-\s./・])\d{3}\2\d{3}\2\d{3})(?![\d-])"),
    (
        _P.TELEPHONE,
        rf"(?<!\d)(?:{_JAPAN}|\(?0)\d{{1,4}}\)?{_SEPARATOR}\d{{1,4}}{_SEPARATOR}\d{{3,4}}(?!\d)",
    ),
    (_P.ADDRESS, r"(?<!\d)\d+\s*丁目\s*\d+\s*(?:番(?!の|線|乗|館|公園|街区)|[-ノの]\s*\d|号(?!車|線|館|公園))"),
    (_P.ADDRESS, r"(?<!\d)\d+\s*番(?:地(?![域区帯])|\s*\d+\s*号(?!車|線|館|公園))"),
    (
        _P.ADDRESS,
        rf"(?:[町字]|大字[^\s\d]{{1,6}})\s*\d{{1,4}}\s*番(?:の(?:{_HOME_OF_A_BLOCK})|(?!の|線|乗|館|公園|街|目|組|手|地[域区帯]|バス|ホーム))",
    ),
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
    (
        _P.ACCOUNT,
        rf"(?i:{_APP})\s*(?:の\s*)?(?:(?i:ID)|アイディー|アカウント名?|ユーザー名)[\s:=はが]{{0,3}}@?[A-Za-z0-9][\w.-]{{2,}}",
    ),
    (_P.ACCOUNT, rf"(?i:{_APP})[^。\n@]{{0,8}}@[A-Za-z0-9_.]{{4,}}"),
)
_PATTERNS = [(kind, re.compile(form)) for kind, form in _FORMS]
_PUBLIC_ROOM = re.compile(r"(?:公民館|会館|会議|市役所|区役所|役場|庁舎|センター|プラザ|ホール|病院|研修)\S{0,8}$")
_OFFICE_NUMBER = re.compile(r"(?:事業所|法人|施設|指定)番号\D{0,4}$")


_KEPT = 150_000
_passed: defaultdict[frozenset[PersonalData], set[int]] = defaultdict(set)
"""The hashes of texts in which nothing was found, by what their field may hold; about 10 MB at most.

A process has a key of its own for them (PEP 456), so that nobody can make two texts with one hash.
"""


def personal_data(text: str, allowed: frozenset[PersonalData] = frozenset()) -> Found | None:
    """The first personal data in this text, or `None`. Kinds that are `allowed` in this field are passed over.

    Lists repeat their words (毎週火曜, 無料), and each row is sent twice: to be checked and to be registered. So texts
    that passed of late are not read again.
    """
    passed = _passed[allowed]
    if hash(text) in passed:
        return None
    if (found := _found(text, allowed)) is None:
        if len(passed) >= _KEPT:
            passed.clear()
        passed.add(hash(text))
    return found


def _found(text: str, allowed: Collection[PersonalData]) -> Found | None:
    marked = re.sub("([\u2460-\u24ff])", r" \1 ", text)  # ①090: NFKC would join the digits
    plain = _URL.sub(" ", unicodedata.normalize("NFKC", _MARKS.sub("", marked)).translate(_VARIANTS))
    found = next(_forms(_digits(plain), allowed), None)
    if found is None and PersonalData.NAME not in allowed and not plain.isascii():
        parts = (plain[begin : begin + _PART] for begin in range(0, len(plain), _PART - _OVERLAP))
        seen = next(filter(None, map(name_of_person, parts)), None)
        found = Found(PersonalData.NAME, seen) if seen else None
    return found


def _digits(text: str) -> str:
    """The text with one hyphen, and with Arabic digits where kanji number a house."""
    text = _LONG_KANJI_NUMBER.sub(lambda match: match[0].translate(_KANJI_DIGITS), text)
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
