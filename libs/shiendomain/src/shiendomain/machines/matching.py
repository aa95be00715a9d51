"""The machines of offers (what a resource can give now) and of matches."""

from __future__ import annotations

from ..matching import (
    MatchAccepted,
    MatchConcluded,
    MatchDeclined,
    MatchEnded,
    MatchLapsed,
    MatchOutcomeCorrected,
    MatchProposed,
    OfferNoted,
)
from ..states import MatchState, OfferState
from .shape import START, Machine, Note, step

OPEN, CLOSED = OfferState.OPEN, OfferState.CLOSED
LISTED = "registry.register_resource registry.register_batch escalation.launch_service"
TAKEN_OVER = "escalation.launch_service escalation.join_service escalation.reinstate_service"
STOPPED = "registry.suspend_resource registry.retire_resource escalation.end_service escalation.leave_service"

OFFER = Machine(
    name="offer",
    ja="受入れ",
    en="Offer",
    service="matching",
    of="resource_id",
    states=OfferState,
    steps=(
        step(OfferNoted, START, OPEN, by=LISTED),
        step(
            OfferNoted,
            OfferState,
            by=f"registry.revise_resource registry.register_batch escalation.revise_service {TAKEN_OVER}",
        ),
        step(OfferNoted, OPEN, CLOSED, by=STOPPED),
        step(OfferNoted, CLOSED, OPEN, by=f"registry.resume_resource registry.reinstate_resource {TAKEN_OVER}"),
    ),
    ends=(CLOSED,),
    lists={OPEN: "matching /needs/{need_id}/candidates"},
    note=Note(
        "社会資源の状況に従う。休止や廃止の間は打診されない。",
        "It follows its resource: nothing is proposed while that is suspended or retired.",
    ),
)

PROPOSED, ACCEPTED, CONCLUDED = MatchState.PROPOSED, MatchState.ACCEPTED, MatchState.CONCLUDED

MATCH = Machine(
    name="match",
    ja="マッチング",
    en="Match",
    service="matching",
    of="match_id",
    states=MatchState,
    steps=(
        step(MatchProposed, START, PROPOSED, by="matching.propose_match matching.open_round escalation.launch_service",
             note=("一括マッチングの後は、ニーズや社会資源が新しくなるたびにも打診する",
                   "after a round also when a need or a resource is new or changed")),
        step(MatchAccepted, PROPOSED, ACCEPTED, by="matching.accept_match"),
        step(MatchDeclined, PROPOSED, MatchState.DECLINED,
             by="matching.decline_match needs.withdraw_need needs.move_need"),
        step(MatchLapsed, PROPOSED, MatchState.LAPSED, by=f"matching.lapse_match {STOPPED}",
             note=("期限までに回答がないとき、または社会資源が止まったとき",
                   "nobody answered in time, or its resource stopped")),
        step(MatchConcluded, ACCEPTED, CONCLUDED, by="matching.conclude_match needs.withdraw_need needs.move_need"),
        step(MatchEnded, CONCLUDED, MatchState.ENDED, by="matching.end_match needs.withdraw_need",
             note=("続いていた支援が終わった", "support that went on has ended")),
        step(MatchOutcomeCorrected, (CONCLUDED, MatchState.ENDED, MatchState.DECLINED, MatchState.LAPSED), CONCLUDED,
             by="matching.correct_outcome",
             note=("結果、支援の終了、辞退または失効が誤りだった", "its outcome, end, refusal or lapse was a mistake")),
        step(MatchLapsed, (ACCEPTED, CONCLUDED), MatchState.LAPSED,
             by="registry.retire_resource escalation.end_service escalation.leave_service",
             note=("社会資源が廃止された", "its resource is retired")),
    ),
    ends=(CONCLUDED, MatchState.ENDED, MatchState.DECLINED, MatchState.LAPSED),
    lists={PROPOSED: "matching /matches?state=proposed", ACCEPTED: "matching /matches?state=accepted"},
)  # fmt: skip
