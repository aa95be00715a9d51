"""Words of searches and matches, and of the targets of proposals."""

from __future__ import annotations

from ..words import Word


class Missing(Word):
    """What was missing when a search for a need ended without a match."""

    KIND = "kind", "その種類の支援がない", "No support of this kind"
    AREA = "area", "対象地域に含まれない", "Area not served"
    CAPACITY = "capacity", "空きがない", "No free places"
    AMOUNT = "amount", "空きが人数に足りない", "Too few free places"


class Obstacle(Word):
    """What keeps a resource from serving a need."""

    KIND = "kind", "支援の種類が違う", "Another kind of support"
    AREA = "area", "対象地域に含まれない", "Area not served"
    DAYS = "days", "希望の曜日に活動していない", "Not on the days asked for"
    HOURS = "hours", "希望の時間帯に活動していない", "Not at the hours asked for"
    FEE = "fee", "利用料が上限を超える", "Fee above the ceiling"
    CAPACITY = "capacity", "空きがない", "No free places"
    AMOUNT = "amount", "空きが人数に足りない", "Too few free places"
    DECLINED = "declined", "辞退された後、変更がない", "Declined, and unchanged since"

    @property
    def missing(self) -> Missing | None:
        """The same as one of the words that a search without a match has always been recorded with."""
        return next((word for word in Missing if word.value == self.value), None)


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


class EndReason(Word):
    """Why support that went on has ended."""

    NO_LONGER_NEEDED = "no_longer_needed", "支援が不要になった", "No longer needed"
    MOVED_AWAY = "moved_away", "転居・入所等", "Moved away or into a facility"
    PROVIDER_STOPPED = "provider_stopped", "サービス提供者の都合", "Stopped by the provider"
    NOT_SUITABLE = "not_suitable", "条件が合わなくなった", "No longer suitable"

    @property
    def failure(self) -> FailureReason | None:
        """Why its people wait for support again; None when they do not."""
        failures = {
            EndReason.PROVIDER_STOPPED: FailureReason.PROVIDER_WITHDREW,
            EndReason.NOT_SUITABLE: FailureReason.NOT_SUITABLE,
        }
        return failures.get(self)


class TargetKind(Word):
    """The kind of body that a proposal is addressed to."""

    COUNCIL = "council", "第1層協議体", "Tier-1 council"
    MUNICIPALITY = "municipality", "市町村", "Municipality"
