"""What registry says no with."""

from __future__ import annotations

from ._message import Message as M

REGISTRY: dict[str, M] = {
    "area.below_itself": M("an area cannot lie below itself", "地域を自分自身の下に置くことはできません"),
    "area.check_digit": M(
        "the code of a municipality or ward is its six-digit local government code, check digit included",
        "市町村・区のコードは検査数字を含む 6 桁の全国地方公共団体コードで指定してください",
    ),
    "area.no_successor": M("at least one successor is expected", "後継の地域を一つ以上指定してください"),
    "area.own_successor": M("an area cannot succeed itself", "地域を自分自身の後継にすることはできません"),
    "area.reorganized": M(
        "the area was reorganized already; its successors: {successors}",
        "この地域はすでに再編されています（後継: {successors}）",
    ),
    "area.root_kind": M(
        "the topmost area is a municipality or a ward",
        "最上位の地域は市町村または区でなければなりません",
    ),
    "batch.row_twice": M("this row is there twice", "同じ行が二度あります"),
    "coordinator.assigned": M(
        "this post was filled already, with other content",
        "この配置はすでに別の内容で記録されています",
    ),
    "coordinator.term_ends_first": M(
        "term_until: a day after term_from is expected",
        "term_until: term_from より後の日を指定してください",
    ),
    "coordinator.unknown": M("there is no such coordinator for you", "そのコーディネーターの配置はありません"),
    "council.area_of_other_tier": M(
        "the area is not labelled with this tier ({tier})",
        "この地域はその層（{tier}）の地域ではありません",
    ),
    "council.established": M(
        "this council was established already, with other content",
        "この協議体はすでに別の内容で記録されています",
    ),
    "council.unknown": M("there is no such council for you", "その協議体はありません"),
    "provider.unknown": M("there is no such provider for you", "その提供者はありません"),
    "resource.registered": M(
        "this resource was registered already, with other content",
        "この資源はすでに別の内容で登録されています",
    ),
    "resource.retired": M("the resource is retired, for good", "この資源は廃止されています"),
    "resource.suspended": M(
        "the resource is suspended; resume it first",
        "この資源は休止中です。先に再開してください",
    ),
    "resource.unknown": M("there is no such resource for you", "その資源はありません"),
    "resource.unknown_field": M("a resource has no such fields: {fields}", "資源にない項目です: {fields}"),
    "resource.verified_in_future": M(
        "verified_on: today or an earlier day is expected",
        "verified_on: 今日以前の日を指定してください",
    ),
}
