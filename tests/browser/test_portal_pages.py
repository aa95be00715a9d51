"""The portal in Chromium: pages show what the boards answer, everybody can operate them, and no other site is asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import OpenTab, Portal
from .watched import CHROMIUM, WITHOUT, Tab

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.embedded,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=WITHOUT),
]

PAGES = (
    "sign-in",
    "city",
    "area",
    "demand",
    "development",
    "network",
    "rounds",
    "practices",
    "tiers",
    "ended-areas",
    "hand-over",
    "need",
    "proposal",
    "pack",
    "refused",
)
DESKTOP, PHONE = (1280, 900), (375, 667)
ZOOMED, NARROW = (640, 450), (320, 256)  # a screen of 1280 at 200 and 400 %


def path_of(page: str, portal: Portal) -> str:
    area = f"/areas/{portal.areas[0]}"
    of_area = ("demand", "development", "network", "rounds", "practices", "tiers", "ended-areas", "hand-over")
    paths = {
        "city": "/", "area": area, **{name: f"{area}/{name}" for name in of_area},
        "need": f"/needs/{portal.need}", "proposal": f"/proposals/{portal.proposal}",
        "pack": f"/councils/{portal.council}/meeting-pack", "refused": "/needs/x",
    }  # fmt: skip
    return paths.get(page, f"/{page}")


def show(tab: Tab, page: str, portal: Portal) -> None:
    """Open a page, signed in. The browser complains of the page that is refused, as it should."""
    tab.sign_in(portal.token)
    tab.go(path_of(page, portal))
    if page == "refused":
        assert ["422" in complaint for complaint in tab.complaints] == [True]
        tab.complaints.clear()


def answer(tab: Tab, portal: Portal, path: str) -> Any:
    """What the portal answers to a program."""
    headers = {"Authorization": f"Bearer {portal.token}", "Accept": "application/json"}
    found = tab.context.request.get(portal.url + path, headers=headers)
    assert found.ok, found.text()
    return found.json()


def figures_seen(page: Page) -> list[int]:
    """The figures of the cards, from the first to the last."""
    expect(page.get_by_role("heading", name="合計", exact=True)).to_be_visible()
    return [int(cell) for cell in page.locator("table.card td").all_inner_texts()]


def figures_of(board: Mapping[str, Mapping[str, int]]) -> list[int]:
    return [number for section in board.values() for number in section.values()]


def rows_seen(page: Page, caption: str) -> list[list[str]]:
    """The cells of the rows below the head of a table."""
    table = page.get_by_role("table", name=caption)
    expect(table).to_be_visible()
    rows: list[list[str]] = table.evaluate(
        "table => [...table.rows].filter(row => row.parentNode.tagName !== 'THEAD')"
        ".map(row => [...row.cells].map(cell => cell.innerText))"
    )
    return rows


def test_who_follows_a_link_with_a_token_signs_in_and_the_token_is_seen_nowhere(
    open_tab: OpenTab, portal: Portal
) -> None:
    tab, board = open_tab(), f"/areas/{portal.areas[0]}"
    page = tab.page
    tab.go(board)
    sign_in = f"/sign-in?next=%2Fareas%2F{portal.areas[0]}"
    assert tab.is_at(sign_in)
    tab.go(f"{sign_in}#{portal.leaving}")  # the page is open already: nothing is loaded again
    expect(page.get_by_label("アクセストークン")).to_have_value(portal.leaving)
    assert tab.is_at(sign_in)
    expect(page.get_by_role("button", name="サインイン")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(portal.url + board)
    expect(page.get_by_text("監査者（demo）")).to_be_visible()
    assert portal.leaving not in page.content()
    assert page.evaluate("document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)") == "{}{}"

    [kept] = tab.context.cookies()
    page.get_by_role("button", name="サインアウト").click()
    expect(page).to_have_url(f"{portal.url}/sign-in")
    tab.go(board)
    assert tab.is_at(sign_in)
    assert tab.context.cookies() == []
    tab.context.add_cookies([{"name": kept["name"], "value": kept["value"], "url": portal.url}])
    tab.go(board)
    assert tab.is_at(sign_in), "the session was ended on the server"
    refused = tab.context.request.post(f"{portal.url}/sign-in", form={"token": portal.leaving})
    assert refused.status == 422, "and so was the token"


def test_a_token_in_the_first_address_is_gone_from_it_at_once(open_tab: OpenTab, portal: Portal) -> None:
    tab = open_tab()
    tab.go(f"/sign-in#{portal.token}")
    expect(tab.page).to_have_url(f"{portal.url}/sign-in")
    tab.page.get_by_role("button", name="サインイン").click()
    expect(tab.page).to_have_url(f"{portal.url}/")
    expect(tab.page.get_by_role("heading", level=1)).to_contain_text("みほん市")


def test_what_is_no_token_is_refused_in_words(open_tab: OpenTab) -> None:
    tab = open_tab()
    tab.go("/sign-in")
    tab.page.get_by_label("アクセストークン").fill("合言葉")
    tab.page.get_by_role("button", name="サインイン").click()
    expect(tab.page.get_by_role("alert")).to_contain_text("トークンの形ではありません")
    assert ["422" in complaint for complaint in tab.complaints] == [True]
    tab.complaints.clear()


def test_tier_1_is_the_sum_of_tier_2_as_it_is_seen(tab: Tab, portal: Portal) -> None:
    tab.go("/")
    city = figures_seen(tab.page)
    assert city == figures_of(answer(tab, portal, f"/boards/{portal.city}?subtree=true")["board"])
    *rows, total = rows_seen(tab.page, "最後の行は合計です")
    assert [int(cell) for cell in total[1:]] == [
        sum(int(cell) for cell in column) for column in list(zip(*rows, strict=True))[1:]
    ]

    parts = [figures_of(answer(tab, portal, f"/boards/{portal.city}")["board"])]  # what is of no district
    for name, *numbers in rows[: len(portal.areas)]:
        tab.page.get_by_role("link", name=name, exact=True).click()
        expect(tab.page.get_by_role("heading", level=1)).to_have_text(f"{name}の集計")
        seen = figures_seen(tab.page)
        area = tab.page.url.rpartition("/")[2]
        assert seen == figures_of(answer(tab, portal, f"/boards/{area}")["board"])
        parts.append(seen)
        assert numbers, name
        tab.page.get_by_role("navigation", name="地域の位置").get_by_role("link").click()
        expect(tab.page.get_by_role("heading", level=1)).to_contain_text("みほん市")
    assert city == [sum(column) for column in zip(*parts, strict=True)]
    assert sum(city) > 50


def test_the_map_has_a_shape_for_every_area_with_its_name_and_the_number_of_the_table(tab: Tab, portal: Portal) -> None:
    tab.go("/")
    rows = rows_seen(tab.page, "最後の行は合計です")[: len(portal.areas)]
    drawn = tab.page.get_by_role("img", name="地図: 支援を待つ人の数")
    expect(drawn).to_be_visible()
    shapes = drawn.locator("path")
    assert [shape.locator("title").text_content() for shape in shapes.all()] == [
        f"{name}: {waiting}" for name, waiting, *_ in rows
    ]
    boxes = [shape.bounding_box() for shape in shapes.all()]
    assert all(box and box["width"] > 20 and box["height"] > 20 for box in boxes)
    assert len({(box["x"], box["y"]) for box in boxes if box}) == len(portal.areas) == 4
    expect(tab.page.get_by_text("色が濃いほど多い地域です")).to_be_visible()


def test_the_trace_of_a_need_is_drawn_and_listed(tab: Tab, portal: Portal) -> None:
    tab.go("/")
    tab.page.locator(f"a[href='/needs/{portal.need}']").click()
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("ニーズの経過")
    events = answer(tab, portal, f"/trace/{portal.need}")["events"]
    assert len(events) > 15
    rows = rows_seen(tab.page, "出来事を起きた順に")
    assert [row[1] for row in rows] == [event["ja"] for event in events]
    who = {"第1層コーディネーター（市）", "第2層コーディネーター（ささえりあ）", "自動処理"}
    assert {row[3] for row in rows} == who
    drawn = tab.page.get_by_role("img", name=f"経過図（{len(events)} 件）")
    expect(drawn).to_be_visible()
    assert drawn.locator("g").count() == len(events)
    for lane in ("ニーズ", "マッチング", "協議体・提案", "資源台帳"):
        expect(drawn.get_by_text(lane, exact=True)).to_be_visible()
    assert drawn.locator("path[marker-end]").count() >= 5


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_japanese_says_that_its_data_are_made_up_and_shows_no_codes(
    tab: Tab, portal: Portal, name: str
) -> None:
    show(tab, name, portal)
    page = tab.page
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.get_by_role("note")).to_contain_text("合成データ")
    expect(page.get_by_role("note")).to_be_in_viewport()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert page.title().endswith(" — 支援のわ")
    codes = page.locator("td, th, caption, h1, h2, figcaption, svg text").filter(has_text="_")
    assert codes.all_inner_texts() == []


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_barrier_and_nothing_to_press_is_small(tab: Tab, portal: Portal, name: str) -> None:
    show(tab, name, portal)
    for size in (DESKTOP, PHONE):
        tab.resize(*size)
        assert (size, tab.barriers(), tab.too_small()) == (size, [], [])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_never_scrolled_sideways(tab: Tab, portal: Portal, name: str) -> None:
    show(tab, name, portal)
    for size in (DESKTOP, ZOOMED, PHONE, NARROW):
        tab.resize(*size)
        expect(tab.page.get_by_role("heading", level=1)).to_be_visible()
        assert (size, tab.too_wide()) == (size, 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_the_tab_key_reaches_all_that_can_be_operated_in_order_and_shows_where_it_is(
    tab: Tab, portal: Portal, name: str
) -> None:
    show(tab, name, portal)
    reached, should = tab.tabbed()
    assert reached == should
    assert len(should) > 3


def test_a_table_is_scrolled_by_keyboard_on_a_phone_and_keeps_what_row_it_is_in_sight(tab: Tab, portal: Portal) -> None:
    tab.resize(*PHONE)
    show(tab, "city", portal)
    region = tab.page.get_by_role("region", name="最後の行は合計です")
    first = region.get_by_role("rowheader").first
    last = region.get_by_role("columnheader", name="期限超過の提案")
    region.focus()
    before = first.bounding_box()
    for _ in range(40):
        tab.page.keyboard.press("ArrowRight")
    expect(last).to_be_in_viewport(ratio=0.9)
    after = first.bounding_box()
    assert before is not None
    assert after is not None
    assert after["x"] == before["x"]
