"""Words of resource development (資源開発): supporters, venues, and places where active older people take part."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..words import Word

Headcount = Annotated[int, Field(ge=0, le=100_000)]
"""A number of people, who are counted and never named; it may be nobody."""


class PlacementEnd(Word):
    """Why supporters (担い手) no longer support a resource."""

    ACTIVITY_ENDED = "activity_ended", "活動の休止・終了", "The activity paused or ended"
    OTHER_ACTIVITY = "other_activity", "別の活動への移動", "Moved to another activity"
    NOT_SUITABLE = "not_suitable", "活動内容が合わない", "The activity did not suit them"
    HEALTH = "health", "健康上の理由", "Health"
    FAMILY = "family", "家庭・仕事の事情", "Family or work"
    MOVED_AWAY = "moved_away", "転居", "Moved away"
    OTHER = "other", "その他", "Other"


class Accessibility(Word):
    """What makes a venue or a resource accessible. One of which nothing is known has none of them."""

    STEP_FREE = "step_free", "段差なし", "Step-free"
    RAMP = "ramp", "スロープ", "Ramp"
    HANDRAILS = "handrails", "手すり", "Handrails"
    LIFT = "lift", "エレベーター", "Lift"
    ACCESSIBLE_TOILET = "accessible_toilet", "バリアフリートイレ", "Accessible toilet"
    PARKING = "parking", "駐車場", "Parking"
    HEARING_LOOP = "hearing_loop", "ヒアリングループ（補聴援助）", "Hearing loop"


class VenueEnd(Word):
    """Why a venue is no longer at hand."""

    AGREEMENT_ENDED = "agreement_ended", "使用の許可・契約の終了", "The agreement ended"
    BUILDING_CLOSED = "building_closed", "施設の閉鎖", "The building closed"
    OWNER_NEEDS_IT = "owner_needs_it", "所有者の都合", "The owner needs it"
    TOO_DEAR = "too_dear", "使用料の負担", "Too dear"
    NOT_SUITABLE = "not_suitable", "活動に適さない", "Not suitable"
    MISTAKE = "mistake", "記録の誤り", "Recorded by mistake"
    OTHER = "other", "その他", "Other"


class Participation(Word):
    """What an older person does in a place where they take part (活躍の場)."""

    RECEPTION = "reception", "受付・運営", "Reception and organising"
    COOKING = "cooking", "調理・配膳", "Cooking and serving"
    DRIVING = "driving", "運転・送迎", "Driving"
    COMPANY = "company", "話し相手・付添い", "Company"
    HOUSEWORK = "housework", "家事の手伝い", "Help in the house"
    REPAIRS = "repairs", "庭の手入れ・修繕", "Gardening and repairs"
    WATCHING = "watching", "見守り", "Watching over"
    TEACHING = "teaching", "講師・指導", "Teaching"
    CHILDREN = "children", "子どもの見守り・世代間交流", "With children"
    OTHER = "other", "その他", "Other"


class PlaceEnd(Word):
    """Why nobody more is wanted in a place where older people take part."""

    NO_LONGER_WANTED = "no_longer_wanted", "募集の必要がなくなった", "No longer wanted"
    ACTIVITY_ENDED = "activity_ended", "活動の休止・終了", "The activity paused or ended"
    NOBODY_CAME = "nobody_came", "応募がなかった", "Nobody came"
    MISTAKE = "mistake", "記録の誤り", "Recorded by mistake"
    OTHER = "other", "その他", "Other"
