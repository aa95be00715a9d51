"""The rules of a provider: a body that provides services, never a person.

What a list says of it (an import) and what a person corrected are both kept: a list that is sent again unchanged does
not undo a correction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.mistakes import Mistake, check_there, taken_back
from shiendomain.moves import Move, moved
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
from shienevents import Decider, Home, NotFound, Rejected, types_of

from .days import check_happened


@dataclass(frozen=True)
class ProviderFacts:
    """What a provider is."""

    name: str
    kana: str
    kind: BodyKind
    corporate_number: str | None


@dataclass(frozen=True)
class RegisterProvider:
    """Register a provider, or describe it again (a list imported again)."""

    provider_id: UUID
    home: Home
    name: str
    kana: str
    kind: BodyKind
    corporate_number: str | None
    not_the_same_as: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class ReviseProvider:
    """Correct the entry of a provider as a whole."""

    provider_id: UUID
    facts: ProviderFacts
    reason: str


@dataclass(frozen=True)
class SecureProvider:
    """Secure a provider for a class of service, for so many people. `today` is a fact."""

    provider_id: UUID
    service_class: ServiceClass
    capacity: int
    since: date
    today: date


@dataclass(frozen=True)
class ReleaseProvider:
    """Release a provider from a class of service."""

    provider_id: UUID
    service_class: ServiceClass
    reason: str


@dataclass(frozen=True)
class MoveProvider:
    """Correct the area of a provider."""

    provider_id: UUID
    to: Move


@dataclass(frozen=True)
class WithdrawProvider:
    """The provider was registered by mistake, or it is the `same_as` another one, whose its resources become."""

    provider_id: UUID
    mistake: Mistake
    same_as: UUID | None = None


Change = ReviseProvider | SecureProvider | ReleaseProvider | MoveProvider | WithdrawProvider
Command = RegisterProvider | Change


@dataclass(frozen=True)
class Provider:
    """A provider: what the list said last, in the area where it is now, what it is now, and what it is secured for."""

    registered: ProviderRegistered | None = None
    facts: ProviderFacts | None = None
    secured: Mapping[ServiceClass, ProviderSecured] = field(default_factory=dict)
    withdrawn: bool = False


def decide(command: Command, provider: Provider) -> Sequence[ProviderEvent]:
    """The events that follow from a command."""
    if isinstance(command, RegisterProvider):
        return [] if provider.withdrawn else register(command, provider.registered)
    if provider.facts is None:
        raise NotFound("provider.unknown")
    if isinstance(command, WithdrawProvider):
        return withdraw(command, provider)
    check_there(withdrawn=provider.withdrawn)
    match command:
        case ReviseProvider():
            return revise(command, provider.facts)
        case SecureProvider():
            return secure(command, provider.secured)
        case ReleaseProvider(provider_id, service_class, reason):
            if service_class not in provider.secured:
                raise Rejected("provider.not_secured", service_class=service_class)
            return [ProviderReleased(provider_id=provider_id, service_class=service_class, reason=reason)]
        case MoveProvider(provider_id, to):
            area = provider.registered.area if provider.registered else ""
            return moved(to, area, ProviderMoved, provider_id=provider_id)
        case _:
            assert_never(command)


def secure(command: SecureProvider, secured: Mapping[ServiceClass, ProviderSecured]) -> Sequence[ProviderEvent]:
    """What the provider is secured for, in place of what it was before. What is only promised is not secured yet."""
    event = ProviderSecured(
        provider_id=command.provider_id,
        service_class=command.service_class,
        capacity=command.capacity,
        since=command.since,
    )
    if secured.get(command.service_class) == event:
        return []
    check_happened(command.since, command.today)
    return [event]


def register(command: RegisterProvider, registered: ProviderRegistered | None) -> Sequence[ProviderEvent]:
    """A provider as a list has it. Its area stays, which people may have corrected, and those it was said not to be."""
    others = registered.not_the_same_as if registered else ()
    event = ProviderRegistered(
        provider_id=command.provider_id,
        area=registered.area if registered else command.home.area,
        name=command.name,
        kana=command.kana,
        kind=command.kind,
        corporate_number=command.corporate_number,
        not_the_same_as=command.not_the_same_as or others,
    )
    return [] if event == registered else [event]


def withdraw(command: WithdrawProvider, provider: Provider) -> Sequence[ProviderEvent]:
    """A provider that was none, or another one, once. It is no second one of itself."""
    if provider.withdrawn:
        return []
    provider_id, same_as = command.provider_id, command.same_as
    if same_as == provider_id:
        raise Rejected("provider.same_as_itself")
    area = provider.registered.area if provider.registered else ""
    return taken_back(command.mistake, ProviderWithdrawn, provider_id=provider_id, area=area, same_as=same_as)


def revise(command: ReviseProvider, facts: ProviderFacts) -> Sequence[ProviderEvent]:
    """A correction that names the fields that differ; none when nothing differs."""
    right = vars(command.facts)
    changed = tuple(name for name in sorted(right) if right[name] != getattr(facts, name))
    if not changed:
        return []
    return [ProviderRevised(provider_id=command.provider_id, **right, changed=changed, reason=command.reason)]


def evolve(provider: Provider, event: ProviderEvent) -> Provider:
    """The provider after an event."""
    match event:
        case ProviderRegistered():
            return replace(provider, registered=event, facts=_facts(event))
        case ProviderRevised():
            return replace(provider, facts=_facts(event))
        case ProviderMoved():
            there = provider.registered and provider.registered.model_copy(update={"area": event.area})
            return replace(provider, registered=there)
        case ProviderSecured():
            return replace(provider, secured={**provider.secured, event.service_class: event})
        case ProviderReleased():
            left = {name: one for name, one in provider.secured.items() if name is not event.service_class}
            return replace(provider, secured=left)
        case ProviderWithdrawn():
            return replace(provider, withdrawn=True)
        case _:
            assert_never(event)


def _facts(event: ProviderRegistered | ProviderRevised) -> ProviderFacts:
    return ProviderFacts(event.name, event.kana, event.kind, event.corporate_number)


decider = Decider[Command, Provider, ProviderEvent](
    name="provider",
    commands=types_of(Command),
    events=types_of(ProviderEvent),
    stream=lambda command: command.provider_id,
    home=lambda command: command.home if isinstance(command, RegisterProvider) else None,
    initial=Provider(),
    decide=decide,
    evolve=evolve,
    moves=(ProviderMoved,),
)
