"""A browser's tab that records its requests and every complaint of the browser."""

from __future__ import annotations

import os
import shutil

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Request

CHROMIUM = os.environ.get("SHIEN_BROWSER") or shutil.which("chromium") or "/usr/bin/chromium"
WITHOUT = f"no browser at {CHROMIUM}: `sudo apt-get install chromium`, or name one in SHIEN_BROWSER"
PATIENCE_MS = 30_000  # of every expectation and load: the machine may be busy
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
# What can be operated, in the order of the document.
_OPERABLE = "a[href], button, textarea, input:not([type=hidden]), summary, [tabindex='0']"


class Tab:
    """A tab of its own, without cookies, on one portal. `complaints` are whatever a page should not have caused."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        context.set_default_timeout(PATIENCE_MS)
        self.url = url
        self.context = context
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("requestfailed", self._on_failure)
        self.page.on("request", self._on_request)

    def sign_in(self, token: str) -> None:
        """Sign in with this token."""
        answer = self.context.request.post(f"{self.url}/sign-in", form={"token": token}, max_redirects=0)
        assert answer.status == 303, answer.text()

    def go(self, path: str) -> None:
        """Open a page."""
        self.page.goto(self.url + path)

    def resize(self, width: int, height: int) -> None:
        """Another window, the same page."""
        self.page.set_viewport_size({"width": width, "height": height})

    def is_at(self, path: str) -> bool:
        """Whether this is in the address bar, and nothing more."""
        return self.page.url == self.url + path

    def barriers(self) -> list[str]:
        """What axe finds by the rules of WCAG 2.2 A and AA and by good practice."""
        found = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": _RULES}})
        return [
            f"{one['id']}: {' '.join(map(str, node['target']))}"
            for one in found.response["violations"]
            for node in one["nodes"]
        ]

    def too_wide(self) -> int:
        """How many pixels the page can be scrolled sideways."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return width

    def too_small(self) -> list[str]:
        """What is to be pressed and is less than 44 pixels wide or high."""
        found: list[str] = self.page.locator("a[href]:not(.skip), button, textarea, summary").evaluate_all(
            """all => all.map(one => [one, one.getBoundingClientRect()])
                .filter(([, box]) => Math.min(box.width, box.height) < 44)
                .map(([one, box]) => `${one.outerHTML}: ${box.width} x ${box.height}`)"""
        )
        return found

    def tabbed(self) -> tuple[list[str], list[str]]:
        """What the Tab key reaches and shows with a ring, in order; and what it should reach."""
        should: list[str] = self.page.locator(_OPERABLE).evaluate_all("all => all.map(one => one.outerHTML)")
        reached = []
        for _ in should:
            self.page.keyboard.press("Tab")
            reached.append(self.page.evaluate(_FOCUSED))
        return reached, should

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text}")

    def _on_failure(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the tab went on to another page before this one was loaded
            self.complaints.append(f"failed: {request.url}: {request.failure}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith(self.url + "/"):
            self.complaints.append(f"elsewhere: {request.url}")


_FOCUSED = """() => {
    const one = document.activeElement, look = getComputedStyle(one), box = one.getBoundingClientRect();
    const ring = look.outlineStyle === "solid" && parseFloat(look.outlineWidth) >= 3;
    const seen = box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
    return ring && seen ? one.outerHTML : `no ring, or out of sight: ${one.outerHTML}`;
}"""
