"""What matching says no with."""

from __future__ import annotations

from ._message import Message as M

MATCHING: dict[str, M] = {
    "match.already_open": M(
        "A match of this need is open already ({match}). Decline, lapse or conclude it first.",
        "このニーズには進行中のマッチング（{match}）があります。先に辞退・失効・結果の記録をしてください。",
    ),
    "match.area_not_served": M(
        "The resource does not serve the need's area {area}. Choose one that does.",
        "この資源はニーズの地域 {area} を対象としていません。対象とする資源を選んでください。",
    ),
    "match.helped_contradicts": M(
        "The number of people helped contradicts the outcome: not helped means 0, otherwise at least 1.",
        "解決した人数と結果が合いません。解決せずなら 0、それ以外は 1 以上を指定してください。",
    ),
    "match.kind_not_offered": M(
        "The resource does not give this kind of support ({kind}). Choose one that does.",
        "この資源は「{kind_ja}」を提供していません。提供する資源を選んでください。",
    ),
    "match.need_closed": M(
        "The need is met or withdrawn; nothing more is matched with it.",
        "このニーズは解決済みか取り下げられているため、マッチングできません。",
    ),
    "match.no_capacity": M(
        "Places for {people} people are needed and {free} of {capacity} are free. Choose another resource.",
        "{people} 人分の枠が必要ですが、定員 {capacity} のうち空きは {free} です。別の資源を選んでください。",
    ),
    "match.offer_closed": M(
        "The resource is suspended or retired. Choose another one.",
        "この資源は休止中か廃止されています。別の資源を選んでください。",
    ),
    "match.reason_missing": M(
        "Say why nobody was helped (`reason`).",
        "解決しなかった理由（reason）を指定してください。",
    ),
    "match.too_many_helped": M(
        "The match is for {people} people; no more can have been helped by it.",
        "このマッチングは {people} 人分です。それより多い人数は記録できません。",
    ),
    "match.too_many_people": M(
        "The need is of {needed} people; propose no more than that.",
        "このニーズの人数は {needed} 人です。それ以下の人数で提案してください。",
    ),
    "match.unknown": M(
        "There is no such match in your areas.",
        "担当地域にこのマッチングはありません。",
    ),
    "match.wrong_state": M(
        "The match is {state}; this is done with one that is {needed}.",
        "このマッチングは「{state_ja}」です。「{needed_ja}」のものだけに行えます。",
    ),
}
