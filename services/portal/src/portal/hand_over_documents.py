"""The documents of past hand-overs (引継書): folded from the log as it was then, and so the same for ever."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from shiendomain.areas_view import areas_view
from shiendomain.councils_view import councils_view as councils
from shiendomain.days import day_of
from shiendomain.freshness_view import freshness_view
from shienevents import (
    Moment,
    Service,
    Snapshot,
    Token,
    View,
    as_heard,
    canonical,
    cell_of,
    parse_token,
    past,
    token_of,
)
from shienweb import Answer, Refusal

from .cells import Cells
from .hand_over import HandOver, hand_over
from .projections import (
    information,
    issues,
    matches,
    needs,
    outreach,
    posts,
    proposals,
    providers,
    resources,
    self_help,
)
from .projections.hand_overs import HandOverRow

FOLDED: tuple[View[Any], ...] = (
    areas_view, councils, posts, needs, issues, proposals, self_help, resources, matches, outreach, providers,
    information, freshness_view,
)  # fmt: skip
"""The views that a document is read from."""
_KEPT = 64  # documents


class HandOverDocument(Answer):
    """A hand-over, and its document as it was handed over.

    `recorded_at` is the moment of the hand-over. `digest` is that of `document`. `parked`: so many events of then the
    views could not take.
    """

    hand_over_id: UUID
    coordinator_id: UUID
    handed_over_on: date
    successor_id: UUID | None
    note: str
    recorded_at: datetime
    digest: str
    parked: int
    document: HandOver

    def json_bytes(self) -> bytes:
        """Its canonical JSON: the same from the portal and from the log."""
        return canonical(self.model_dump(mode="json"))


def moment_of(row: HandOverRow, cell: str = "") -> Moment:
    """What the document contains: up to the position that was handed over with it, else up to the hand-over itself.

    `cell`: the other cell that the hand-over is of. The position is one of its own services.
    """
    return Moment(row.recorded_at, as_heard(parse_token(row.position), cell))


async def document_of(seen: Snapshot, row: HandOverRow) -> HandOverDocument:
    """The document of a hand-over, read from a snapshot of its moment that has the views `FOLDED`."""
    assert row.coordinator_id is not None
    assert row.handed_over_on is not None
    document = await hand_over(seen, row.area, row.day or day_of(row.recorded_at), row.stale_after_days)
    return HandOverDocument(
        hand_over_id=row.hand_over_id,
        coordinator_id=row.coordinator_id,
        handed_over_on=row.handed_over_on,
        successor_id=row.successor_id,
        note=row.note,
        recorded_at=row.recorded_at.astimezone(UTC),
        digest=document.digest,
        parked=sum(seen.parked.values()),
        document=document,
    )


class HandOverDocuments:
    """The documents of one portal, folded one at a time and then kept.

    One whose position names every service never changes. Of another, events may still be on their way to the portal:
    it is folded anew when the portal has read more.
    """

    def __init__(self, service: Service, cells: Cells) -> None:
        self._cells = cells
        self._service = service
        self._kept: OrderedDict[tuple[UUID, str], HandOverDocument] = OrderedDict()
        self._one = asyncio.Lock()

    async def find(self, row: HandOverRow, known: Token) -> HandOverDocument:
        """The document of a hand-over; `known` is the position of the portal's views.

        Raises `Refusal` for a position that the portal has not reached, and `Unavailable`.
        """
        other = (await self._cells.current()).of(row.area)
        cell = other.name if other else ""
        moment = moment_of(row, cell)
        if any(known.get(key, 0) < seq for key, seq in moment.position.items()):
            raise Refusal(503, "hand_over.not_reached", headers={"Retry-After": "60"})
        exact = moment.named.issuperset(one for one in self._service.subscribed_to if cell_of(one) == cell)
        key = row.hand_over_id, "" if exact else token_of(known)
        async with self._one:
            found = self._kept.pop(key, None) or await self._fold(row, moment, known)
            self._kept[key] = found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found

    async def _fold(self, row: HandOverRow, moment: Moment, known: Token) -> HandOverDocument:
        service = self._service
        sources = service.sources()
        async with past(service.settings.dsn, service.types, FOLDED, sources, moment, known) as seen:
            return await document_of(seen, row)
