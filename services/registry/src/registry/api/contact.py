"""Routes of contacts (連絡先): who may read one names the purpose, and each reading is logged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query, Request
from pydantic import model_validator

from shiendomain.accesses import AccessKind
from shiendomain.days import today
from shiendomain.follow_up import contact_due, contact_due_sql
from shiendomain.personal_data import MayHold, PersonalData
from shiendomain.states import ContactState
from shiendomain.vocabulary import (
    ContactErasure,
    ContactPurpose,
    ContactSubject,
    GivenContactErasure,
    Line,
    LineOfReason,
    Telephone,
)
from shienevents import Decider, Home, IdempotencyKeyReused, NotFound, Rejected, View
from shienweb import (
    CONTACT_READERS,
    KEEPERS,
    NOW_ONLY,
    READERS,
    REJECTS,
    Answer,
    AreaQuery,
    Body,
    Condition,
    Context,
    Page,
    Pages,
    RequestContext,
    Role,
    Routes,
    WriteResult,
    example,
    note_access,
)

from ..contact_contents import Content, Kept, decided_anew, erasing, keeping, kept, renewing
from ..decider import council, provider, resource, venue
from ..decider.contact import EraseContact, RecordContact, RenewContact
from ..projections import ContactRow, CouncilRow, contacts, councils, providers, resources, venues
from ..settings import Settings

routes = Routes(tags=["contacts"])

PersonInCharge = Annotated[Line, MayHold(PersonalData.NAME)]
"""The name of the person in charge of a body (担当者). The only field of the product that may hold a name."""

_SUBJECTS: Mapping[ContactSubject, tuple[View[Any], Decider[Any, Any, Any]]] = {
    ContactSubject.RESOURCE: (resources, resource.decider),
    ContactSubject.VENUE: (venues, venue.decider),
    ContactSubject.PROVIDER: (providers, provider.decider),
    ContactSubject.COUNCIL: (councils, council.decider),
}


class SaysNothing(ValueError):
    """A contact has neither a telephone number nor a person in charge."""

    en = "give telephone, person, or both"
    ja = "電話番号（telephone）と担当者名（person）の少なくとも一方を指定してください"


class NewContact(Body):
    """A contact: about what, what for, and until when it is kept (without a day: as long as the city has set).

    `member`: the body of a council that it is of. Neither `telephone` nor `person` is in any event.
    """

    model_config = example(
        about="provider",
        subject_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f",
        purpose="liaison",
        telephone="072-000-0000",
        person="事務局長",
        keep_until="2027-03-31",
    )

    about: ContactSubject
    subject_id: UUID
    member: Line = ""
    purpose: ContactPurpose
    telephone: Telephone = ""
    person: PersonInCharge = ""
    keep_until: date | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.telephone and not self.person:
            raise SaysNothing
        return self


class Erasure(Body):
    """Why a contact is erased."""

    model_config = example(reason="requested")

    reason: GivenContactErasure


class Renewal(Body):
    """Until when the contact is kept, and why it is still needed."""

    model_config = example(keep_until="2028-03-31", reason="次年度も連絡調整を続けるため、団体に確認した")

    keep_until: date
    reason: LineOfReason


class RenewalOut(Answer):
    """A renewal: on which day, until when the contact was kept from then on, and why."""

    on: date
    keep_until: date
    reason: str


class ContactOut(Answer):
    """The reference of a contact. `due`: it is erased soon, when its last day (`keep_until`) has passed.

    `renewals`: how it came to be kept until then, the first one first. `from_list`: a public list gives it, and gives
    it again before that day.
    """

    contact_id: UUID
    area: str
    about: ContactSubject
    subject_id: UUID
    member: str
    purpose: ContactPurpose
    keep_until: date
    from_list: bool
    renewals: tuple[RenewalOut, ...]
    state: ContactState
    due: bool
    recorded_on: date
    erased_on: date | None
    erased_for: ContactErasure | None
    correlation: UUID
    version: int

    @classmethod
    def of(cls, row: ContactRow, day: date) -> Self:
        """The answer of a row."""
        return cls(**vars(row), due=contact_due(row.state, row.keep_until, day))


class ContactShown(Answer):
    """What a contact says. This reading is in the log of accesses."""

    contact_id: UUID
    about: ContactSubject
    subject_id: UUID
    area: str
    purpose: ContactPurpose
    keep_until: date
    telephone: str
    person: str


@routes.post("/contacts", may=KEEPERS, status_code=201)
async def record_contact(body: NewContact, context: Context) -> WriteResult:
    """Record a contact of a resource, a venue, a provider or a council. What it says is in no event."""
    contact_id, content = context.new_id(), Content(body.telephone, body.person)
    context.keep_out("telephone", "person", same=lambda: must_say(context, contact_id, content))
    _, subject = _SUBJECTS[body.about]

    async def record() -> WriteResult:
        command = RecordContact(
            contact_id=contact_id,
            home=await home_of(context, body),
            about=body.about,
            subject_id=body.subject_id,
            member=body.member,
            purpose=body.purpose,
            keep_until=body.keep_until or today() + timedelta(days=keep_days(context)),
            today=today(),
        )
        beside = keeping(command, content, context.principal, subject)
        return await context.execute_together([], id=contact_id, summary=lambda _: command, beside=beside)

    return await decided_anew(record)


@routes.get("/contacts", may=READERS)
async def list_contacts(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    about: Annotated[ContactSubject | None, Query()] = None,
    subject_id: Annotated[UUID | None, Query(description="Only those about this thing")] = None,
    purpose: Annotated[ContactPurpose | None, Query()] = None,
    state: Annotated[ContactState | None, Query()] = None,
    due: Annotated[bool | None, Query(description="Only those that are erased soon, or the others")] = None,
) -> Page[ContactOut]:
    """List the references of contacts, without what they say, those first that are erased first."""
    areas = context.areas_within(area)
    ending = Condition(f"{contact_due_sql('{0}::date')} = {{1}}", context.day, due)
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot,
            contacts,
            {"area": areas, "about": about, "subject_id": subject_id, "purpose": purpose, "state": state},
            paging,
            order=("keep_until", "contact_id"),
            where=[None if due is None else ending],
            as_=lambda row: ContactOut.of(row, context.day),
        )


@routes.get("/contacts/{contact_id}", may=CONTACT_READERS, openapi_extra=REJECTS | NOW_ONLY)
async def show_contact(
    contact_id: UUID,
    context: Context,
    request: Request,
    purpose: Annotated[ContactPurpose, Query(description="What for you read it: the purpose it is kept for")],
) -> ContactShown:
    """Show what a contact says, for the purpose it is kept for. Who read it, when and what for is logged.

    A council's secretariat reads the contacts of the bodies of its own council.
    """
    found = await kept(context.service, contact_id)
    here = found is not None and found.keep_until >= today()  # who erases it comes once a minute
    context.must_cover(found.area if found and here else None, "contact.unknown")
    check_council(context, found)
    if found and found.purpose != purpose:
        kept_for = next(one for one in ContactPurpose if one == found.purpose)
        raise Rejected("contact.other_purpose", purpose=kept_for)
    if found is None:
        raise NotFound("contact.unknown")
    note_access(request.scope, AccessKind.CONTACT_READ, found.area, purpose)
    return ContactShown(**found._asdict())


@routes.post("/contacts/{contact_id}/renewal", may=KEEPERS)
async def renew_contact(contact_id: UUID, body: Renewal, context: Context) -> WriteResult:
    """Keep a contact until another day, because the body was asked and it is still needed."""
    command = RenewContact(contact_id, body.keep_until, body.reason, today())
    return await context.execute_together(
        [], id=contact_id, summary=lambda _: command, beside=renewing(contact_id, body.keep_until)
    )


@routes.post("/contacts/{contact_id}/erasure", may=KEEPERS)
async def erase_contact(contact_id: UUID, body: Erasure, context: Context) -> WriteResult:
    """Erase what a contact says. Within minutes no file of the database holds it; the reference and its log stay."""
    command = EraseContact(contact_id, body.reason)
    return await context.execute_together([], id=contact_id, summary=lambda _: command, beside=erasing(contact_id))


def check_council(context: RequestContext, found: Kept | None) -> None:
    """Raise `Rejected` where a council's secretariat asks for a contact that is of no council."""
    if context.principal.role is Role.COUNCIL_SECRETARY and found and found.about != ContactSubject.COUNCIL:
        raise Rejected("contact.of_councils_only")


async def home_of(context: RequestContext, body: NewContact) -> Home:
    """The home of what the contact is about. Raises `NotFound` outside the territory."""
    view, subject = _SUBJECTS[body.about]
    async with context.snapshot() as snapshot:
        row = await snapshot.get(view, body.subject_id)
    area = row.area if row else None
    context.must_cover(area, f"{subject.name}.unknown")
    if body.member:
        names = [str(member["name"]) for member in row.members] if isinstance(row, CouncilRow) else []
        if body.member not in names:
            raise Rejected("contact.no_such_member", names=names)
    return await context.home(str(area), even_closed=True)


async def must_say(context: RequestContext, contact_id: UUID, content: Content) -> None:
    """Raise `IdempotencyKeyReused` where the first request with this key had another content: no hash tells it."""
    found = await kept(context.service, contact_id)
    if found and (found.telephone, found.person) != content:
        raise IdempotencyKeyReused


def keep_days(context: RequestContext) -> int:
    """For how many days this city keeps a contact."""
    settings = context.settings
    assert isinstance(settings, Settings)
    return settings.contact_keep_days
