"""Signing in at an identity provider with a browser, to which the provider is another site than the portal."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from playwright.sync_api import Browser, expect
from tests.identity_provider import SECRET, IdentityProvider, provider_at_work

from shienops._folder import DataFolder
from shienops._service import ServiceProcess

from .conftest import Portal
from .watched import CHROMIUM, WITHOUT, Tab

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.embedded,
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=WITHOUT),
]


def done(work: Coroutine[Any, Any, Any]) -> None:
    """Do this in a thread of its own: Playwright keeps a loop in ours."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


@pytest.fixture
def provider(portal: Portal) -> Iterator[IdentityProvider]:
    """A provider, and one more process of the portal whose people sign in there. It is at `provider.portal`."""
    with provider_at_work(host="localhost") as found:
        folder = DataFolder(Path(portal.environment["SHIEN_PROOF_FOLDER"]).parents[1] / "second")
        folder.prepare(0)
        (folder.path / "secret").write_text(SECRET)

        def environment() -> dict[str, str]:
            own = {name.upper(): value for name, value in found.settings().items()}
            own |= {"SIGN_IN_SECRET_FILE": str(folder.path / "secret"), "ROLE": "api", "SIGN_IN_ADDRESS": process.url}
            return {**portal.environment, **{f"SHIEN_{name}": value for name, value in own.items()}}

        process = ServiceProcess("portal", folder, environment=environment, start_seconds=60.0, die_with_parent=False)
        try:
            done(process.start())
            found.portal, found.areas, found.role = process.url, [portal.city], "tier1_coordinator"
            yield found
        finally:
            done(process.stop())


async def nothing_for_half_an_hour(dsn: str) -> None:
    """Let the time pass for which nobody asked for anything."""
    connection = await asyncpg.connect(dsn)
    await connection.execute("update sessions set seen = seen - interval '30 minutes'")
    await connection.close()


def test_who_signs_in_at_the_provider_is_led_back_times_out_and_signs_out_of_both(
    chromium: Browser, portal: Portal, provider: IdentityProvider
) -> None:
    tab = Tab(chromium.new_context(viewport={"width": 1280, "height": 900}, locale="ja-JP"), provider.portal)
    page, board, need = tab.page, f"/areas/{portal.areas[0]}", f"/needs/{portal.need}"

    def sign_in() -> None:
        assert tab.barriers() == []
        assert tab.too_small() == []
        page.get_by_role("link", name="市の認証でサインイン").click()
        expect(page.get_by_role("heading")).to_have_text("市の認証")
        page.get_by_role("button").click()

    tab.go(board)
    sign_in()
    expect(page).to_have_url(provider.portal + board)
    expect(page.get_by_text("第1層コーディネーター（北地域包括支援センター）")).to_be_visible()

    done(nothing_for_half_an_hour(portal.environment["SHIEN_DSN"]))
    tab.go(need)
    expect(page.get_by_role("alert")).to_contain_text("しばらく操作がなかったため")
    sign_in()
    expect(page).to_have_url(provider.portal + need)

    page.goto(f"{provider.address}/mail?link={provider.portal}{board}")
    page.get_by_role("link").click()
    expect(page).to_have_url(provider.portal + board)
    page.get_by_role("button", name="サインアウト").click()
    expect(page).to_have_url(f"{provider.portal}/sign-in")
    assert len(provider.ended) == 1
    assert tab.context.cookies(provider.portal) == []
    tab.go(board)
    expect(page.get_by_role("link", name="市の認証でサインイン")).to_be_visible()
    tab.go(f"/sign-in#{portal.token}")
    expect(page.get_by_label("アクセストークン")).to_have_value(portal.token)
    elsewhere = [one for one in tab.complaints if not one.startswith(f"elsewhere: {provider.address}/")]
    tab.context.close()
    assert elsewhere == []
