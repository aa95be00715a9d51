"""What a sentence about an event is: Japanese and English, and the ids that the event names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol
from uuid import UUID

from shiendomain.vocabulary import ByMapping, NeedBehind
from shiendomain.words import Word


class Sentence(NamedTuple):
    """`subject` is what the event is about, `mentions` every id it names; `area` overrides the home of the stream."""

    ja: str
    en: str
    subject: UUID | None
    mentions: tuple[UUID, ...]
    area: str | None = None


def sentence(ja: str, en: str, subject: UUID | None, *others: UUID | None, area: str | None = None) -> Sentence:
    """The sentence with the ids it names, each once, the subject first."""
    named = dict.fromkeys(one for one in (subject, *others) if one is not None)
    return Sentence(ja, en, subject, tuple(named), area)


def labels(words: Iterable[Word]) -> tuple[str, str]:
    """The labels of the words as a list, in Japanese and in English."""
    found = list(words)
    return "・".join(word.ja for word in found), ", ".join(word.en for word in found)


class Moved(Protocol):
    """An event that moves a thing to another area."""

    @property
    def from_area(self) -> str:
        """Where it was recorded."""

    @property
    def area(self) -> str:
        """Where it belongs."""

    @property
    def by_mapping(self) -> ByMapping | None:
        """The mapping of an ended area that moved it."""


def moved_to(ja: str, en: str, subject: UUID, event: Moved) -> Sentence:
    """The sentence of a move of a thing that is called so in Japanese and in English."""
    by, way = event.by_mapping, f"（{event.from_area}→{event.area}）"
    if by is None:
        return sentence(f"{ja}の地域を訂正{way}", f"{en} moved to {event.area}", subject, area=event.area)
    said = f"移管の取消しにより{ja}を元の地域に戻した" if by.back else f"地域の再編により{ja}を移管"
    en = f"{en} moved back to {event.area}" if by.back else f"{en} moved to the successor {event.area}"
    return sentence(said + way, en, subject, by.mapping_id, area=event.area)


def ids(needs: Iterable[NeedBehind]) -> list[UUID]:
    """The ids of the needs behind something."""
    return [need.need_id for need in needs]
