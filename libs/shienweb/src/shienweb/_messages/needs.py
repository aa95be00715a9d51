"""What needs says no with."""

from __future__ import annotations

from ._message import Message as M

NEEDS: dict[str, M] = {
    "issue.council_elsewhere": M(
        "the council works in area {area}, which neither is the issue's area nor lies above it",
        "その協議体の担当地域（{area}）は、課題の地域でもその上位の地域でもありません",
    ),
    "issue.mixed_kinds": M(
        "an issue is about needs of one support kind; these are of {kinds}",
        "一つの課題には同じ種類の支援ニーズだけを集約できます（現在: {kinds}）",
    ),
    "issue.need_elsewhere": M(
        "these needs lie outside the issue's area: {needs}",
        "課題の地域の外にあるニーズです: {needs}",
    ),
    "issue.need_not_open": M(
        "these needs are in an issue already, matched, met or withdrawn: {needs}",
        "すでに課題に集約済み、マッチング中、充足、または取り下げ済みのニーズです: {needs}",
    ),
    "issue.need_twice": M("a need is named twice", "同じニーズが二度指定されています"),
    "issue.no_evidence": M(
        "a gap wants evidence: search for the issue's needs first, or say what is missing",
        "不足の根拠がありません。先に課題のニーズで資源を探すか、何が足りないか（missing）を指定してください",
    ),
    "issue.no_needs": M("an issue wants at least one need", "課題には少なくとも一つのニーズが必要です"),
    "issue.raised": M(
        "this issue was raised already, with other content",
        "この課題はすでに別の内容で提起されています",
    ),
    "issue.unknown": M("there is no such issue for you", "その課題はありません"),
    "need.met": M("the need is met already", "このニーズはすでに充足しています"),
    "need.recorded": M(
        "this need was recorded already, with other content", "このニーズはすでに別の内容で記録されています"
    ),
    "need.unknown": M("there is no such need for you", "そのニーズはありません"),
    "need.withdrawn": M("the need was withdrawn", "このニーズは取り下げられています"),
    "survey.closed": M(
        "the survey was closed already, with another number of responses",
        "この調査はすでに別の回答数で終了しています",
    ),
    "survey.ends_before_it_begins": M(
        "period_until: a day on or after period_from is expected",
        "period_until: period_from 以後の日を指定してください",
    ),
    "survey.opened": M(
        "this survey was opened already, with other content", "この調査はすでに別の内容で開始されています"
    ),
    "survey.unknown": M("there is no such survey for you", "その調査はありません"),
}
