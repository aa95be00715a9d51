"""Reads a fee as it is written (1回200円, 月額500円, 100〜300円, 無料). What it cannot read for sure stays a text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from .words import Word


class FeePer(Word):
    """What a fee is for."""

    ONCE = "once", "1回", "Once"
    TIME = "time", "時間当たり", "By time"
    MONTH = "month", "1か月", "A month"
    YEAR = "year", "1年", "A year"


class Fee(NamedTuple):
    """A fee in yen. `most` is None when it is open (500円から). `minutes`: of a fee by time."""

    least: int
    most: int | None
    per: FeePer = FeePer.ONCE
    minutes: int | None = None

    @property
    def yen(self) -> int | None:
        """The one amount for taking part once, or for one unit of time; None for a range and for a month or year."""
        return self.least if self.least == self.most and self.per in (FeePer.ONCE, FeePer.TIME) else None


_FREE = re.compile(
    r"(?:(?:参加費?|会費|利用料|利用|料金|費用)は?:?)?(?:無料|無償|無し?|なし|不要|0円?|タダ|ただ)(?:です)?"
)
_AMOUNT = r"(\d{1,3}(?:,\d{3})+|\d{1,7})"
_WHAT = (
    r"(?:参加費?|会費|利用料金?|使用料|料金|費用|お茶代|茶菓代|茶菓子代|お菓子代|飲み物代?|ドリンク代?|コーヒー|食事代|昼食代|弁当代?|"
    r"食費|材料費|教材費|資料代|会場費|保険料|運賃|送迎|配達料|手数料|実費|一律|各回|定額)"
)
_MONTH, _YEAR = (
    r"(?:月額|毎月|月会費|1[かヶケカ箇]?月(?:につき|当たり|あたり|で)?|月|月/)",
    r"(?:年額|毎年|年会費|1年(?:間)?(?:につき|で)?|年)",
)
_ONCE = r"(?:(?:毎回|1回|1人|1名|1食|1杯|1個|1件|1往復|片道|往復|お?1人様|1世帯)(?:につき|当たり|あたり|毎に|ごとに)?)"
_TIME = r"(?:(\d{1,3})(分|時間)(?:につき|当たり|あたり|毎に|ごとに|まで)?)"
_UNIT = rf"(?:(?P<month>{_MONTH})|(?P<year>{_YEAR})|{_ONCE}|(?P<time>{_TIME}))"
_AFTER = (
    r"(?:(?:税込|程度|のみ|です|ほど)|/?(?:回|人|名|食|杯|個|件|往復|片道|世帯)|"
    r"/?(?P<month2>月|[1か]か?月)|/?(?P<year2>年)|/(?P<time2>(\d{0,3})(分|時間|h)))"
)
_LEAD = rf"{_WHAT}?:?{_UNIT}?{_WHAT}?:?"
_ONE = re.compile(rf"{_LEAD}(?:約)?{_AMOUNT}円{_AFTER}*")
_RANGE = re.compile(rf"{_LEAD}{_AMOUNT}円?[~-]{_AMOUNT}円{_AFTER}*")
_OPEN = re.compile(rf"{_LEAD}{_AMOUNT}円(?:~|から|以上|より){_AFTER}*")
_UP_TO = re.compile(rf"{_LEAD}{_AMOUNT}円(?:以内|以下|まで|未満){_AFTER}*")
_KANJI = str.maketrans("〇一二三四五六七八九", "0123456789")
_BARE = re.compile(rf"{_AMOUNT}")


@lru_cache(4096)
def read_fee(text: str) -> Fee | None:
    """The fee in a text; None when it has none, or says more than this can read (amounts by age, extra costs).

    >>> read_fee("1回200円"), read_fee("１００〜３００円").most, read_fee("500円(65歳以上200円)")
    (Fee(least=200, most=200, per=<FeePer.ONCE: 'once'>, minutes=None), 300, None)
    """
    plain = _plain(text)
    if _FREE.fullmatch(plain):
        return Fee(0, 0)
    if found := _BARE.fullmatch(plain):
        return Fee(_yen(found[1]), _yen(found[1]))
    for form in (_ONE, _RANGE, _OPEN, _UP_TO):
        if found := form.fullmatch(plain):
            return _fee(form, found)
    return None


def most_for_one_use(fee_yen: int | None, fee: str) -> int | None:
    """What taking part once costs at most, in yen; None where neither the amount nor the written fee says it."""
    if fee_yen is not None:
        return fee_yen
    read = read_fee(fee)
    return read.most if read and read.per in (FeePer.ONCE, FeePer.TIME) else None


def contradict(fee_yen: int | None, fee: str) -> bool:
    """Whether an amount in yen for taking part once is not the one that the written fee says.

    A written fee of a range, of a month or of a year says no such amount. One that cannot be read contradicts nothing.
    """
    read = read_fee(fee)
    return fee_yen is not None and read is not None and fee_yen != read.yen


def _fee(form: re.Pattern[str], found: re.Match[str]) -> Fee:
    amounts = [_yen(number) for number in _amounts(form, found)]
    least, most = amounts[0], amounts[-1]
    if form is _UP_TO:
        least = 0
    parts = found.groupdict()
    if time := parts["time"] or parts["time2"]:
        return Fee(least, None if form is _OPEN else most, FeePer.TIME, _minutes(time))
    per = (
        FeePer.MONTH if parts["month"] or parts["month2"] else FeePer.YEAR if parts["year"] or parts["year2"] else None
    )
    return Fee(least, None if form is _OPEN else most, per or FeePer.ONCE)


def _amounts(form: re.Pattern[str], found: re.Match[str]) -> list[str]:
    """The amounts: the unnamed groups that stand directly before 円 or in the range."""
    count = 2 if form is _RANGE else 1
    return [number for number in re.findall(rf"{_AMOUNT}(?=円|[~-]\d)", found[0]) if number][-count:]


def _minutes(time: str) -> int:
    number = int(re.match(r"\d*", time)[0] or 1)  # type: ignore[index]  # matches ""
    return number if time.lstrip("0123456789").startswith("分") else number * 60


def _yen(number: str) -> int:
    return int(number.replace(",", ""))


def _plain(text: str) -> str:
    """The text in one form: half width, no blanks, 〜 as ~, ¥500 as 500円, 二千円 as 2000円."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).translate(str.maketrans("〜～∼－–—―", "~~~----"))
    plain = re.sub("一(?=[回人名食杯個件年月往世])", "1", plain)
    plain = re.sub(rf"\((?:税込み?|{_WHAT}(?:込み?|として)?)\)", "", plain)
    plain = re.sub(rf"[¥\\]{_AMOUNT}(?!\d*円)-?", r"\1円", plain)
    plain = re.sub(
        r"([0-9一二三四五六七八九]?)(千|百|万)(?=円)",
        lambda found: str(int(found[1].translate(_KANJI) or 1) * {"百": 100, "千": 1000, "万": 10000}[found[2]]),
        plain,
    )
    return plain.rstrip("。、")
