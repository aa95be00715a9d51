"""Words of surveys and needs."""

from __future__ import annotations

from ..words import Word


class AgeBand(Word):
    """The age band of the people a need is about; never a birth date."""

    ANY = "any", "指定なし", "Any age"
    FROM_65 = "from_65", "65〜74歳", "65 to 74"
    FROM_75 = "from_75", "75〜84歳", "75 to 84"
    FROM_85 = "from_85", "85歳以上", "85 and over"


class Frequency(Word):
    """How often support is needed. WEEKLY and MONTHLY mean at least once in that period."""

    DAILY = "daily", "毎日", "Every day"
    WEEKLY = "weekly", "週1回以上", "Once a week or more"
    MONTHLY = "monthly", "月1回以上", "Once a month or more"
    OCCASIONAL = "occasional", "不定期", "Occasionally"


class Weekday(Word):
    """A day of the week."""

    MON = "mon", "月", "Monday"
    TUE = "tue", "火", "Tuesday"
    WED = "wed", "水", "Wednesday"
    THU = "thu", "木", "Thursday"
    FRI = "fri", "金", "Friday"
    SAT = "sat", "土", "Saturday"
    SUN = "sun", "日", "Sunday"


class SurveyMethod(Word):
    """How a survey collects its answers."""

    INTERVIEW = "interview", "聞き取り", "Interviews"
    QUESTIONNAIRE = "questionnaire", "アンケート", "Questionnaire"
    WORKSHOP = "workshop", "ワークショップ", "Workshop"
    RECORDS = "records", "既存資料", "Existing records"
