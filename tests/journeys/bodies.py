"""A body for every route that takes one, naming things of a territory wherever it can."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shienops import SERVICES

from .town import DUE, TODAY

_DAY = str(TODAY)
ASKED: Mapping[str, Mapping[str, str]] = {
    "needs.show_similar_needs": {"support_kind": "salon"},
    "registry.show_contact": {"purpose": "liaison"},
    "registry.show_similar_resources": {"name": "サロン"},
    "registry.show_similar_providers": {"name": "会"},
    **{f"{service}.list_differences": {"view": "areas", "earlier": "2026-04-01"} for service in SERVICES},
}
"""What the query of a route must say, by its place in the table of rights."""


def body_of(right: str, ids: Mapping[str, str]) -> Any:
    """The body of the route with this place in the table of rights; None where it takes none."""
    service = right.partition(".")[0]
    known = {"registry": registry, "needs": needs, "matching": matching, "escalation": escalation}
    return known[service](ids).get(right.partition(".")[2])


def registry(ids: Mapping[str, str]) -> Mapping[str, Any]:
    """What the registry takes."""
    area = ids["area"]
    below = {"area": f"{area}-1", "parent": area, "kind": "neighbourhood", "name": "町会", "valid_from": _DAY}
    details = {"name": "サロン", "support_kinds": ["salon"], "provider_id": ids["provider_id"], "service_areas": [area]}
    provider = {"area": area, "name": "会", "kind": "npo"}
    moved = {"area": area, "reason": "隣の校区のものだった"}
    row = {"area": area, "details": details, "source": {"kind": "import", "reference": "1"}}
    return {
        **developed(ids),
        "record_contact": contact(ids["provider_id"]),
        "erase_contact": {"reason": "requested"},
        "renew_contact": {"keep_until": str(DUE), "reason": "次年度も連絡する"},
        "define_area": below,
        "reorganize_area": {"successors": [area + "-1"], "valid_from": _DAY},
        "withdraw_area": {"reason": "圏域の数の誤り"},
        "withdraw_reorganization": {"reason": "再編の延期"},
        "map_area_work": {
            "kinds": [{"kind": "needs", "successor": area}],
            "things": [{"thing_id": ids["need_id"], "successor": area}],
            "reason": "校区の分割",
        },
        "reverse_mapping": {"reason": "線の引き直し"},
        "establish_council": {"area": area, "tier": "tier2", "name": "協議体"},
        "assign_coordinator": {
            "area": area, "tier": "tier2", "employer": "市", "employer_kind": "shakyo",
            "term_from": "2026-04-01", "term_until": "2027-04-01",
        },
        "register_provider": {**provider, "not_the_same_as": [ids["provider_id"]]},
        **network(ids),
        "promise_freshness": {"area": area, "percent": 80, "within_days": 180, "since": _DAY},
        "correct_freshness_promise": {"percent": 90, "within_days": 180, "since": _DAY, "reason": "割合の誤り"},
        "withdraw_freshness_promise": {"since": _DAY, "reason": "市の約束に合わせる"},
        "register_resource": {"area": area, "details": details, "not_the_same_as": [ids["resource_id"]]},
        "revise_resource": details,
        "verify_resource": {"verified_on": _DAY, "method": "phone"},
        "withdraw_verification": {"reason": "別の資源の確認だった"},
        "suspend_resource": {"reason": "provider_withdrew"},
        "retire_resource": {"reason": "provider_withdrew"},
        "correct_resource_source": {"source": "consultation", "reason": "窓口での相談だった"},
        "move_resource": moved,
        "move_provider": moved,
        "move_venue": moved,
        "move_cohort": moved,
        "move_place": moved,
        "move_council": moved,
        "move_coordinator": moved,
        "reinstate_resource": {"reason": "別の資源だった"},
        "register_batch": {
            "areas": [below], "providers": [{**provider, "reference": "1"}], "resources": [row], "dry_run": True,
        },
    }  # fmt: skip


def contact(provider_id: str) -> Mapping[str, Any]:
    """A contact of a provider."""
    said = {"telephone": "072-000-0000", "person": "事務局長"}
    return {"about": "provider", "subject_id": provider_id, "purpose": "liaison", **said}


def network(ids: Mapping[str, str]) -> Mapping[str, Any]:
    """What the registry takes of councils, posts, providers and the network after they began."""
    area, reason = ids["area"], {"reason": "記録の誤り"}
    bodies = [{"kind": "npo", "name": "会"}, {"kind": "shakyo", "name": "社協"}]
    purpose = {"text": "居場所をつくる", "agreed_on": _DAY, "review_on": str(DUE)}
    term = {"term_from": "2026-04-01", "term_until": "2028-04-01"}
    acknowledgement = {"council_id": ids["council_id"], "on": _DAY}
    return {
        "correct_council": {"name": "協議体", "history": [{"on": None, "members": bodies}], "purpose": None, **reason},
        "change_council_members": {"on": _DAY, "members": bodies, **reason},
        "agree_council_purpose": purpose,
        "declare_council_dormant": {"on": _DAY, **reason},
        "resume_council": {"on": _DAY},
        "correct_coordinator": {"employer": "市", "employer_kind": "shakyo", "posts": 2, **term, **reason},
        "renew_coordinator": {"term_until": "2036-04-01"},
        "hand_over_coordinator": {"on": _DAY, "note": "回答待ちの提案が一件"},
        "reinstate_coordinator": reason,
        "revise_provider": {"name": "新しい会", "kind": "npo", **reason},
        "secure_provider": {"service_class": "visit_a", "capacity": 10, "since": _DAY},
        "release_provider": {"service_class": "visit_a", **reason},
        "make_outreach": {"area": area, "body": bodies[0], "made_on": _DAY, "request": "lend_venue"},
        "answer_outreach": {"answer": "agreed", "answered_on": _DAY},
        "withdraw_outreach_answer": {"answer": "agreed", "answered_on": _DAY, **reason},
        "withdraw_outreach": reason,
        "reinstate_outreach": reason,
        "withdraw_coordinator": reason,
        "withdraw_council": reason,
        "withdraw_provider": reason,
        "withdraw_training": reason,
        "withdraw_venue": reason,
        "withdraw_place": reason,
        "form_partnership": {"area": area, "bodies": bodies, "purpose": "送迎", "since": _DAY},
        "plan_partnership": {"until": None, **reason},
        "change_partnership": {"bodies": [*bodies, {"kind": "company", "name": "見本交通"}], "on": _DAY, **reason},
        "withdraw_partnership_change": {"on": _DAY, **reason},
        "end_partnership": {"on": _DAY, **reason},
        "reinstate_partnership": reason,
        "withdraw_partnership": reason,
        "share_information": {
            "area": area, "from_body": bodies[0], "to_councils": [ids["council_id"]], "subject": "制度", "text": "改正",
            "shared_on": _DAY,
        },
        "acknowledge_information": acknowledgement,
        "withdraw_acknowledgement": {"council_id": ids["council_id"], **reason},
        "withdraw_information": reason,
        "reinstate_information": reason,
        "take_up_practice": {"council_id": ids["council_id"], "on": _DAY, "note": "月2回から"},
        "withdraw_taking_up": {"council_id": ids["council_id"], **reason},
    }  # fmt: skip


def developed(ids: Mapping[str, str]) -> Mapping[str, Any]:
    """What the registry takes of supporters, venues, places to take part, and reports of activity."""
    area, resource = {"area": ids["area"]}, {"resource_id": ids["resource_id"]}
    training: dict[str, Any] = {
        "title": "養成講座", "held_on": _DAY, "headcount": 9, "support_kinds": ["salon"], "held_by": "校区社協",
        "held_by_kind": "shakyo",
    }  # fmt: skip
    room = {"name": "公民館", "secured_on": _DAY, "owner": "自治会", "owner_kind": "neighbourhood"}
    place: dict[str, Any] = {
        "offered_by": "サロン", "offered_by_kind": "volunteers", "offered_on": _DAY, "participation": "cooking",
        "wanted": 9, **resource,
    }  # fmt: skip
    why = {"reason": "理由"}
    report = {
        "period_from": _DAY, "period_until": _DAY, "times": 1, "participants": 8, "attendances": 8, "supporters": 2,
    }  # fmt: skip
    return {
        "train_supporters": {**area, **training},
        "correct_training": {**training, **why},
        "count_supporters_gave_up": {"gave_up": 1, "counted_on": _DAY, **why},
        "place_supporters": {**resource, "headcount": 1, "placed_on": _DAY},
        "end_placement": {"headcount": 1, "ended_on": _DAY, "reason": "health"},
        "correct_placement": {"headcount": 1, **why},
        "secure_venue": {**area, **room},
        "revise_venue": {**room, "capacity": 20},
        "release_venue": {"reason": "other", "released_on": _DAY},
        "secure_venue_again": why,
        "offer_place": {**area, **place},
        "fill_place": {"headcount": 1, "filled_on": _DAY},
        "correct_place": {**place, "filled": 1, **why},
        "close_place": {"reason": "other", "closed_on": _DAY},
        "reopen_place": why,
        "report_activity": report,
        "correct_activity_report": {**report, "participants": 7, **why},
        "withdraw_activity_report": why,
    }


def needs(ids: Mapping[str, str]) -> Mapping[str, Any]:
    """What needs take."""
    said = {"people": 2, "frequency": "weekly"}
    moved = {"area": ids["area"], "reason": "隣の校区のものだった"}
    survey = {"title": "暮らし", "method": "interview", "period_from": _DAY, "period_until": _DAY}
    return {
        "open_survey": {"area": ids["area"], **survey},
        "close_survey": {"responses": 12},
        "revise_survey": {**survey, "reason": "訂正"},
        "reopen_survey": {"reason": "続いている"},
        "record_need": {
            "area": ids["area"], "support_kind": "outing", "source": "survey", "survey_id": ids["survey_id"], **said,
        },
        "record_batch": {
            "needs": [
                {"area": ids["area"], "support_kind": "outing", "source": "import", "reference": "1", **said},
            ],
            "dry_run": True,
        },
        "revise_need": said,
        "withdraw_need": {"reason": "転居"},
        "reinstate_need": {"reason": "別のニーズだった"},
        "correct_need": {"support_kind": "housework", "reason": "買い物の代行だった"},
        "correct_source": {"source": "consultation", "reason": "窓口での相談だった"},
        "move_need": moved,
        "move_survey": moved,
        "withdraw_survey": {"reason": "二重の記録"},
        "correct_survey": {"responses": 14, "reason": "郵送分"},
        "raise_issue": {
            "area": ids["area"], "council_id": ids["council_id"], "title": "課題", "needs": [ids["need_id"]],
        },
        "declare_gap": {"missing": ["kind"], "reason": "坂の上まで来る便がない"},
        "withdraw_gap": {"reason": "隣の校区の便があった"},
        "correct_issue": {"council_id": ids["council_id"], "title": "通院の足", "reason": "通院だった"},
        "add_needs": {"needs": [ids["need_id"]]},
        "remove_needs": {"needs": [ids["need_id"]], "reason": "別の課題だった"},
        "split_issue": {"needs": [ids["need_id"]], "title": "通院", "reason": "担い手が違う"},
        "merge_issues": {"merged": ids["issue_id"], "reason": "同じ課題だった"},
        "close_issue": {"outcome": "no_longer", "reason": "なくなった"},
        "reopen_issue": {"reason": "続いていた"},
    }  # fmt: skip


def matching(ids: Mapping[str, str]) -> Mapping[str, Any]:
    """What matching takes."""
    return {
        "propose_match": {"need_id": ids["need_id"], "resource_id": ids["resource_id"]},
        "decline_match": {"reason": "not_suitable"},
        "conclude_match": {"outcome": "helped", "people_helped": 1},
        "open_round": {"area": ids["area"]},
        "correct_outcome": {"outcome": "helped", "people_helped": 1, "ongoing": False, "why": "一度きりの支援だった"},
        "end_match": {"reason": "no_longer_needed", "ended_on": _DAY},
    }


def escalation(ids: Mapping[str, str]) -> Mapping[str, Any]:
    """What escalation takes."""
    reason = {"reason": "理由"}
    promise = {"body_kind": "neighbourhood", "body": "北自治会", "what": "送迎を試行する", "until": str(DUE)}
    own = {"meeting_id": ids["meeting_id"], "title": "サロンの自立", "ask": "世話役の養成", "support_kind": "salon"}
    return {
        "hold_meeting": {
            "council_id": ids["council_id"], "held_on": _DAY, "issues": [ids["issue_id"]],
            "proposals": [ids["proposal_id"]],
        },
        "correct_meeting": {"held_on": _DAY, "issues": [ids["issue_id"]], "proposals": [ids["proposal_id"]], **reason},
        "withdraw_meeting": reason,
        "agree_self_help": {"issue_id": ids["issue_id"], "meeting_id": ids["meeting_id"], **promise},
        "correct_self_help": {**promise, **reason},
        "report_self_help": {"outcome": "done", "line": "実施した", "reported_on": _DAY},
        "escalate_proposal": {
            "issue_id": ids["issue_id"], "meeting_id": ids["meeting_id"], "title": "提案", "ask": "送迎",
        },
        "make_own_proposal": {"council_id": ids["council_id"], **own},
        "renew_own_proposal": own,
        "receive_proposal": {"due_on": str(DUE)},
        "change_due_date": {"due_on": str(DUE), **reason},
        "revoke_answer": {"answer": "received", **reason},
        "return_proposal": {"asked": "どこで"},
        "deliberate_proposal": {"meeting_id": ids["meeting_id"], "supply": "足りる"},
        "adopt_proposal": reason,
        "reject_proposal": reason,
        "defer_proposal": {"until": "2099-01-01", **reason},
        "withdraw_proposal": reason,
        "merge_proposals": {
            "proposals": [ids["proposal_id"]] * 2, "title": "送迎", "ask": "市を回る送迎", **reason,
        },
        "undo_merger": reason,
        "split_proposal": {
            "parts": [{"title": "送迎", "ask": "市の送迎", "needs": [ids["need_id"]]}] * 2, **reason,
        },
        "undo_split": reason,
        "design_service": {
            "name": "送迎", "service_class": "visit_d", "support_kinds": ["meals"], "starts_on": _DAY,
        },
        "launch_service": {
            "provider_name": "社協", "provider_id": ids["provider_id"], "service_areas": [ids["area"]],
            "launched_on": _DAY,
        },
        **services(ids),
    }  # fmt: skip


def services(ids: Mapping[str, str]) -> Mapping[str, Any]:
    """What escalation takes of a service that answers a proposal."""
    provider = {"provider_name": "社協", "provider_id": ids["provider_id"]}
    return {
        "revise_design": {
            "name": "送迎", "service_class": "visit_d", "support_kinds": ["meals"], "starts_on": _DAY, "reason": "理由",
        },
        "request_entry": {**provider, "asked": "担える", "requested_on": _DAY},
        "adjust_terms": {"terms": "燃料費を補助", "adjusted_on": _DAY},
        "decline_entry": {"reason": "理由"},
        "join_service": {**provider, "service_areas": [ids["area"]], "joined_on": _DAY, "entry_id": ids["entry_id"]},
        "extend_service": {"added": [ids["area"]], "extended_on": _DAY},
        "revise_service": {"fee_yen": 300, "changed_on": _DAY, "reason": "理由"},
        "leave_service": {"left_on": _DAY, "reason": "other"},
        "end_service": {"ended_on": _DAY, "reason": "other", "note": "財源"},
        "reinstate_service": {"reason": "誤り"},
    }  # fmt: skip
