"""The document of a past hand-over: as it was then for ever, the same bytes from the portal and from the log."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest

from portal.hand_over_documents import HandOverDocuments
from shiendomain.days import today
from shiendomain.needs import IssueClosed, NeedWithdrawn
from shiendomain.registry import (
    CoordinatorReinstated,
    InformationShared,
    InformationWithdrawn,
    PrintedDocument,
    ResourceRetired,
)
from shiendomain.self_help import SelfHelpAgreed, SelfHelpReported
from shienevents import Event
from shienops.errors import StackError
from shienops.handing_over import rebuilt
from shienweb import Role

from .network import DECLINED, MEMBERS_CHANGED, NETWORK, OUTREACH_MADE, PURPOSE_AGREED
from .test_pages import ASSIGNED, HANDED_OVER, PROMISED, browser, looks_well, texts
from .town import Town
from .world import (
    CITY,
    CONSOLIDATED,
    COUNCIL,
    COUNCIL_ESTABLISHED,
    ISSUE_EVENTS,
    MATCH,
    NEED,
    NORTH,
    PROPOSAL,
    RAISED,
    RESOURCE,
    SINGLE,
    SOUTH,
    escalated,
    match_events,
    need,
    need_events,
    proposal_events,
    proposed,
    resource,
    resource_events,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
TIER2 = Role.TIER2_COORDINATOR


def one_of(kind: type[Event], events: list[Event]) -> Event:
    return next(event for event in events if isinstance(event, kind))


def a_document(position: str) -> PrintedDocument:
    return PrintedDocument(position=position, day=today())


AGREED, REPORTED = one_of(SelfHelpAgreed, SINGLE), one_of(SelfHelpReported, SINGLE)
OPEN = [
    COUNCIL_ESTABLISHED, MEMBERS_CHANGED, PURPOSE_AGREED, ASSIGNED, resource(), OUTREACH_MADE, PROMISED,
    need(people=7), need_events(NEED)[1], CONSOLIDATED, RAISED, proposed(), escalated(), AGREED,
    one_of(InformationShared, NETWORK),
]  # fmt: skip
SETTLED = [
    one_of(NeedWithdrawn, need_events(NEED)), one_of(IssueClosed, ISSUE_EVENTS), proposal_events(PROPOSAL)[4],
    one_of(ResourceRetired, resource_events(RESOURCE)), match_events(MATCH, NEED, NORTH, RESOURCE)[1], DECLINED,
    REPORTED, MEMBERS_CHANGED.model_copy(update={"members": ()}), one_of(InformationWithdrawn, NETWORK),
]  # fmt: skip


async def live(town: Town) -> tuple[str, str, str]:
    """The document of now: the page, the position and the digest that are printed on it."""
    await town.reached()
    async with browser(town, TIER2, NORTH) as client:
        page = await client.get(town.theirs(f"/areas/{NORTH}/hand-over"), params={"after": town.position})
    looks_well(page)
    position, digest = re.findall(r"<dd><code>(.*?)</code></dd>", page.text)
    return page.text, position, digest


async def of_the_portal(town: Town, hand_over: UUID) -> tuple[bytes, bytes]:
    """The document of a hand-over: as JSON, and as a page. The portal folds it anew."""
    town.app.state.hand_over_documents = HandOverDocuments(town.service, town.app.state.cells)
    await town.reached()
    async with town.client(NORTH, role=TIER2) as client:
        answer = await client.get(f"/hand-overs/{hand_over}", params={"after": town.position})
        assert answer.status_code == 200, answer.text
    async with browser(town, TIER2, NORTH) as client:
        page = await client.get(f"/hand-overs/{hand_over}/document")
    looks_well(page)
    return answer.content, page.content


async def of_the_log(town: Town, hand_over: UUID) -> bytes:
    """The document of a hand-over, as `shien handover` makes it from the stores."""
    stores = {name: other.store for name, other in town.others.items()}
    found: bytes = (await rebuilt(town.settings.dsn, stores, hand_over)).json_bytes()
    return found


@pytest.mark.parametrize("printed", [True, False], ids=["with its position", "as of the hand-over"])
async def test_the_document_of_a_hand_over_stays_as_it_was_whatever_is_recorded_later(
    town: Town, *, printed: bool
) -> None:
    for event in OPEN:
        await town.write(event)
    before, position, digest = await live(town)
    assert re.findall(r"\|(\d+)\|", texts(before, "引き継ぐ件数")) == ["1"] * 8
    hand_over = await town.write(HANDED_OVER.model_copy(update={"document": a_document(position) if printed else None}))
    answer, page = await of_the_portal(town, hand_over)
    assert await of_the_log(town, hand_over) == answer
    assert ("提案は市の回答待ち" in texts(page.decode(), "コーディネーターの配置")) is not printed
    assert (f'"digest":"{digest}"' in answer.decode()) is printed, "what was handed over is what had been printed"
    for event in SETTLED:
        await town.write(event)
    now, _, _ = await live(town)
    assert re.findall(r"\|(\d+)\|", texts(now, "引き継ぐ件数")) == ["0"] * 8
    assert await of_the_portal(town, hand_over) == (answer, page)
    assert await of_the_log(town, hand_over) == answer
    assert re.findall(r"\|(\d+)\|", texts(page.decode(), "引き継ぐ件数")) == ["1"] * 8
    assert f'"/hand-overs/{hand_over}/document"' in now


async def test_a_hand_over_that_was_undone_says_so_and_its_document_remains(town: Town) -> None:
    await town.write(ASSIGNED)
    first = await town.write(HANDED_OVER)
    await town.write(CoordinatorReinstated(coordinator_id=COUNCIL, reason="別の配置"))
    second = await town.write(HANDED_OVER.model_copy(update={"note": "二度目"}))
    found = (await town.get("/hand-overs", TIER2, NORTH, area=NORTH)).json()["items"]
    assert [(one["hand_over_id"], one["undone"]) for one in found] == [(str(second), False), (str(first), True)]
    pages = [(await of_the_portal(town, one))[1].decode() for one in (second, first)]
    assert ["取り消されています" in page for page in pages] == [False, True]
    assert (await town.get(f"/hand-overs/{second}", TIER2, SOUTH)).json()["code"] == "hand_over.unknown"
    assert (await town.get("/hand-overs", TIER2, SOUTH)).json()["items"] == []
    assert (await town.get(f"/hand-overs/{second}", Role.SUBSCRIBER, CITY)).status_code == 403


async def test_a_document_beyond_what_there_is_is_refused_and_says_what_to_do(town: Town) -> None:
    await town.write(ASSIGNED)
    beyond = await town.write(HANDED_OVER.model_copy(update={"document": a_document("matching.0.900000000")}))
    answer = await town.get(f"/hand-overs/{beyond}", TIER2, NORTH)
    assert (answer.status_code, answer.json()["code"]) == (503, "hand_over.not_reached")
    for unknown, code in ((beyond, "hand_over.not_reached"), (uuid4(), "hand_over.unknown")):
        with pytest.raises(StackError) as refused:
            await of_the_log(town, unknown)
        assert refused.value.code == code
