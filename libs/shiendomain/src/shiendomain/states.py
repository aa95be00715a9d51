"""The states of the things that have any. Which event leads from one to another is in `machines`.

Most values are stored in views and published by the APIs. The labels are what pages, messages and documents show.
"""

from __future__ import annotations

from .words import Word


class NeedState(Word):
    """The state of a need (支援ニーズ).

    GAP is not written by the need's own events: it follows from the issue that the need is grouped into
    (`rules.need_state`).
    """

    OPEN = "open", "未対応", "Open"
    GROUPED = "grouped", "地域課題に整理", "Grouped into an issue"
    GAP = "gap", "不足するサービス", "Service gap"
    MATCHED = "matched", "マッチング済み", "Matched"
    MET = "met", "充足", "Met"
    WITHDRAWN = "withdrawn", "取下げ", "Withdrawn"

    @property
    def wants_support(self) -> bool:
        """Whether the need still waits for support: it is neither met nor withdrawn."""
        return self not in (NeedState.MET, NeedState.WITHDRAWN)

    @property
    def unanswered(self) -> bool:
        """Whether it still waits and no match holds it."""
        return self.wants_support and self is not NeedState.MATCHED


class IssueState(Word):
    """The state of a local issue (地域課題)."""

    RAISED = "raised", "問題提起", "Raised"
    GAP = "gap", "不足するサービス", "Service gap"
    CLOSED = "closed", "終了", "Closed"


class SurveyState(Word):
    """The state of a survey (調査)."""

    OPEN = "open", "実施中", "Under way"
    CLOSED = "closed", "終了", "Closed"


class OfferState(Word):
    """Whether a resource can be proposed for a need now."""

    OPEN = "open", "受付中", "Open"
    CLOSED = "closed", "受付停止", "Closed"


class MatchState(Word):
    """The state of a match (マッチング). What came of a concluded one is its `Outcome`."""

    PROPOSED = "proposed", "打診中", "Proposed"
    ACCEPTED = "accepted", "受諾", "Accepted"
    CONCLUDED = "concluded", "結果記録済み", "Concluded"
    ENDED = "ended", "支援終了", "Support ended"
    DECLINED = "declined", "辞退", "Declined"
    LAPSED = "lapsed", "失効", "Lapsed"

    @property
    def pending(self) -> bool:
        """Whether an answer or an outcome is still awaited."""
        return self in (MatchState.PROPOSED, MatchState.ACCEPTED)


class ProposalState(Word):
    """The state of a proposal (提案). One that was escalated again after a return is ESCALATED.

    One that is part of a merged proposal is MERGED: its answer is that of the merged one (`rules.answered`). One that
    was split into parts is SPLIT: each part has its own answer.
    """

    ESCALATED = "escalated", "提案済み", "Escalated"
    RECEIVED = "received", "受理", "Received"
    RETURNED = "returned", "差戻し", "Returned"
    DELIBERATED = "deliberated", "協議済み", "Deliberated"
    ADOPTED = "adopted", "採択", "Adopted"
    REJECTED = "rejected", "不採択", "Rejected"
    DEFERRED = "deferred", "保留", "Deferred"
    WITHDRAWN = "withdrawn", "取下げ", "Withdrawn"
    DESIGNED = "designed", "制度設計済み", "Designed"
    LAUNCHED = "launched", "事業開始", "Launched"
    ENDED = "ended", "事業終了", "Service ended"
    MERGED = "merged", "合併", "Merged"
    MERGE_UNDONE = "merge_undone", "合併取消し", "Merger undone"
    SPLIT = "split", "分割", "Split"
    SPLIT_UNDONE = "split_undone", "分割取消し", "Split undone"

    @property
    def closed(self) -> bool:
        """Whether nobody waits for an answer: it was rejected, withdrawn, or its service was launched or has ended.

        Or it is answered by its parts, or was a merger or a part that was undone.
        """
        return self in _CLOSED_PROPOSALS

    @property
    def counted(self) -> bool:
        """Whether a board counts it: one that is part of a merged one counts where that one stands, one that was
        split by its parts.
        """
        return self not in _NOT_COUNTED

    @property
    def awaits_answer(self) -> bool:
        """Whether the upper tier has the proposal and owes an answer by its due day."""
        return self in (ProposalState.RECEIVED, ProposalState.DELIBERATED)


_CLOSED_PROPOSALS = (
    ProposalState.REJECTED,
    ProposalState.WITHDRAWN,
    ProposalState.LAUNCHED,
    ProposalState.ENDED,
    ProposalState.MERGE_UNDONE,
    ProposalState.SPLIT,
    ProposalState.SPLIT_UNDONE,
)
_NOT_COUNTED = (
    ProposalState.MERGED,
    ProposalState.MERGE_UNDONE,
    ProposalState.SPLIT,
    ProposalState.SPLIT_UNDONE,
)


class ServiceState(Word):
    """The state of a service that answers a proposal."""

    DESIGNED = "designed", "制度設計済み", "Designed"
    RUNNING = "running", "実施中", "Running"
    ENDED = "ended", "終了", "Ended"


class EntryState(Word):
    """The state of a provider's request to take part in a service (参入の要望)."""

    REQUESTED = "requested", "要望受付", "Requested"
    ADJUSTED = "adjusted", "調整済み", "Terms adjusted"
    JOINED = "joined", "参入", "Joined"
    DECLINED = "declined", "見送り", "Declined"

    @property
    def awaits_answer(self) -> bool:
        """Whether the provider still waits to hear whether it takes part."""
        return self in (EntryState.REQUESTED, EntryState.ADJUSTED)


class ResourceState(Word):
    """The state of a resource (社会資源). Whether its verification is recent is `rules.Verification`."""

    REGISTERED = "registered", "登録済み（未確認）", "Registered (unverified)"
    VERIFIED = "verified", "確認済み", "Verified"
    SUSPENDED = "suspended", "休止中", "Suspended"
    RETIRED = "retired", "廃止", "Retired"

    @property
    def in_use(self) -> bool:
        """Whether the resource gives support now."""
        return self in (ResourceState.REGISTERED, ResourceState.VERIFIED)


class CouncilState(Word):
    """Whether a council (協議体) works at present."""

    ACTIVE = "active", "活動中", "Active"
    DORMANT = "dormant", "休止中", "Dormant"


class PostState(Word):
    """Whether a post of coordinator was handed over. Whether its term runs is a matter of days (`rules.TermState`)."""

    ASSIGNED = "assigned", "配置", "Assigned"
    HANDED_OVER = "handed_over", "引継ぎ済み", "Handed over"


class MeetingState(Word):
    """Whether a council's meeting (協議体の開催) counts."""

    HELD = "held", "開催済み", "Held"
    WITHDRAWN = "withdrawn", "取消し", "Recorded by mistake"


class SelfHelpState(Word):
    """Whether it was reported what came of what residents do themselves (自分達にできること)."""

    AGREED = "agreed", "取組中", "Agreed"
    REPORTED = "reported", "報告済み", "Reported"


class OutreachState(Word):
    """The state of an outreach (働きかけ): asked, or what was answered last."""

    ASKED = "asked", "回答待ち", "Asked"
    CONSIDERING = "considering", "検討中", "Considering"
    AGREED = "agreed", "協力", "Agreed"
    DECLINED = "declined", "辞退", "Declined"
    WITHDRAWN = "withdrawn", "取消し", "Recorded by mistake"

    @property
    def awaits_answer(self) -> bool:
        """Whether the body still owes a yes or a no."""
        return self in (OutreachState.ASKED, OutreachState.CONSIDERING)


class PartnershipState(Word):
    """The state of a partnership (連携体制)."""

    ACTIVE = "active", "連携中", "Active"
    ENDED = "ended", "終了", "Ended"
    WITHDRAWN = "withdrawn", "取消し", "Recorded by mistake"


class InformationState(Word):
    """The state of shared information (情報共有): whether a council or body it went to has not acknowledged it yet."""

    AWAITED = "awaited", "受領確認待ち", "Acknowledgement awaited"
    SHARED = "shared", "共有済み", "Shared"
    WITHDRAWN = "withdrawn", "取消し", "Recorded by mistake"


class VenueState(Word):
    """The state of a venue (会場)."""

    SECURED = "secured", "確保済み", "Secured"
    RELEASED = "released", "返却済み", "Released"


class PlaceState(Word):
    """The state of a place where older people can take part (活躍の場). Until when it is open is a day of its own."""

    OPEN = "open", "募集中", "Open"
    FILLED = "filled", "定員に達した", "Filled"
    CLOSED = "closed", "募集終了", "Closed"


class ContactState(Word):
    """Whether what a contact (連絡先) says is still kept."""

    KEPT = "kept", "保存中", "Kept"
    ERASED = "erased", "消去済み", "Erased"


class RecordState(Word):
    """What was recorded by mistake, whatever it was, and is in no list and in no figure any more (`mistakes`)."""

    WITHDRAWN = "withdrawn", "取消し", "Recorded by mistake"
