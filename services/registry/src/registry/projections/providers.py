"""Providers, as they were last described, and what they are secured for."""

from __future__ import annotations

from typing import Any, assert_never
from uuid import UUID

from shiendomain.comparing import comparable
from shiendomain.days import day_of
from shiendomain.registry import (
    ProviderEvent,
    ProviderMoved,
    ProviderRegistered,
    ProviderReleased,
    ProviderRevised,
    ProviderSecured,
    ProviderWithdrawn,
)
from shiendomain.vocabulary import BodyKind, ServiceClass
from shienevents import Envelope, Row, View, replace, types_of

from .search import searchable, sort_name


class ProviderRow(Row, key=("provider_id",)):
    """One provider, as it was last described. All from its own stream.

    `secured` are the classes of service it is secured for; `securings` what is known of each class it ever was:
    service_class, capacity, since, and once it was released released_on and released_for. `name_key` is what is
    compared with a provider about to be registered, and `not_the_same_as` are those of that name that are other ones.
    """

    provider_id: UUID
    area: str = ""
    name: str = ""
    kana: str = ""
    kind: BodyKind = BodyKind.COMPANY
    corporate_number: str | None = None
    secured: tuple[ServiceClass, ...] = ()
    securings: tuple[dict[str, Any], ...] = ()
    revised_for: str = ""
    moved_for: str = ""
    name_key: str = ""
    not_the_same_as: tuple[UUID, ...] = ()
    search: str = ""
    sort_name: str = ""
    correlation: UUID | None = None
    version: int = 0


def evolve_provider(row: ProviderRow, event: ProviderEvent, envelope: Envelope) -> ProviderRow | None:
    """The provider after an event."""
    row = replace(row, version=envelope.version)
    match event:
        case ProviderRegistered():
            row = replace(
                row,
                area=event.area,
                correlation=row.correlation or envelope.correlation,
                not_the_same_as=event.not_the_same_as,
            )
            return _described(row, event)
        case ProviderRevised():
            return _described(replace(row, revised_for=event.reason), event)
        case ProviderMoved():
            return replace(row, area=event.area, moved_for=event.reason)
        case ProviderSecured():
            return _with_securing(
                row,
                event.service_class,
                {"capacity": event.capacity, "since": str(event.since), "released_on": None, "released_for": ""},
            )
        case ProviderReleased():
            released = {"released_on": str(day_of(envelope.occurred_at)), "released_for": event.reason}
            return _with_securing(row, event.service_class, released)
        case ProviderWithdrawn():
            return None
        case _:
            assert_never(event)


def _described(row: ProviderRow, event: ProviderRegistered | ProviderRevised) -> ProviderRow:
    return replace(
        row,
        name=event.name,
        kana=event.kana,
        kind=event.kind,
        corporate_number=event.corporate_number,
        name_key=comparable(event.name),
        search=searchable(event.name, event.kana),
        sort_name=sort_name(event.name, event.kana),
    )


def _with_securing(row: ProviderRow, service_class: ServiceClass, facts: dict[str, Any]) -> ProviderRow:
    """The row with these facts about a class, the classes in the order of their list."""
    known = {one["service_class"]: one for one in row.securings}
    known[service_class.value] = {**known.get(service_class.value, {}), "service_class": service_class.value, **facts}
    classes = [one for one in ServiceClass if one.value in known]
    secured = tuple(one for one in classes if known[one.value].get("released_on") is None)
    return replace(row, securings=tuple(known[one.value] for one in classes), secured=secured)


providers = View[ProviderRow](
    name="providers",
    version=7,
    row=ProviderRow,
    subscribes_to=types_of(ProviderEvent),
    keys=lambda event, _: [event.provider_id],
    evolve=evolve_provider,
    indexes=(("area",),),
)
