"""The rules of a provider: a body that provides services, never a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shiendomain.registry import ProviderRegistered
from shiendomain.vocabulary import BodyKind
from shienevents import Decider, Home, types_of


@dataclass(frozen=True)
class RegisterProvider:
    """Register a provider, or describe it again (a list imported again)."""

    provider_id: UUID
    home: Home
    name: str
    kana: str
    kind: BodyKind
    corporate_number: str | None


def decide(command: RegisterProvider, registered: ProviderRegistered | None) -> Sequence[ProviderRegistered]:
    """The events that follow from a command. The area stays: the stream belongs to it."""
    event = ProviderRegistered(
        provider_id=command.provider_id,
        area=registered.area if registered else command.home.area,
        name=command.name,
        kana=command.kana,
        kind=command.kind,
        corporate_number=command.corporate_number,
    )
    return [] if event == registered else [event]


decider = Decider[RegisterProvider, ProviderRegistered | None, ProviderRegistered](
    name="provider",
    commands=types_of(RegisterProvider),
    events=types_of(ProviderRegistered),
    stream=lambda command: command.provider_id,
    home=lambda command: command.home,
    initial=None,
    decide=decide,
    evolve=lambda _, event: event,
)
