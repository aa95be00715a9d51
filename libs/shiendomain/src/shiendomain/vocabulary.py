"""The closed lists of words that the events use, each with a Japanese and an English label, and the types of fields.

The Japanese follows the slides of the programme (生活支援体制整備事業) and the words of municipal offices.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from .personal_data import MayHold, PersonalData
from .words import Word

AreaCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
"""The code of an area: of a municipality or ward its six-digit local government code, of others the city's own."""

MunicipalityCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
"""Local government code: JIS X 0401, JIS X 0402 and a check digit."""

People = Annotated[int, Field(ge=1, le=100_000)]
Yen = Annotated[int, Field(ge=0, le=10_000_000)]


Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Line = Annotated[str, StringConstraints(max_length=300)]
LineOfReason = Annotated[Line, StringConstraints(min_length=1)]  # one that must be given
Text = Annotated[str, StringConstraints(max_length=4000)]
ResourceName = Annotated[Name, MayHold(PersonalData.ADDRESS)]
"""The name of a resource. Public lists name some facilities by their address."""
Address = Annotated[Line, MayHold(PersonalData.ADDRESS)]
"""The address of a place that is open to the people of an area."""
Telephone = Annotated[Line, MayHold(PersonalData.TELEPHONE)]
"""The telephone number of a body or a facility."""
Reference = Annotated[Line, MayHold(PersonalData.TELEPHONE, PersonalData.NUMBER)]
"""The id of a row in the list that it comes from, such as an office number of ten digits."""


class Tier(Word):
    """The tier of a council, a coordinator or an area.

    第1層 covers the municipality (in designated cities sometimes a ward), 第2層 a junior high school district.
    """

    TIER1 = "tier1", "第1層", "Tier 1"
    TIER2 = "tier2", "第2層", "Tier 2"


class AreaKind(Word):
    """The kind of an area of the tree. Its tier is a separate field."""

    MUNICIPALITY = "municipality", "市町村", "Municipality"
    WARD = "ward", "区", "Ward"
    CENTRE_AREA = "centre_area", "日常生活圏域", "Daily living area"
    SCHOOL_DISTRICT = "school_district", "校区", "School district"
    NEIGHBOURHOOD = "neighbourhood", "町丁・自治会", "Neighbourhood"


class SupportKind(Word):
    """The kind of support that is needed or given (the list of the ministry's materials)."""

    CAREGIVER_SUPPORT = "caregiver_support", "介護者支援", "Caregiver support"
    HOUSEWORK = "housework", "家事援助", "Household help"
    SALON = "salon", "交流サロン", "Social salon"
    OUTING = "outing", "外出支援", "Help with going out"
    MEALS = "meals", "配食＋見守り", "Meal delivery and watching over"
    WATCHING = "watching", "見守り・安否確認", "Watching over and safety checks"
    OTHER = "other", "その他", "Other"


class ServiceClass(Word):
    """The class of a service, numbered as on the slides: ①②③ inside long-term care insurance, ④⑤⑥ outside."""

    VISIT_CONVENTIONAL = "visit_conventional", "①訪問型サービス（従前相当）", "(1) Home-visit service, conventional"
    VISIT_A = "visit_a", "①訪問型サービスA", "(1) Home-visit service A"
    VISIT_B = "visit_b", "①訪問型サービスB", "(1) Home-visit service B"
    VISIT_C = "visit_c", "①訪問型サービスC", "(1) Home-visit service C"
    VISIT_D = "visit_d", "①訪問型サービスD（移動支援）", "(1) Home-visit service D (transport)"
    DAY_CONVENTIONAL = "day_conventional", "①通所型サービス（従前相当）", "(1) Day service, conventional"
    DAY_A = "day_a", "①通所型サービスA", "(1) Day service A"
    DAY_B = "day_b", "①通所型サービスB", "(1) Day service B"
    DAY_C = "day_c", "①通所型サービスC", "(1) Day service C"
    INSURANCE_OTHER = "insurance_other", "①その他の生活支援サービス", "(1) Other life support service"
    GENERAL_PREVENTION = "general_prevention", "②一般介護予防事業", "(2) General care prevention"
    VOLUNTARY = "voluntary", "③任意事業", "(3) Voluntary project"
    MUNICIPAL = "municipal", "④その他市町村実施事業", "(4) Other municipal project"
    MARKET = "market", "⑤民間市場でのサービス提供", "(5) Private market"
    MUTUAL_HELP = "mutual_help", "⑥地域の助け合い", "(6) Mutual help in the area"


class BodyKind(Word):
    """The kind of a body that provides a service, employs a coordinator or sits on a council. Never a person."""

    COMPANY = "company", "民間企業", "Private company"
    VOLUNTEERS = "volunteers", "ボランティア", "Volunteers"
    NPO = "npo", "NPO", "Non-profit organisation"
    COOPERATIVE = "cooperative", "協同組合", "Co-operative"
    WELFARE_CORPORATION = "welfare_corporation", "社会福祉法人", "Social welfare corporation"
    NEIGHBOURHOOD = "neighbourhood", "地縁団体（自治会・自治協等）", "Neighbourhood association"
    WELFARE_COMMISSIONERS = "welfare_commissioners", "民生委員", "Welfare commissioners"
    SHAKYO = "shakyo", "社会福祉協議会（校区社協を含む）", "Social welfare council (shakyo)"
    CARE_OFFICE = "care_office", "介護事業所", "Care office"
    SENIORS_CLUB = "seniors_club", "老人クラブ", "Senior citizens' club"
    CITYWIDE = "citywide", "市単位組織", "City-wide organisation"
    SUPPORT_CENTRE = "support_centre", "地域包括支援センター", "Community comprehensive support centre"
    MUNICIPALITY = "municipality", "市町村", "Municipality"


class VerificationMethod(Word):
    """How somebody verified that a resource is as listed."""

    VISIT = "visit", "訪問", "Visit"
    PHONE = "phone", "電話", "Telephone"
    DOCUMENT = "document", "資料", "Documents"
    SELF_REPORT = "self_report", "サービス提供者からの申告", "Report by the provider"


class ResourceEnd(Word):
    """Why a resource is suspended or retired."""

    SEASONAL = "seasonal", "季節による休止", "Seasonal pause"
    SUPPORTERS_LACKING = "supporters_lacking", "担い手不足", "Lack of supporters"
    PROVIDER_WITHDREW = "provider_withdrew", "サービス提供者の撤退", "Provider withdrew"
    VENUE_LOST = "venue_lost", "会場が使えなくなった", "Venue no longer available"
    OTHER = "other", "その他", "Other"


class SourceKind(Word):
    """The source of a recorded need or resource."""

    COORDINATOR = "coordinator", "コーディネーターの聞き取り", "Heard by a coordinator"
    CONSULTATION = "consultation", "相談", "Consultation"
    SURVEY = "survey", "ニーズ・資源調査", "Survey of needs and resources"
    COUNCIL = "council", "協議体", "Council"
    IMPORT = "import", "一覧の取込み", "Imported list"
    LAUNCH = "launch", "制度化されたサービス", "Institutionalised service"


class LaunchNotGiven(ValueError):
    """A person names a launch as the source of what they record."""

    en = "a launch is recorded when the service is launched; give another kind"
    ja = "事業開始による登録は自動で記録されます。ほかの種類を指定してください"


def _not_launch(kind: SourceKind) -> SourceKind:
    if kind is SourceKind.LAUNCH:
        raise LaunchNotGiven
    return kind


GivenSourceKind = Annotated[SourceKind, AfterValidator(_not_launch)]
"""The source as a person gives it: only the reaction to a launch records that kind."""


class WrongCheckDigit(ValueError):
    """The first digit of a corporate number is not its check digit."""

    en = "the check digit (the first of the 13 digits) is wrong; copy the number from the public register"
    ja = "検査用数字（13 桁の先頭）が合いません。法人番号公表サイトの番号を確認してください"


def _with_check_digit(number: str) -> str:
    """Source: 法人番号の指定等に関する省令 (平成26年財務省令第70号), article 2.

    9 - (the sum of the twelve digits, from the right by turns once and twice) mod 9.
    """
    digits = [int(digit) for digit in reversed(number[1:])]
    total = sum(digit * (1 if n % 2 == 0 else 2) for n, digit in enumerate(digits))
    if int(number[0]) != 9 - total % 9:
        raise WrongCheckDigit
    return number


CorporateNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{13}$")]
"""法人番号: thirteen digits, the first of them a check digit."""
GivenCorporateNumber = Annotated[CorporateNumber, AfterValidator(_with_check_digit)]
"""A corporate number as a person gives it. Its check digit is compared when it is given, not when it is read."""


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


class Missing(Word):
    """What was missing when a search for a need ended without a match."""

    KIND = "kind", "その種類の支援がない", "No support of this kind"
    AREA = "area", "対象地域に含まれない", "Area not served"
    CAPACITY = "capacity", "空きがない", "No free places"
    AMOUNT = "amount", "空きが人数に足りない", "Too few free places"


class FitReason(Word):
    """Why a resource was proposed for a need."""

    KIND = "kind", "支援の種類が一致", "Same kind of support"
    HOME_AREA = "home_area", "同じ地域の資源", "Resource of the same area"
    SERVES_AREA = "serves_area", "対象地域に含まれる", "Serves the area"
    CAPACITY = "capacity", "空きがある", "Has free places"
    LAUNCHED_FOR = "launched_for", "このニーズから制度化", "Institutionalised for this need"


class Outcome(Word):
    """The outcome of a match."""

    HELPED = "helped", "解決した", "Helped"
    PARTLY = "partly", "一部解決", "Partly helped"
    NOT_HELPED = "not_helped", "解決せず", "Not helped"


class FailureReason(Word):
    """Why a match was declined, did not help, or was undone."""

    NO_CAPACITY = "no_capacity", "空きがない", "No free places"
    NOT_SUITABLE = "not_suitable", "条件が合わない", "Not suitable"
    COULD_NOT_REACH = "could_not_reach", "連絡がつかない", "Could not be reached"
    NEED_GONE = "need_gone", "ニーズがなくなった", "Need no longer exists"
    PROVIDER_WITHDREW = "provider_withdrew", "サービス提供者の撤退", "Provider withdrew"
    OTHER = "other", "その他", "Other"


class LapseReason(Word):
    """Why a match lapsed without an answer."""

    NO_ANSWER = "no_answer", "回答なし", "No answer"
    RESOURCE_SUSPENDED = "resource_suspended", "資源の休止", "Resource suspended"
    RESOURCE_RETIRED = "resource_retired", "資源の廃止", "Resource retired"


class TargetKind(Word):
    """The kind of body that a proposal is addressed to."""

    COUNCIL = "council", "第1層協議体", "Tier-1 council"
    MUNICIPALITY = "municipality", "市町村", "Municipality"


class Part(BaseModel):
    """A value inside an event. It is frozen and rejects fields that it does not declare."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NeedBehind(Part):
    """A need behind an issue, a gap, a proposal or a service: its id, its area and its number of people."""

    need_id: UUID
    area: AreaCode
    people: People


class Member(Part):
    """A body that sits on a council. `parent` names the city-wide body whose branch it is."""

    kind: BodyKind
    name: Name
    parent: Name | None = None


class Location(Part):
    """A location (WGS 84) in integers of 1e-7 degree, because events hold no floating-point numbers."""

    lat_e7: Annotated[int, Field(ge=-900_000_000, le=900_000_000)]
    lon_e7: Annotated[int, Field(ge=-1_800_000_000, le=1_800_000_000)]
