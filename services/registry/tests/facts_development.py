"""The facts of resource development the tests speak of: a cohort of supporters, a venue, a place to take part."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shiendomain.registry import (
    ActivityDetails,
    ActivityReportCorrected,
    ActivityReported,
    ActivityReportWithdrawn,
    CohortMoved,
    PlaceClosed,
    PlaceCorrected,
    PlaceDetails,
    PlaceFilled,
    PlacementCorrected,
    PlacementEnded,
    PlaceMoved,
    PlaceOffered,
    PlaceReopened,
    PlaceWithdrawn,
    SupportersGaveUp,
    SupportersPlaced,
    SupportersTrained,
    TrainingCorrected,
    TrainingDetails,
    TrainingWithdrawn,
    VenueDetails,
    VenueMoved,
    VenueReleased,
    VenueRevised,
    VenueSecured,
    VenueSecuredAgain,
    VenueWithdrawn,
)
from shiendomain.vocabulary import (
    Accessibility,
    BodyKind,
    Participation,
    PlaceEnd,
    PlacementEnd,
    SupportKind,
    VenueEnd,
)
from shienevents import Event

from .facts import AN_ID, ANOTHER, AREA, DAY

MAY, JUNE, TODAY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
A_THIRD = UUID(int=3)

TRAINING = TrainingDetails(
    title="生活支援サポーター養成講座",
    held_on=DAY,
    headcount=5,
    support_kinds=(SupportKind.HOUSEWORK, SupportKind.OUTING),
    held_by="北校区社協",
    held_by_kind=BodyKind.SHAKYO,
)
TRAINED = SupportersTrained(cohort_id=AN_ID, area=AREA, details=TRAINING)
CORRECTED = TrainingCorrected(
    cohort_id=AN_ID, details=TRAINING.model_copy(update={"headcount": 4}), reason="欠席者を数えていた"
)
GAVE_UP = SupportersGaveUp(cohort_id=AN_ID, gave_up=1, counted_on=JUNE, reason="意向確認で辞退")
PLACED = SupportersPlaced(cohort_id=AN_ID, placement_id=ANOTHER, resource_id=A_THIRD, headcount=3, placed_on=MAY)
ENDED = PlacementEnded(
    cohort_id=AN_ID, placement_id=ANOTHER, headcount=1, ended_on=JUNE, reason=PlacementEnd.MOVED_AWAY
)
PLACEMENT_CORRECTED = PlacementCorrected(
    cohort_id=AN_ID, placement_id=ANOTHER, headcount=2, placed_on=MAY, reason="1人は別のサロンだった"
)

TRAINING_WITHDRAWN = TrainingWithdrawn(cohort_id=AN_ID, area=AREA, reason="二重の記録", placements=(ANOTHER,))
COHORT_MOVED = CohortMoved(cohort_id=AN_ID, from_area=AREA, area="272108-04", reason="隣の校区の養成だった")

ROOM = VenueDetails(
    name="北公民館 集会室𠮷",
    address="中央1-2-3",
    secured_on=DAY,
    schedule="毎週火曜 9時〜12時",
    fee="1回300円",
    fee_yen=300,
    capacity=30,
    accessibility=(Accessibility.RAMP, Accessibility.ACCESSIBLE_TOILET),
    owner="北自治会",
    owner_kind=BodyKind.NEIGHBOURHOOD,
    telephone="072-000-0000",
    note="鍵は自治会館",
)
SECURED = VenueSecured(venue_id=AN_ID, area=AREA, details=ROOM)
LARGER = ROOM.model_copy(update={"capacity": 40, "fee": "1回400円", "fee_yen": 400})
VENUE_REVISED = VenueRevised(venue_id=AN_ID, details=LARGER, changed=("capacity", "fee", "fee_yen"))
FEE_SAID_TWICE = VenueRevised(
    venue_id=AN_ID, details=LARGER.model_copy(update={"fee": "1回300円"}), changed=("capacity", "fee_yen")
)
"""As it was taken before the two had to agree."""
RELEASED = VenueReleased(venue_id=AN_ID, reason=VenueEnd.BUILDING_CLOSED, released_on=MAY)
SECURED_AGAIN = VenueSecuredAgain(venue_id=AN_ID, secured_on=JUNE, reason="改修が終わった")

VENUE_WITHDRAWN = VenueWithdrawn(venue_id=AN_ID, area=AREA, reason="二重の記録")
VENUE_MOVED = VenueMoved(venue_id=AN_ID, from_area=AREA, area="272108-04", reason="隣の校区の会場だった")

KITCHEN = PlaceDetails(
    offered_by="北サロン連絡会",
    offered_by_kind=BodyKind.VOLUNTEERS,
    resource_id=A_THIRD,
    offered_on=DAY,
    participation=Participation.COOKING,
    activity="会食会の調理",
    wanted=3,
    schedule="第2・4木曜",
    until=date(2026, 9, 30),
)
OFFERED = PlaceOffered(place_id=AN_ID, area=AREA, details=KITCHEN)
FILLED = PlaceFilled(place_id=AN_ID, headcount=2, filled_on=MAY)
PLACE_CORRECTED = PlaceCorrected(
    place_id=AN_ID, details=KITCHEN.model_copy(update={"wanted": 2}), filled=1, reason="1人が続けられなくなった"
)
CLOSED = PlaceClosed(place_id=AN_ID, reason=PlaceEnd.NOBODY_CAME, closed_on=JUNE)
REOPENED = PlaceReopened(place_id=AN_ID, reason="別の募集だった")

PLACE_WITHDRAWN = PlaceWithdrawn(place_id=AN_ID, area=AREA, reason="二重の記録")
PLACE_MOVED = PlaceMoved(place_id=AN_ID, from_area=AREA, area="272108-04", reason="隣の校区の募集だった")

APRIL = ActivityDetails(
    period_from=DAY,
    period_until=date(2026, 4, 30),
    times=2,
    participants=14,
    attendances=26,
    supporters=3,
    note="会場を変更した",
)
REPORTED = ActivityReported(report_id=AN_ID, resource_id=A_THIRD, area=AREA, details=APRIL)
REPORT_CORRECTED = ActivityReportCorrected(
    report_id=AN_ID,
    resource_id=A_THIRD,
    details=APRIL.model_copy(update={"participants": 13}),
    reason="1人を二度数えていた",
)
REPORT_WITHDRAWN = ActivityReportWithdrawn(report_id=AN_ID, resource_id=A_THIRD, reason="別のサロンの報告だった")

DEVELOPMENT: list[Event] = [
    TRAINED, CORRECTED, GAVE_UP, PLACED, ENDED, PLACEMENT_CORRECTED, COHORT_MOVED, TRAINING_WITHDRAWN,
    SECURED, FEE_SAID_TWICE, RELEASED, SECURED_AGAIN, VENUE_MOVED, VENUE_WITHDRAWN,
    OFFERED, FILLED, PLACE_CORRECTED, CLOSED, REOPENED, PLACE_MOVED, PLACE_WITHDRAWN,
    REPORTED, REPORT_CORRECTED, REPORT_WITHDRAWN,
]  # fmt: skip
