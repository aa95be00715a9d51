"""Pages, as a browser gets them: signed in by a cookie, in Japanese, with nothing from elsewhere."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from portal.signed_out import SignedOut, forget_expired
from shiendomain.days import today
from shiendomain.matching import MatchAccepted, Nearest
from shiendomain.meetings import MeetingItem
from shiendomain.needs import NeedMatched, NeedPartlyMet, NeedWithdrawn
from shiendomain.registry import (
    ActivityReported,
    AreaDefined,
    AreaReorganizationWithdrawn,
    AreaReorganized,
    CoordinatorAssigned,
    CoordinatorHandedOver,
    FreshnessPromised,
    InformationAcknowledged,
    InformationShared,
    InformationWithdrawn,
    PracticeTakenUp,
    ProviderRegistered,
)
from shiendomain.self_help import SelfHelpAgreed
from shiendomain.vocabulary import BodyKind, MeetingItemKind, Obstacle, Tier, Weekday
from shienevents import Event
from shienweb import Role, checker_of
from shienweb._proxies import behind_proxies

from .network import DECLINED, MEMBERS_CHANGED, NETWORK, OUTREACH_MADE, PURPOSE_AGREED, REVISED
from .town import Town
from .world import (
    CITY,
    CITY_DEFINED,
    COHORT,
    CONSOLIDATED,
    COUNCIL,
    COUNCIL_ESTABLISHED,
    DAY,
    DESIGNED,
    DETAILS,
    GROWN,
    ISSUE,
    KITCHEN,
    LAUNCHED,
    MATCH,
    MEETING,
    MEETING_HELD,
    MERGED_PROPOSAL,
    NEED,
    NO_MATCH,
    NORTH,
    NORTH_DEFINED,
    PART_PROPOSAL,
    PLACE,
    PROPOSAL,
    RAISED,
    REPORT,
    RESOURCE,
    ROOM,
    ROUND_OPENED,
    ROUND_SOLVED,
    SELF_HELP,
    SOUTH,
    SOUTH_DEFINED,
    TRAINING,
    an_id,
    cohort_events,
    escalated,
    match_events,
    merged,
    merger_events,
    need,
    need_events,
    offered,
    part,
    place_events,
    proposal_events,
    proposed,
    resource,
    secured,
    split_events,
    trained,
    venue_events,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

TIER2 = Role.TIER2_COORDINATOR
VOID = {"meta", "link", "input", "br"}


class Page(HTMLParser):
    """A page's elements, refused when they are not nested well."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag != "p":
            assert self._open, tag
        assert self._open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of this kind."""
        return [attributes for name, attributes in self.elements if name == tag]


def browser(town: Town, role: Role = TIER2, *areas: str) -> httpx2.AsyncClient:
    """Somebody who asks for pages."""
    return town.anyone(Accept="text/html", Authorization=f"Bearer {town.token(*areas, role=role)}")


async def signed_in(town: Town, token: str) -> dict[str, str]:
    """The cookie of a new session of this token."""
    async with town.anyone() as client:
        answer = await client.post("/sign-in", data={"token": token})
    assert answer.status_code == 303, answer.text
    return {"Cookie": answer.headers["set-cookie"].partition(";")[0]}


def looks_well(answer: httpx2.Response) -> Page:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    page = Page(answer.text)
    assert page.all("html") == [{"lang": "ja"}]
    assert len(page.all("h1")) == 1
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(cell.get("scope") for cell in page.all("th"))
    named = {attributes.get("id") for _, attributes in page.elements}
    for tag, attributes in page.elements:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
        assert tag not in ("style", "base", "iframe")
        for name in ("src", "href", "action"):
            assert (attributes.get(name) or "/").startswith(("/", "#")), attributes
        for name in ("aria-labelledby", "aria-describedby", "for"):
            assert set((attributes.get(name) or "").split()) <= named, attributes
    assert all(script.get("src") for script in page.all("script"))
    return page


async def test_the_city_sees_its_areas_in_a_map_and_a_table_and_the_needs_recorded_last(town: Town) -> None:
    await town.write(need(people=7))
    await town.write(resource())
    evil = AreaDefined.model_validate({**NORTH_DEFINED.model_dump(), "name": "<script>北</script>"})
    await town.write(evil)
    await town.reached()
    async with browser(town, Role.TIER1_COORDINATOR, CITY) as client:
        answer = await client.get("/", params={"after": town.position})
    page = looks_well(answer)
    assert "&lt;script&gt;北" in answer.text
    assert "合成データ" in answer.text
    assert [path for path in page.all("path") if path.get("fill", "none") != "none"], "the map"
    links = {link["href"] for link in page.all("a")}
    assert set(map(town.theirs, (f"/areas/{NORTH}", f"/areas/{SOUTH}", f"/needs/{NEED}"))) <= links
    total = re.search(r"<tfoot>.*?</tfoot>", answer.text, re.DOTALL)
    assert total is not None
    assert re.findall(r"<td>(\d+)</td>", total[0])[:2] == ["7", "1"]


async def test_every_figure_on_a_map_is_that_of_the_area_s_own_board(town: Town) -> None:
    await town.write(need(people=7))
    await town.write(need(an_id("need", 2), people=2))
    await town.write(NeedWithdrawn(need_id=an_id("need", 2), reason="転居"))
    await town.write(need(an_id("need", 3), SOUTH, 4), SOUTH)
    await town.reached()
    async with browser(town, Role.TIER1_COORDINATOR, CITY) as client:
        for area, below in ((CITY, (NORTH, SOUTH)), (NORTH, (NORTH,)), (SOUTH, (SOUTH,))):
            page = (await client.get(town.theirs(f"/areas/{area}"), params={"after": town.position})).text
            drawn = re.findall(r"<title>[^<]*: (\d+)</title>", page)
            boards = [(await town.get(f"/boards/{one}", subtree=True)).json()["board"]["people"] for one in below]
            assert drawn == [str(one["open"] + one["grouped"] + one["gap"]) for one in boards], area
            assert sum(map(int, drawn)) in (11, 7, 4)


async def test_the_row_of_an_area_on_the_city_s_board_and_its_own_board_are_one_figure(town: Town) -> None:
    await town.write(need(people=3))
    await town.write(need(an_id("need", 2), SOUTH, 4), SOUTH)
    await town.write(AreaReorganized(area=NORTH, successors=(SOUTH,), valid_from=today()))
    await town.reached()
    async with browser(town, Role.TIER1_COORDINATOR, CITY) as client:
        city = (await client.get("/", params={"after": town.position})).text
        south = (await client.get(town.theirs(f"/areas/{SOUTH}"), params={"after": town.position})).text
    table = city[city.index('<table class="areas">') :]
    rows = re.findall(r'<th scope="row">(?:<a [^>]*>)?([^<]*)(?:</a>)?</th>\s*<td>(\d+)</td>', table)
    assert rows == [(SOUTH_DEFINED.name, "7"), ("合計", "7")]
    assert ("合計", "7") in re.findall(r'<th scope="row">([^<]*)</th>\s*<td>(\d+)</td>', south)


async def test_a_divided_area_is_shown_below_its_city_and_below_no_successor(town: Town) -> None:
    third = SOUTH_DEFINED.model_copy(update={"area": f"{CITY}-09", "name": "東圏域"})
    await town.write(third, third.area)
    await town.write(AreaReorganized(area=NORTH, successors=(SOUTH, third.area), valid_from=today()))
    await town.reached()
    async with browser(town, Role.TIER1_COORDINATOR, CITY) as client:
        page = await client.get(town.theirs(f"/areas/{NORTH}"), params={"after": town.position})
    (crumbs,) = re.findall(r'class="where".*?</nav>', page.text, re.DOTALL)
    assert [name for name in ("北圏域", "南圏域", "東圏域") if name in crumbs] == ["北圏域"]


async def test_a_page_of_the_past_shows_what_was_known_then_and_leads_to_pages_of_the_same_past(town: Town) -> None:
    await town.write(need(people=7))
    then = datetime.now(UTC).isoformat()
    await town.write(need(an_id("need", 2), people=4))
    await town.reached()
    path = town.theirs(f"/areas/{NORTH}")
    async with browser(town, TIER2, NORTH) as client:
        now = looks_well(answer := await client.get(path))
        assert "までに記録されていた内容" not in answer.text
        assert {field["name"] for field in now.all("input")} >= {"as_of"}
        page = looks_well(past := await client.get(path, params={"as_of": then}))
        assert "までに記録されていた内容" in past.text
        links = [str(link["href"]) for link in page.all("a") if "as_of" in str(link["href"])]
        assert town.theirs(f"/areas/{NORTH}/demand") in {urlsplit(link).path for link in links}
        assert {parse_qs(urlsplit(link).query)["as_of"][0] for link in links} == {then}
        assert [link["href"] for link in page.all("a") if "data-now" in link] == ["/"]
        followed = await client.get(next(link for link in links if town.theirs(f"/needs/{NEED}") in link))
        assert (followed.status_code, "までに記録されていた内容" in followed.text) == (200, True)
        assert town.theirs(an_id("need", 2)) not in past.text
        assert town.theirs(an_id("need", 2)) in answer.text


async def test_the_page_of_an_area_says_that_it_ended_or_was_a_mistake(town: Town) -> None:
    south, path = town.theirs(SOUTH), town.theirs(f"/areas/{NORTH}")
    async with browser(town, Role.AUDITOR, CITY) as client:
        await town.reached()
        assert "に終了しました" not in (await client.get(path)).text
        await town.write(AreaReorganized(area=NORTH, successors=(SOUTH,), valid_from=today()))
        await town.reached()
        page = await client.get(path)
        looks_well(page)
        assert f"この地域は {today()} に終了しました。後継の地域：" in page.text
        assert f'<a href="/areas/{south}">' in page.text
        await town.write(AreaReorganizationWithdrawn(area=NORTH, reason="延期"))
        await town.write(AreaReorganized(area=NORTH, successors=(), valid_from=today(), reason="圏域の数の誤り"))
        await town.reached()
        assert "誤って登録されたものとして取り消されています" in (await client.get(path)).text


async def test_a_page_of_a_day_says_what_is_of_the_day_and_what_of_now(town: Town) -> None:
    await town.write(need(people=7))
    await town.reached()
    yesterday = today() - timedelta(days=1)
    shown = f"{yesterday.year}年{yesterday.month}月{yesterday.day}日に当てはまる内容"
    async with browser(town, TIER2, NORTH) as client:
        page = await client.get(town.theirs(f"/areas/{NORTH}"), params={"valid_at": str(yesterday)})
        looks_well(page)
        assert f"{shown}を、現在までに記録されたすべての内容から表示しています。" in page.text
        assert "その日までにあったニーズやマッチングなどを、現在の状態で数えています。" in page.text
        assert f"{shown}（現在までの記録による）" in page.text
        assert f"those of {yesterday}, as known now; counts are of what had happened by then" in page.text
        both = {"valid_at": str(yesterday), "as_of": datetime.now(UTC).isoformat()}
        page = await client.get(town.theirs(f"/areas/{NORTH}"), params=both)
        assert (f"{shown}（その時までの記録による）" in page.text, "すべての内容" in page.text) == (True, False)


async def test_which_past_an_auditor_looked_at_is_in_the_log_of_accesses(town: Town) -> None:
    await town.write(need())
    await town.reached()
    then, path = datetime.now(UTC).isoformat(), town.theirs(f"/areas/{NORTH}")
    async with browser(town, Role.AUDITOR, NORTH) as client:
        for parameters in ({}, {"as_of": then}):
            assert (await client.get(path, params=parameters)).status_code == 200
    async with town.caller(town.theirs(NORTH), role=Role.AUDITOR) as auditor:
        (one,) = (await auditor.until("/accesses", lambda found: found["items"]))["items"]
        assert (one["kind"], one["operation"], one["about"]) == ("past_read", "area_page", path)
        assert (one["area"], one["as_of"][:19]) == (town.theirs(NORTH), then[:19])
        (event,) = (await auditor.saw(f"/streams/access-{one['access_id']}"))["items"]
        assert event["event"]["type"] == "portal.accessed.v1"


async def test_an_area_s_coordinator_sees_the_area_and_the_way_of_a_need(town: Town) -> None:
    await town.write(need())
    await town.write(need(an_id("need", 2), SOUTH), SOUTH)
    await town.reached()
    async with browser(town, TIER2, NORTH) as client:
        board = await client.get(town.theirs(f"/areas/{NORTH}"), params={"after": town.position})
        looks_well(board)
        assert "北圏域の集計" in board.text
        assert "確認の約束はありません" in board.text
        assert town.theirs(an_id("need", 2)) not in board.text
        page = looks_well(way := await client.get(town.theirs(f"/needs/{NEED}")))
        assert page.all("svg")[0]["role"] == "img"
        assert "ニーズを記録（外出支援、3人）" in way.text
        assert "第2層コーディネーター" in way.text
        for path in (f"/areas/{SOUTH}", f"/needs/{an_id('need', 2)}", "/needs/x", "/nothing"):
            refused = await client.get(town.theirs(path))
            assert refused.status_code in (404, 422), path
            assert "表示できません" in refused.text
            Page(refused.text)


async def test_supporters_venues_and_places_of_an_area_are_on_one_page(town: Town) -> None:
    _, gave_up, placed, ended, *_ = cohort_events(COHORT)
    over = KITCHEN.model_copy(update={"until": DAY, "activity": "終わった募集"})
    for event in (trained(), placed, ended, gave_up, secured(), offered(), place_events(PLACE)[0]):
        await town.write(event)
    await town.write(offered(an_id("place", 2)).model_copy(update={"details": over}))
    gone = an_id("venue", 2)
    away = ROOM.model_copy(update={"name": "返した部屋"})
    for event in (secured(gone).model_copy(update={"details": away}), venue_events(gone)[1]):
        await town.write(event)
    nobody = TRAINING.model_copy(update={"title": "誤りの講座", "headcount": 0})
    await town.write(trained(an_id("cohort", 3)).model_copy(update={"details": nobody}))
    southern = TRAINING.model_copy(update={"title": "南の講座"})
    await town.write(resource())
    for first, people in ((date(2026, 4, 1), 26), (date(2026, 5, 1), 30), (date(2025, 5, 1), 12)):
        counts = {"period_from": first, "period_until": first.replace(day=30), "attendances": people}
        details = REPORT.model_copy(update=counts)
        await town.write(
            ActivityReported(report_id=an_id("survey", people), resource_id=RESOURCE, area=NORTH, details=details)
        )
    await town.write(trained(an_id("cohort", 2), SOUTH).model_copy(update={"details": southern}), SOUTH)
    await town.reached()
    path = town.theirs(f"/areas/{NORTH}")
    async with browser(town, TIER2, NORTH) as client:
        shows_board = await client.get(path, params={"after": town.position})
        board = looks_well(shows_board)
        links = [link["href"] for link in board.all("a")]
        assert [links.count(f"{path}/{page}") for page in ("development", "network", "demand", "practices")] == [
            3,
            2,
            3,
            1,
        ]
        shown = re.findall(r"<caption>.*?</table>", shows_board.text, re.DOTALL)
        assert re.findall(r"<td>(\d+)</td>", "".join(shown[-3:-1])) == ["8", "3", "4", "1", "1", "1", "1", "1", "3"]
        answer = await client.get(f"{path}/development")
        page = looks_well(answer)
        assert "南の講座" not in answer.text
        elsewhere = await client.get(town.theirs(f"/areas/{SOUTH}/development"))
        assert elsewhere.status_code == 404
    assert len(page.all("table")) == 4
    assert len(page.all("rect")) == 3
    assert re.findall(r"<dd>(\d+) 人</dd>", answer.text) == ["8", "3", "4", "1"]
    rows = re.findall(r"<td>([^<]*)</td>", answer.text)
    assert rows[:8] == ["8", "3", "4", "1", "30", "3", "2", "1"]
    assert rows[8:] == ["2026", "2", "4", "14", "56", "3", "2025", "1", "2", "14", "12", "3"]
    for text in (
        "会場（1 か所）",
        "募集 1 人",
        "外出支援",
        "スロープ・エレベーター",
        "調理・配膳",
        "会食会の調理",
        "随時",
    ):
        assert text in answer.text, text
    assert "終わった募集" not in answer.text
    assert "返した部屋" not in answer.text
    assert "誤りの講座" not in answer.text
    async with browser(town, Role.TIER1_COORDINATOR, CITY) as client:
        city = await client.get(town.theirs(f"/areas/{CITY}/development"))
        looks_well(city)
        assert "南の講座" in city.text
        assert re.findall(r"<dd>(\d+) 人</dd>", city.text) == ["16", "3", "12", "1"]


async def test_the_rounds_of_a_city_say_where_one_more_place_helps_and_what_would_serve_a_need(town: Town) -> None:
    other = an_id("need", 2)
    for event in (need(), need(other), resource(), NO_MATCH, ROUND_OPENED, ROUND_SOLVED):
        await town.write(event, CITY if event in (ROUND_OPENED, ROUND_SOLVED) else NORTH)
    near = Nearest(resource_id=RESOURCE, obstacles=(Obstacle.DAYS,), days=(Weekday.THU,))
    asked = {"need_id": other, "search_id": an_id("search", 2), "nearest": (near,), "unmet": (Obstacle.DAYS,)}
    await town.write(NO_MATCH.model_copy(update={**asked, "missing": ()}))
    await town.write(NeedWithdrawn(need_id=NEED, reason="転居"))
    await town.reached()
    path = town.theirs(f"/areas/{NORTH}")
    async with browser(town, TIER2, NORTH) as client:
        board = looks_well(await client.get(path, params={"after": town.position}))
        assert f"{path}/rounds" in {link["href"] for link in board.all("a")}
        answer = await client.get(f"{path}/rounds")
    page = looks_well(answer)
    assert len(page.all("table")) == 4
    rows = re.findall(r"<td[^>]*>([^<]*)</td>", answer.text)
    assert rows[:8] == [CITY_DEFINED.name, "なし", "3", "2", "1", "2", "1", "2400"]
    assert rows[8:13] == ["外出支援", "1", "1460", NORTH_DEFINED.name, "1150"]
    assert "木曜にも活動してもらう" in answer.text
    assert "希望の曜日に活動していない" in answer.text
    assert town.theirs(f"/needs/{NEED}") not in answer.text, "it was withdrawn"


async def test_the_page_of_a_partly_served_need_names_what_came_near_for_the_people_left(town: Town) -> None:
    helped, asked = an_id("match", 2), an_id("match", 3)
    part = NeedPartlyMet(need_id=NEED, match_id=helped, resource_id=RESOURCE, service_id=None, people_helped=3)
    for event in (need(people=9), resource(), part, NO_MATCH):
        await town.write(event)
    path = town.theirs(f"/needs/{NEED}")

    async def shown() -> str:
        await town.reached()
        async with browser(town, TIER2, NORTH) as client:
            answer = await client.get(path, params={"after": town.position})
        looks_well(answer)
        return answer.text

    page = await shown()
    assert "残りの 6 人に近い社会資源" in page
    assert "枠を1人分増やしてもらう" in page
    await town.write(proposed(asked))
    assert "残りの 3 人に近い社会資源" in await shown()
    await town.write(MatchAccepted(match_id=asked, need_id=NEED, need_area=NORTH, resource_id=RESOURCE, people=3))
    await town.write(NeedMatched(need_id=NEED, match_id=asked, resource_id=RESOURCE))
    assert "残りの 3 人に近い社会資源" in await shown(), "others of it have a match"
    await town.write(proposed(an_id("match", 4)))
    assert "近い社会資源" not in await shown()


async def test_who_is_not_signed_in_signs_in_and_comes_back_to_the_page_asked_for(town: Town) -> None:
    async with town.anyone(Accept="text/html") as client:
        sent = await client.get("/areas/272108-01?x=1")
        assert sent.status_code == 303
        where = sent.headers["location"]
        assert where == "/sign-in?next=%2Fareas%2F272108-01%3Fx%3D1"
        page = looks_well(await client.get(where))
        [onward] = [one["value"] for one in page.all("input") if one["name"] == "next"]
        assert onward == "/areas/272108-01?x=1"
        signed = await client.post("/sign-in", data={"token": f" {town.token()} \n", "next": onward})
        assert (signed.status_code, signed.headers["location"]) == (303, onward)
        cookie = signed.headers["set-cookie"]
        assert re.fullmatch(r"shien_session=[\w-]{43}; HttpOnly; Path=/; SameSite=lax", cookie)
        client.cookies.clear()
        name_and_value = cookie.partition(";")[0]
        board = await client.get("/", headers={"Cookie": name_and_value})
        looks_well(board)
        gone = await client.post("/sign-out", headers={"Cookie": name_and_value})
        assert gone.status_code == 303
        assert 'shien_session=""' in gone.headers["set-cookie"]


async def test_who_signed_out_is_signed_out_on_the_server_in_every_process(town: Town) -> None:
    token, other = (town.token(subject=name) for name in ("leaves", "stays"))
    elsewhere = SignedOut(town.service)  # as another process has it
    async with town.anyone(Accept="text/html") as client:
        cookie, others = await signed_in(town, token), await signed_in(town, other)
        assert (await client.get("/", headers=cookie)).status_code == 200
        assert (await client.post("/sign-out", headers=cookie)).status_code == 303
        again = await client.get("/", headers=cookie)
        assert (again.status_code, again.headers["location"]) == (303, "/sign-in?next=%2F")
        assert (await client.get("/", headers=others)).status_code == 200
        refused = await client.post("/sign-in", data={"token": token})
        assert (refused.status_code, "サインアウト" in refused.text) == (422, True)
        assert "set-cookie" not in refused.headers
        assert (await client.post("/sign-out", headers=cookie)).status_code == 303, "twice is once"
    async with town.anyone(Authorization=f"Bearer {token}") as program:
        answer = await program.get(town.theirs(f"/boards/{CITY}"))
        assert (answer.status_code, answer.json()["code"]) == (401, "token.revoked")
    verified = await checker_of(town.app).verified(f"Bearer {other}")
    assert await elsewhere.names(verified) is False
    await elsewhere.add(verified)
    assert await elsewhere.names(verified) is True
    async with town.service.tables.transaction() as connection:
        kept = await connection.fetch("select digest, until from signed_out")
        assert verified.digest in {row["digest"] for row in kept}
        assert token.encode() not in b"".join(row["digest"] for row in kept)
        expired = datetime.now(UTC) - timedelta(seconds=1)
        await connection.execute("insert into signed_out values ('', $1)", expired)
    await forget_expired(town.service)
    async with town.service.tables.transaction() as connection:
        assert await connection.fetch("select digest, until from signed_out") == kept


FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"},
    {"Origin": "null"}, {"Origin": "http://portal.evil.example"}, {"Origin": "http://portal:81"}, {"Origin": "portal"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://portal"}, {"Origin": ""},
)  # fmt: skip
OURS = (
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://portal"},
    {"Origin": "https://PORTAL"},
)  # fmt: skip


async def test_a_page_of_another_site_signs_nobody_in_or_out(town: Town) -> None:
    async with town.anyone(Accept="text/html") as client:
        cookie = await signed_in(town, town.token())
        for headers in FOREIGN:
            for path, more in (("/sign-in", {}), ("/sign-out", cookie)):
                answer = await client.post(path, data={"token": town.token()}, headers={**headers, **more})
                assert (answer.status_code, "set-cookie" in answer.headers) == (403, False), headers
                assert "別のサイトのページ" in answer.text
        two = [("Origin", "http://portal"), ("Origin", "https://evil.example")]
        assert (await client.post("/sign-in", data={"token": town.token()}, headers=two)).status_code == 403
        assert (await client.get("/", headers=cookie)).status_code == 200, "nobody was signed out"
        for headers in OURS:
            answer = await client.post("/sign-in", data={"token": town.token()}, headers=headers)
            assert answer.status_code == 303, headers
        assert (await client.get("/sign-in")).headers["referrer-policy"] == "same-origin", "else Origin would be null"


async def test_the_cookie_is_secure_where_the_page_came_over_tls(town: Town) -> None:
    app = behind_proxies(town.app, "10.0.0.0/8, fd00::/16")
    for client, proto, secure in (
        ("10.1.2.3", "https", True), ("10.1.2.3", "http", False), ("10.1.2.3", None, False),
        ("11.1.2.3", "https", False), ("fd00::7", "https", True), ("fd01::7", "https", False),
        ("10.1.2.3", "https, http", True), ("10.1.2.3", "http,https", False), ("10.1.2.3", "HTTPS", True),
        ("10.1.2.3", "gopher", False), ("10.1.2.3", "", False), ("10.1.2.3", ",https", False),
    ):  # fmt: skip
        transport = httpx2.ASGITransport(app=app, client=(client, 1))
        headers = {"X-Forwarded-Proto": proto} if proto else {}
        async with httpx2.AsyncClient(transport=transport, base_url="http://portal", headers=headers) as browser:
            signed = await browser.post("/sign-in", data={"token": town.token()})
            gone = await browser.post("/sign-out")
        for answer in (signed, gone):
            cookie = answer.headers["set-cookie"]
            assert ("Secure" in cookie) is secure, (client, proto)
            assert cookie.startswith("__Host-shien_session=" if secure else "shien_session=")
            assert ("; Path=/;" in cookie, "Domain" in cookie) == (True, False), "else a browser refuses the prefix"
            assert ("strict-transport-security" in answer.headers) is secure
    assert behind_proxies(town.app, "") is town.app


async def test_over_tls_no_cookie_counts_that_another_host_could_have_set(town: Town) -> None:
    transport = httpx2.ASGITransport(app=town.app, client=("10.1.2.3", 1))
    async with httpx2.AsyncClient(transport=transport, base_url="https://portal") as client:
        secret = (await signed_in(town, town.token()))["Cookie"].partition("=")[2]
        for name, status in (("shien_session", 401), ("__Secure-shien_session", 401), ("__Host-shien_session", 200)):
            answer = await client.get("/", headers={"Cookie": f"{name}={secret}"})
            assert answer.status_code == status, name
            assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


async def test_who_signed_in_or_out_or_was_refused_is_in_the_log_by_account_and_without_the_token(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    token, broken = town.token(subject="account-7"), town.token()[:-8] + "AAAAAAAA"
    async with town.anyone(Accept="text/html") as client:
        cookie = await signed_in(town, token)
        await client.post("/sign-in", data={"token": broken})
        await client.post("/sign-in", data={"token": token}, headers={"Origin": "https://evil.example"})
        await client.post("/sign-out", headers=cookie)
    said = [line for line in capsys.readouterr().out.splitlines() if "path=/sign-" in line]
    found = [{key: re.findall(rf"{key}=(\S+)", line) for key in ("account", "code", "path")} for line in said]
    assert found == [
        {"account": ["account-7"], "code": [], "path": ["/sign-in"]},
        {"account": [], "code": ["token.invalid"], "path": ["/sign-in"]},
        {"account": [], "code": ["form.foreign"], "path": ["/sign-in"]},
        {"account": ["account-7"], "code": [], "path": ["/sign-out"]},
    ]
    assert all("address=127.0.0.1" in line for line in said)
    assert token not in "".join(said)
    assert broken not in "".join(said)


async def test_a_sign_in_takes_tokens_only_and_sends_nobody_elsewhere(town: Town) -> None:
    async with town.anyone(Accept="text/html") as client:
        for token, said in (
            *((text, "トークンの形ではありません") for text in ("", "no token", "a.b", "あ.い.う", "<b>.x.y")),
            ("a.b.c\r\nSet-Cookie: x=1", "トークンの形ではありません"),
            ("a.b." + "c" * 16_381, "トークンの形ではありません"),
            ("a.b.c", "アクセストークンが正しくありません"),
            (town.token()[:-8] + "AAAAAAAA", "アクセストークンが正しくありません"),
        ):
            refused = await client.post("/sign-in", data={"token": token})
            assert refused.status_code == 422, token
            assert "set-cookie" not in refused.headers
            assert said in refused.text
        for body in (b"\xff\x00=%zz", b"token=" + b"a" * 100_000, b"&" * 5000):
            assert (await client.post("/sign-in", content=body)).status_code == 422
        for onward in ("https://example.org", "//example.org", "/\\example.org", "javascript:x", "/a\r\nb", "/あ"):
            sent = await client.post("/sign-in", data={"token": town.token(), "next": onward})
            assert sent.headers["location"] == "/", onward
        unknown = await client.get("/", headers={"Cookie": f"shien_session={'x' * 43}"})
        assert unknown.headers["location"] == "/sign-in?next=%2F"


async def test_programs_get_problems_and_not_pages(town: Town) -> None:
    async with town.anyone() as client:
        answer = await client.get(f"/boards/{CITY}")
        assert (answer.status_code, answer.json()["code"]) == (401, "token.missing")


async def test_everything_a_page_loads_is_there(town: Town) -> None:
    async with town.anyone() as client:
        for path, kind in (
            ("/static/portal.css", "text/css"),
            ("/static/sign-in.js", "javascript"),
            ("/static/icon.svg", "image/svg+xml"),
        ):
            answer = await client.get(path)
            assert answer.status_code == 200
            assert kind in answer.headers["content-type"]
            assert "://" not in answer.text.replace("http://www.w3.org/2000/svg", "")


async def test_a_city_that_is_not_defined_yet_says_so(town: Town) -> None:
    async with browser(town, Role.TIER1_COORDINATOR, "432016") as client:
        answer = await client.get("/")
        looks_well(answer)
        assert "432016" in answer.text


ASSIGNED = CoordinatorAssigned(
    coordinator_id=COUNCIL, area=NORTH, tier=Tier.TIER2, employer="北包括", employer_kind=BodyKind.SUPPORT_CENTRE,
    posts=1, term_from=date(2026, 4, 1), term_until=date(2099, 4, 1),
)  # fmt: skip
HANDED_OVER = CoordinatorHandedOver(coordinator_id=COUNCIL, on=today(), note="提案は市の回答待ち")


PROMISED = FreshnessPromised(area=NORTH, percent=80, within_days=90, since=date(2026, 4, 1))


def texts(html: str, heading: str) -> str:
    """The part of a page below a heading, without its markup."""
    part = html.partition(f">{heading}</h2>")[2].partition("</section>")[0]
    return re.sub(r"<[^>]+>", "|", part)


async def test_a_leaving_coordinator_prints_what_is_open(town: Town) -> None:
    registered = resource().model_copy(update={"details": DETAILS.model_copy(update={"provider_id": COUNCIL})})
    named = ProviderRegistered(provider_id=COUNCIL, area=NORTH, name="NPO見本", kind=BodyKind.NPO)
    received = proposal_events(PROPOSAL)[0]
    grouped = need_events(NEED)[1]
    told: list[Event] = [COUNCIL_ESTABLISHED, MEMBERS_CHANGED, PURPOSE_AGREED, ASSIGNED, HANDED_OVER]
    told += [
        named,
        REVISED,
        registered,
        OUTREACH_MADE,
        PROMISED,
        next(one for one in NETWORK if isinstance(one, InformationShared)),
    ]
    for event in (*told, need(people=7), grouped, CONSOLIDATED, RAISED, proposed(), escalated(), received):
        await town.write(event)
    await town.reached()
    async with browser(town, TIER2, NORTH) as client:
        page = await client.get(town.theirs(f"/areas/{NORTH}/hand-over"), params={"after": town.position})
    looks_well(page)
    assert "北圏域の引継書" in page.text
    council = texts(page.text, "協議体")
    for said in ("北協議体", "東自治会連合会、NPOみどり", "歩いて行ける居場所をつくる", "2026-04-02（見直しの時期）"):
        assert said in council, said
    post = texts(page.text, "コーディネーターの配置")
    assert f"2026-04-01〜{HANDED_OVER.on}" in post
    assert "提案は市の回答待ち" in post
    assert "|外出支援|" in texts(page.text, "未対応の支援ニーズ")
    assert "|7|" in texts(page.text, "未対応の支援ニーズ")
    assert "買物に行けない" in texts(page.text, "地域課題・不足するサービス")
    assert "2026-06-01（期限超過）" in texts(page.text, "進行中の提案")
    verified = texts(page.text, "確認が必要な社会資源")
    assert "外出支援の会" in verified
    assert "NPO新見本" in verified, "the name that the provider has now"
    assert re.search(r"確認の約束（北圏域、2026-04-01 から）.*80 %.*90 日以内.*1 件のうち 0 件（0 %）", page.text)
    assert "<strong>未達成</strong>（あと 1 件）" in page.text
    assert "|打診中|" in texts(page.text, "回答または結果を待つマッチング")
    assert f"|制度||北圏域||{DAY}||2|" in texts(page.text, "受領確認を待つ情報").replace("\n", "|").replace("|||", "||")
    asked = texts(page.text, "回答を待つ働きかけ")
    assert "東自治会連合会" in asked
    assert "場所の提供" in asked
    counted = texts(page.text, "引き継ぐ件数")
    assert re.findall(r"\|(\d+)\|", counted) == ["1", "1", "1", "0", "1", "1", "1", "1"]


async def test_the_city_sees_areas_without_a_post_and_what_an_ended_area_still_has(town: Town) -> None:
    provider = ProviderRegistered(provider_id=COUNCIL, area=NORTH, name="NPO見本", kind=BodyKind.NPO)
    for event in (COUNCIL_ESTABLISHED, ASSIGNED, provider, resource()):
        await town.write(event)
    await town.reached()
    async with browser(town, TIER2, SOUTH) as client:
        for name in ("tiers", "ended-areas"):
            assert (await client.get(town.theirs(f"/areas/{NORTH}/{name}"))).status_code == 404
    async with browser(town, Role.TIER1_COORDINATOR, CITY) as client:
        page = await client.get(town.theirs(f"/areas/{CITY}/tiers"), params={"after": town.position})
        looks_well(page)
        assert "|第2層|2|1|1|0|1|0|" in re.sub(r"[|\n]+", "|", re.sub(r"<[^>]+>", "|", page.text))
        assert "北圏域" not in texts(page.text, "第2層で対応が必要な区域")
        assert texts(page.text, "第2層で対応が必要な区域").count("南圏域") == 2
        path = town.theirs(f"/areas/{CITY}/ended-areas")
        nothing = await client.get(path)
        assert "終了した地域に残る記録はありません" in nothing.text
        await town.write(AreaReorganized(area=NORTH, successors=(SOUTH,), valid_from=DAY))
        await town.reached()
        page = await client.get(path, params={"after": town.position})
        looks_well(page)
        shown = re.sub(r"[|\n]+", "|", re.sub(r"<[^>]+>", "|", page.text))
        assert f"|北圏域|{DAY}|南圏域|1|1|1|1|0|0|0|" in shown


async def test_what_is_settled_is_not_handed_over(town: Town) -> None:
    declined = match_events(MATCH, NEED, NORTH, an_id("resource"))[1]
    rejected = proposal_events(PROPOSAL)[4]
    withdrawn = next(event for event in need_events(NEED) if isinstance(event, NeedWithdrawn))
    for event in (need(), withdrawn, proposed(), declined, escalated(), rejected, OUTREACH_MADE, DECLINED):
        await town.write(event)
    await town.write(need(an_id("need", 2), SOUTH), SOUTH)
    await town.reached()
    async with browser(town, TIER2, NORTH) as client:
        page = await client.get(town.theirs(f"/areas/{NORTH}/hand-over"), params={"after": town.position})
        looks_well(page)
        assert re.findall(r"\|(\d+)\|", texts(page.text, "引き継ぐ件数")) == ["0"] * 8
        assert "協議体の記録がありません" in page.text
        refused = await client.get(town.theirs(f"/areas/{SOUTH}/hand-over"))
        assert refused.status_code == 404
    async with browser(town, Role.TIER1_COORDINATOR, CITY) as client:
        page = await client.get(town.theirs(f"/areas/{CITY}/hand-over"), params={"after": town.position})
        assert "南圏域" in texts(page.text, "未対応の支援ニーズ")


async def test_the_way_of_a_council_is_traced_by_its_id(town: Town) -> None:
    for event in (COUNCIL_ESTABLISHED, MEMBERS_CHANGED, RAISED):
        await town.write(event)
    found = (await town.get(f"/trace/{COUNCIL}", TIER2, NORTH)).json()
    assert [event["ja"] for event in found["events"]] == [
        "「北協議体」を設置", "協議体の構成団体を変更（2026-04-01 から2団体）", "地域課題「買物に行けない」を問題提起",
    ]  # fmt: skip
    assert (await town.get(f"/trace/{COUNCIL}", TIER2, SOUTH)).status_code == 404


async def test_good_practices_of_all_districts_are_on_one_page_by_support_kind(town: Town) -> None:
    shared = next(event for event in NETWORK if isinstance(event, InformationShared))
    taken = next(event for event in NETWORK if isinstance(event, PracticeTakenUp))
    known = InformationAcknowledged(information_id=shared.information_id, council_id=COUNCIL, on=DAY)
    plain, gone = (shared.model_copy(update={"information_id": an_id("council", n), "subject": "別"}) for n in (2, 3))
    mistake = InformationWithdrawn(information_id=gone.information_id, reason="二重の記録")
    others = (plain.model_copy(update={"practice": None}), gone, mistake)
    for event in (COUNCIL_ESTABLISHED, shared, known, taken, *others):
        await town.write(event)
    await town.reached()
    async with browser(town, TIER2, SOUTH) as client:
        page = await client.get(town.theirs(f"/areas/{SOUTH}/practices"), params={"after": town.position})
        looks_well(page)
        refused = await client.get(town.theirs(f"/areas/{NORTH}/practices"))
        assert refused.status_code == 404
    part = re.sub(r"[|\n]+", "|", texts(page.text, "交流サロン"))
    assert f"|制度|北圏域|{DAY}|空き家を借りた|週1回集まる|北協議体|北協議体（{DAY} から）|" in part
    assert "（1 件）" in page.text


async def test_the_way_of_a_proposal_is_on_one_page_in_both_languages(town: Town) -> None:
    received, returned, deliberated, *_ = proposal_events(PROPOSAL)
    due, revoked, _ = proposal_events(PROPOSAL)[-3:]
    again = escalated(round_=2).model_copy(update={"ask": "週二回の送迎"})
    rejected = proposal_events(PROPOSAL)[4]
    thought = deliberated.model_copy(update={"fee": "一回200円", "salon_support": "三年で自立"})
    grown = escalated().model_copy(update={"grown_from": GROWN})
    again = again.model_copy(update={"grown_from": GROWN})
    launched = LAUNCHED.model_copy(update={"taken_over": GROWN.resource_id})
    told: list[Event] = [COUNCIL_ESTABLISHED, need(), CONSOLIDATED, RAISED, grown, received, returned, again]
    for event in (*told, received, due, thought, rejected, revoked, DESIGNED, launched, need_events(NEED)[0]):
        await town.write(event)
    await town.reached()
    path = town.theirs(f"/proposals/{PROPOSAL}")
    async with browser(town, TIER2, NORTH) as client:
        page = await client.get(path, params={"after": town.position})
        english = await client.get(path, params={"after": town.position, "lang": "en"})
        unknown = await client.get("/proposals/00000000-0000-7000-0000-00000000dead")
    assert unknown.status_code == 404
    shown = looks_well(page)
    assert town.theirs(f"/needs/{NEED}") in {link["href"] for link in shown.all("a")}
    second, first = (texts(page.text, f"第{n}回の提案（{today()}）") for n in (2, 1))
    for said in ("週二回の送迎", "|不採択|", "予算", "取り違え", "一回200円", "三年で自立", "次回を待つ"):
        assert said in second, said
    for said in ("移動支援の事業化", "人数は", "|差戻し|", "もとになった活動：東の足の会", "2024-05-01 登録"):
        assert said in first, said
    assert "|3|5|" in re.sub(r"[|\n]+", "|", second), "five wait now"
    assert "おでかけ便" in texts(page.text, "制度設計（実施中）")
    assert "見本市社協" in texts(page.text, "制度設計（実施中）")
    assert "もとになった活動を引継ぎ" in texts(page.text, "制度設計（実施中）")
    assert "|2025|2|365|50|40|900|12|" in re.sub(r"[|\n]+", "|", second), "its history goes with the round"
    looks_well(english)
    for said in ("Views at deliberations", "Round 2", "Rejected", "Launched"):
        assert said in english.text, said


async def test_a_merged_proposal_and_its_origin_name_each_other(town: Town) -> None:
    into, told = merger_events(PROPOSAL)[0], merger_events(PROPOSAL)[4]
    rejected = proposal_events(MERGED_PROPOSAL)[4]
    for event in (COUNCIL_ESTABLISHED, need(), RAISED, escalated(), merged(), into, rejected, told):
        await town.write(event)
    await town.reached()
    async with browser(town, TIER2, NORTH) as client:
        origin = await client.get(town.theirs(f"/proposals/{PROPOSAL}"), params={"after": town.position})
        leaf = await client.get(town.theirs(f"/proposals/{MERGED_PROPOSAL}"))
    shown = {link["href"] for link in looks_well(origin).all("a")}
    assert town.theirs(f"/proposals/{MERGED_PROPOSAL}") in shown
    facts = re.sub(r"[|\n]+", "|", texts(origin.text, f"第1回の提案（{today()}）"))
    assert "|合併|" in facts
    assert "|不採択|" in facts
    assert town.theirs(f"/proposals/{PROPOSAL}") in {link["href"] for link in looks_well(leaf).all("a")}
    assert "市を回る送迎" in leaf.text
    assert "予算" in leaf.text


async def test_a_proposal_that_was_split_shows_the_answer_of_each_part(town: Town) -> None:
    adopted = proposal_events(PART_PROPOSAL)[3]
    for event in (COUNCIL_ESTABLISHED, need(), RAISED, escalated(), split_events(PROPOSAL)[0], part(), adopted):
        await town.write(event)
    await town.reached()
    async with browser(town, TIER2, NORTH) as client:
        whole = await client.get(town.theirs(f"/proposals/{PROPOSAL}"), params={"after": town.position})
        one = await client.get(town.theirs(f"/proposals/{PART_PROPOSAL}"))
    assert town.theirs(f"/proposals/{PART_PROPOSAL}") in {link["href"] for link in looks_well(whole).all("a")}
    parts = texts(whole.text, "分割した提案")
    assert "移動販売" in parts
    assert "採択" in parts
    assert town.theirs(f"/proposals/{PROPOSAL}") in {link["href"] for link in looks_well(one).all("a")}
    assert "分割のもとの提案" in one.text


async def test_a_council_prints_what_its_meeting_needs(town: Town) -> None:
    late = SelfHelpAgreed(
        self_help_id=SELF_HELP, area=NORTH, issue_id=ISSUE, council_id=COUNCIL, meeting_id=MEETING,
        agreed_on=date(2026, 4, 1), body_kind=BodyKind.NEIGHBOURHOOD, body="東自治会", what="送迎を試行する",
        until=date(2026, 6, 1),
    )  # fmt: skip
    received = proposal_events(PROPOSAL)[0]
    told: list[Event] = [COUNCIL_ESTABLISHED, PURPOSE_AGREED, need(people=7), CONSOLIDATED, RAISED, late]
    salon = MeetingItem(
        kind=MeetingItemKind.SALON_INDEPENDENCE, text="世話役の交代", decision="輪番とする", smooth_running=True
    )
    met = MEETING_HELD.model_copy(update={"issues": (), "items": (salon,)})
    for event in (*told, escalated().model_copy(update={"grown_from": GROWN}), received, met):
        await town.write(event)
    await town.reached()
    path = town.theirs(f"/councils/{COUNCIL}/meeting-pack")
    async with browser(town, TIER2, NORTH) as client, browser(town, TIER2, SOUTH) as south:
        page = await client.get(path, params={"after": town.position})
        english = await client.get(path, params={"after": town.position, "lang": "en"})
        paper = [await client.get(path, params={"after": town.position, "form": "pdf"}) for _ in range(2)]
        assert (await south.get(path)).status_code == 404
    looks_well(page)
    looks_well(english)
    assert {(one.headers["content-type"], one.content[:5]) for one in paper} == {("application/pdf", b"%PDF-")}
    found = texts(page.text, "議題")
    for said in ("回答期限を過ぎた提案", "会議でまだ扱っていない地域課題", "期日を過ぎ報告のない地域の取組"):
        assert said in found, said
    for said in ("送迎を試行する", "|2026-06-01|"):
        assert said in found, said
    under_way = texts(page.text, "進行中の提案の一覧")
    for said in ("買物に行けない", "もとになった活動：東の足の会", "900"):
        assert said in under_way, said
    assert "歩いて行ける居場所をつくる" in page.text
    discussed = texts(page.text, "これまでに議論したこと")
    kind = "サロン支援（自立した運営への道筋）"
    for said in (kind, "地域における円滑な実施のための検討", "|世話役の交代|", "|輪番とする|"):
        assert said in discussed, said
    for said in ("Proposals whose answer is overdue", "Salon support: path to self-running"):
        assert said in english.text, said
