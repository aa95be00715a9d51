"""The machines of resources, venues, places to take part, and contacts. Those of councils are in `network.py`."""

from __future__ import annotations

from ..registry import (
    ContactErased,
    ContactMoved,
    ContactRecorded,
    ContactRenewed,
    PlaceClosed,
    PlaceCorrected,
    PlaceFilled,
    PlaceMoved,
    PlaceOffered,
    PlaceReopened,
    PlaceWithdrawn,
    ResourceMoved,
    ResourceRegistered,
    ResourceReinstated,
    ResourceResumed,
    ResourceRetired,
    ResourceRevised,
    ResourceSourceCorrected,
    ResourceSuspended,
    ResourceVerificationWithdrawn,
    ResourceVerified,
    VenueMoved,
    VenueReleased,
    VenueRevised,
    VenueSecured,
    VenueSecuredAgain,
    VenueWithdrawn,
)
from ..states import ContactState, PlaceState, RecordState, ResourceState, VenueState
from .shape import MAPPED, START, Machine, step

REGISTERED, VERIFIED = ResourceState.REGISTERED, ResourceState.VERIFIED
SUSPENDED, RETIRED = ResourceState.SUSPENDED, ResourceState.RETIRED
IN_USE = (REGISTERED, VERIFIED)
TAKE_OVER = "escalation.launch_service escalation.join_service escalation.reinstate_service"
REVISE = (
    "registry.revise_resource registry.register_batch escalation.revise_service escalation.extend_service " + TAKE_OVER
)

RESOURCE = Machine(
    name="resource",
    ja="社会資源",
    en="Resource",
    service="registry",
    of="resource_id",
    states=ResourceState,
    steps=(
        step(ResourceRegistered, START, REGISTERED,
             by="registry.register_resource registry.register_batch escalation.launch_service escalation.join_service"),
        step(ResourceRevised, IN_USE, REGISTERED, by=REVISE),
        step(ResourceRevised, SUSPENDED, by=REVISE),
        step(ResourceMoved, (*IN_USE, SUSPENDED), by=f"registry.move_resource {MAPPED}"),
        step(ResourceVerified, REGISTERED, IN_USE, by="registry.verify_resource",
             note=("全項目を確認すると確認済み", "verified when every field was")),
        step(ResourceVerified, VERIFIED, by="registry.verify_resource"),
        step(ResourceVerificationWithdrawn, VERIFIED, IN_USE, by="registry.withdraw_verification",
             note=("前の確認が残れば確認済み", "verified where an earlier verification is left")),
        step(ResourceVerificationWithdrawn, (REGISTERED, SUSPENDED), by="registry.withdraw_verification"),
        step(ResourceSourceCorrected, ResourceState, by="registry.correct_resource_source"),
        step(ResourceSuspended, IN_USE, SUSPENDED, by="registry.suspend_resource"),
        step(ResourceResumed, SUSPENDED, REGISTERED, by="registry.resume_resource " + TAKE_OVER),
        step(ResourceRetired, (*IN_USE, SUSPENDED), RETIRED,
             by="registry.retire_resource escalation.end_service escalation.leave_service"),
        step(ResourceReinstated, RETIRED, REGISTERED, by="registry.reinstate_resource " + TAKE_OVER,
             note=("廃止が誤りだった", "the retirement was a mistake")),
    ),
    ends=(RETIRED,),
    lists={
        REGISTERED: "registry /resources?verification=unverified",
        VERIFIED: "registry /resources?verification=stale",
        SUSPENDED: "registry /resources?state=suspended",
    },
)  # fmt: skip

SECURED, RELEASED = VenueState.SECURED, VenueState.RELEASED

VENUE = Machine(
    name="venue",
    ja="会場",
    en="Venue",
    service="registry",
    of="venue_id",
    states=(*VenueState, RecordState.WITHDRAWN),
    steps=(
        step(VenueSecured, START, SECURED, by="registry.secure_venue"),
        step(VenueRevised, SECURED, by="registry.revise_venue"),
        step(VenueMoved, VenueState, by=f"registry.move_venue {MAPPED}"),
        step(VenueReleased, SECURED, RELEASED, by="registry.release_venue"),
        step(VenueSecuredAgain, RELEASED, SECURED, by="registry.secure_venue_again"),
        step(VenueWithdrawn, VenueState, RecordState.WITHDRAWN, by="registry.withdraw_venue"),
    ),
    ends=(RELEASED, RecordState.WITHDRAWN),
    lists={SECURED: "registry /venues?state=secured"},
)

OPEN, FILLED, CLOSED = PlaceState.OPEN, PlaceState.FILLED, PlaceState.CLOSED
BY_NUMBERS = ("募集人数に達すると定員", "filled by as many as are wanted")

PLACE = Machine(
    name="place",
    ja="活躍の場",
    en="Place to take part",
    service="registry",
    of="place_id",
    states=(*PlaceState, RecordState.WITHDRAWN),
    steps=(
        step(PlaceOffered, START, OPEN, by="registry.offer_place"),
        step(PlaceFilled, OPEN, (OPEN, FILLED), by="registry.fill_place", note=BY_NUMBERS),
        step(PlaceCorrected, (OPEN, FILLED), (OPEN, FILLED), by="registry.correct_place", note=BY_NUMBERS),
        step(PlaceMoved, PlaceState, by=f"registry.move_place {MAPPED}"),
        step(PlaceClosed, (OPEN, FILLED), CLOSED, by="registry.close_place"),
        step(PlaceReopened, CLOSED, (OPEN, FILLED), by="registry.reopen_place", note=BY_NUMBERS),
        step(PlaceWithdrawn, (OPEN, CLOSED), RecordState.WITHDRAWN, by="registry.withdraw_place",
             note=("参加者がいない", "nobody takes part in it")),
    ),
    ends=(CLOSED, RecordState.WITHDRAWN),
    lists={OPEN: "registry /places?state=open", FILLED: "registry /places?state=filled"},
)  # fmt: skip

KEPT, ERASED = ContactState.KEPT, ContactState.ERASED

CONTACT = Machine(
    name="contact",
    ja="連絡先",
    en="Contact",
    service="registry",
    of="contact_id",
    states=ContactState,
    steps=(
        step(ContactRecorded, START, KEPT, by="registry.record_contact registry.register_batch"),
        step(ContactRecorded, KEPT, by="registry.register_batch"),
        step(ContactRenewed, KEPT, by="registry.renew_contact"),
        step(ContactMoved, KEPT,
             by=f"registry.move_resource registry.move_provider registry.move_venue registry.move_council {MAPPED}"),
        step(ContactErased, KEPT, ERASED, by="registry.erase_contact registry.register_batch",
             note=("保存期限の翌日に自動で消去される", "after its last day the service erases it")),
        step(ContactRecorded, ERASED, KEPT, by="registry.register_batch",
             note=("一覧からのみ。人が消去したものは戻らない", "only of a list, and never what a person erased")),
    ),
    ends=(ERASED,),
    lists={KEPT: "registry /contacts?due=true"},
)  # fmt: skip
