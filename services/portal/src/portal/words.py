"""In which state a thing is, as the boards count it: closed lists of words with their Japanese labels."""

from __future__ import annotations

from shiendomain.vocabulary import Word


class ResourceState(Word):
    """Where a resource stands. Whether a verification is still fresh depends on the day, and is no state."""

    REGISTERED = "registered", "未確認"
    VERIFIED = "verified", "確認済み"
    SUSPENDED = "suspended", "休止"
    RETIRED = "retired", "廃止"


class NeedState(Word):
    """Where a need stands. GROUPED becomes GAP when its issue's gap is declared: told by the issue, when read."""

    OPEN = "open", "未対応"
    GROUPED = "grouped", "課題化"
    GAP = "gap", "不足"
    MATCHED = "matched", "マッチング中"
    MET = "met", "充足"
    WITHDRAWN = "withdrawn", "取下げ"


class MatchState(Word):
    """Where a match stands; a concluded one by what came of it."""

    PROPOSED = "proposed", "提案"
    ACCEPTED = "accepted", "受諾"
    DECLINED = "declined", "辞退"
    LAPSED = "lapsed", "失効"
    HELPED = "helped", "解決した"
    PARTLY = "partly", "一部解決"
    NOT_HELPED = "not_helped", "解決せず"


class ProposalState(Word):
    """Where a proposal stands."""

    ESCALATED = "escalated", "提案済み"
    RECEIVED = "received", "受理"
    RETURNED = "returned", "差戻し"
    DELIBERATED = "deliberated", "審議"
    ADOPTED = "adopted", "採択"
    REJECTED = "rejected", "不採択"
    DEFERRED = "deferred", "保留"
    WITHDRAWN = "withdrawn", "取下げ"
    DESIGNED = "designed", "設計済み"
    LAUNCHED = "launched", "開始"
