"""The identity provider (OpenID Connect) as its client asks it: where its pages are, and tokens, for a code or anew.

Each question has its time, follows no redirect, and is answered by what was asked for or refused:
503 `sign_in.away` where the provider is not reached, takes too long or answers something else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar
from urllib.parse import quote, urlencode

import httpx2
import structlog
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from shienevents import text_of
from shienweb import Refusal

from .settings import Settings

RETURN = "/sign-in/return"
LONGEST_TOKEN = 16_384  # characters
_KEPT_SECONDS = 3600.0  # its addresses are read again after this
_log = structlog.get_logger(__name__)

Address = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$", max_length=2000)]
Token = Annotated[str, StringConstraints(max_length=LONGEST_TOKEN)]
Shape = TypeVar("Shape", bound=BaseModel)


class Addresses(BaseModel):
    """What the provider says of itself (OpenID Connect Discovery 1.0, section 3): the parts that are needed."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    authorization_endpoint: Address
    token_endpoint: Address
    end_session_endpoint: Address | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Granted(BaseModel):
    """Tokens as the provider gives them. A renewal may leave out the ID token, and the token for the next renewal."""

    model_config = ConfigDict(frozen=True)

    access_token: Token = Field(min_length=1)
    refresh_token: Token = ""
    id_token: Token = ""


class Provider:
    """The provider that the settings name, for one client. `seconds`: for one answer of it."""

    def __init__(self, settings: Settings, seconds: float = 5.0) -> None:
        self._settings = settings
        self._seconds = seconds
        self._known: Addresses | None = None
        self._read_at = float("-inf")

    async def sign_in_url(self, *, state: str, nonce: str, challenge: str) -> str:
        """Its page where a person signs in. Raises `Refusal` (503)."""
        found = await self._addresses()
        asked = {
            "response_type": "code",
            "client_id": self._settings.sign_in_client_id,
            "redirect_uri": self._own(RETURN),
            "scope": self._settings.sign_in_scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return _with(found.authorization_endpoint, asked)

    async def sign_out_url(self, id_token: str) -> str | None:
        """Its page that signs a person out there too (RP-Initiated Logout 1.0), where it has one."""
        try:
            found = await self._addresses()
        except Refusal:
            return None
        if found.end_session_endpoint is None:
            return None
        asked = {"client_id": self._settings.sign_in_client_id, "post_logout_redirect_uri": self._own("/sign-in")}
        return _with(found.end_session_endpoint, asked | ({"id_token_hint": id_token} if id_token else {}))

    async def redeem(self, code: str, verifier: str) -> Granted:
        """The tokens for this code.

        Raises `Refusal`: 422 `sign_in.misfit` where the code counts no more, 422 `sign_in.refused`, 503 `sign_in.away`.
        """
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self._own(RETURN)}
        return await self._granted({**form, "code_verifier": verifier}, "sign_in.misfit")

    async def renew(self, refresh_token: str) -> Granted:
        """Newer tokens.

        Raises `Refusal`: 422 `sign_in.ended` where the provider has ended the session, 503 `sign_in.away` also where
        it refuses the portal, whose secret may be replaced just now: that ends nobody's session.
        """
        try:
            return await self._granted({"grant_type": "refresh_token", "refresh_token": refresh_token}, "sign_in.ended")
        except Refusal as refusal:
            if refusal.code == "sign_in.refused":
                raise _away() from None
            raise

    async def _granted(self, form: Mapping[str, str], no_more: str) -> Granted:
        found = await self._addresses()
        client, headers, form = self._settings.sign_in_client_id, {"accept": "application/json"}, dict(form)
        secret = self._secret()
        basic = "client_secret_basic" in found.token_endpoint_auth_methods_supported
        if secret and basic:  # name and secret are encoded first (RFC 6749, section 2.3.1)
            authentication: Any = httpx2.BasicAuth(quote(client, safe=""), quote(secret, safe=""))
        else:
            authentication = None
            form |= {"client_id": client} | ({"client_secret": secret} if secret else {})
        options = {"data": form, "headers": headers, "auth": authentication}
        answer, said = await self._asked("POST", found.token_endpoint, **options)
        if answer.status_code == 200:
            return self._read(Granted, said)
        error = str(said.get("error", ""))[:100]
        _log.warning("the identity provider gave no tokens", status=answer.status_code, error=error)
        raise Refusal(422, no_more if error == "invalid_grant" else "sign_in.refused")

    def _secret(self) -> str:
        """The client's secret of now; empty without one."""
        file = self._settings.sign_in_secret_file
        try:
            return text_of(file, may_be_empty=True) if file else ""
        except ValueError as error:
            _log.error("the client's secret cannot be read", setting="SHIEN_SIGN_IN_SECRET_FILE", error=str(error))
            raise _away() from None

    async def _addresses(self) -> Addresses:
        """Where its pages are. What is known goes on counting while it cannot be read again."""
        if self._known is not None and time.monotonic() - self._read_at < _KEPT_SECONDS:
            return self._known
        try:
            answer, said = await self._asked("GET", self._settings.discovery)
            found = self._read(Addresses, said if answer.status_code == 200 else {})
            if found.issuer != self._settings.issuer:
                _log.error("the identity provider calls itself otherwise than SHIEN_ISSUER", issuer=found.issuer[:200])
                raise _away()
        except Refusal:
            if self._known is None:
                raise
        else:
            self._known = found
        self._read_at = time.monotonic()
        return self._known

    async def _asked(self, method: str, address: str, **options: Any) -> tuple[httpx2.Response, dict[str, Any]]:
        """Its answer, and the JSON object in it."""
        try:
            async with (
                asyncio.timeout(self._seconds),
                httpx2.AsyncClient(timeout=None, follow_redirects=False) as client,
            ):
                answer = await client.request(method, address, **options)
                said = answer.json()
        except (TimeoutError, OSError, httpx2.HTTPError, httpx2.InvalidURL, ValueError, RecursionError) as error:
            _log.error("the identity provider cannot be asked", address=address, error=repr(error)[:300])
            raise _away() from None
        if answer.status_code >= 500 or not isinstance(said, dict):
            _log.error("the identity provider cannot be asked", address=address, status=answer.status_code)
            raise _away()
        return answer, said

    def _read(self, shape: type[Shape], said: Mapping[str, Any]) -> Shape:
        try:
            return shape.model_validate(said)
        except ValidationError as error:
            fields = sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]})  # no values: they are secrets
            _log.error("the identity provider answers otherwise than OpenID Connect says", fields=fields)
            raise _away() from None

    def _own(self, path: str) -> str:
        return self._settings.sign_in_address + path


def _with(address: str, parameters: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(parameters)}"


def _away() -> Refusal:
    return Refusal(503, "sign_in.away", headers={"Retry-After": "5"})
