"""The texts of this service's problem codes, in English and Japanese, sorted by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shienweb import Message as M

from .contact_messages import CONTACT_MESSAGES
from .development_messages import DEVELOPMENT
from .network_messages import NETWORK_MESSAGES

MESSAGES: Final[Mapping[str, M]] = {
    **CONTACT_MESSAGES,
    **DEVELOPMENT,
    **NETWORK_MESSAGES,
    "area.begins_after_below": M(
        "valid_from: an area below {area} begins on {valid_from}. Let {area} begin on that day at the latest, or "
        "correct the beginning of the area below first.",
        "始まりの日（valid_from）：地域 {area} の下には、{valid_from}に始まる地域があります。"
        "その日以前の日を指定するか、先に下の地域の始まりの日を訂正してください。",
    ),
    "area.begins_before_parent": M(
        "valid_from: the area above, {parent}, begins on {valid_from}. Let the area begin on that day at the earliest.",
        "始まりの日（valid_from）：上の地域 {parent} は{valid_from}に始まります。その日以後の日を指定してください。",
    ),
    "area.below_itself": M(
        "An area cannot lie below itself: not below an area that lies below it, nor below one that it succeeds.",
        "地域を、その地域自身の下に置くことはできません。その地域の下にある地域や、その地域を後継とする地域の下にも置けません。",
    ),
    "area.check_digit": M(
        "The code of a municipality or ward is its six-digit local government code, check digit included.",
        "市町村・区のコードは、検査数字を含む 6 桁の全国地方公共団体コードで指定してください。",
    ),
    "area.code_of_another": M(
        "Codes that begin with {owner} belong to that municipality. Choose one that begins with your own code.",
        "{owner} で始まるコードは、その市区町村のものです。自分の市区町村コードで始まるコードを指定してください。",
    ),
    "area.ends_before_it_begins": M(
        "The area begins on {valid_from}: it ends on a later day. An area recorded by mistake is withdrawn.",
        "この地域は{valid_from}に始まります。それより後の日に終わるようにしてください。"
        "誤って登録した地域は、登録を取り消してください。",
    ),
    "area.has_begun": M(
        "The area began on {valid_from}, and things are recorded there: it cannot begin after today. "
        "An area recorded by mistake is withdrawn.",
        "この地域は{valid_from}に始まっており、記録があり得るため、始まりを先の日に変えることはできません。"
        "誤って登録した地域は、登録を取り消してください。",
    ),
    "area.has_records": M(
        "Things are recorded in this area: {things} (councils, posts, providers, resources, supporters, venues, "
        "places, surveys, needs, issues, proposals, outreach, partnerships or information). Move them to the right "
        "area first; outreach, partnerships and information are withdrawn. A withdrawn need is reinstated before it is "
        "moved, and withdrawn again after it.",
        "この地域には協議体、コーディネーター、サービス提供者、社会資源、担い手、会場、活躍の場、調査、ニーズ、"
        "地域課題、提案、働きかけ、連携または情報提供の記録が{things} 件あります。"
        "先に、正しい地域に移してください。働きかけ、連携および情報提供の記録は、取り消してください。"
        "取り下げたニーズは、取下げを取り消してから移し、改めて取り下げてください。",
    ),
    "area.in_use": M(
        "Other areas lie below this one, or it succeeds them: {areas}. Move them, or withdraw their end, first.",
        "この地域の下にある地域、またはこの地域を後継とする地域があります：{areas}。"
        "先に、別の地域の下に置くか、その再編を取り消してください。",
    ),
    "area.in_use_before": M(
        "valid_from: something is recorded in this area from {used_from} on, or it took the place of another area "
        "then. Let it begin on {used_from} at the latest.",
        "始まりの日（valid_from）：この地域には{used_from}からの記録があるか、その日に別の地域の後継となっています。"
        "{used_from}以前の日を指定してください。",
    ),
    "area.changed_meanwhile": M(
        "Other areas were changed at the same moment. Look at the areas, then send this again.",
        "同じときに、ほかの地域が変更されました。地域の内容を確認してから、もう一度送信してください。",
    ),
    "area.no_successor": M("At least one successor is expected.", "後継の地域を一つ以上指定してください。"),
    "area.not_ended": M(
        "The area has no successors. Record its reorganisation first.",
        "この地域には後継の地域がありません。先に再編を記録してください。",
    ),
    "area.own_successor": M("An area cannot succeed itself.", "地域を、その地域自身の後継にすることはできません。"),
    "area.successor_leads_back": M(
        "These successors lie below the area, or it succeeds them: {successors}. Place them below another area first, "
        "or withdraw their end.",
        "次の後継の地域は、この地域の下にあるか、この地域を後継としています：{successors}。"
        "先に、その地域を別の地域の下に置くか、その地域の再編を取り消してください。",
    ),
    "area.reason_missing": M(
        "reason: say what was wrong with the area as it was recorded.",
        "訂正の理由（reason）：登録されている地域の何が誤っていたかを記入してください。",
    ),
    "area.successor_absent": M(
        "These successors are not there on {day}: {successors}. Let them begin by then, or name others.",
        "次の後継の地域は、{day}の時点で存在しません：{successors}。その日までに始まる地域を指定してください。",
    ),
    "area.takes_over_later": M(
        "The area takes the place of these areas on that day or later: {areas}. Withdraw their end first and name "
        "their right successors, or let this area end later.",
        "この地域は、その日以降に次の地域の後継となります：{areas}。"
        "先にその地域の再編を取り消して正しい後継を指定するか、この地域の終わりを後の日にしてください。",
    ),
    "area.reorganized": M(
        "The area was reorganized already. Its successors: {successors}. If that is wrong, withdraw the end first.",
        "この地域は、すでに再編されています（後継の地域：{successors}）。誤りであれば、先に再編を取り消してください。",
    ),
    "area.root_kind": M(
        "The topmost area is a municipality or a ward.",
        "最上位の地域は、市町村または区でなければなりません。",
    ),
    "batch.another_thing": M(
        "This row is of another thing: under its number “{name}” is registered, and neither name, address, telephone, "
        "location nor provider agree. Give the row another number. If it is the same thing, revise its name first.",
        "この番号では「{name}」が登録されており、名称・住所・電話・位置・サービス提供者のいずれも一致しません。別の資源であれば番号を"
        "変えてください。同じ資源であれば、先に登録内容の名称を修正してください。",
    ),
    "batch.row_twice": M("This row occurs twice.", "同じ行が二度あります。"),
    "coordinator.area_of_other_tier": M(
        "tier: the area of the post is not of this tier ({tier}). Name a tier that the area has, or another area.",
        "層（tier）：この配置の地域は、{tier_ja}の地域ではありません。地域の層を指定するか、別の地域を指定してください。",
    ),
    "coordinator.assigned": M(
        "This post was filled already, with other content.",
        "この配置は、すでに別の内容で記録されています。",
    ),
    "coordinator.term_ends_first": M(
        "term_until: a day after term_from is expected.",
        "任期の終わりには、任期の始まりより後の日を指定してください。",
    ),
    "coordinator.term_too_long": M(
        "term_until: a term lasts {years} years at most from {term_from}. Give an earlier day; a term can be renewed.",
        "任期の終わり：任期は、{term_from}から{years}年以内としてください。続ける場合は、その後に任期を更新してください。",
    ),
    "coordinator.unknown": M(
        "There is no such coordinator in your territory.",
        "担当地域にこの生活支援コーディネーターの配置はありません。",
    ),
    "council.area_of_other_tier": M(
        "The area is not of this tier ({tier}).",
        "この地域は、{tier_ja}の地域ではありません。",
    ),
    "council.established": M(
        "This council was established already, with other content.",
        "この協議体は、すでに別の内容で記録されています。",
    ),
    "freshness.begins_first": M(
        "since: a day on or after {last} is expected, from which the promise before counts.",
        "約束の始まる日（since）には、前の約束が始まる {last} 以降の日を指定してください。",
    ),
    "freshness.unknown": M(
        "The area has no promise of its own. Make one with POST /freshness-promises.",
        "この地域には、それ自身の確認の約束がありません。先に約束を記録してください（POST /freshness-promises）。",
    ),
    "mapping.contradicts": M(
        "The mapping {mapping_id} of this area is not reversed and names other successors for: {said}. Reverse it "
        "first (POST /areas/{area}/mappings/{mapping_id}/reversal), or name the same successors.",
        "この地域の移管の割当て（{mapping_id}）は取り消されておらず、次のものについて別の移し先を指定しています：{said}。"
        "先にその割当てを取り消すか、同じ移し先を指定してください。",
    ),
    "mapping.council_tier": M(
        "The successor is not of the tier of this council. Name a successor of its tier.",
        "移し先の地域は、この協議体と同じ層の地域ではありません。同じ層の地域を指定してください。",
    ),
    "mapping.empty": M(
        "kinds: name the successor of at least one kind, or in things of one thing.",
        "種別（kinds）か個別の指定（things）の少なくとも一方で、移し先を一つ以上指定してください。",
    ),
    "mapping.no_successor": M(
        "successor: {areas} did not take the place of this area. Its successors: {successors}.",
        "移し先（successor）の {areas} は、この地域の後継ではありません（後継の地域：{successors}）。",
    ),
    "mapping.post_tier": M(
        "The successor is not of the tier of this post. Name a successor of its tier.",
        "移し先の地域は、この配置と同じ層の地域ではありません。同じ層の地域を指定してください。",
    ),
    "mapping.said_twice": M(
        "kinds: name each kind once, and in things each thing once. Named twice: {said}.",
        "種別（kinds）と個別の指定（things）は、それぞれ一度だけ指定してください。重複：{said}。",
    ),
    "mapping.thing_elsewhere": M(
        "The thing {thing} is not in {area} but in {now} ({name}). Leave it out, or move it by itself.",
        "番号 {thing} の記録は、地域 {area} ではなく、地域 {now}（{name}）にあります。"
        "この指定を取り除くか、その記録だけを個別に移してください。",
    ),
    "mapping.thing_unknown": M(
        "No area of your territory has this thing. GET /areas/{area}/work of registry, needs and escalation lists "
        "what there is. If it was recorded a moment ago, repeat the request.",
        "この番号の記録は、担当地域のどこにもありません。移管する記録の一覧で番号を確認してください。"
        "直前に記録したものであれば、少し待ってからもう一度送ってください。",
    ),
    "mapping.unknown": M(
        "The area has no such mapping. GET /areas/{area}/mappings lists them.",
        "この地域に、この移管の割当てはありません。割当ての一覧で番号を確認してください。",
    ),
    "provider.identical": M(
        "“{name}” is registered already ({ids}). If it is the same body, use that provider. If it is another one, name "
        "these ids in not_the_same_as.",
        "「{name}」という名称のサービス提供者が登録済みです（{ids}）。同じ団体であれば、そのサービス提供者を使ってください。別の団体であれば、"
        "これらの番号を、別のものの番号（not_the_same_as）に指定して登録してください。",
    ),
    "provider.number_taken": M(
        "This corporate number belongs to {name}, which is registered already ({id}). Use that provider.",
        "この法人番号は、登録済みの「{name}」（{id}）のものです。そのサービス提供者を使ってください。",
    ),
    "provider.same_as_itself": M(
        "same_as: another provider is expected than the one that is withdrawn.",
        "同じ団体（same_as）には、取り消すサービス提供者とは別のものを指定してください。",
    ),
    "resource.identical": M(
        "“{name}” is registered already under this name and address ({state}; {ids}). If it is the same resource, "
        "revise or resume that one. If it is another one, name these ids in not_the_same_as.",
        "同じ名称・所在地の「{name}」が登録済みです（{state_ja}、{ids}）。同じ資源であれば、その登録内容を修正するか再開してください。"
        "別の資源であれば、これらの番号を、別のものの番号（not_the_same_as）に指定して登録してください。",
    ),
    "resource.no_verification": M(
        "No verification of the listing stands since it was last to be verified as a whole.",
        "取り消せる確認の記録がありません。",
    ),
    "resource.not_retired": M("The resource is not retired.", "この資源は廃止されていません。"),
    "resource.of_a_service": M(
        "The resource is what a provider gives of a service ({service}), and ends with it. In escalation, end the "
        "service or let the provider leave.",
        "この社会資源は、事業開始したサービス（{service}）として登録されたものです。"
        "廃止や廃止の取消しは、提案の画面で、サービスの終了またはサービス提供者の離脱として記録してください。",
    ),
    "resource.registered": M(
        "This resource was registered already, with other content.",
        "この社会資源は、すでに別の内容で登録されています。",
    ),
    "resource.retired": M("The resource is retired.", "この社会資源は廃止されています。"),
    "resource.suspended": M(
        "The resource is suspended. Resume it first.",
        "この社会資源は休止中です。先に再開してください。",
    ),
    "resource.unknown_field": M(
        "A resource has no such fields: {fields}.",
        "社会資源にない項目です：{fields}。",
    ),
    "resource.verified_in_future": M(
        "verified_on: today or an earlier day is expected.",
        "確認日には、今日以前の日を指定してください。",
    ),
    "survey.not_open": M(
        "The survey is closed: a resource that it showed later cannot be registered under it. Leave survey_id out, or "
        "have the survey reopened.",
        "この調査は終了しているため、社会資源を追加できません。調査（survey_id）を指定せずに登録するか、調査を再開してください。",
    ),
    "resource.source_not_said": M(
        "source: the resource came of {source}. What came of a list or a launched service is recorded by itself: its "
        "source stays, and its survey is corrected; no other resource becomes one of these.",
        "把握の方法（source）：この資源の把握の方法は「{source}」です。一覧の取込みや事業の開始による登録は自動で記録されるため、"
        "その把握の方法は変えられず（調査は訂正できます）、ほかの資源をこれらの登録に変えることもできません。",
    ),
    "survey.unknown": M("There is no such survey in your territory.", "担当地域にこの調査はありません。"),
}
