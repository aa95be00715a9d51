"""The texts of this service's problem codes, in English and Japanese, sorted by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shienweb import Message as M

MESSAGES: Final[Mapping[str, M]] = {
    "match.accepted_meanwhile": M(
        "Another match of this need ({match}) was accepted at the same moment. Look how many people still wait, "
        "and accept again.",
        "同じ時に、このニーズの別のマッチング（{match}）が受諾されました。待っている人数を確認し、改めて受諾してください。",
    ),
    "match.already_open": M(
        "A match of this need is open already ({match}). Decline, lapse or conclude it first.",
        "このニーズには進行中のマッチング（{match}）があります。先に辞退・失効・結果のいずれかを記録してください。",
    ),
    "match.area_not_served": M(
        "The resource does not serve the need's area {area}. Choose one that does.",
        "この社会資源は、ニーズの地域（{area}）を対象としていません。対象とする社会資源を選んでください。",
    ),
    "match.cannot_go_on": M(
        "ongoing: no support goes on, because the resource is suspended or retired, or the need is withdrawn. "
        "Say that it was given once or has ended (false).",
        "社会資源が休止・廃止されているか、ニーズが取り下げられているため、支援が続いていることにはできません。"
        "支援は終わったものとして訂正してください。",
    ),
    "match.ends_in_future": M(
        "ended_on: today or an earlier day is expected.",
        "支援が終わった日には、今日以前の日を指定してください。",
    ),
    "match.helped_contradicts": M(
        "The number of people helped contradicts the outcome: 0 when nobody was helped, otherwise at least 1.",
        "解決した人数と結果が合いません。解決しなかった場合は 0、それ以外は 1 以上を指定してください。",
    ),
    "match.kind_not_offered": M(
        "The resource does not give this kind of support ({kind}). Choose one that does.",
        "この社会資源は「{kind_ja}」を提供していません。提供する社会資源を選んでください。",
    ),
    "match.need_closed": M(
        "The need is met or withdrawn. It cannot be matched any more.",
        "このニーズは充足または取下げ済みのため、マッチングできません。",
    ),
    "match.no_capacity": M(
        "Places for {people} people are needed, and {free} of {capacity} are free. "
        "Propose a match for at most {free} people, or choose another resource.",
        "{people} 人分の枠が必要ですが、定員 {capacity} 人のうち空きは {free} 人分です。"
        "人数を減らすか、別の社会資源を選んでください。",
    ),
    "match.not_ongoing": M(
        "No support of this match goes on: it was given once, or helped nobody.",
        "このマッチングに継続中の支援はありません（一度きりの支援、または支援につながらなかったものです）。",
    ),
    "match.no_outcome": M(
        "The match is {state}: its answer or outcome is still awaited. Record that; there is nothing to correct.",
        "このマッチングは「{state_ja}」で、回答または結果がまだ記録されていません。訂正ではなく、回答または結果を記録してください。",
    ),
    "match.no_place_to_go_on": M(
        "people_helped: support that goes on needs {more} more places, and {free} of {capacity} are free. End other "
        "support first, or say that this one has ended (`ongoing`: false).",
        "支援を続けるには、あと {more} 人分の枠が必要ですが、定員 {capacity} 人のうち空きは {free} 人分です。"
        "ほかの支援の終了を先に記録するか、この支援は終わったものとして訂正してください。",
    ),
    "match.offer_closed": M(
        "The resource is suspended or retired. Choose another one.",
        "この社会資源は休止中または廃止済みです。別の社会資源を選んでください。",
    ),
    "match.others_helped": M(
        "people_helped: at most {most} people of this need can have been helped by this match. The others were helped "
        "by other matches, or wait for their outcome. Correct the number.",
        "このニーズのうち、このマッチングで支援を受けたと記録できるのは {most} 人までです（ほかの人は、別のマッチングで"
        "支援を受けているか、その結果を待っています）。人数を確認してください。",
    ),
    "match.reason_missing": M(
        "Say why nobody was helped (`reason`).",
        "解決しなかった理由を指定してください。",
    ),
    "match.too_many_helped": M(
        "The match is for {people} people. No more can have been helped by it.",
        "このマッチングは {people} 人分です。それより多い人数は記録できません。",
    ),
    "match.more_than_wait": M(
        "Only {needed} people of this need still wait: no more can have been helped. Correct the number.",
        "このニーズで支援を待っているのは {needed} 人です。支援を受けた人数を確認してください。",
    ),
    "match.nobody_waits": M(
        "Nobody of this need waits: all its people are helped, or accepted matches hold places for them.",
        "このニーズの全員が、すでに支援を受けているか、ほかのマッチングで受入先が決まっています。",
    ),
    "match.too_many_people": M(
        "{needed} people of this need wait for support. Match no more; decline a match that was proposed for more.",
        "このニーズで支援を待っているのは {needed} 人です。それ以下の人数にしてください（多い打診は辞退できます）。",
    ),
    "match.unknown": M("There is no such match in your territory.", "担当地域にこのマッチングはありません。"),
    "match.declined_before": M(
        "A match of this resource with this need was declined, and neither the need nor the listing has changed since. "
        "Say in `nevertheless` why you propose it again, or choose another resource.",
        "この社会資源は、このニーズの打診を辞退した後、ニーズも登録内容も変わっていません。"
        "もう一度打診する理由（nevertheless）を記入するか、別の社会資源を選んでください。",
    ),
    "match.unmet": M(
        "The resource does not meet what the need asks for ({obstacle}). Choose another one, or say in `nevertheless` "
        "why you propose it all the same.",
        "この社会資源は、ニーズの条件に合いません（{obstacle_ja}）。"
        "別の社会資源を選ぶか、それでも打診する理由を記入してください。",
    ),
    "match.wrong_state": M(
        "The match is {state}. This can be done only while it is {needed}.",
        "このマッチングは「{state_ja}」です。この操作ができるのは「{needed_ja}」のときだけです。",
    ),
    "round.certificate_missing": M(
        "The certificate of this round is not kept here. Ask an operator to make it again from the log: "
        "shien match verify {round} --restore",
        "この一括マッチングの証明書が保存されていません。運用担当者に、記録からの復元を依頼してください"
        "（shien match verify {round} --restore）。",
    ),
    "round.nobody_waits": M(
        "In {area} nobody waits for support without a proposal. Answer the open proposals, or record a need first.",
        "地域（{area}）には、打診のないまま支援を待つ人がいません。回答待ちの打診に回答するか、支援ニーズを記録してください。",
    ),
    "round.overtaken": M(
        "Needs or resources of the area changed while the round was solved. Nothing was proposed. Try again.",
        "計算中に地域のニーズまたは社会資源の状況が変わったため、何も打診していません。もう一度実行してください。",
    ),
    "round.too_large": M(
        "{needs} needs wait in this area; a round takes at most {most}. Open one for each ward or district.",
        "この地域で待っている支援ニーズは {needs} 件です。一括マッチングは {most} 件までです。"
        "区や日常生活圏域ごとに実施してください。",
    ),
    "round.unknown": M("There is no such round for your territory.", "担当地域にこの一括マッチングはありません。"),
}
