"""The rules of councils, posts, providers and the network, after they began."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from registry.decider import coordinator, coordinator_commands, council, information, outreach, partnership, provider
from registry.decider.coordinator_commands import (
    CorrectCoordinator,
    HandOverCoordinator,
    ReinstateCoordinator,
    RenewCoordinator,
)
from registry.decider.council_commands import (
    AgreeCouncilPurpose,
    ChangeCouncilMembers,
    Command,
    CorrectCouncil,
    CouncilFacts,
    DeclareCouncilDormant,
    MoveCouncil,
    ResumeCouncil,
)
from registry.decider.information import (
    AcknowledgeInformation,
    ReinstateInformation,
    ShareInformation,
    TakeUpPractice,
    WithdrawAcknowledgement,
    WithdrawInformation,
    WithdrawTakingUp,
)
from registry.decider.outreach import (
    AnswerOutreach,
    MakeOutreach,
    ReinstateOutreach,
    WithdrawOutreach,
    WithdrawOutreachAnswer,
)
from registry.decider.partnership import (
    ChangePartnership,
    EndPartnership,
    FormPartnership,
    PlanPartnership,
    ReinstatePartnership,
    WithdrawPartnership,
    WithdrawPartnershipChange,
)
from registry.decider.provider import (
    ProviderFacts,
    RegisterProvider,
    ReleaseProvider,
    ReviseProvider,
    SecureProvider,
)
from shiendomain.mistakes import Ground
from shiendomain.moves import Move
from shiendomain.registry import CouncilCorrected, CouncilSitting, PrintedDocument
from shiendomain.vocabulary import BodyKind, OutreachAnswer, OutreachRequest, ServiceClass, Tier
from shienevents import Home
from shienevents.testing import Scenario

from .facts import AN_ID, ANOTHER, AREA, ASSIGNED, DAY, ESTABLISHED, MIDORI
from .network_facts import (
    A_FOURTH,
    A_THIRD,
    ACKNOWLEDGED,
    ACKNOWLEDGEMENT_WITHDRAWN,
    AGREED,
    ASSOCIATION,
    BODIES_CHANGED,
    BODY_ACKNOWLEDGED,
    BODY_ACKNOWLEDGEMENT_WITHDRAWN,
    CHANGE_WITHDRAWN,
    COMPANY,
    CONSIDERING,
    COUNCIL_CORRECTED,
    COUNCIL_RESUMED,
    DORMANT,
    ENDED,
    FIRST,
    FORMED,
    HANDED_OVER,
    INFORMATION_REINSTATED,
    INFORMATION_WITHDRAWN,
    JULY,
    JUNE,
    MAY,
    MEMBERS_CHANGED,
    NOT_AGREED,
    NOT_TAKEN_UP,
    NPO,
    OUTREACH,
    OUTREACH_REINSTATED,
    OUTREACH_WITHDRAWN,
    PARTNERSHIP_REINSTATED,
    PARTNERSHIP_WITHDRAWN,
    PLANNED,
    POST_CORRECTED,
    POST_REINSTATED,
    PRACTICE,
    PRACTICE_SHARED,
    PRINTED,
    PURPOSE,
    PURPOSE_AGREED,
    RELEASED,
    RENEWED,
    REVISED,
    SECOND,
    SECURED,
    SHARED,
    SITS,
    SITS_TOO,
    TAKEN_UP,
    TO_A_BODY,
)

NORTH = Home("272108", AREA)
TODAY = JULY
TOMORROW = date(2026, 7, 2)

councils = Scenario(council.decider)
coordinators = Scenario(coordinator.decider)
providers = Scenario(provider.decider)
outreaches = Scenario(outreach.decider)
partnerships = Scenario(partnership.decider)
informations = Scenario(information.decider)

# councils

change = ChangeCouncilMembers(AN_ID, MAY, (SITS, SITS_TOO), "改選", TODAY)
agree = AgreeCouncilPurpose(AN_ID, PURPOSE, TODAY)
correct = CorrectCouncil(AN_ID, "北部協議体", (FIRST, SECOND), None, "別の協議体の合意だった", TODAY)
rest = DeclareCouncilDormant(AN_ID, JUNE, "改選が終わるまで", TODAY)
resume = ResumeCouncil(AN_ID, JULY, "改選が終わった", TODAY)


def test_the_members_of_a_council_change_from_a_day_on() -> None:
    councils.given(ESTABLISHED).when(change).then(MEMBERS_CHANGED)
    councils.given(ESTABLISHED, MEMBERS_CHANGED).when(change).then()
    councils.given(ESTABLISHED).when(replace(change, members=ESTABLISHED.members)).then()


def test_members_do_not_change_in_the_future_nor_before_their_last_change() -> None:
    councils.given(ESTABLISHED).when(replace(change, on=TOMORROW)).then_rejected("day.in_future", day=TOMORROW)
    earlier = replace(change, on=DAY, members=(SITS_TOO,))
    councils.given(ESTABLISHED, MEMBERS_CHANGED).when(earlier).then_rejected("council.changed_later", since=MAY)
    same_day = MEMBERS_CHANGED.model_copy(update={"members": (SITS_TOO,)})
    councils.given(ESTABLISHED, MEMBERS_CHANGED).when(replace(change, members=(SITS_TOO,))).then(same_day)


def test_a_council_agrees_on_a_purpose_that_is_reviewed_later() -> None:
    councils.given(ESTABLISHED).when(agree).then(PURPOSE_AGREED)
    councils.given(ESTABLISHED, PURPOSE_AGREED).when(agree).then()
    at_once = replace(agree, purpose=PURPOSE.model_copy(update={"review_on": MAY}))
    councils.given(ESTABLISHED).when(at_once).then_rejected("council.review_before_agreement", agreed_on=MAY)
    later = replace(agree, purpose=PURPOSE.model_copy(update={"agreed_on": TOMORROW}))
    councils.given(ESTABLISHED).when(later).then_rejected("day.in_future", day=TOMORROW)


def test_a_dormant_council_agrees_on_nothing_but_what_it_agreed_on_before() -> None:
    in_june = replace(agree, purpose=PURPOSE.model_copy(update={"agreed_on": JUNE}))
    councils.given(ESTABLISHED, DORMANT).when(in_june).then_rejected("council.dormant", since=JUNE)
    councils.given(ESTABLISHED, DORMANT).when(agree).then(PURPOSE_AGREED)


def test_a_correction_of_a_council_names_what_was_wrong() -> None:
    councils.given(ESTABLISHED, MEMBERS_CHANGED, PURPOSE_AGREED).when(correct).then(COUNCIL_CORRECTED)
    councils.given(ESTABLISHED, MEMBERS_CHANGED, PURPOSE_AGREED, COUNCIL_CORRECTED).when(correct).then()


FACTS = CouncilFacts((Tier.TIER1, Tier.TIER2), JULY, MAY, {Ground.PROPOSALS: 0, Ground.ISSUES: 0})
right = CorrectCouncil(AN_ID, ESTABLISHED.name, (FIRST,), None, "層の誤り", TODAY, Tier.TIER1, DAY, FACTS)
RIGHT = CouncilCorrected(
    council_id=AN_ID, name=ESTABLISHED.name, history=(FIRST,), purpose=None, changed=("established_on", "tier"),
    reason="層の誤り", tier=Tier.TIER1, established_on=DAY,
)  # fmt: skip


def test_the_tier_and_the_day_of_establishment_of_a_council_are_corrected() -> None:
    councils.given(ESTABLISHED).when(right).then(RIGHT)
    councils.given(ESTABLISHED, RIGHT).when(right).then()
    councils.given(ESTABLISHED, RIGHT).when(replace(right, tier=None, established_on=None)).then()
    as_recorded = replace(right, tier=Tier.TIER2, established_on=JULY)
    councils.given(ESTABLISHED).when(as_recorded).then()
    moved = MoveCouncil(AN_ID, Move("272108-04", {AREA, "272108-04"}, "隣"), (Tier.TIER2,))
    councils.given(ESTABLISHED, RIGHT).when(moved).then_rejected("council.area_of_other_tier", tier="tier1")


def test_a_council_becomes_one_of_a_tier_that_its_area_has_while_nothing_was_raised_with_it() -> None:
    other = replace(right, facts=replace(FACTS, area_tiers=(Tier.TIER2,)))
    councils.given(ESTABLISHED).when(other).then_rejected("council.area_of_other_tier", tier="tier1")
    raised = replace(right, facts=replace(FACTS, raised={Ground.PROPOSALS: 0, Ground.ISSUES: 2}))
    councils.given(ESTABLISHED).when(raised).then_rejected("council.tier_in_use", ground=Ground.ISSUES, count=2)
    councils.given(ESTABLISHED).when(replace(raised, tier=None)).then(
        RIGHT.model_copy(update={"tier": Tier.TIER2, "changed": ("established_on",)})
    )


@pytest.mark.parametrize(
    ("wrong", "since"),
    [
        (replace(right, established_on=JUNE), MAY),
        (replace(right, established_on=JUNE, purpose=PURPOSE.model_copy(update={"agreed_on": DAY})), DAY),
        (replace(right, established_on=JUNE, history=(FIRST, SECOND), facts=replace(FACTS, at_work_on=None)), MAY),
    ],
)
def test_a_council_was_established_before_all_that_is_known_of_it(wrong: CorrectCouncil, since: date) -> None:
    councils.given(ESTABLISHED).when(wrong).then_rejected("council.at_work_before", day=JUNE, since=since)
    coming = replace(wrong, established_on=TOMORROW)
    councils.given(ESTABLISHED).when(coming).then_rejected("day.in_future", day=TOMORROW)


def test_a_corrected_history_of_members_counts_for_the_next_change() -> None:
    once = correct.history[:1]
    corrected = COUNCIL_CORRECTED.model_copy(update={"history": once, "changed": ("history",)})
    councils.given(ESTABLISHED, MEMBERS_CHANGED, corrected).when(change).then(MEMBERS_CHANGED)


@pytest.mark.parametrize(
    "history",
    [
        (SECOND,),
        (FIRST, FIRST),
        (FIRST, SECOND, SECOND),
        (FIRST, SECOND, CouncilSitting(on=DAY, members=())),
    ],
)
def test_a_history_of_members_is_in_order(history: tuple[CouncilSitting, ...]) -> None:
    wrong = replace(correct, history=history)
    councils.given(ESTABLISHED).when(wrong).then_rejected("council.history_out_of_order")


def test_a_history_of_members_does_not_reach_into_the_future() -> None:
    coming = (FIRST, CouncilSitting(on=TOMORROW, members=()))
    councils.given(ESTABLISHED).when(replace(correct, history=coming)).then_rejected("day.in_future", day=TOMORROW)


def test_a_council_is_dormant_from_a_day_until_it_is_resumed() -> None:
    councils.given(ESTABLISHED).when(rest).then(DORMANT)
    councils.given(ESTABLISHED, DORMANT).when(rest).then()
    councils.given(ESTABLISHED, DORMANT).when(replace(rest, on=MAY)).then_rejected("council.dormant", since=JUNE)
    councils.given(ESTABLISHED, DORMANT).when(resume).then(COUNCIL_RESUMED)
    councils.given(ESTABLISHED).when(resume).then()
    early = replace(resume, on=MAY)
    councils.given(ESTABLISHED, DORMANT).when(early).then_rejected("day.before_beginning", day=MAY, since=JUNE)
    again = replace(rest, on=MAY)
    councils.given(ESTABLISHED, DORMANT, COUNCIL_RESUMED).when(again).then_rejected(
        "day.before_beginning", day=MAY, since=JULY
    )


@pytest.mark.parametrize("command", [change, agree, correct, rest, resume])
def test_nothing_happens_to_an_unknown_council(command: Command) -> None:
    councils.given().when(command).then_not_found("council.unknown")


# posts

renew = RenewCoordinator(AN_ID, date(2030, 4, 1))
KNOWN = {("registry", 3): 48, ("registry", 4): 7}
hand_over = HandOverCoordinator(AN_ID, JUNE, ANOTHER, "提案は市の回答待ち", TODAY, PRINTED, KNOWN, stale_after_days=90)
undo = ReinstateCoordinator(AN_ID, "別の配置だった")
correct_post = CorrectCoordinator(
    AN_ID, "ささえりあ北部", BodyKind.SUPPORT_CENTRE, 1, DAY, date(2028, 4, 1), "人数の誤り"
)


def test_a_term_is_renewed_to_a_later_end() -> None:
    coordinators.given(ASSIGNED).when(renew).then(RENEWED)
    coordinators.given(ASSIGNED, RENEWED).when(renew).then()
    back = replace(renew, term_until=date(2029, 4, 1))
    coordinators.given(ASSIGNED, RENEWED).when(back).then_rejected(
        "coordinator.renewal_not_later", until=date(2030, 4, 1)
    )
    coordinators.given(ASSIGNED, HANDED_OVER).when(renew).then_rejected("coordinator.handed_over", on=JUNE)


def test_a_renewed_term_is_measured_from_its_renewal() -> None:
    longest = RENEWED.model_copy(update={"term_until": date(2038, 4, 1)})
    coordinators.given(ASSIGNED).when(replace(renew, term_until=date(2038, 4, 1))).then(longest)
    too_long = {"term_from": date(2028, 4, 1), "years": 10}
    beyond = replace(renew, term_until=date(2038, 4, 2))
    coordinators.given(ASSIGNED).when(beyond).then_rejected("coordinator.term_too_long", **too_long)
    right = replace(correct_post, term_until=date(2038, 4, 1))
    coordinators.given(ASSIGNED, longest).when(right).then(
        POST_CORRECTED.model_copy(update={"term_until": date(2038, 4, 1)})
    )
    wrong = replace(correct_post, term_until=date(2038, 4, 2))
    coordinators.given(ASSIGNED, longest).when(wrong).then_rejected("coordinator.term_too_long", **too_long)
    coordinators.given(ASSIGNED).when(wrong).then_rejected("coordinator.term_too_long", term_from=DAY, years=10)


def test_the_tier_of_a_post_is_corrected_to_one_that_its_area_has() -> None:
    first = replace(correct_post, tier=Tier.TIER1, area_tiers=(Tier.TIER1, Tier.TIER2))
    corrected = POST_CORRECTED.model_copy(update={"tier": Tier.TIER1, "changed": ("employer", "posts", "tier")})
    coordinators.given(ASSIGNED).when(first).then(corrected)
    coordinators.given(ASSIGNED, corrected).when(first).then()
    coordinators.given(ASSIGNED, corrected).when(replace(first, tier=None)).then()
    coordinators.given(ASSIGNED).when(replace(first, area_tiers=(Tier.TIER2,))).then_rejected(
        "coordinator.area_of_other_tier", tier="tier1"
    )


def test_a_post_is_handed_over_once_on_a_day_of_its_term() -> None:
    coordinators.given(ASSIGNED).when(hand_over).then(HANDED_OVER)
    coordinators.given(ASSIGNED, HANDED_OVER).when(hand_over).then()
    other = replace(hand_over, successor_id=None)
    coordinators.given(ASSIGNED, HANDED_OVER).when(other).then_rejected("coordinator.handed_over", on=JUNE)
    tomorrow = replace(hand_over, on=TOMORROW)
    coordinators.given(ASSIGNED).when(tomorrow).then_rejected("day.in_future", day=TOMORROW)
    before = replace(hand_over, on=date(2026, 3, 31))
    coordinators.given(ASSIGNED).when(before).then_rejected("day.before_beginning", day=date(2026, 3, 31), since=DAY)
    after = replace(hand_over, on=date(2028, 4, 1), today=date(2028, 5, 1))
    coordinators.given(ASSIGNED).when(after).then_rejected(
        "coordinator.outside_term", on=date(2028, 4, 1), term_from=DAY, term_until=date(2028, 4, 1)
    )
    coordinators.given(ASSIGNED).when(replace(hand_over, successor_id=AN_ID)).then_rejected("coordinator.own_successor")


@pytest.mark.parametrize("position", ["registry.3.49", "registry.4.8,registry.3.1", "needs.1.1,registry.9.1"])
def test_the_document_of_a_hand_over_goes_no_further_than_what_there_is(position: str) -> None:
    beyond = replace(hand_over, document=PrintedDocument(position=position, day=MAY))
    coordinators.given(ASSIGNED).when(beyond).then_rejected("coordinator.position_unknown")


def test_the_document_of_a_hand_over_is_of_a_day_that_came_since_the_term_began() -> None:
    for day, code, facts in (
        (TOMORROW, "day.in_future", {"day": TOMORROW}),
        (date(2026, 3, 31), "day.before_beginning", {"day": date(2026, 3, 31), "since": DAY}),
    ):
        printed = replace(hand_over, document=PRINTED.model_copy(update={"day": day}))
        coordinators.given(ASSIGNED).when(printed).then_rejected(code, **facts)


def test_a_hand_over_without_a_document_has_none() -> None:
    handed_over = HANDED_OVER.model_copy(update={"document": None})
    coordinators.given(ASSIGNED).when(replace(hand_over, document=None, known={})).then(handed_over)


def test_a_renewed_term_may_be_handed_over_on_its_later_days() -> None:
    late = replace(hand_over, on=date(2029, 4, 1), today=date(2029, 4, 1))
    handed_over = HANDED_OVER.model_copy(update={"on": date(2029, 4, 1)})
    coordinators.given(ASSIGNED, RENEWED).when(late).then(handed_over)


def test_a_hand_over_that_was_a_mistake_is_undone() -> None:
    coordinators.given(ASSIGNED, HANDED_OVER).when(undo).then(POST_REINSTATED)
    coordinators.given(ASSIGNED).when(undo).then()
    coordinators.given(ASSIGNED, HANDED_OVER, POST_REINSTATED).when(renew).then(RENEWED)


def test_a_correction_of_a_post_names_what_was_wrong() -> None:
    coordinators.given(ASSIGNED).when(correct_post).then(POST_CORRECTED)
    coordinators.given(ASSIGNED, POST_CORRECTED).when(correct_post).then()
    never = replace(correct_post, term_until=DAY)
    coordinators.given(ASSIGNED).when(never).then_rejected("coordinator.term_ends_first")
    short = replace(correct_post, term_until=MAY)
    coordinators.given(ASSIGNED, HANDED_OVER).when(short).then_rejected(
        "coordinator.outside_term", on=JUNE, term_from=DAY, term_until=MAY
    )


@pytest.mark.parametrize("command", [renew, hand_over, undo, correct_post])
def test_nothing_happens_to_an_unknown_post(command: coordinator_commands.Command) -> None:
    coordinators.given().when(command).then_not_found("coordinator.unknown")


# providers

renamed = ProviderFacts("緑会", "みどりかい", BodyKind.WELFARE_CORPORATION, "1234567890123")
revise = ReviseProvider(ANOTHER, renamed, "名称の変更")
listed = RegisterProvider(ANOTHER, NORTH, "みどり会", "みどりかい", BodyKind.WELFARE_CORPORATION, "1234567890123")
secure = SecureProvider(ANOTHER, ServiceClass.VISIT_A, 20, JULY, TODAY)
release = ReleaseProvider(ANOTHER, ServiceClass.VISIT_A, "人員不足")


def test_a_person_corrects_a_provider_with_a_reason() -> None:
    providers.given(MIDORI).when(revise).then(REVISED)
    providers.given(MIDORI, REVISED).when(revise).then()


def test_a_list_sent_again_does_not_undo_a_correction_and_a_changed_list_counts() -> None:
    providers.given(MIDORI, REVISED).when(listed).then()
    changed = MIDORI.model_copy(update={"name": "新みどり会"})
    later = replace(listed, name="新みどり会")
    providers.given(MIDORI, REVISED).when(later).then(changed)
    providers.given(MIDORI, changed, REVISED).when(later).then()


def test_a_provider_is_not_secured_before_the_day() -> None:
    later = replace(secure, today=JUNE)
    providers.given(MIDORI).when(later).then_rejected("day.in_future", day=JULY)
    providers.given(MIDORI, SECURED).when(later).then()


def test_a_provider_is_secured_by_class_of_service_and_released() -> None:
    providers.given(MIDORI).when(secure).then(SECURED)
    providers.given(MIDORI, SECURED).when(secure).then()
    more = SECURED.model_copy(update={"capacity": 30})
    providers.given(MIDORI, SECURED).when(replace(secure, capacity=30)).then(more)
    providers.given(MIDORI, SECURED).when(release).then(RELEASED)
    other = replace(release, service_class=ServiceClass.VISIT_B)
    providers.given(MIDORI, SECURED).when(other).then_rejected(
        "provider.not_secured", service_class=ServiceClass.VISIT_B
    )
    providers.given(MIDORI, SECURED, RELEASED).when(secure).then(SECURED)


@pytest.mark.parametrize("command", [revise, secure, release])
def test_nothing_happens_to_an_unknown_provider(command: provider.Command) -> None:
    providers.given().when(command).then_not_found("provider.unknown")


# outreach

ask = MakeOutreach(AN_ID, NORTH, ASSOCIATION, MAY, OutreachRequest.LEND_VENUE, "集会所を月二回", TODAY)
consider = AnswerOutreach(AN_ID, OutreachAnswer.CONSIDERING, "役員会で相談", JUNE, TODAY)
accept = AnswerOutreach(AN_ID, OutreachAnswer.AGREED, "", JULY, TODAY)
not_agreed = WithdrawOutreachAnswer(AN_ID, OutreachAnswer.AGREED, JULY, "別の団体の回答だった")
remember = ReinstateOutreach(AN_ID, "この地域だった")
forget = WithdrawOutreach(AN_ID, "別の地域の記録")


def test_a_body_is_asked_and_answers_and_may_answer_again() -> None:
    outreaches.given().when(ask).then(OUTREACH)
    outreaches.given(OUTREACH).when(ask).then()
    outreaches.given(OUTREACH).when(replace(ask, asked="")).then_rejected("outreach.made")
    outreaches.given(OUTREACH).when(consider).then(CONSIDERING)
    outreaches.given(OUTREACH, CONSIDERING).when(consider).then()
    outreaches.given(OUTREACH, CONSIDERING).when(accept).then(AGREED)


def test_nobody_is_asked_or_answers_in_the_future_or_answers_first() -> None:
    outreaches.given().when(replace(ask, made_on=TOMORROW)).then_rejected("day.in_future", day=TOMORROW)
    outreaches.given(OUTREACH).when(replace(accept, answered_on=TOMORROW)).then_rejected("day.in_future", day=TOMORROW)
    outreaches.given(OUTREACH).when(replace(accept, answered_on=DAY)).then_rejected(
        "day.before_beginning", day=DAY, since=MAY
    )
    outreaches.given(OUTREACH, CONSIDERING).when(replace(accept, answered_on=MAY)).then_rejected(
        "day.before_beginning", day=MAY, since=JUNE
    )


def test_who_declines_says_why() -> None:
    decline = replace(accept, answer=OutreachAnswer.DECLINED)
    outreaches.given(OUTREACH).when(decline).then_rejected("outreach.declined_without_reason")


def test_an_answer_recorded_by_mistake_is_withdrawn_and_the_one_before_counts_again() -> None:
    outreaches.given(OUTREACH, CONSIDERING, AGREED).when(not_agreed).then(NOT_AGREED)
    unanswered = NOT_AGREED.model_copy(update={"answer": None, "answered_on": None, "answered_for": ""})
    outreaches.given(OUTREACH, AGREED).when(not_agreed).then(unanswered)
    outreaches.given(OUTREACH, AGREED, unanswered).when(consider).then(CONSIDERING)
    outreaches.given(OUTREACH, CONSIDERING, AGREED, NOT_AGREED).when(not_agreed).then_rejected(
        "outreach.no_such_answer"
    )
    outreaches.given(OUTREACH, AGREED).when(replace(not_agreed, answered_on=JUNE)).then_rejected(
        "outreach.no_such_answer"
    )
    first_one = replace(not_agreed, answer=OutreachAnswer.CONSIDERING, answered_on=JUNE)
    still = {"wrong": first_one.answer, "wrong_on": JUNE, "answer": AGREED.answer, "answered_on": JULY}
    later = NOT_AGREED.model_copy(update={**still, "answered_for": ""})
    outreaches.given(OUTREACH, CONSIDERING, AGREED).when(first_one).then(later)
    outreaches.given(OUTREACH, AGREED, OUTREACH_WITHDRAWN).when(not_agreed).then_rejected("outreach.withdrawn")
    counts = OUTREACH_REINSTATED.model_copy(update={"answer": OutreachAnswer.CONSIDERING})
    outreaches.given(OUTREACH, CONSIDERING, AGREED, NOT_AGREED, OUTREACH_WITHDRAWN).when(remember).then(counts)


def test_an_outreach_recorded_by_mistake_takes_no_answer() -> None:
    outreaches.given(OUTREACH, AGREED).when(forget).then(OUTREACH_WITHDRAWN)
    outreaches.given(OUTREACH, OUTREACH_WITHDRAWN).when(forget).then()
    outreaches.given(OUTREACH, OUTREACH_WITHDRAWN).when(accept).then_rejected("outreach.withdrawn")


def test_an_outreach_that_was_no_mistake_counts_again_with_its_last_answer() -> None:
    outreaches.given(OUTREACH, AGREED, OUTREACH_WITHDRAWN).when(remember).then(OUTREACH_REINSTATED)
    unanswered = OUTREACH_REINSTATED.model_copy(update={"answer": None})
    outreaches.given(OUTREACH, OUTREACH_WITHDRAWN).when(remember).then(unanswered)
    outreaches.given(OUTREACH, OUTREACH_WITHDRAWN, unanswered).when(accept).then(AGREED)
    outreaches.given(OUTREACH).when(remember).then()
    outreaches.given().when(remember).then_not_found("outreach.unknown")


@pytest.mark.parametrize("command", [accept, forget])
def test_nothing_happens_to_an_unknown_outreach(command: outreach.Command) -> None:
    outreaches.given().when(command).then_not_found("outreach.unknown")


# partnerships

form = FormPartnership(AN_ID, NORTH, (ASSOCIATION, NPO), "買物の送迎", MAY, TODAY)
plan = PlanPartnership(AN_ID, JUNE, "協定の更新")
join = ChangePartnership(AN_ID, JUNE, (ASSOCIATION, NPO, COMPANY), "見本交通の参加", TODAY)
not_joined = WithdrawPartnershipChange(AN_ID, JUNE, "別の連携体制への参加")
end = EndPartnership(AN_ID, JUNE, "車両の廃止", TODAY)
go_on = ReinstatePartnership(AN_ID, "別の連携だった")
erase = WithdrawPartnership(AN_ID, "二重の記録")


def test_bodies_form_a_partnership() -> None:
    partnerships.given().when(form).then(FORMED)
    partnerships.given(FORMED).when(form).then()
    partnerships.given(FORMED).when(replace(form, purpose="別")).then_rejected("partnership.formed")
    partnerships.given().when(replace(form, since=TOMORROW)).then_rejected("day.in_future", day=TOMORROW)


@pytest.mark.parametrize("bodies", [(NPO,), (NPO, NPO), (NPO, ASSOCIATION, NPO)])
def test_a_partnership_joins_different_bodies(bodies: tuple[object, ...]) -> None:
    alone = replace(form, bodies=bodies)  # type: ignore[arg-type]
    partnerships.given().when(alone).then_rejected("partnership.body_twice")


def test_a_partnership_ends_once_and_its_end_may_be_undone() -> None:
    partnerships.given(FORMED).when(end).then(ENDED)
    partnerships.given(FORMED, ENDED).when(end).then()
    partnerships.given(FORMED, ENDED).when(replace(end, reason="別")).then_rejected("partnership.ended", on=JUNE)
    partnerships.given(FORMED).when(replace(end, on=DAY)).then_rejected("day.before_beginning", day=DAY, since=MAY)
    partnerships.given(FORMED, ENDED).when(go_on).then(PARTNERSHIP_REINSTATED)
    partnerships.given(FORMED).when(go_on).then()
    partnerships.given(FORMED, ENDED, PARTNERSHIP_REINSTATED).when(end).then(ENDED)


def test_a_partnership_has_a_planned_end_that_is_agreed_anew() -> None:
    until = FORMED.model_copy(update={"planned_until": JUNE})
    partnerships.given().when(replace(form, planned_until=JUNE)).then(until)
    early = replace(form, planned_until=DAY)
    partnerships.given().when(early).then_rejected("day.before_beginning", day=DAY, since=MAY)
    partnerships.given(FORMED).when(plan).then(PLANNED)
    partnerships.given(until).when(plan).then()
    partnerships.given(until).when(replace(plan, until=None)).then(PLANNED.model_copy(update={"until": None}))
    partnerships.given(FORMED).when(replace(plan, until=DAY)).then_rejected("day.before_beginning", day=DAY, since=MAY)
    partnerships.given(FORMED, ENDED).when(plan).then_rejected("partnership.ended", on=JUNE)


def test_a_body_joins_a_partnership_or_leaves_it_while_it_goes_on() -> None:
    partnerships.given(FORMED).when(join).then(BODIES_CHANGED)
    partnerships.given(FORMED, BODIES_CHANGED).when(join).then()
    leave = replace(join, bodies=(COMPANY, NPO))
    left = BODIES_CHANGED.model_copy(update={"bodies": (COMPANY, NPO)})
    partnerships.given(FORMED, BODIES_CHANGED).when(leave).then(left)
    partnerships.given(FORMED).when(replace(join, bodies=(NPO,))).then_rejected("partnership.body_twice")
    partnerships.given(FORMED).when(replace(join, on=TOMORROW)).then_rejected("day.in_future", day=TOMORROW)
    partnerships.given(FORMED).when(replace(join, on=DAY)).then_rejected("day.before_beginning", day=DAY, since=MAY)
    early = replace(leave, on=MAY)
    too_early = {"day": MAY, "since": JUNE}
    partnerships.given(FORMED, BODIES_CHANGED).when(early).then_rejected("day.before_beginning", **too_early)
    partnerships.given(FORMED, BODIES_CHANGED).when(replace(end, on=MAY)).then_rejected(
        "day.before_beginning", **too_early
    )
    partnerships.given(FORMED, ENDED).when(join).then_rejected("partnership.ended", on=JUNE)


def test_a_change_of_bodies_that_was_a_mistake_is_taken_back() -> None:
    partnerships.given(FORMED, BODIES_CHANGED).when(not_joined).then(CHANGE_WITHDRAWN)
    partnerships.given(FORMED, BODIES_CHANGED, ENDED).when(not_joined).then(CHANGE_WITHDRAWN)
    partnerships.given(FORMED).when(not_joined).then_rejected("partnership.no_such_change", on=JUNE)
    undone = (FORMED, BODIES_CHANGED, CHANGE_WITHDRAWN)
    partnerships.given(*undone).when(not_joined).then_rejected("partnership.no_such_change", on=JUNE)
    partnerships.given(*undone).when(join).then(BODIES_CHANGED)
    partnerships.given(*undone).when(replace(end, on=MAY)).then(ENDED.model_copy(update={"on": MAY}))


def test_a_partnership_recorded_by_mistake_is_over() -> None:
    partnerships.given(FORMED, ENDED).when(erase).then(PARTNERSHIP_WITHDRAWN)
    partnerships.given(FORMED, PARTNERSHIP_WITHDRAWN).when(erase).then()
    for command in (plan, join, not_joined, end):
        partnerships.given(FORMED, PARTNERSHIP_WITHDRAWN).when(command).then_rejected("partnership.withdrawn")


def test_a_partnership_that_was_no_mistake_is_active_again() -> None:
    for history in ((FORMED, PARTNERSHIP_WITHDRAWN), (FORMED, ENDED, PARTNERSHIP_WITHDRAWN)):
        partnerships.given(*history).when(go_on).then(PARTNERSHIP_REINSTATED)
        partnerships.given(*history, PARTNERSHIP_REINSTATED).when(go_on).then()
        partnerships.given(*history, PARTNERSHIP_REINSTATED).when(end).then(ENDED)


@pytest.mark.parametrize("command", [end, join, not_joined, go_on, erase])
def test_nothing_happens_to_an_unknown_partnership(command: partnership.Command) -> None:
    partnerships.given().when(command).then_not_found("partnership.unknown")


# information

share = ShareInformation(
    AN_ID, NORTH, NPO, None, SHARED.to_councils, AREA, "補助制度の改正", "補助率が変わる", MAY, None, TODAY
)
acknowledge = AcknowledgeInformation(AN_ID, ANOTHER, JUNE, TODAY)
not_theirs = WithdrawAcknowledgement(AN_ID, ANOTHER, "別の情報だった")
share_again = ReinstateInformation(AN_ID, "二重ではなかった")
take_back = WithdrawInformation(AN_ID, "二重の記録")


def test_information_is_shared_by_one_sender_with_somebody() -> None:
    informations.given().when(share).then(SHARED)
    informations.given(SHARED).when(share).then()
    informations.given(SHARED).when(replace(share, subject="別")).then_rejected("information.shared")
    nobody, two = replace(share, from_body=None), replace(share, from_council=A_THIRD)
    for command in (nobody, two):
        informations.given().when(command).then_rejected("information.one_sender")
    informations.given().when(replace(share, to_councils=(), to_bodies_of=None)).then_rejected(
        "information.no_recipient"
    )
    informations.given().when(replace(share, shared_on=TOMORROW)).then_rejected("day.in_future", day=TOMORROW)


def test_a_dormant_council_is_sent_nothing() -> None:
    informations.given().when(replace(share, dormant_since=MAY)).then_rejected("council.dormant", since=MAY)


def test_a_council_acknowledges_what_it_was_sent() -> None:
    informations.given(SHARED).when(acknowledge).then(ACKNOWLEDGED)
    informations.given(SHARED, ACKNOWLEDGED).when(acknowledge).then()
    informations.given(SHARED).when(replace(acknowledge, recipient_id=AN_ID)).then_not_found("information.unknown")
    informations.given(SHARED).when(replace(acknowledge, on=DAY)).then_rejected(
        "day.before_beginning", day=DAY, since=MAY
    )
    informations.given(SHARED).when(replace(acknowledge, on=TOMORROW)).then_rejected("day.in_future", day=TOMORROW)


def test_an_acknowledgement_recorded_by_mistake_is_withdrawn() -> None:
    informations.given(SHARED, ACKNOWLEDGED).when(not_theirs).then(ACKNOWLEDGEMENT_WITHDRAWN)
    informations.given(SHARED).when(not_theirs).then()
    informations.given(SHARED, ACKNOWLEDGED, ACKNOWLEDGEMENT_WITHDRAWN).when(acknowledge).then(ACKNOWLEDGED)


share_with_a_body = replace(share, to_councils=(), to_bodies=TO_A_BODY.to_bodies)


def test_a_body_acknowledges_what_it_was_sent_and_nobody_in_its_place() -> None:
    theirs, mistake = replace(acknowledge, recipient_id=A_FOURTH), replace(not_theirs, recipient_id=A_FOURTH)
    informations.given().when(share_with_a_body).then(TO_A_BODY)
    informations.given().when(replace(share_with_a_body, to_bodies_of=None)).then(
        TO_A_BODY.model_copy(update={"to_bodies_of": None})
    )
    informations.given(TO_A_BODY).when(theirs).then(BODY_ACKNOWLEDGED)
    informations.given(TO_A_BODY, BODY_ACKNOWLEDGED).when(theirs).then()
    informations.given(TO_A_BODY).when(acknowledge).then_not_found("information.unknown")
    informations.given(SHARED).when(theirs).then_not_found("information.unknown")
    informations.given(TO_A_BODY, BODY_ACKNOWLEDGED).when(mistake).then(BODY_ACKNOWLEDGEMENT_WITHDRAWN)
    informations.given(TO_A_BODY, BODY_ACKNOWLEDGED, BODY_ACKNOWLEDGEMENT_WITHDRAWN).when(mistake).then()
    informations.given(TO_A_BODY, INFORMATION_WITHDRAWN).when(theirs).then_rejected("information.withdrawn")


def test_information_recorded_by_mistake_is_not_acknowledged() -> None:
    informations.given(SHARED).when(take_back).then(INFORMATION_WITHDRAWN)
    informations.given(SHARED, INFORMATION_WITHDRAWN).when(take_back).then()
    informations.given(SHARED, INFORMATION_WITHDRAWN).when(acknowledge).then_rejected("information.withdrawn")


def test_information_that_was_no_mistake_is_acknowledged_as_it_was() -> None:
    again = informations.given(SHARED, ACKNOWLEDGED, INFORMATION_WITHDRAWN)
    again.when(share_again).then(INFORMATION_REINSTATED)
    again.given(INFORMATION_REINSTATED).when(share_again).then()
    again.given(INFORMATION_REINSTATED).when(acknowledge).then()
    informations.given(SHARED).when(share_again).then()
    informations.given().when(share_again).then_not_found("information.unknown")


take_up = TakeUpPractice(AN_ID, A_THIRD, JUNE, "月2回から", TODAY)
not_taken_up = WithdrawTakingUp(AN_ID, A_THIRD, "別の事例だった")


def test_a_good_practice_needs_no_recipient() -> None:
    to_nobody = replace(share, to_councils=(), to_bodies_of=None, practice=PRACTICE)
    shared = PRACTICE_SHARED.model_copy(update={"to_councils": (), "to_bodies_of": None})
    informations.given().when(to_nobody).then(shared)
    informations.given(PRACTICE_SHARED).when(to_nobody).then_rejected("information.shared")


def test_a_good_practice_is_taken_up_from_a_day_on_and_the_last_word_counts() -> None:
    informations.given(PRACTICE_SHARED).when(take_up).then(TAKEN_UP)
    informations.given(PRACTICE_SHARED, TAKEN_UP).when(take_up).then()
    informations.given(PRACTICE_SHARED, TAKEN_UP).when(replace(take_up, note="毎週")).then(
        TAKEN_UP.model_copy(update={"note": "毎週"})
    )
    informations.given(PRACTICE_SHARED).when(replace(take_up, on=DAY)).then_rejected(
        "day.before_beginning", day=DAY, since=MAY
    )
    informations.given(PRACTICE_SHARED).when(replace(take_up, on=TOMORROW)).then_rejected("day.in_future", day=TOMORROW)
    informations.given(PRACTICE_SHARED, INFORMATION_WITHDRAWN).when(take_up).then_rejected("information.withdrawn")
    informations.given(SHARED).when(take_up).then_rejected("information.no_practice")


def test_taking_up_recorded_by_mistake_is_withdrawn() -> None:
    informations.given(PRACTICE_SHARED, TAKEN_UP).when(not_taken_up).then(NOT_TAKEN_UP)
    informations.given(PRACTICE_SHARED).when(not_taken_up).then()
    informations.given(PRACTICE_SHARED, TAKEN_UP, NOT_TAKEN_UP).when(take_up).then(TAKEN_UP)


@pytest.mark.parametrize("command", [acknowledge, not_theirs, take_up, not_taken_up, take_back])
def test_nothing_happens_to_unknown_information(command: information.Command) -> None:
    informations.given().when(command).then_not_found("information.unknown")
