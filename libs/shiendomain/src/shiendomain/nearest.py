"""The smallest change with which a resource would serve a need: of those that came near to it, as a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from .matching import Nearest
from .vocabulary import Obstacle

_EASE = (
    Obstacle.AMOUNT,
    Obstacle.CAPACITY,
    Obstacle.FEE,
    Obstacle.HOURS,
    Obstacle.DAYS,
    Obstacle.DECLINED,
    Obstacle.AREA,
    Obstacle.KIND,
)
"""What is in the way, from what is changed most easily on: part of the people now, one more place, a lower fee, …"""


def smallest_change(nearest: Sequence[Nearest]) -> Nearest | None:
    """Of the resources in whose way is one thing only, the one where it is changed most easily; `None`: there is none.

    Source: a rule of this product for the functions (A) 資源開発 and (C) マッチング: a need that finds nothing says
    what would have to be developed.
    """
    single = [one for one in nearest if len(one.obstacles) == 1]
    return min(single, key=lambda one: _EASE.index(one.obstacles[0]), default=None)


def change_of(one: Nearest) -> tuple[str, str]:
    """What would have to change at the resource first, in Japanese and English; empty where nothing is in the way."""
    if not one.obstacles:
        return "", ""
    days_ja, days_en = "・".join(day.ja for day in one.days), " or ".join(day.en for day in one.days)
    match one.obstacles[0]:
        case Obstacle.AMOUNT:
            return f"先に{one.free}人だけ受け入れてもらう", f"take {one.free} of the people now"
        case Obstacle.CAPACITY:
            return "枠を1人分増やしてもらう", "one more place here"
        case Obstacle.FEE:
            return f"利用料を{one.yen_above}円下げる（または上限を見直す）", f"{one.yen_above} yen less"
        case Obstacle.HOURS:
            return "希望の時間帯にも活動してもらう", "open at the hours asked for"
        case Obstacle.DAYS:
            return f"{days_ja}曜にも活動してもらう", f"open on {days_en}"
        case Obstacle.DECLINED:
            return "辞退の理由を確かめ、条件を見直す", "ask why it was declined, and change that"
        case Obstacle.AREA:
            return "対象地域を広げてもらう", "serve this area too"
        case Obstacle.KIND:
            return "この種類の支援も始めてもらう", "give this kind of support too"
