"""Words of resources (社会資源)."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from ..words import Word


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


class VerificationMethod(Word):
    """How somebody verified that a resource is as listed."""

    VISIT = "visit", "訪問", "Visit"
    PHONE = "phone", "電話", "Telephone"
    DOCUMENT = "document", "資料", "Documents"
    SELF_REPORT = "self_report", "サービス提供者からの申告", "Report by the provider"


class Resemblance(Word):
    """In what a resource or a provider is like another one that is about to be registered."""

    SAME_NAME = "same_name", "名称が同じ", "Same name"
    SIMILAR_NAME = "similar_name", "名称が似ている", "Similar name"
    SAME_ADDRESS = "same_address", "所在地が同じ", "Same address"
    NEAR = "near", "位置が近い（50m以内）", "Close by (within 50 m)"
    SAME_NUMBER = "same_number", "法人番号が同じ", "Same corporate number"


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
