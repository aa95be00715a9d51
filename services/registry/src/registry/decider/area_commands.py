"""What is asked of an area: that it is there, that it ends and what succeeds it, and that either was a mistake."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from shiendomain.registry import Ring
from shiendomain.vocabulary import AreaKind, Tier
from shienevents import Home


@dataclass(frozen=True)
class DefineArea:
    """Define an area, or describe it again.

    `reason`: what was wrong with it as it was. Facts: `today`; `parent_path` is its parent and that one's ancestors,
    `reached` all that the parent leads to, by successors of later days too (`AreaTree.leads_to`); `used_from` is the
    day on which the first thing was there, or on which it took the place of another area. `parent_from` is the day on
    which its parent begins, `below_from` that on which the first area below it does.
    """

    home: Home
    parent: str | None
    parent_path: tuple[str, ...]
    kind: AreaKind
    tiers: tuple[Tier, ...]
    name: str
    kana: str
    valid_from: date
    boundary: tuple[tuple[Ring, ...], ...] = ()
    reached: Collection[str] = ()
    reason: str = ""
    today: date = date.min
    used_from: date | None = None
    parent_from: date | None = None
    below_from: date | None = None


@dataclass(frozen=True)
class ReorganizeArea:
    """End an area from a day on, and name its successors.

    Facts: the successors that lead to the area (`leading_back`), those that are not there on that day (`absent`), and
    the areas whose place it takes on that day or later (`takes_over`).
    """

    area: str
    successors: tuple[str, ...]
    valid_from: date
    leading_back: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    takes_over: tuple[str, ...] = ()


@dataclass(frozen=True)
class WithdrawArea:
    """An area was recorded by mistake.

    Facts: `today`, the areas below it (ended ones too) or that it succeeds (`used_by`), and how many things are there.
    """

    area: str
    reason: str
    today: date
    used_by: tuple[str, ...] = ()
    things: int = 0


@dataclass(frozen=True)
class WithdrawReorganization:
    """The end of an area was recorded by mistake, or was called off.

    Fact: the area above it, if that was recorded by mistake (`mistaken_parent`).
    """

    area: str
    reason: str
    mistaken_parent: str | None = None
