"""The hand-over document (引継書) of an area: what is open there and below, read within one snapshot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from shiendomain.areas import AreaTree
from shiendomain.areas_view import tree_of
from shiendomain.councils_view import CouncilRow
from shiendomain.councils_view import councils_view as councils
from shiendomain.follow_up import SUCCESSION_DAYS, due_for_review
from shiendomain.freshness_view import freshness_of
from shiendomain.rules import (
    Verification,
    answered,
    answered_sql,
    need_state,
    overdue,
    stale_since,
    term_state,
    verification,
    verification_sql,
)
from shiendomain.self_help_view import SelfHelpRow
from shiendomain.states import CouncilState, IssueState, MatchState, NeedState, OutreachState, ProposalState
from shiendomain.words import Word
from shienevents import Row, Snapshot, View, canonical
from shienweb import Answer, FreshnessOut

from . import views
from .projections import information, issues, matches, needs, outreach, posts, proposals, resources, self_help
from .projections.information import InformationRow
from .projections.matches import MatchRow
from .projections.needs import IssueRow, NeedRow
from .projections.network import OutreachRow, PostRow
from .projections.proposals import ProposalRow
from .projections.resources import ResourceRow

R = TypeVar("R", bound=Row)
MOST = 300
"""So many things of a kind are printed. The document says how many there are."""


class CouncilPart(Answer):
    """A council as the document shows it."""

    council_id: UUID
    area: str
    name: str
    state: str
    members: Sequence[str]
    purpose: str
    agreed_on: date | None
    review: str


class Part(Answer):
    """Open things of one kind: the heads of the columns, and a line of cells for each; `total` counts all there are."""

    key: str
    title: str
    heads: Sequence[str]
    lines: Sequence[Sequence[str]]
    total: int


class HandOver(Answer):
    """The document of an area and all below it, as of a day at a position of all services.

    The councils, the posts of coordinators with what was said at a hand-over, and what is open.
    """

    area: str
    name: str
    day: date
    stale_after_days: int
    position: str
    freshness: FreshnessOut
    councils: Sequence[CouncilPart]
    posts: Part
    parts: Sequence[Part]

    @property
    def digest(self) -> str:
        """SHA-256 in hex over the canonical JSON of the document."""
        return sha256(canonical(self.model_dump(mode="json"))).hexdigest()


def _values(states: Sequence[Word]) -> str:
    return ", ".join(f"'{state.value}'" for state in states)


_WAITING = _values([state for state in NeedState if state.wants_support])
_UNDER_WAY = _values([state for state in ProposalState if not state.closed])
_PENDING = _values([state for state in MatchState if state.pending])
_SENT_OR_RECEIVED = """(area = any($1) or to_councils && array(select council_id from councils where area = any($1))
    or to_bodies && array(select provider_id from providers where area = any($1)))"""
_ASKED = _values([state for state in OutreachState if state.awaits_answer])


async def hand_over(seen: Snapshot, area: str, day: date, stale_after: int) -> HandOver:
    """What is open in an area and all below it on a day. All of it is of the snapshot, also the names of areas."""
    tree = await tree_of(seen, day)
    areas = tree.subtree(area) or (area,)
    reading = _Reading(seen, list(areas))
    found = await seen.select(councils, "where area = any($1) order by area, name, council_id", list(areas))
    fresh = (await freshness_of(seen, tree, (area,), day, stale_after))[area]
    return HandOver(
        area=area,
        name=tree.name(area),
        day=day,
        stale_after_days=stale_after,
        position=await views.position_in_cell(seen, area),
        freshness=FreshnessOut.of(fresh, tree.name(area), stale_after),
        councils=[_council(row, tree, day) for row in found],
        posts=await _posts(reading, tree, day),
        parts=[
            await _needs(reading, tree),
            await _issues(reading, tree),
            await _proposals(reading, tree, day),
            await _promised(reading, tree, day),
            await _resources(reading, tree, day, stale_after),
            await _matches(reading, tree),
            await _outreach(reading, tree, day),
            await _information(reading, tree),
        ],
    )


class _Reading(NamedTuple):
    """Reads rows of these areas, as many as are printed, and counts all."""

    seen: Snapshot
    areas: Sequence[str]

    async def rows(
        self, view: View[R], where: str, order: str, *arguments: object, within: str = "area = any($1)"
    ) -> tuple[Sequence[R], int]:
        condition = f"where {within} and {where}"
        given = (list(self.areas), *arguments)
        rows = await self.seen.select(view, f"{condition} order by {order} limit {MOST}", *given)
        if len(rows) < MOST:
            return rows, len(rows)
        [counted] = await self.seen.fetch(f"select count(*) from {view.name} {condition}", *given)
        return rows, counted[0]


def _part(
    key: str, title: str, heads: Sequence[str], found: tuple[Sequence[R], int], line: Callable[[R], Sequence[Any]]
) -> Part:
    rows, total = found
    lines = [["" if cell is None else str(cell) for cell in line(row)] for row in rows]
    return Part(key=key, title=title, heads=heads, lines=lines, total=total)


def _council(row: CouncilRow, tree: AreaTree, day: date) -> CouncilPart:
    due = due_for_review(row.state, row.review_on, day)
    state = row.state.ja if row.state is CouncilState.ACTIVE else f"{row.state.ja}（{row.state_on} から）"
    return CouncilPart(
        council_id=row.council_id,
        area=tree.name(row.area),
        name=row.name,
        state=state,
        members=[str(member["name"]) for member in row.members],
        purpose=row.purpose,
        agreed_on=row.agreed_on,
        review=f"{row.review_on}{'（見直しの時期）' if due else ''}" if row.review_on else "",
    )


async def _posts(reading: _Reading, tree: AreaTree, day: date) -> Part:
    """Posts that are not handed over, and those that were of late."""

    def line(row: PostRow) -> Sequence[Any]:
        assert row.term_from is not None
        assert row.term_until is not None
        state = term_state(row.term_from, row.term_until, day, row.handed_over_on)
        last = row.handed_over_on or row.term_until - timedelta(days=1)
        tier = row.tier.ja if row.tier else ""
        return row.employer, tree.name(row.area), tier, f"{row.term_from}〜{last}", state.ja, row.note

    of_late = "(handed_over_on is null or handed_over_on >= $2::date) and term_from is not null"
    since = day - timedelta(days=SUCCESSION_DAYS)
    found = await reading.rows(posts, of_late, "area, term_until, coordinator_id", since)
    heads = ("配置先", "地域", "層", "任期", "状態", "引継ぎ事項")
    return _part("posts", "コーディネーターの配置", heads, found, line)


async def _needs(reading: _Reading, tree: AreaTree) -> Part:
    found = await reading.rows(needs, f"{views.NEED_STATE} in ({_WAITING})", "area, recorded_on, need_id")
    grouped = await views.issues_of(reading.seen, found[0])

    def line(row: NeedRow) -> Sequence[Any]:
        kind = row.support_kind.ja if row.support_kind else ""
        issue = grouped.get(row.issue_id)
        state = need_state(row.state, issue is not None and issue.state is IssueState.GAP)
        return row.recorded_on, tree.name(row.area), kind, row.people_waiting, state.ja

    return _part("needs", "未対応の支援ニーズ", ("記録日", "地域", "種類", "待つ人（人）", "状態"), found, line)


async def _issues(reading: _Reading, tree: AreaTree) -> Part:
    waits = f"state <> '{IssueState.CLOSED}' and needs <> '{{}}'"
    found = await reading.rows(issues, waits, "area, issue_id")
    waiting = await views.people_waiting(reading.seen, found[0])

    def line(row: IssueRow) -> Sequence[Any]:
        return row.title, tree.name(row.area), row.state.ja, waiting.get(row.issue_id, 0)

    return _part("issues", "地域課題・不足するサービス", ("課題", "地域", "状態", "待つ人（人）"), found, line)


async def _proposals(reading: _Reading, tree: AreaTree, day: date) -> Part:
    def line(row: ProposalRow) -> Sequence[Any]:
        stands = answered(row.state, row.answer)
        late = overdue(stands, row.due_on, row.deferred_until, day)
        due = row.deferred_until if stands is ProposalState.DEFERRED else row.due_on
        said = f"{due or 'なし'}{'（期限超過）' if late else ''}"
        state = f"{row.state.ja}（{stands.ja}）" if row.merged_into else row.state.ja
        return row.title, tree.name(row.area), state, row.escalated_on, said

    found = await reading.rows(proposals, f"{answered_sql()} in ({_UNDER_WAY})", "area, escalated_on, proposal_id")
    return _part("proposals", "進行中の提案", ("提案", "地域", "状態", "提案日", "期限"), found, line)


async def _promised(reading: _Reading, tree: AreaTree, day: date) -> Part:
    """Promises of bodies of which nobody has reported what came of them."""
    rows, total = await reading.rows(self_help, "outcome is null", "area, until, self_help_id")
    titles = {row.issue_id: row.title for row in await views.issues_by_id(reading.seen, [one.issue_id for one in rows])}

    def line(row: SelfHelpRow) -> Sequence[Any]:
        late = row.until < day
        title = titles.get(row.issue_id) if row.issue_id else None
        until = f"{row.until}{'（期限超過）' if late else ''}"
        return row.body, tree.name(row.area), row.what, until, title

    heads = ("団体", "地域", "すること", "期限", "地域課題")
    return _part("promised", "自分達にできることの約束（結果の報告を待つもの）", heads, (rows, total), line)


async def _resources(reading: _Reading, tree: AreaTree, day: date, stale_after: int) -> Part:
    def line(row: ResourceRow) -> Sequence[Any]:
        state = verification(row.state, row.verified_on, row.registered_on, day, stale_after)
        since = stale_since(row.verified_on, row.registered_on)
        how = f"（{row.verified_by.ja}）" if row.verified_by else ""
        return row.name, tree.name(row.area), row.provider_name, state.ja if state else "", f"{since}{how}"

    to_verify = f"{verification_sql('$2::date', '$3::int')} in ('{Verification.STALE}', '{Verification.UNVERIFIED}')"
    rows, total = await reading.rows(
        resources, to_verify, "area, coalesce(verified_on, registered_on), resource_id", day, stale_after
    )
    named = await views.with_provider_names(reading.seen, rows)
    heads = ("資源", "地域", "サービス提供者", "状態", "最後の確認・登録")
    return _part("resources", "確認が必要な社会資源", heads, (named, total), line)


async def _matches(reading: _Reading, tree: AreaTree) -> Part:
    rows, total = await reading.rows(
        matches, f"state in ({_PENDING})", "need_area, proposed_on, match_id", within="need_area = any($1)"
    )
    names = await views.resource_names(reading.seen, rows)

    def line(row: MatchRow) -> Sequence[Any]:
        return row.proposed_on, tree.name(row.need_area), names.get(row.resource_id), row.people, row.state.ja

    heads = ("打診日", "地域", "資源", "人数（人）", "状態")
    return _part("matches", "回答または結果を待つマッチング", heads, (rows, total), line)


async def _outreach(reading: _Reading, tree: AreaTree, day: date) -> Part:
    def line(row: OutreachRow) -> Sequence[Any]:
        request = row.request.ja if row.request else ""
        days = (day - row.waits_since).days if row.waits_since else ""
        return row.body, tree.name(row.area), request, row.made_on, row.state.ja, days

    found = await reading.rows(outreach, f"state in ({_ASKED})", "area, waits_since, outreach_id")
    heads = ("団体", "地域", "依頼の内容", "依頼日", "状態", "待つ日数")
    return _part("outreach", "回答を待つ働きかけ", heads, found, line)


async def _information(reading: _Reading, tree: AreaTree) -> Part:
    """Information that these areas shared or were sent, while somebody it went to has not acknowledged it."""

    def line(row: InformationRow) -> Sequence[Any]:
        return row.subject, tree.name(row.area), row.shared_on, row.awaited

    waits = "not withdrawn and cardinality(to_councils) + cardinality(to_bodies) > cardinality(acknowledged)"
    found = await reading.rows(information, waits, "area, shared_on, information_id", within=_SENT_OR_RECEIVED)
    return _part(
        "information", "受領確認を待つ情報", ("件名", "共有元の地域", "共有日", "未確認の共有先（件）"), found, line
    )
