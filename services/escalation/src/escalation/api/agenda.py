"""The agenda of a council: what waits for it, of all that it is about."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from shiendomain.agenda import AgendaCouncil, AgendaEntry, AgendaKind, agenda
from shiendomain.councils_view import councils_view
from shienevents import NotFound
from shienweb import READERS, Answer, Context, Routes

from .. import views

routes = Routes(tags=["meetings"])
_LINKS = {
    "issue": ("needs", "/issues"),
    "proposal": ("escalation", "/proposals"),
    "self_help": ("escalation", "/self-help"),
}


class EntryOut(Answer):
    """Something that waits for the council since a day; the service and the path at which it is read."""

    kind: AgendaKind
    kind_ja: str
    id: UUID
    title: str
    area: str
    since: date
    service: str
    link: str

    @classmethod
    def of(cls, entry: AgendaEntry) -> Self:
        """The answer made of an entry."""
        service, path = _LINKS[entry.thing]
        return cls(
            kind=entry.kind, kind_ja=entry.kind.ja, id=entry.id, title=entry.title, area=entry.area, since=entry.since,
            service=service, link=f"{path}/{entry.id}",
        )  # fmt: skip


class AgendaOut(Answer):
    """The agenda of a council on a day: by kind, what is overdue first; of one kind, what waits longest first."""

    council_id: UUID
    area: str
    name: str
    day: date
    entries: tuple[EntryOut, ...]
    position: str
    stale: bool


@routes.get("/councils/{council_id}/agenda", may=READERS)
async def show_agenda(council_id: UUID, context: Context) -> AgendaOut:
    """What waits for a council: issues, gaps, proposals to answer or overdue, self-help past its day, services."""
    day = context.day
    async with context.snapshot() as snapshot:
        council = await snapshot.get(councils_view, council_id)
        if council is None or not context.territory.covers(council.area):
            raise NotFound("council.unknown")
        areas = context.tree.subtree(council.area)
        waiting = await views.waiting_for(snapshot, council, areas)
        found = agenda(AgendaCouncil(council_id, council.tier, frozenset(areas)), waiting, day)
        return AgendaOut(
            council_id=council_id,
            area=council.area,
            name=council.name,
            day=day,
            entries=tuple(map(EntryOut.of, found)),
            position=snapshot.token,
            stale=snapshot.stale,
        )
