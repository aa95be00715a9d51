"""Signing in at the identity provider: a real one over HTTP, shaped like Keycloak or like Entra ID."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from tests.identity_provider import SECRET, IdentityProvider, provider_at_work

from portal.browser_secrets import new_secret, sealed, unsealed
from portal.code_flow import CodeFlow
from portal.provider import RETURN, Provider
from portal.sessions import SIGN_INS_KEPT, Sessions, forget_sessions
from portal.settings import Settings
from portal.signed_in import SignedIn
from portal.signed_out import SignedOut
from shiendomain.days import JAPAN
from shienops._databases import Database
from shienops.stack import Stack
from shienweb import Refusal

from .town import Town, a_portal
from .world import CITY, NORTH

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE = "/areas/272108-01?x=1"
AWAY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    """The provider that people sign in at."""
    with provider_at_work() as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(
    provider: IdentityProvider, postgres: Stack, kafka: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    """A running portal that knows the provider."""
    folder, name = tmp_path_factory.mktemp("portal"), f"t_{uuid4().hex[:12]}"
    (folder / "secret").write_text(f"{SECRET}\n")
    names: list[str] = []

    async def make_database() -> Database:
        names.append(f"{name}_{len(names)}")
        return await postgres.create_database(names[-1])

    more = {**provider.settings(), "sign_in_address": "http://127.0.0.1:1", "sign_in_secret_file": folder / "secret"}
    async with a_portal(make_database, kafka, folder, f"portal_{name}", **more) as found:
        yield found
    for one in names:
        await postgres.drop_database(one)


@pytest.fixture(autouse=True)
def as_it_was(town: Town, provider: IdentityProvider) -> Iterator[None]:
    """The provider makes no faults, and gives the areas of this town."""
    provider.areas = [town.theirs(NORTH)]
    before = (provider.seconds, provider.role, provider.refreshes)
    yield
    provider.seconds, provider.role, provider.refreshes = before
    provider.changed.clear()
    provider.answers.clear()


def a_browser(town: Town) -> httpx2.AsyncClient:
    """It keeps its cookies."""
    transport = httpx2.ASGITransport(app=town.app)
    return httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:1", headers={"Accept": "text/html"})


async def allowed(url: str) -> str:
    """What somebody's browser is sent to, who presses the provider's button."""
    async with httpx2.AsyncClient() as person:
        assert (await person.get(url)).status_code == 200
        return str((await person.post(url)).headers["location"])


async def begun(browser: httpx2.AsyncClient, onward: str = "/") -> str:
    """The provider's page that the portal sends a browser to."""
    sent = await browser.get("/sign-in/begin", params={"next": onward})
    assert sent.status_code == 303, sent.text
    return str(sent.headers["location"])


async def signed_in(browser: httpx2.AsyncClient, onward: str = "/") -> httpx2.Response:
    """The answer to who comes back from the provider."""
    return await browser.get(await allowed(await begun(browser, onward)))


async def of_all(town: Town, change: str) -> None:
    """Let time pass for all sessions."""
    async with town.service.tables.transaction() as connection:
        await connection.execute(f"update sessions set {change}")


async def test_who_signs_in_at_the_provider_comes_back_to_the_page_asked_for_and_signs_out_there_too(
    town: Town, provider: IdentityProvider
) -> None:
    path = town.theirs(f"/areas/{NORTH}")
    async with a_browser(town) as browser:
        where = (await browser.get(path)).headers["location"]
        page = (await browser.get(where)).text
        [begin] = re.findall(r'href="(/sign-in/begin\?[^"]*)">市の認証でサインイン', page)
        assert parse_qs(urlsplit(begin).query) == {"next": [path]}
        answer = await signed_in(browser, path)
        assert (answer.status_code, answer.headers["location"]) == (303, path)
        [session] = [one for one in answer.headers.get_list("set-cookie") if one.startswith("shien_session=")]
        assert re.fullmatch(r"shien_session=[\w-]{43}; HttpOnly; Path=/; SameSite=lax", session)
        assert set(browser.cookies) == {"shien_session"}
        await town.reached()
        board = await browser.get(path, params={"after": town.position})
        assert (board.status_code, "北圏域の集計" in board.text) == (200, True)
        assert "第2層コーディネーター（北地域包括支援センター）" in board.text
        kept = dict(browser.cookies)
        gone = await browser.post("/sign-out", headers={"Origin": "http://127.0.0.1:1"})
        assert (gone.status_code, dict(browser.cookies)) == (200, {})
        [onward] = re.findall(r'<a class="button" href="([^"]*)', gone.text)
        async with httpx2.AsyncClient() as person:
            back = await person.get(onward.replace("&amp;", "&"))
        assert (back.status_code, back.headers["location"]) == (303, "http://127.0.0.1:1/sign-in")
        assert provider.ended.pop().count(".") == 2
        browser.cookies.update(kept)
        assert (await browser.get(path)).headers["location"].startswith("/sign-in?next="), "ended on the server"


async def test_over_tls_the_cookies_are_for_this_host_alone(town: Town) -> None:
    transport = httpx2.ASGITransport(app=town.app)
    async with httpx2.AsyncClient(transport=transport, base_url="https://127.0.0.1:1") as browser:
        sent = await browser.get("/sign-in/begin")
        assert re.match(
            r"__Host-shien_sign_in=.*; HttpOnly; Max-Age=600; Path=/; SameSite=lax; Secure", sent.headers["set-cookie"]
        )
        answer = await browser.get((await allowed(sent.headers["location"])).replace("http:", "https:"))
        [session] = [one for one in answer.headers.get_list("set-cookie") if "shien_session=" in one]
        assert re.match(r"__Host-shien_session=.*; HttpOnly; Path=/; SameSite=lax; Secure", session)


async def test_another_page_s_link_begins_no_sign_in_and_nobody_is_sent_elsewhere(town: Town) -> None:
    async with a_browser(town) as browser:
        sent = await browser.get("/sign-in/begin", headers={"Sec-Fetch-Site": "cross-site"})
        assert (sent.headers["location"], dict(browser.cookies)) == ("/sign-in?next=%2F", {})
        for onward in ("https://example.org", "//example.org", "/\\example.org", "/あ", "/" + "a/" * 2000, ""):
            assert (await signed_in(browser, onward)).headers["location"] == "/", onward


async def test_a_sign_in_counts_for_the_browser_that_began_it_and_once(town: Town) -> None:
    async with a_browser(town) as browser, a_browser(town) as another:
        back = await allowed(await begun(browser))
        await begun(another)
        for one in (another, a_browser(town)):
            refused = await one.get(back)
            assert (refused.status_code, "この手続きではサインインできません" in refused.text) == (422, True)
            assert "shien_session" not in one.cookies
            assert "市の認証でサインイン" in refused.text
        under_way = dict(browser.cookies)
        assert (await browser.get(back)).status_code == 303
        assert (await browser.get(back)).status_code == 422, "the cookie is gone"
        browser.cookies.update(under_way)
        replayed = await browser.get(back)
        assert (replayed.status_code, "すでに済んでいる" in replayed.text) == (422, True)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"id": {"nonce": "another"}}, "回答を受け付けられませんでした"),
    ({"id": {"nonce": None}}, "回答を受け付けられませんでした"),
    ({"id": {"iss": "https://another.example"}}, "回答を受け付けられませんでした"),
    ({"id": {"aud": "another"}}, "回答を受け付けられませんでした"),
    ({"id": {"aud": ["another", "shien-portal"], "azp": "another"}}, "回答を受け付けられませんでした"),
    ({"id": {"exp": 1}}, "時計がずれている"),
    ({"id": {"iat": 32_503_680_000}}, "時計がずれている"),
    ({"access": {"exp": 1}}, "時計がずれている"),
    ({"access": {"aud": "another"}}, "回答を受け付けられませんでした"),
    ({"access": {"iss": "https://another.example"}}, "回答を受け付けられませんでした"),
    ({"access": {"typ": "ID"}}, "回答を受け付けられませんでした"),
    ({"access": {"role": "mayor"}}, "回答を受け付けられませんでした"),
]


async def test_tokens_that_are_not_for_this_sign_in_are_refused_in_words(
    town: Town, provider: IdentityProvider
) -> None:
    async with a_browser(town) as browser:
        for changed, said in WRONG:
            provider.changed = changed
            answer = await signed_in(browser, PAGE)
            assert (answer.status_code, said in answer.text) == (422, True), changed
            assert "/sign-in/begin?next=%2Fareas%2F272108-01%3Fx%3D1" in answer.text.replace("/areas/", "%2Fareas%2F")
            assert "shien_session" not in browser.cookies


async def test_what_the_provider_says_instead_of_a_code_is_told_in_words(town: Town) -> None:
    async with a_browser(town) as browser:
        for more, status, said in (
            ("error=access_denied", 422, "取り消されたか"), ("error=temporarily_unavailable", 503, "応答しないか"),
            ("error=<b>", 422, "回答を受け付けられません"), ("", 422, "回答を受け付けられません"),
            ("code=a&iss=https://another.example", 422, "回答を受け付けられません"),
            ("code=a&code=b", 422, "回答を受け付けられません"), ("code=a", 422, "この手続きでは"),
        ):  # fmt: skip
            state = parse_qs(urlsplit(await begun(browser)).query)["state"][0]
            answer = await browser.get(f"/sign-in/return?state={state}&{more}")
            assert (answer.status_code, said in answer.text, "<b>" in answer.text) == (status, True, False), more


HTML: Response = HTMLResponse("<h1>maintenance</h1>")
FAULTS = (
    HTML, HTMLResponse("x", 502), JSONResponse({"error": "x"}, 500), JSONResponse([1]), RedirectResponse("/keys"),
    JSONResponse({"token_type": "Bearer"}), JSONResponse({"access_token": 7}),
)  # fmt: skip


async def test_a_provider_that_is_away_or_answers_otherwise_keeps_people_out_for_now(
    town: Town, provider: IdentityProvider
) -> None:
    async with a_browser(town) as browser:
        back = await allowed(await begun(browser))
        under_way = dict(browser.cookies)
        for fault in FAULTS:
            provider.answers["/token"] = fault
            browser.cookies.update(under_way)
            answer = await browser.get(back)
            assert (answer.status_code, "市の認証（認証サーバー）が応答しない" in answer.text) == (503, True), (
                fault.body
            )
        provider.answers["/token"] = JSONResponse({"error": "invalid_client"}, 401)
        browser.cookies.update(under_way)
        assert (await browser.get(back)).status_code == 422
    settings = town.settings
    assert isinstance(settings, Settings)
    slow = Provider(settings, seconds=0.0)
    gone = Provider(settings.model_copy(update={"sign_in_discovery": AWAY}))
    other = Provider(settings.model_copy(update={"issuer": AWAY, "sign_in_discovery": settings.discovery}))
    for one in (slow, gone, other):
        with pytest.raises(Refusal) as refused:
            await one.sign_in_url(state="", nonce="", challenge="")
        assert (refused.value.status_code, refused.value.code) == (503, "sign_in.away")
        assert await one.sign_out_url("") is None


async def test_a_token_is_renewed_before_it_ends_and_once_for_all_requests(
    town: Town, provider: IdentityProvider
) -> None:
    provider.seconds = 20
    async with a_browser(town) as browser:
        await signed_in(browser)
        provider.seconds, before = 300, provider.renewals
        answers = await asyncio.gather(*(browser.get("/") for _ in range(8)))
        assert {answer.status_code for answer in answers} == {200}
        assert (await browser.get("/")).status_code == 200
        assert provider.renewals == before + 1
        assert (await browser.get("/static/portal.css")).status_code == 200


async def test_who_waits_for_a_token_gets_the_one_that_another_process_asked_for(
    town: Town, provider: IdentityProvider
) -> None:
    async with a_browser(town) as browser:
        await signed_in(browser)
        await expired(town, browser)
        before = provider.renewals
        answers = await asyncio.gather(*(browser.get("/") for _ in range(8)))
        assert {answer.status_code for answer in answers} == {200}
        assert provider.renewals == before + 1


def sessions_of(town: Town) -> Sessions:
    """As another process has them."""
    return Sessions(town.service, Settings().session_limits)


async def expired(town: Town, browser: httpx2.AsyncClient, **more: str) -> None:
    """Let the access token of this browser's session expire."""
    sessions, secret = sessions_of(town), browser.cookies["shien_session"]
    found = await sessions.find(secret)
    assert found is not None
    await sessions.keep(secret, found.tokens.model_copy(update={"until": time.time() - 1, **more}))


async def test_a_provider_that_is_away_ends_no_session_and_one_that_ended_it_does(
    town: Town, provider: IdentityProvider
) -> None:
    async with a_browser(town) as browser:
        provider.seconds = 20
        await signed_in(browser)
        provider.answers["/token"] = HTML
        assert (await browser.get("/")).status_code == 200, "the token still counts"
        await expired(town, browser)
        answer = await browser.get("/")
        assert (answer.status_code, "市の認証（認証サーバー）が応答しない" in answer.text) == (503, True)
        del provider.answers["/token"]
        await expired(town, browser)
        assert (await browser.get("/")).status_code == 200
        for refused in (
            {"refresh": "another"}, {"account": "somebody else"}, {"refresh": ""},
        ):  # fmt: skip
            await signed_in(browser)
            await expired(town, browser, **refused)
            sent = await browser.get(PAGE)
            where = "/sign-in?next=%2Fareas%2F272108-01%3Fx%3D1&why=sign_in.ended"
            assert (sent.status_code, sent.headers["location"]) == (303, where), refused
            assert "期限が切れました" in (await browser.get(where)).text
            assert (dict(browser.cookies), (await browser.get("/")).headers["location"]) == ({}, "/sign-in?next=%2F")


async def test_an_account_that_has_no_role_any_more_is_out_at_the_next_renewal(
    town: Town, provider: IdentityProvider
) -> None:
    async with a_browser(town) as browser:
        provider.seconds = 20
        await signed_in(browser)
        provider.role = "mayor"
        assert (await browser.get("/")).headers["location"].endswith("why=sign_in.ended")


async def test_a_session_without_requests_ends_and_leads_back_to_the_page(town: Town) -> None:
    for change, why, said in (
        ("seen = seen - interval '29 minutes'", "sign_in.idle", "しばらく操作がなかったため"),
        ("until = now()", "sign_in.longest", "一定の時間がたったため"),
    ):
        async with a_browser(town) as browser:
            await signed_in(browser)
            await of_all(town, "seen = now() - interval '29 minutes'")
            assert (await browser.get("/")).status_code == 200
            await of_all(town, "seen = seen - interval '29 minutes'")
            assert (await browser.get("/")).status_code == 200, "the request before counted"
            await of_all(town, "seen = now() - interval '1 minute'")
            assert (await browser.get("/static/portal.css")).status_code == 200, "what a page loads counts for nothing"
            await of_all(town, change)
            sent = await browser.get(PAGE)
            assert (sent.status_code, dict(browser.cookies)) == (303, {})
            assert sent.headers["location"] == f"/sign-in?next=%2Fareas%2F272108-01%3Fx%3D1&why={why}"
            page = (await browser.get(sent.headers["location"])).text
            assert said in page
            [begin] = re.findall(r'href="(/sign-in/begin\?[^"]*)"', page)
            back = await browser.get(await allowed((await browser.get(begin)).headers["location"]))
            assert back.headers["location"] == PAGE


async def test_sessions_that_are_over_are_forgotten_and_nobody_reads_the_tokens_of_the_others(town: Town) -> None:
    async with a_browser(town) as browser:
        await signed_in(browser)
        secret = browser.cookies["shien_session"]
        await of_all(town, "until = now() - interval '1 second'")
        await signed_in(browser)
        await forget_sessions(town.service)
        async with town.service.tables.transaction() as connection:
            [row] = await connection.fetch("select * from sessions")
        assert secret != browser.cookies["shien_session"], "each sign-in is a session of its own"
        assert unsealed(browser.cookies["shien_session"], row["sealed"]).startswith(b'{"account":"account"')
        for other in (secret, new_secret()):
            with pytest.raises(ValueError, match="not sealed with this secret"):
                unsealed(other, row["sealed"])
        assert sealed(secret, b"x") != sealed(secret, b"x")


def a_token(provider: IdentityProvider, account: str) -> str:
    """An access token of this account."""
    provider.changed = {"access": {"sub": account}}
    token: str = provider.tokens(None)["access_token"]
    provider.changed = {}
    return token


async def pasted(browser: httpx2.AsyncClient, token: str) -> None:
    """Sign in with a token."""
    assert (await browser.post("/sign-in", data={"token": token})).status_code == 303


async def test_a_pasted_token_has_a_session_of_the_same_rules(town: Town, provider: IdentityProvider) -> None:
    token = provider.tokens(None)["access_token"]
    for change, why in (
        ("seen = now() - interval '31 minutes'", "sign_in.idle"), ("until = now()", "sign_in.longest"),
        ("", "sign_in.ended"),
    ):  # fmt: skip
        async with a_browser(town) as browser:
            await pasted(browser, token)
            assert (await browser.get("/")).status_code == 200
            await (of_all(town, change) if change else expired(town, browser))
            assert (await browser.get(PAGE)).headers["location"].endswith(f"&why={why}")


async def test_a_pasted_token_takes_the_place_of_a_session_and_counts_when_it_is_pasted_again(
    town: Town, provider: IdentityProvider
) -> None:
    token = provider.tokens(None)["access_token"]
    async with a_browser(town) as browser:
        await signed_in(browser)
        for _ in range(2):
            before = browser.cookies["shien_session"]
            await pasted(browser, token)
            assert await sessions_of(town).find(before) is None
            assert (await browser.get("/")).status_code == 200
        await signed_in(browser)
        assert (await browser.post("/sign-in", data={"token": token})).status_code == 422, "its session has ended"


async def test_a_person_is_told_of_the_sign_in_before_and_of_one_elsewhere(
    town: Town, provider: IdentityProvider
) -> None:
    async with a_browser(town) as first, a_browser(town) as second:
        for browser in (first, second):
            await pasted(browser, a_token(provider, "told"))
        at = {name: await told(town, name) for name in ("at", "before")}
        page, newer = (await first.get("/")).text, (await second.get("/")).text
        assert "このアカウントの初めてのサインインです" in page
        assert f"{at['at']} に、同じアカウントで別のサインインがありました" in page
        assert f"前回のサインイン: {at['before']}" in newer
        assert "別のサインインがありました" not in newer


async def told(town: Town, column: str) -> str:
    """A time of this account, as pages write it."""
    async with town.service.tables.transaction() as connection:
        moment = await connection.fetchval(f"select {column} from sign_ins where account = 'told'")
    return str(moment.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M"))


async def test_with_too_many_sessions_the_oldest_ends_and_says_why(town: Town, provider: IdentityProvider) -> None:
    most = Settings().sign_in_most_sessions
    token = a_token(provider, "many")
    browsers = [a_browser(town) for _ in range(most + 1)]
    try:
        await asyncio.gather(*(pasted(browser, token) for browser in browsers[:most]))
        assert {(await browser.get("/")).status_code for browser in browsers[:most]} == {200}
        await pasted(browsers[most], token)
        ended = [browser for browser in browsers if (await browser.get("/")).status_code == 303]
        assert len(ended) == 1
        assert ended[0] is not browsers[most]
        async with a_browser(town) as other:
            await pasted(other, a_token(provider, "few"))
            assert (await other.get("/")).status_code == 200, "each account is counted alone"
            sent = await other.get("/sign-in?next=%2F&why=sign_in.crowded_out")
        assert "ほかの複数のブラウザーからサインインがあったため" in sent.text
    finally:
        for browser in browsers:
            await browser.aclose()


async def test_who_was_idle_holds_no_place_and_sign_ins_of_long_ago_are_forgotten(
    town: Town, provider: IdentityProvider
) -> None:
    token = a_token(provider, "idle")
    async with a_browser(town) as first, a_browser(town) as last:
        await pasted(first, token)
        await of_all(town, "seen = now() - interval '31 minutes'")
        for _ in range(Settings().sign_in_most_sessions):
            async with a_browser(town) as one:
                await pasted(one, token)
        assert (await first.get(PAGE)).headers["location"].endswith("&why=sign_in.idle")
        async with town.service.tables.transaction() as connection:
            await connection.execute(
                "update sign_ins set at = now() - $1::interval where account = 'idle'", SIGN_INS_KEPT
            )
        await forget_sessions(town.service)
        await pasted(last, a_token(provider, "idle"))
        assert "このアカウントの初めてのサインインです" in (await last.get("/")).text


async def test_a_secret_that_is_being_replaced_ends_no_session_and_the_new_one_counts_at_once(
    town: Town, provider: IdentityProvider, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_text("an old one")
    values = {**town.settings.model_dump(), **provider.settings(), "sign_in_secret_file": file}
    client = Provider(Settings(**values))

    async def refused() -> tuple[int, str]:
        with pytest.raises(Refusal) as caught:
            await client.renew("x")
        return caught.value.status_code, caught.value.code

    assert await refused() == (503, "sign_in.away"), "the provider does not know us: nobody's session is at fault"
    with pytest.raises(Refusal, match=r"sign_in\.refused"):
        await client.redeem("code", "verifier")
    file.unlink()
    assert await refused() == (503, "sign_in.away")
    file.mkdir()
    assert await refused() == (503, "sign_in.away")
    file.rmdir()
    file.write_bytes(b"\xff")
    assert await refused() == (503, "sign_in.away")
    file.write_text(f"\ufeff{SECRET}\r\n")  # as an editor of Windows leaves it
    assert await refused() == (422, "sign_in.ended"), "the client is known again, and the token is none"


async def test_entra_id_signs_people_in_too(town: Town, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    with provider_at_work("entra") as entra:
        entra.areas = [town.theirs(CITY)]
        values = {**town.settings.model_dump(), **entra.settings(), "sign_in_secret_file": tmp_path / "secret"}
        settings = Settings(**values)
        provider, checker = Provider(settings), settings.checker()
        people = SignedIn(sessions_of(town), checker, SignedOut(town.service), provider)
        flow = CodeFlow(settings, provider, checker, people)
        secret, url = await flow.begin()
        said = parse_qs(urlsplit(await allowed(url)).query)
        session, who = await flow.finish(secret, {name: values[0] for name, values in said.items()}, None)
        assert who.subject == "account"
        found = await people.find(session)
        assert found is not None
        assert found.tokens.access.count(".") == 2
        ended = await people.end(session)
        assert ended is not None
        assert ended[1] is not None
        assert ended[1].startswith(f"{entra.address}/logout?client_id=shien-portal&post_logout_redirect_uri=")
        assert await people.end(session) is None


async def test_settings_that_cannot_work_are_refused_at_the_start(tmp_path: Path) -> None:
    for more, said in (
        ({}, "SHIEN_SIGN_IN_ADDRESS"), ({"sign_in_address": "http://shien.city.example"}, "SHIEN_SIGN_IN_ADDRESS"),
        ({"sign_in_address": "https://shien.city.example/"}, "SHIEN_SIGN_IN_ADDRESS"),
        ({"sign_in_address": "https://a@shien.city.example"}, "SHIEN_SIGN_IN_ADDRESS"),
        ({"sign_in_address": "https://shien.city.example", "sign_in_scopes": "profile"}, "openid"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=said):
            Settings(dsn="postgresql://x", sign_in_client_id="x", **more)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"SHIEN_SIGN_IN_SECRET_FILE: the file .* is not there"):
        Settings(sign_in_secret_file=tmp_path / "none")
    found = Settings(issuer="https://sso.city.example/realms/shien/", sign_in_secret_file="")
    assert found.discovery == "https://sso.city.example/realms/shien/.well-known/openid-configuration"


SAMPLES = Path(__file__).parents[3] / "deploy" / "identity"


@pytest.mark.parametrize("name", ["keycloak", "entra"])
async def test_the_samples_for_a_provider_let_people_sign_in(name: str) -> None:
    lines = (SAMPLES / f"{name}.env").read_text().splitlines()
    found = dict(line.partition("=")[::2] for line in lines if line.startswith("SHIEN_SIGN_IN_"))
    read = Settings(**{key.removeprefix("SHIEN_").lower(): value for key, value in found.items()})  # type: ignore[arg-type]
    if name == "keycloak":
        realm = json.loads((SAMPLES / "keycloak-realm.json").read_text())
        [client] = [one for one in realm["clients"] if one["clientId"] == read.sign_in_client_id]
        assert client["redirectUris"] == [f"{read.sign_in_address}{RETURN}"]
        assert client["attributes"]["post.logout.redirect.uris"] == f"{read.sign_in_address}/sign-in"
        assert (client["standardFlowEnabled"], client["publicClient"]) == (True, False)
        assert realm["ssoSessionIdleTimeout"] == read.sign_in_idle_minutes * 60
        assert realm["ssoSessionMaxLifespan"] == read.sign_in_longest_hours * 3600
    else:
        assert "offline_access" in read.sign_in_scopes.split()


async def test_a_second_sign_in_ends_the_session_before(town: Town) -> None:
    async with a_browser(town) as browser:
        await signed_in(browser)
        before = browser.cookies["shien_session"]
        await signed_in(browser)
        assert await sessions_of(town).find(before) is None
        assert await sessions_of(town).find(browser.cookies["shien_session"]) is not None
