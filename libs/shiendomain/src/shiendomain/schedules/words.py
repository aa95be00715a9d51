"""The words of written schedules: patterns of days, hours and exceptions, and what the numbers in them mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from .schedule import Hours

DAYS = "月火水木金土日"
_LAST_HOUR = 30
LAST = -1  # the last weekday of a month, or its last day

# Nothing is given back (`(?>…)`): 月曜日 could be 月曜 and 日, and a long list would be tried in every way. It is not
# written as `*+`: Python before 3.11.5 does not go back before a repetition that fails (python/cpython issue 106052).
_SEPARATOR = r"(?>\s*(?:および|及び|又は|または|[・,、/&＆とや])?\s*)"
_DAY = rf"(?>[{DAYS}](?:曜日?)?)"
_GROUP = rf"{_DAY}(?>(?:{_SEPARATOR}(?:~\s*)?{_DAY})*)"
_NTH = (
    r"(?:第\s*[1-5]|最終|最後)(?:\s*[・,、~と及び]\s*(?:第?\s*[1-5](?![0-9時:])|最終)|\s*第\s*[1-5])*"
    r"\s*(?:週目?)?\s*の?\s*"
)
_CLOCK = r"(?:午前|午後|am|pm)?\s*(?:[0-9]{1,2}\s*(?:時(?:\s*[0-9]{1,2}\s*分|半)?|:[0-9]{2})|正午)"
_BARE_CLOCK = r"(?:午前|午後)?\s*[0-9]{1,2}(?=\s*~\s*(?:午前|午後)?\s*[0-9]{1,2}時)"
_MONTHS = r"[0-9]{1,2}月?(?:\s*[・,、~と]\s*[0-9]{1,2}月?)*(?<=月)"
_NUMBERS = r"(?<![0-9年週])[0-9]{1,2}日?(?:\s*[・,、と]\s*[0-9]{1,2}日?)*(?<=日)(?![前間分以後目0-9])"
_HOLIDAYS = r"(?:祝祭日|祝日|祭日|祝)"
_AND_HOLIDAYS = rf"(?:{_SEPARATOR}(?:{_HOLIDAYS}|年末年始|お盆))*"
_CLOSED = r"(?:除く|除き|以外|定休日?|休館日?|休業日?|閉館|お?休み|休)"
_YEAR_END = r"(?:年末年始|お盆|盆休み|gw|ゴールデンウィーク)"

_PATTERNS = {
    "dates": (
        r"(?:[0-9]{4}年)?[0-9]{1,2}月[0-9]{1,2}日(?:\([月火水木金土日][^)]*\))?"
        r"(?:\s*~\s*(?:[0-9]{1,2}月)?[0-9]{1,2}日)?(?:から|より|まで|[はを])?\s*(?:お?休み|除く)?"
    ),
    "ignored": (
        rf"毎[月週年]|翌[日月火水木金土]?(?:曜日?|日)?|休まず|休みなし|[0-9]の日|[0-9]+[かヶカケ]月に[0-9一二]+[回度]"
        rf"|[月週年]に?\s*[0-9一二三]+\s*回|{_YEAR_END}[^,、。・;)\s]*"
    ),
    "hours": rf"(?:{_CLOCK}|{_BARE_CLOCK})\s*(?:(?:~|から|より)\s*(?:{_CLOCK})?(?:\s*まで)?|開始|スタート|開演|集合)",
    "around_the_clock": r"24時間",
    "without_months": rf"(?:{_MONTHS})\s*[はをの]?\s*(?:お?休み|休止|休会|除く)",
    "months": rf"(?:{_MONTHS})[のはに:]?\s*(?=毎|第|最終|隔|{_DAY}|[0-9])",
    "odd_months": r"奇数月の?",
    "even_months": r"偶数月の?",
    "every_second": r"隔[月週]の?|2[かヶカ]月に1[回度]の?|2か月ごとの?",
    "holidays_closed": (
        rf"(?:国民の)?(?:{_HOLIDAYS}|休日)(?:の場合|に当たる場合)?(?:[・、,]\s*{_YEAR_END}[^除休閉]{{0,4}})?"
        rf"[はをもと・、]*\s*{_CLOSED}"
    ),
    "closed_days": rf"(?:{_GROUP}){_AND_HOLIDAYS}\s*[はを]?\s*{_CLOSED}",
    "closed_days_after": rf"(?:定休日?|休[館業診所園]?日?|休み)\s*[:は]?\s*(?:毎週)?\s*(?:{_GROUP}){_AND_HOLIDAYS}",
    "days_of_month": rf"{_NUMBERS}|[0-9]のつく日|月末|末日|晦日",
    "nth": rf"{_NTH}(?:{_GROUP})",
    "workdays": r"平日",
    "daily": r"毎日|年中無休|365日|無休",
    "weekdays": (
        rf"(?<![0-9])(?!(?<=[\u3400-\u9fff])日(?!曜))(?:{_GROUP})"
        r"(?=$|[\s0-9,、。・;()~:]|午|正|祝|[はのにもかまお及又毎第終開曜])"
    ),
    "holidays_open": rf"(?<=[日土曜・]){_HOLIDAYS}日?|{_HOLIDAYS}も",
}
_TOKENS = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS.items()))


def tokens(plain: str) -> Iterator[tuple[str, str]]:
    """The parts of a schedule in its plain form that mean something, in their order: what each is, and its text."""
    for found in _TOKENS.finditer(plain):
        yield found.lastgroup or "", found[0]


def plain_form(text: str) -> str:
    """A written schedule in one width and case, with one sign for ranges and Arabic digits after 第."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub("[〜～∼−–—―‐‑]", "~", plain)
    plain = re.sub(rf"(?<=[0-9時分半午{DAYS}曜日])\s*[-ー]\s*(?=[0-9午正第{DAYS}])", "~", plain)
    plain = re.sub("(?<=[0-9]月)から(?=[0-9])", "~", plain)
    plain = re.sub(rf"({_DAY})から(?={_DAY})", r"\1~", plain)
    return re.sub("第([一二三四五])", lambda match: f"第{'一二三四五'.index(match[1]) + 1}", plain)


_MORE = re.compile(
    r"第\s*[1-5][^、。(]{0,12}(?:休|除く|定休)|(?:休[館業診所園]?日?|定休日?)\s*[:は]?\s*[^、。]{0,8}第\s*[1-5]"
    r"|昼休み|時\s*を?除く|:[0-9]{2}\s*を?除く|[(（]\s*[0-9]{1,2}月\s*~|月第[1-5]週"
)
_SO_OFTEN = re.compile("月に?\\s*[1-4一二三四]\\s*回")


def says_more_than_rules(plain: str) -> bool:
    """Whether it says what is not read (closed on the second Tuesday, twice a month): the rest alone would be wrong."""
    return _MORE.search(plain) is not None or (_SO_OFTEN.search(plain) is not None and "第" not in plain)


def says_holidays(text: str) -> bool:
    """Whether a list of closed days names public holidays."""
    return "祝" in text or "祭" in text


def weekdays_of(text: str) -> frozenset[int]:
    """月・水〜金曜: each weekday of the text, with those of its ranges."""
    found: set[int] = set()
    previous, to = -1, False
    text = re.sub("または|および|及び|又は", "、", text)
    for character in re.sub("曜日?|祝祭日|祝日|祭日|定休日?|休[館業診所園]?日?|休み", "", text):
        if character == "~":
            to = True
        elif character in DAYS:
            day = DAYS.index(character)
            if to and previous >= 0:
                found |= {(previous + n) % 7 for n in range((day - previous) % 7 + 1)}
            found.add(day)
            previous, to = day, False
        elif character in "はを除定休以お":
            break
    return frozenset(found)


def nth_of(text: str) -> Iterator[tuple[int, int]]:
    """第2・4火曜: each with its number in the month (`LAST`: the last) and its weekday (0: Monday)."""
    numbers = re.match(_NTH, text)
    assert numbers is not None
    named = numbers[0]
    found = numbers_of(named)
    if "最" in named:
        found.append(LAST)
    for n in found:
        for day in sorted(weekdays_of(text[len(named) :])):
            yield n, day


def days_of_month_of(text: str) -> list[int]:
    """10日, 5のつく日, 月末: the days of the month."""
    if "末" in text or "晦" in text:
        return [LAST]
    if found := re.search("([0-9])のつく日", text):
        return [day for day in range(1, 32) if str(day).endswith(found[1])]
    return [day for day in numbers_of(text) if 1 <= day <= 31]


def numbers_of(text: str) -> list[int]:
    """1・3〜5: the numbers, with those of its ranges."""
    found: list[int] = []
    for separator, digits in re.findall(r"(~?)[^0-9~]*([0-9]{1,2})", text):
        number = int(digits)
        if separator and found and found[-1] < number:
            found += range(found[-1] + 1, number + 1)
        elif separator and found:  # 11月〜3月
            found += [*range(found[-1] + 1, 13), *range(1, number + 1)]
        else:
            found.append(number)
    return found


def by_month(months: Sequence[int]) -> str:
    """The part of a rule that limits it to these months; empty for none and for all."""
    wanted = sorted({month for month in months if 1 <= month <= 12})
    return f";BYMONTH={','.join(map(str, wanted))}" if wanted and len(wanted) < 12 else ""


def hours_of(text: str) -> Hours | None:
    """午後1時半〜3時: from and until; `None` for a time that there is not. 26:00 is two o'clock of the next day."""
    begin, _, until = re.sub("から|より", "~", re.sub("まで|開始|スタート|開演|集合", "", text)).partition("~")
    first = _minutes(begin, afternoon=False)
    if first is None:
        return None
    if not until.strip():
        return Hours(_written(first))
    last = _minutes(until, afternoon=("午後" in begin or "pm" in begin) and "午" not in until and "m" not in until)
    if last is None:
        return None
    if last <= first:  # 10時〜1時 is one o'clock in the afternoon; 22:00〜6:00 ends on the next day
        last += 720 if first < 720 and ":" not in until and "午" not in until else 1440
    if last > _LAST_HOUR * 60:
        return None
    return Hours(_written(first), _written(last))


def _minutes(text: str, *, afternoon: bool) -> int | None:
    if "正午" in text:
        return 720
    numbers = [int(digits) for digits in re.findall("[0-9]+", text)]
    hour, minute = numbers[0], (numbers[1] if len(numbers) > 1 else 30 if "半" in text else 0)
    if ("午後" in text or "pm" in text or afternoon) and hour < 12:
        hour += 12
    return hour * 60 + minute if hour <= _LAST_HOUR and minute < 60 else None


def _written(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
