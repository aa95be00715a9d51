"""The closed lists of words the events use, each with its Japanese label, and the types of fields."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

AreaCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
"""The code of an area: of a municipality or ward its six-digit local government code, of others the city's own."""

MunicipalityCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
"""Local government code: JIS X 0401, JIS X 0402 and a check digit."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Line = Annotated[str, StringConstraints(max_length=300)]
Text = Annotated[str, StringConstraints(max_length=4000)]
People = Annotated[int, Field(ge=1, le=100_000)]
Yen = Annotated[int, Field(ge=0, le=10_000_000)]


class Word(StrEnum):
    """A word of a closed list: its value is stored and published, `ja` is what people read."""

    ja: str

    def __new__(cls, value: str, ja: str) -> Self:
        """A word and its Japanese label."""
        word = str.__new__(cls, value)
        word._value_ = value
        word.ja = ja
        return word


class Tier(Word):
    """第1層 is the municipality (in designated cities perhaps a ward), 第2層 the daily living area."""

    TIER1 = "tier1", "第1層"
    TIER2 = "tier2", "第2層"


class AreaKind(Word):
    """What kind of area a node of the tree is; which tier it is, is a label of its own."""

    MUNICIPALITY = "municipality", "市町村"
    WARD = "ward", "区"
    CENTRE_AREA = "centre_area", "日常生活圏域"
    SCHOOL_DISTRICT = "school_district", "校区"
    NEIGHBOURHOOD = "neighbourhood", "町丁・自治会"


class SupportKind(Word):
    """What kind of support is needed or given (the closed list of the ministry's materials)."""

    CAREGIVER_SUPPORT = "caregiver_support", "介護者支援"
    HOUSEWORK = "housework", "家事援助"
    SALON = "salon", "交流サロン"
    OUTING = "outing", "外出支援"
    MEALS = "meals", "配食＋見守り"
    WATCHING = "watching", "見守り・安否確認"
    OTHER = "other", "その他"


class ServiceClass(Word):
    """Under which heading a service is run: inside long-term care insurance (①②③), outside (④⑤), mutual help (⑥)."""

    VISIT_CONVENTIONAL = "visit_conventional", "①訪問型 従前相当"
    VISIT_A = "visit_a", "①訪問型A"
    VISIT_B = "visit_b", "①訪問型B"
    VISIT_C = "visit_c", "①訪問型C"
    VISIT_D = "visit_d", "①訪問型D（移動支援）"
    DAY_CONVENTIONAL = "day_conventional", "①通所型 従前相当"
    DAY_A = "day_a", "①通所型A"
    DAY_B = "day_b", "①通所型B"
    DAY_C = "day_c", "①通所型C"
    INSURANCE_OTHER = "insurance_other", "①その他の生活支援サービス"
    GENERAL_PREVENTION = "general_prevention", "②一般介護予防事業"
    VOLUNTARY = "voluntary", "③任意事業"
    MUNICIPAL = "municipal", "④市町村の単独事業"
    MARKET = "market", "⑤民間市場"
    MUTUAL_HELP = "mutual_help", "⑥互助"


class BodyKind(Word):
    """What kind of body provides a service or sits on a council. Never a person."""

    COMPANY = "company", "民間企業"
    VOLUNTEERS = "volunteers", "ボランティア"
    NPO = "npo", "NPO"
    COOPERATIVE = "cooperative", "協同組合"
    WELFARE_CORPORATION = "welfare_corporation", "社会福祉法人"
    NEIGHBOURHOOD = "neighbourhood", "地縁団体"
    WELFARE_COMMISSIONERS = "welfare_commissioners", "民生委員"
    SHAKYO = "shakyo", "校区社協"
    CARE_OFFICE = "care_office", "介護事業所"
    SENIORS_CLUB = "seniors_club", "老人クラブ"
    CITYWIDE = "citywide", "市単位組織"
    SUPPORT_CENTRE = "support_centre", "地域包括支援センター"
    MUNICIPALITY = "municipality", "市町村"


class VerificationMethod(Word):
    """How a resource was found to be still as it is listed."""

    VISIT = "visit", "訪問"
    PHONE = "phone", "電話"
    DOCUMENT = "document", "資料"
    SELF_REPORT = "self_report", "本人（団体）申告"


class ResourceEnd(Word):
    """Why a resource is suspended or retired."""

    SEASONAL = "seasonal", "時期による休止"
    SUPPORTERS_LACKING = "supporters_lacking", "担い手不足"
    PROVIDER_WITHDREW = "provider_withdrew", "提供者の撤退"
    VENUE_LOST = "venue_lost", "会場の喪失"
    OTHER = "other", "その他"


class SourceKind(Word):
    """Where a record comes from."""

    COORDINATOR = "coordinator", "コーディネーターの聞き取り"
    CONSULTATION = "consultation", "相談"
    SURVEY = "survey", "調査"
    COUNCIL = "council", "協議体"
    IMPORT = "import", "取込データ"
    LAUNCH = "launch", "制度化されたサービス"


class AgeBand(Word):
    """The age band of the people a need is about; never a birth date."""

    ANY = "any", "指定なし"
    FROM_65 = "from_65", "65〜74歳"
    FROM_75 = "from_75", "75〜84歳"
    FROM_85 = "from_85", "85歳以上"


class Frequency(Word):
    """How often support is needed."""

    DAILY = "daily", "毎日"
    WEEKLY = "weekly", "週に数回"
    MONTHLY = "monthly", "月に数回"
    OCCASIONAL = "occasional", "不定期"


class Weekday(Word):
    """A day of the week."""

    MON = "mon", "月"
    TUE = "tue", "火"
    WED = "wed", "水"
    THU = "thu", "木"
    FRI = "fri", "金"
    SAT = "sat", "土"
    SUN = "sun", "日"


class SurveyMethod(Word):
    """How a survey asks."""

    INTERVIEW = "interview", "聞き取り"
    QUESTIONNAIRE = "questionnaire", "アンケート"
    WORKSHOP = "workshop", "ワークショップ"
    RECORDS = "records", "既存資料"


class Missing(Word):
    """What was missing when nothing fitted a need."""

    KIND = "kind", "その種類の支援がない"
    AREA = "area", "対象地域の外"
    CAPACITY = "capacity", "空きがない"
    AMOUNT = "amount", "人数に足りない"


class FitReason(Word):
    """Why a resource was proposed for a need."""

    KIND = "kind", "支援の種類が一致"
    HOME_AREA = "home_area", "地元の資源"
    SERVES_AREA = "serves_area", "対象地域に含まれる"
    CAPACITY = "capacity", "空きがある"
    LAUNCHED_FOR = "launched_for", "この課題のために制度化"


class Outcome(Word):
    """What came of a match."""

    HELPED = "helped", "解決した"
    PARTLY = "partly", "一部解決"
    NOT_HELPED = "not_helped", "解決せず"


class FailureReason(Word):
    """Why a match was declined, or did not help, or came undone."""

    NO_CAPACITY = "no_capacity", "空きがない"
    NOT_SUITABLE = "not_suitable", "合わない"
    COULD_NOT_REACH = "could_not_reach", "連絡がつかない"
    NEED_GONE = "need_gone", "ニーズがなくなった"
    PROVIDER_WITHDREW = "provider_withdrew", "提供者の撤退"
    OTHER = "other", "その他"


class LapseReason(Word):
    """Why a match lapsed without anybody's answer."""

    NO_ANSWER = "no_answer", "回答なし"
    RESOURCE_SUSPENDED = "resource_suspended", "資源の休止"
    RESOURCE_RETIRED = "resource_retired", "資源の廃止"


class TargetKind(Word):
    """To whom a proposal goes up."""

    COUNCIL = "council", "第1層協議体"
    MUNICIPALITY = "municipality", "市町村"


class Part(BaseModel):
    """A value within an event: frozen, and with no other fields than it declares when it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NeedBehind(Part):
    """A need behind an issue, a gap, a proposal or a service: which, where and of how many people."""

    need_id: UUID
    area: AreaCode
    people: People


class Member(Part):
    """A body that sits on a council. `parent` names the city-wide body whose branch it is."""

    kind: BodyKind
    name: Name
    parent: Name | None = None


class Location(Part):
    """A place on the ground (WGS 84) in integers of 1e-7 degree: events hold no floating point."""

    lat_e7: Annotated[int, Field(ge=-900_000_000, le=900_000_000)]
    lon_e7: Annotated[int, Field(ge=-1_800_000_000, le=1_800_000_000)]
