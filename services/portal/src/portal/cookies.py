"""The portal's cookies. No script can read them, and no other site's form sends them.

Over TLS they are Secure, and their names begin with `__Host-`: a browser takes such a cookie from this host alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Literal

from starlette.datastructures import Headers
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Cookie:
    """One of them. `fits` says whether a value can be one of ours; `lax`: links of other sites bring it along."""

    plain_name: str
    fits: Callable[[str], bool]
    lax: bool = False
    seconds: int | None = None  # None: until the browser is closed

    def name(self, *, secure: bool) -> str:
        """Its name over TLS, or without."""
        return f"__Host-{self.plain_name}" if secure else self.plain_name

    def of(self, headers: Headers, *, secure: bool) -> str | None:
        """Its value in a request; `None` without one, or for one that cannot be ours."""
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self.name(secure=secure))
        except CookieError:
            return None
        return found.value if found and self.fits(found.value) else None

    def set(self, answer: Response, value: str, *, secure: bool) -> None:
        """Give it to the browser."""
        answer.set_cookie(
            self.name(secure=secure), value, self.seconds, secure=secure, httponly=True, samesite=self._site
        )

    def delete(self, answer: Response, *, secure: bool) -> None:
        """Take it away from the browser."""
        answer.delete_cookie(self.name(secure=secure), secure=secure, httponly=True, samesite=self._site)

    @property
    def _site(self) -> Literal["lax", "strict"]:
        return "lax" if self.lax else "strict"
