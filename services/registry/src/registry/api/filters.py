"""Which resources a request asks for: the parameters that lists and facets of resources share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from shiendomain.distances import Point, around, metres_sql
from shiendomain.rules import Verification, verification_sql
from shiendomain.schedules import open_at_sql, slot_of
from shiendomain.states import ResourceState
from shiendomain.vocabulary import Accessibility, ServiceClass, SupportKind, TimeOfDay, Weekday
from shienweb import AreaQuery, Condition, FieldError, Message, Refusal, RequestContext

from ..projections.resources import bits_of
from .found import resources_found
from .near import Near, point_of

COSTING = "Only those known to cost at most this for one use, in yen"
SEARCHED = "Words of the name, kana, provider, address, schedule or activity, in any width, kana or form of a character"
OPEN_ON = "Only those that may be open on this day of the week"
OPEN_AT = "Only those whose schedule says that they are open at this time, on `weekday` or on any day"
HAVING = "Only those known to have all of these"
WITHIN = "With `near`: only those at most so many metres away"
NEEDED = Message("needed with within_metres", "within_metres を指定するときは、この項目も指定してください")
_FIRST_CIRCLE, _LAST_CIRCLE = 300, 30_000
"""The radius of the first circle that is searched for the nearest, in metres, and of one that is not searched."""
VERIFIED = "How far the listing can be relied on today; none of those out of use"


@dataclass(frozen=True)
class Filters:
    """What a request asks for.

    How many places of a resource are free is not among it: matching holds them (`GET /offers`).
    """

    area: str | None
    home_only: bool
    state: ResourceState | None
    verification: Verification | None
    support_kind: SupportKind | None
    service_class: ServiceClass | None
    q: str
    weekday: Weekday | None
    hour: str | None
    fee_at_most: int | None
    near: Point | None
    within_metres: int | None
    list_name: str | None
    accessibility: tuple[Accessibility, ...] = ()
    survey_id: UUID | None = None

    @property
    def columns(self) -> dict[str, object]:
        """The columns that have one value."""
        return {
            "state": self.state,
            "service_class": self.service_class,
            "list": self.list_name,
            "survey_id": self.survey_id,
        }

    def conditions(self, context: RequestContext, *, by_index: bool = True) -> Sequence[Condition | None]:
        """The other conditions, without that of the area. `by_index`: words are found by their index."""
        return [
            self._verified(context),
            None if self.support_kind is None else _holds("kind_bits", bits_of(SupportKind, [self.support_kind])),
            None if self.weekday is None else _holds("weekday_bits", bits_of(Weekday, [self.weekday])),
            self._open(),
            None if self.fee_at_most is None else Condition("fee_most <= {}", self.fee_at_most),
            Condition("accessibility @> {}", list(self.accessibility)) if self.accessibility else None,
            *self._near(),
            *resources_found(self.q, by_index=by_index),
        ]

    @property
    def distance(self) -> Condition | None:
        """How far a resource with a location is from `near`, in metres; None without `near`."""
        return Condition(metres_sql("{0}::bigint", "{1}::bigint"), *self.near) if self.near else None

    def circles(self) -> Iterator[Filters]:
        """The same in growing circles around `near`, the last one as it is asked for."""
        metres = _FIRST_CIRCLE
        while metres < (self.within_metres or _LAST_CIRCLE):
            yield replace(self, within_metres=metres)
            metres *= 3
        yield self

    def _verified(self, context: RequestContext) -> Condition | None:
        if self.verification is None:
            return None
        sql = f"{verification_sql('{0}::date', '{1}::int')} = {{2}}"
        return Condition(sql, context.day, context.settings.stale_after_days, self.verification)

    def _open(self) -> Condition | None:
        if self.hour is None:
            return None
        day = list(Weekday).index(self.weekday) if self.weekday else None
        return Condition(open_at_sql("open_hours", day, "{}::int"), slot_of(self.hour))

    def _near(self) -> Sequence[Condition]:
        if self.near is None:
            return []
        if self.within_metres is None:
            return [Condition("lat_e7 is not null")]
        box = "lat_e7 between {0}::bigint and {1}::bigint and lon_e7 between {2}::bigint and {3}::bigint"
        distance = metres_sql("{0}::bigint", "{1}::bigint")
        return [
            Condition(box, *around(self.near, self.within_metres)),
            Condition(f"{distance} <= {{2}}", *self.near, self.within_metres),
        ]


def _holds(column: str, bits: int) -> Condition:
    return Condition(f"{column} & {{}}::bigint <> 0", bits)


async def _asked(
    area: AreaQuery = None,
    home_only: Annotated[
        bool, Query(description="Only those at home in the area, without others that serve it")
    ] = False,
    state: Annotated[ResourceState | None, Query()] = None,
    verification: Annotated[Verification | None, Query(description=VERIFIED)] = None,
    support_kind: Annotated[SupportKind | None, Query()] = None,
    service_class: Annotated[ServiceClass | None, Query()] = None,
    q: Annotated[str, Query(max_length=200, description=SEARCHED)] = "",
    weekday: Annotated[Weekday | None, Query(description=OPEN_ON)] = None,
    hour: Annotated[TimeOfDay | None, Query(description=OPEN_AT)] = None,
    fee_at_most: Annotated[int | None, Query(ge=0, le=10_000_000, description=COSTING)] = None,
    near: Near = None,
    within_metres: Annotated[int | None, Query(ge=1, le=100_000, description=WITHIN)] = None,
    list: Annotated[str | None, Query(max_length=300, description="Only rows of the list of this name")] = None,  # noqa: A002
    accessibility: Annotated[tuple[Accessibility, ...], Query(max_length=len(Accessibility), description=HAVING)] = (),
    survey_id: Annotated[UUID | None, Query(description="Only those that this survey found")] = None,
) -> Filters:
    """The filters of a request. Raises `Refusal` for a distance from nowhere."""
    if within_metres is not None and near is None:
        raise Refusal(422, "fields.malformed", errors=[FieldError(field="near", en=NEEDED.en, ja=NEEDED.ja)])
    return Filters(
        area, home_only, state, verification, support_kind, service_class, q, weekday, hour, fee_at_most,
        point_of(near), within_metres, list, accessibility, survey_id,
    )  # fmt: skip


Asked = Annotated[Filters, Depends(_asked)]
"""The parameters of a route that answers some of the resources."""
