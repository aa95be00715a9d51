"""Words of areas and of the bodies that work in them."""

from __future__ import annotations

from uuid import UUID

from ..words import Word
from .fields import AreaCode, Name, Part


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


class AreaThing(Word):
    """What an area has of its own, and what moves to the successors of one that has ended."""

    COUNCILS = "councils", "協議体", "Councils"
    COORDINATORS = "coordinators", "コーディネーターの配置", "Posts of coordinators"
    PROVIDERS = "providers", "サービス提供者", "Providers"
    RESOURCES = "resources", "社会資源", "Resources"
    COHORTS = "cohorts", "養成講座", "Cohorts of supporters"
    VENUES = "venues", "会場", "Venues"
    PLACES = "places", "活躍の場", "Places to take part"
    SURVEYS = "surveys", "実施中の調査", "Open surveys"
    NEEDS = "needs", "ニーズ", "Needs"
    ISSUES = "issues", "地域課題", "Local issues"
    PROPOSALS = "proposals", "提案", "Proposals"


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


class CouncilSeat(Word):
    """As what a body sits on a council (協議体の構成), in the words of the slides: first tier 2, then tier 1.

    It is not the kind of the body: 自治協 and 自治会 are both 地縁団体, and a company sits there for service projects.
    """

    RESIDENTS_ASSOCIATION = "residents_association", "自治会", "Residents' association"
    DISTRICT_COUNCIL = "district_council", "自治協", "District autonomy council"
    SENIORS_CLUB = "seniors_club", "老人クラブ", "Senior citizens' club"
    WELFARE_COMMISSIONERS = "welfare_commissioners", "民生委員", "Welfare commissioners"
    DISTRICT_SHAKYO = "district_shakyo", "校区社協", "School district's social welfare council"
    CARE_OFFICE = "care_office", "介護事業所", "Care office"
    NPO = "npo", "NPO", "Non-profit organisation"
    SERVICE_PROJECTS = "service_projects", "地域支援事業のサービス事業関係者", "Bodies of service projects"
    PREVENTION = "prevention", "1次予防（一般介護予防）事業関係者", "Bodies of general prevention"
    CITYWIDE = "citywide", "第2層協議体の構成員の属する市単位組織", "City-wide bodies of tier-2 members"
    OTHER = "other", "その他", "Other"


class Member(Part):
    """A body that sits on a council. `parent` names the city-wide body whose branch it is."""

    kind: BodyKind
    name: Name
    parent: Name | None = None


class CouncilMember(Member):
    """A body that sits on a council, and as what (`seat`; `None`: it was not said).

    `body_id` and `parent_id`: the body and its parent body in the register of providers. Their names are those of the
    register then.
    """

    seat: CouncilSeat | None = None
    body_id: UUID | None = None
    parent_id: UUID | None = None


class KindSuccessor(Part):
    """The successor to which all things of a kind move."""

    kind: AreaThing
    successor: AreaCode


class ThingSuccessor(Part):
    """The successor to which one thing moves, and with it what is of it, whatever is said of their kinds."""

    thing_id: UUID
    successor: AreaCode


class ByMapping(Part):
    """The mapping of an ended area by which something was moved, or moved `back` when the mapping was reversed."""

    mapping_id: UUID
    back: bool = False
