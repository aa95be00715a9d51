"""What may be asked of a resource: the commands of its stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shiendomain.registry import ResourceDetails, ResourceSource
from shiendomain.vocabulary import NeedBehind, ResourceEnd, SourceKind, VerificationMethod
from shienevents import Home

from .resource_move import MoveResource


@dataclass(frozen=True)
class RegisterResource:
    """Enter a resource in the registry. `today` is a fact."""

    resource_id: UUID
    home: Home
    details: ResourceDetails
    source: ResourceSource
    service_id: UUID | None = None
    for_needs: tuple[NeedBehind, ...] = ()
    not_the_same_as: tuple[UUID, ...] = ()
    today: date = date.max


@dataclass(frozen=True)
class ListResource:
    """Register a resource, or take what a list says anew of it (an import). A retired one stays as it is.

    `details` is without telephone, which goes to the contacts. The number of the row, and that it is the one kept
    (`same_telephone`), are facts by which the thing is recognised; neither comes into an event. `parts` are the areas
    below its home (a fact): a list without a map has the whole municipality as the home of every row. `today` too.
    """

    resource_id: UUID
    home: Home
    details: ResourceDetails
    source: ResourceSource
    telephone: str = ""
    same_telephone: bool = False
    parts: frozenset[str] = frozenset()
    today: date = date.max


@dataclass(frozen=True)
class ReviseResource:
    """Replace the details of a resource as a whole. `today` is a fact."""

    resource_id: UUID
    details: ResourceDetails
    today: date = date.max


@dataclass(frozen=True)
class VerifyResource:
    """The listing was checked and is true. `today` is a fact."""

    resource_id: UUID
    verified_on: date
    method: VerificationMethod
    fields: tuple[str, ...]
    today: date


@dataclass(frozen=True)
class WithdrawVerification:
    """The last verification was recorded by mistake."""

    resource_id: UUID
    reason: str


@dataclass(frozen=True)
class SuspendResource:
    """The resource gives no support for now."""

    resource_id: UUID
    reason: ResourceEnd
    note: str = ""


@dataclass(frozen=True)
class ResumeResource:
    """The resource gives support again."""

    resource_id: UUID


@dataclass(frozen=True)
class RetireResource:
    """The resource no longer exists. `with_service`: because the service that it belongs to says so (reaction)."""

    resource_id: UUID
    reason: ResourceEnd
    note: str = ""
    with_service: bool = False


@dataclass(frozen=True)
class ReinstateResource:
    """Undo a retirement that was a mistake. `with_service` as in `RetireResource`."""

    resource_id: UUID
    reason: str
    with_service: bool = False


@dataclass(frozen=True)
class FollowService:
    """The service that the resource belongs to has other terms, or serves further needs (reaction).

    `changes` are fields of the listing, by name.
    """

    resource_id: UUID
    changes: Mapping[str, object]
    for_needs: tuple[NeedBehind, ...] = ()


@dataclass(frozen=True)
class FollowProvider:
    """The provider of the resource was registered twice: it is this one."""

    resource_id: UUID
    provider_id: UUID


@dataclass(frozen=True)
class TakeOverResource:
    """A service took over an activity of residents: the resource belongs to it from now on (reaction).

    `changes` as in `FollowService`; `reason` is why it goes on, where it had been retired.
    """

    resource_id: UUID
    service_id: UUID
    changes: Mapping[str, object]
    reason: str
    for_needs: tuple[NeedBehind, ...] = ()


@dataclass(frozen=True)
class CorrectResourceSource:
    """Correct how a resource was found, and by which survey, whatever became of it."""

    resource_id: UUID
    source: SourceKind
    survey_id: UUID | None
    reason: str


Change = (
    ReinstateResource
    | FollowService
    | FollowProvider
    | ReviseResource
    | MoveResource
    | VerifyResource
    | WithdrawVerification
    | SuspendResource
    | ResumeResource
    | RetireResource
    | CorrectResourceSource
)
Command = RegisterResource | ListResource | TakeOverResource | Change
