"""What the views of councils, posts, providers and the network show, and that they are folds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st

from registry.projections import (
    CoordinatorRow,
    InformationRow,
    OutreachRow,
    PartnershipRow,
    ProviderRow,
    coordinators,
    councils,
    information,
    outreach,
    partnerships,
    providers,
)
from shiendomain.councils_view import CouncilRow
from shiendomain.registry import CouncilMembersChanged
from shiendomain.states import CouncilState, InformationState, OutreachState, PartnershipState
from shiendomain.vocabulary import BodyKind, OutreachRequest, ServiceClass, Tier
from shienevents import Event, View
from shienevents.testing import FoldScenario, Streams, an_envelope, check_fold_laws

from .facts import AN_ID, ANOTHER, AREA, ASSIGNED, ESTABLISHED, MIDORI
from .network_facts import (
    A_FOURTH,
    A_THIRD,
    ACKNOWLEDGED,
    ACKNOWLEDGEMENT_WITHDRAWN,
    AGREED,
    BODIES_CHANGED,
    BODY_ACKNOWLEDGED,
    BODY_ACKNOWLEDGEMENT_WITHDRAWN,
    CHANGE_WITHDRAWN,
    COMPANY,
    CONSIDERING,
    COUNCIL_CORRECTED,
    COUNCIL_LATER,
    COUNCIL_RESUMED,
    COUNCIL_WITHDRAWN,
    DORMANT,
    ENDED,
    FORMED,
    HANDED_OVER,
    INFORMATION_LATER,
    INFORMATION_REINSTATED,
    INFORMATION_WITHDRAWN,
    JULY,
    JUNE,
    MAY,
    MEMBERS_CHANGED,
    NOT_TAKEN_UP,
    OUTREACH,
    OUTREACH_LATER,
    OUTREACH_REINSTATED,
    OUTREACH_WITHDRAWN,
    PARTNERSHIP_LATER,
    PARTNERSHIP_REINSTATED,
    PARTNERSHIP_WITHDRAWN,
    PLANNED,
    POST_CORRECTED,
    POST_LATER,
    POST_REINSTATED,
    POST_WITHDRAWN,
    PRACTICE,
    PRACTICE_SHARED,
    PROVIDER_LATER,
    PROVIDER_WITHDRAWN,
    PURPOSE,
    PURPOSE_AGREED,
    RELEASED,
    RENEWED,
    REVISED,
    SECURED,
    SHARED,
    SITS_TOO,
    TAKEN_UP,
    TO_A_BODY,
)

THREAD = an_envelope().correlation
SHAKYO = {
    "kind": "shakyo", "name": "北校区社協", "parent": "市社協", "seat": "district_shakyo", "body_id": str(ANOTHER),
    "parent_id": str(AN_ID),
}  # fmt: skip
EAST = {"kind": "neighbourhood", "name": "東自治会連合会", "parent": "市自治会連合会"}
GREEN = {"kind": "npo", "name": "NPOみどり", "parent": None}
NOT_REGISTERED: dict[str, str | None] = {"seat": None, "body_id": None, "parent_id": None}
EAST_SITS = {**EAST, **NOT_REGISTERED, "seat": "residents_association"}
GREEN_SITS = {**GREEN, **NOT_REGISTERED}
AT_FIRST = {"on": None, "members": [SHAKYO], "reason": ""}
FROM_MAY = {"on": "2026-05-01", "members": [EAST_SITS, GREEN_SITS], "reason": "改選"}


def a_council(**more: Any) -> CouncilRow:
    return CouncilRow(
        **{
            "council_id": AN_ID,
            "area": AREA,
            "tier": Tier.TIER2,
            "name": "北協議体",
            "established_on": date(2026, 4, 1),
            "correlation": THREAD,
            **more,
        }
    )


def test_a_council_has_its_members_of_now_and_all_it_had() -> None:
    FoldScenario(councils).given(ESTABLISHED, MEMBERS_CHANGED).then(
        a_council(members=(EAST_SITS, GREEN_SITS), history=(AT_FIRST, FROM_MAY), version=2)
    )


def test_members_that_change_twice_on_a_day_are_those_recorded_last() -> None:
    again = CouncilMembersChanged(council_id=AN_ID, on=MAY, members=(SITS_TOO,), reason="訂正")
    FoldScenario(councils).given(ESTABLISHED, MEMBERS_CHANGED, again).then(
        a_council(
            members=(GREEN_SITS,),
            history=(AT_FIRST, {"on": "2026-05-01", "members": [GREEN_SITS], "reason": "訂正"}),
            version=3,
        )
    )


def test_a_council_shows_its_purpose_until_that_is_corrected() -> None:
    agreed: dict[str, Any] = {
        "purpose": PURPOSE.text,
        "agreed_on": MAY,
        "review_on": date(2027, 4, 1),
        "agreed_at": A_THIRD,
    }
    FoldScenario(councils).given(ESTABLISHED, PURPOSE_AGREED).then(
        a_council(members=(SHAKYO,), history=(AT_FIRST,), **agreed, version=2)
    )
    FoldScenario(councils).given(ESTABLISHED, PURPOSE_AGREED, COUNCIL_CORRECTED).then(
        a_council(
            name="北部協議体",
            members=(EAST_SITS, GREEN_SITS),
            history=(AT_FIRST, FROM_MAY),
            corrected_for="別の協議体の合意だった",
            version=3,
        )
    )


def test_a_council_is_dormant_until_it_is_resumed() -> None:
    row = a_council(
        members=(SHAKYO,), history=(AT_FIRST,), state=CouncilState.DORMANT, state_on=JUNE,
        state_for="改選が終わるまで", rests=({"since": "2026-06-01", "until": None},), version=2,
    )  # fmt: skip
    assert [row.dormant_on(day) for day in (MAY, JUNE, JULY)] == [None, JUNE, JUNE]
    FoldScenario(councils).given(ESTABLISHED, DORMANT).then(row)
    row = a_council(
        members=(SHAKYO,), history=(AT_FIRST,), state_on=JULY, state_for="改選が終わった",
        rests=({"since": "2026-06-01", "until": "2026-07-01"},), version=3,
    )  # fmt: skip
    assert [row.dormant_on(day) for day in (MAY, JUNE, JULY)] == [None, JUNE, None]
    FoldScenario(councils).given(ESTABLISHED, DORMANT, COUNCIL_RESUMED).then(row)


def test_a_dormancy_that_ends_on_its_first_day_was_a_mistake() -> None:
    mistake = COUNCIL_RESUMED.model_copy(update={"on": JUNE})
    FoldScenario(councils).given(ESTABLISHED, DORMANT, mistake).then(
        a_council(members=(SHAKYO,), history=(AT_FIRST,), state_on=JUNE, state_for="改選が終わった", version=3)
    )


def test_a_post_shows_its_renewed_term_and_its_hand_over() -> None:
    post: dict[str, Any] = {**dict(ASSIGNED), "term_until": date(2030, 4, 1), "correlation": THREAD}
    FoldScenario(coordinators).given(ASSIGNED, RENEWED, HANDED_OVER).then(
        CoordinatorRow(
            **post,
            handed_over_on=JUNE,
            successor_id=ANOTHER,
            hand_over_note="提案は市の回答待ち",
            version=3,
            hand_over_id=UUID(int=an_envelope().id.int + 2),
            hand_over_document={"position": "needs.3.120,registry.3.48", "day": "2026-05-01"},
            hand_over_stale_after_days=90,
        )
    )
    FoldScenario(coordinators).given(ASSIGNED, RENEWED, HANDED_OVER, POST_REINSTATED).then(
        CoordinatorRow(**post, reinstated_for="別の配置だった", version=4)
    )


def test_a_council_is_of_the_tier_and_since_the_day_to_which_it_was_corrected() -> None:
    day = date(2025, 4, 1)
    event = COUNCIL_CORRECTED.model_copy(update={"tier": Tier.TIER1, "established_on": day})
    row = councils.row(council_id=AN_ID)
    for version, one in enumerate((ESTABLISHED, event, COUNCIL_CORRECTED.model_copy(update={"tier": None})), 1):
        after = councils.evolve(row, one, an_envelope(version=version))
        assert after is not None
        row = after
    assert (row.tier, row.established_on, row.there_since()) == (Tier.TIER1, day, day)


def test_a_post_shows_what_is_right() -> None:
    right: dict[str, Any] = {**dict(ASSIGNED), "employer": "ささえりあ北部", "posts": 1}
    FoldScenario(coordinators).given(ASSIGNED, POST_CORRECTED).then(
        CoordinatorRow(**right, corrected_for="人数の誤り", correlation=THREAD, version=2)
    )
    of_both = POST_CORRECTED.model_copy(update={"tier": Tier.TIER1})
    FoldScenario(coordinators).given(ASSIGNED, of_both).then(
        CoordinatorRow(**right | {"tier": Tier.TIER1}, corrected_for="人数の誤り", correlation=THREAD, version=2)
    )


def provided(*events: Event) -> ProviderRow:
    row = ProviderRow(provider_id=ANOTHER)
    for version, event in enumerate(events, 1):
        after = providers.evolve(row, event, an_envelope(version=version))
        assert after is not None
        row = after
    return row


def test_a_provider_shows_what_it_is_secured_for_and_what_it_was() -> None:
    row = provided(MIDORI, REVISED, SECURED)
    assert (row.name, row.revised_for, row.secured) == ("緑会", "名称の変更", (ServiceClass.VISIT_A,))
    secured = {
        "service_class": "visit_a", "capacity": 20, "since": "2026-07-01", "released_on": None, "released_for": "",
    }  # fmt: skip
    assert row.securings == (secured,)
    row = provided(MIDORI, SECURED, RELEASED)
    assert row.secured == ()
    assert row.securings[0]["released_for"] == "人員不足"
    assert row.securings[0]["capacity"] == 20
    row = provided(MIDORI, SECURED, RELEASED, SECURED)
    assert (row.secured, row.securings) == ((ServiceClass.VISIT_A,), (secured,))


def test_an_outreach_shows_its_last_answer_and_waits_from_there() -> None:
    asked: dict[str, Any] = {
        "outreach_id": AN_ID, "area": AREA, "kind": BodyKind.NEIGHBOURHOOD, "body": EAST, "made_on": MAY,
        "request": OutreachRequest.LEND_VENUE, "asked": "集会所を月二回", "correlation": THREAD,
    }  # fmt: skip
    FoldScenario(outreach).given(OUTREACH).then(OutreachRow(**asked, waits_since=MAY, version=1))
    FoldScenario(outreach).given(OUTREACH, CONSIDERING).then(
        OutreachRow(
            **asked,
            state=OutreachState.CONSIDERING,
            answered_on=JUNE,
            answered_for="役員会で相談",
            waits_since=JUNE,
            version=2,
        )
    )
    FoldScenario(outreach).given(OUTREACH, CONSIDERING, AGREED, OUTREACH_WITHDRAWN).then(
        OutreachRow(
            **asked,
            state=OutreachState.WITHDRAWN,
            answered_on=JULY,
            waits_since=JULY,
            withdrawn_for="別の地域の記録",
            version=4,
        )
    )
    agreed: dict[str, Any] = {**asked, "state": OutreachState.AGREED, "answered_on": JULY, "waits_since": JULY}
    FoldScenario(outreach).given(OUTREACH, CONSIDERING, AGREED, OUTREACH_WITHDRAWN, OUTREACH_REINSTATED).then(
        OutreachRow(**agreed, reinstated_for="この地域だった", version=5)
    )


def test_a_partnership_shows_its_bodies_of_now_and_of_every_day() -> None:
    company = COMPANY.model_dump(mode="json")
    two: tuple[dict[str, Any], ...] = (EAST, GREEN)
    fold = FoldScenario(partnerships)
    fold.given(FORMED, BODIES_CHANGED).then(
        PartnershipRow(
            partnership_id=AN_ID, area=AREA, kinds=(BodyKind.COMPANY, BodyKind.NPO, BodyKind.NEIGHBOURHOOD),
            bodies=(*two, company), purpose="買物の送迎", since=MAY, correlation=THREAD, version=2,
            history=(
                {"on": str(MAY), "bodies": [EAST, GREEN], "reason": ""},
                {"on": str(JUNE), "bodies": [EAST, GREEN, company], "reason": "見本交通の参加"},
            ),
        )
    )  # fmt: skip
    fold.given(FORMED, BODIES_CHANGED, CHANGE_WITHDRAWN).then(
        PartnershipRow(
            partnership_id=AN_ID, area=AREA, kinds=(BodyKind.NPO, BodyKind.NEIGHBOURHOOD), bodies=two,
            purpose="買物の送迎", since=MAY, correlation=THREAD, version=3,
            history=({"on": str(MAY), "bodies": [EAST, GREEN], "reason": ""},), corrected_for="別の連携体制への参加",
        )
    )  # fmt: skip


def test_a_partnership_shows_its_bodies_and_its_end() -> None:
    formed: dict[str, Any] = {
        "partnership_id": AN_ID, "area": AREA, "kinds": (BodyKind.NPO, BodyKind.NEIGHBOURHOOD),
        "bodies": (EAST, GREEN), "purpose": "買物の送迎", "since": MAY, "correlation": THREAD,
        "history": ({"on": str(MAY), "bodies": [EAST, GREEN], "reason": ""},),
    }  # fmt: skip
    FoldScenario(partnerships).given(FORMED, ENDED).then(
        PartnershipRow(**formed, state=PartnershipState.ENDED, ended_on=JUNE, ended_for="車両の廃止", version=2)
    )
    FoldScenario(partnerships).given(FORMED, PLANNED).then(
        PartnershipRow(**formed, planned_until=JUNE, planned_for="協定の更新", version=2)
    )
    FoldScenario(partnerships).given(FORMED, ENDED, PARTNERSHIP_REINSTATED, PARTNERSHIP_WITHDRAWN).then(
        PartnershipRow(
            **formed,
            state=PartnershipState.WITHDRAWN,
            reinstated_for="別の連携だった",
            withdrawn_for="二重の記録",
            version=4,
        )
    )


SHARED_AS: dict[str, Any] = {
    "information_id": AN_ID, "area": AREA, "from_body": GREEN, "to_councils": (ANOTHER, A_THIRD),
    "to_bodies_of": AREA, "subject": "補助制度の改正", "text": "補助率が変わる",
    "shared_on": MAY, "correlation": THREAD,
}  # fmt: skip


def test_information_waits_for_each_body_it_was_sent_to() -> None:
    sent: dict[str, Any] = {**SHARED_AS, "to_councils": (), "to_bodies": (A_FOURTH,)}
    waits = InformationRow(**sent, awaited=(A_FOURTH,), state=InformationState.AWAITED, version=1)
    days = {str(A_FOURTH): "2026-06-01"}
    known = replace(waits, acknowledged=days, awaited=(), state=InformationState.SHARED, version=2)
    FoldScenario(information).given(TO_A_BODY).then(waits)
    FoldScenario(information).given(TO_A_BODY, BODY_ACKNOWLEDGED).then(known)
    FoldScenario(information).given(TO_A_BODY, BODY_ACKNOWLEDGED, BODY_ACKNOWLEDGEMENT_WITHDRAWN).then(
        replace(waits, corrected_for="別の情報だった", version=3)
    )


def test_information_waits_for_each_council_it_was_sent_to() -> None:
    one: dict[str, Any] = {"acknowledged": {str(ANOTHER): "2026-06-01"}, "awaited": (A_THIRD,)}
    FoldScenario(information).given(SHARED, ACKNOWLEDGED).then(
        InformationRow(**SHARED_AS, **one, state=InformationState.AWAITED, version=2)
    )
    both: dict[str, Any] = {"acknowledged": {str(ANOTHER): "2026-06-01", str(A_THIRD): "2026-06-01"}, "awaited": ()}
    also = ACKNOWLEDGED.model_copy(update={"council_id": A_THIRD})
    FoldScenario(information).given(SHARED, ACKNOWLEDGED, also).then(
        InformationRow(**SHARED_AS, **both, state=InformationState.SHARED, version=3)
    )
    FoldScenario(information).given(SHARED, ACKNOWLEDGED, ACKNOWLEDGEMENT_WITHDRAWN, INFORMATION_WITHDRAWN).then(
        InformationRow(
            **SHARED_AS,
            awaited=(ANOTHER, A_THIRD),
            corrected_for="別の情報だった",
            withdrawn_for="二重の記録",
            state=InformationState.WITHDRAWN,
            version=4,
        )
    )


def test_information_that_was_withdrawn_by_mistake_waits_for_those_it_waited_for() -> None:
    one: dict[str, Any] = {"acknowledged": {str(ANOTHER): "2026-06-01"}, "awaited": (A_THIRD,)}
    FoldScenario(information).given(SHARED, ACKNOWLEDGED, INFORMATION_WITHDRAWN, INFORMATION_REINSTATED).then(
        InformationRow(**SHARED_AS, **one, state=InformationState.AWAITED, reinstated_for="二重ではなかった", version=4)
    )


def test_a_good_practice_says_what_was_done_and_who_took_it_up() -> None:
    practice: dict[str, Any] = {**SHARED_AS, **dict(PRACTICE), "practice": True, "awaited": (ANOTHER, A_THIRD)}
    practice |= {"state": InformationState.AWAITED}
    taken = {str(A_THIRD): {"on": "2026-06-01", "note": "月2回から"}}
    FoldScenario(information).given(PRACTICE_SHARED, TAKEN_UP).then(
        InformationRow(**practice, taken_up=taken, version=2)
    )
    FoldScenario(information).given(PRACTICE_SHARED, TAKEN_UP, NOT_TAKEN_UP).then(
        InformationRow(**practice, not_taken_up_for="別の事例だった", version=3)
    )


def histories(first: Event, later: Sequence[Event], field: str) -> st.SearchStrategy[Streams]:
    """Two streams: each begins, and then anything happens."""

    def of(one: UUID) -> st.SearchStrategy[Sequence[Event]]:
        known = [event.model_copy(update={field: one}) for event in (first, *later)]
        return st.lists(st.sampled_from(known), max_size=8).map(lambda rest: [known[0], *rest])

    return st.tuples(of(AN_ID), of(ANOTHER))


@pytest.mark.parametrize(
    ("view", "streams"),
    [
        (councils, lambda: histories(ESTABLISHED, [*COUNCIL_LATER, COUNCIL_WITHDRAWN], "council_id")),
        (coordinators, lambda: histories(ASSIGNED, [*POST_LATER, POST_WITHDRAWN], "coordinator_id")),
        (providers, lambda: histories(MIDORI, [*PROVIDER_LATER, PROVIDER_WITHDRAWN], "provider_id")),
        (outreach, lambda: histories(OUTREACH, OUTREACH_LATER, "outreach_id")),
        (partnerships, lambda: histories(FORMED, PARTNERSHIP_LATER, "partnership_id")),
        (information, lambda: histories(SHARED, INFORMATION_LATER, "information_id")),
    ],
    ids=["councils", "coordinators", "providers", "outreach", "partnerships", "information"],
)
def test_the_views_keep_the_laws_of_a_fold(view: View[Any], streams: Callable[[], st.SearchStrategy[Streams]]) -> None:
    check_fold_laws(view, streams(), examples=40)
