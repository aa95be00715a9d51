"""Signing in at the identity provider: the authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636).

The browser goes to the provider with a state, a nonce and the hash of a verifier, all derived of a secret that it keeps
in a cookie, and comes back with a code. Code and verifier are exchanged for tokens. The ID token must be for this
sign-in; the access token is verified as any other. Then a session begins (`sessions`), with another secret.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256

from shienweb import Principal, Refusal, TokenChecker

from .browser_secrets import derived, new_secret, unpadded
from .provider import Granted, Provider
from .sessions import Session, Sessions, Tokens
from .settings import Settings
from .signed_out import SignedOut

_EARLY_SECONDS = 60.0  # a token is renewed so long before it counts no more
_RENEWED_SECONDS = 6.0  # for the process that asks the provider; meanwhile the others wait
_LOOK_SECONDS = 0.1
_OF_PROVIDER = {  # what the provider may say instead of a code (RFC 6749, section 4.1.2.1)
    "access_denied": (422, "sign_in.cancelled"),
    "server_error": (503, "sign_in.away"),
    "temporarily_unavailable": (503, "sign_in.away"),
}
_OF_TOKENS = {"token.expired": "sign_in.clock", "token.invalid": "sign_in.refused"}  # of tokens that were made just now


class CodeFlow:
    """Signs people in, keeps their tokens fresh, and signs them out. `checker` is that of the application."""

    def __init__(
        self,
        settings: Settings,
        provider: Provider,
        checker: TokenChecker,
        sessions: Sessions,
        signed_out: SignedOut,
    ) -> None:
        self._client = settings.sign_in_client_id
        self._issuer = settings.issuer
        self._provider = provider
        self._checker = checker
        self._sessions = sessions
        self._signed_out = signed_out

    async def begin(self) -> tuple[str, str]:
        """A secret for the browser, and the provider's page that it is sent to. Raises `Refusal` (503)."""
        secret = new_secret()
        challenge = unpadded(sha256(_verifier(secret).encode()).digest())
        url = await self._provider.sign_in_url(state=_state(secret), nonce=_nonce(secret), challenge=challenge)
        return secret, url

    async def finish(self, secret: str | None, said: Mapping[str, str]) -> tuple[str, Principal]:
        """The secret of a new session, and whose it is. `secret`: that of `begin`; `said`: what the provider says.

        Raises `Refusal`: 422 with why nobody is signed in, or 503; `Unavailable`.
        """
        if secret is None or not hmac.compare_digest(said.get("state", "").encode(), _state(secret).encode()):
            raise Refusal(422, "sign_in.misfit")
        if said.get("iss", self._issuer) != self._issuer:  # the answer of another provider (RFC 9207)
            raise Refusal(422, "sign_in.refused")
        if "error" in said or not said.get("code"):
            raise Refusal(*_OF_PROVIDER.get(said.get("error", ""), (422, "sign_in.refused")))
        granted = await self._provider.redeem(said["code"], _verifier(secret))
        try:
            await self._checker.id_token(granted.id_token, self._client, _nonce(secret))
            tokens, who = await self._checked(granted)
        except Refusal as refusal:
            if refusal.status_code != 401:
                raise
            raise Refusal(422, _OF_TOKENS.get(refusal.code, refusal.code)) from None
        session = new_secret()
        await self._sessions.begin(session, tokens)
        return session, who

    async def token(self, secret: str) -> str | None:
        """The access token of this session, a newer one where it is time; `None` without a session.

        Raises `Refusal`: 401 `sign_in.idle`, `sign_in.longest` or `sign_in.ended`, 503 `sign_in.away`. Raises
        `Unavailable`.
        """
        gives_up = time.monotonic() + _RENEWED_SECONDS
        while (session := await self._sessions.find(secret)) is not None:
            tokens = session.tokens
            counts = time.time() < tokens.until
            if time.time() < tokens.until - _EARLY_SECONDS or (counts and not tokens.refresh):
                return tokens.access
            if not tokens.refresh:
                await self._sessions.end(secret)
                raise Refusal(401, "sign_in.ended")
            if await self._sessions.may_renew(session):
                return await self._renewed(session, counts=counts)
            if counts:
                return tokens.access
            if time.monotonic() > gives_up:
                raise Refusal(503, "sign_in.away", headers={"Retry-After": "5"})
            await asyncio.sleep(_LOOK_SECONDS)
        return None

    async def end(self, secret: str) -> tuple[str, str | None] | None:
        """End this session, and its token at this portal: the account, and the provider's page to sign out there.

        `None` where there is no session. Raises `Unavailable`, and then it is not ended.
        """
        tokens = await self._sessions.end(secret)
        if tokens is None:
            return None
        with suppress(Refusal):  # it counts no more
            await self._signed_out.add(await self._checker.verified(f"Bearer {tokens.access}"))
        return tokens.account, await self._provider.sign_out_url(tokens.identity)

    async def _renewed(self, session: Session, *, counts: bool) -> str:
        old = session.tokens
        try:
            tokens, _ = await self._checked(await self._provider.renew(old.refresh))
            if tokens.account != old.account:
                raise Refusal(401, "sign_in.refused")
        except Refusal as refusal:
            if refusal.status_code == 503 and counts:
                return old.access
            if refusal.status_code == 503:
                raise
            await self._sessions.end(session.secret)
            raise Refusal(401, "sign_in.ended") from None
        kept = {"refresh": tokens.refresh or old.refresh, "identity": tokens.identity or old.identity}
        await self._sessions.keep(session.secret, tokens.model_copy(update=kept))
        return tokens.access

    async def _checked(self, granted: Granted) -> tuple[Tokens, Principal]:
        found = await self._checker.verified(f"Bearer {granted.access_token}")
        tokens = Tokens(
            account=found.principal.subject, access=granted.access_token, refresh=granted.refresh_token,
            identity=granted.id_token, until=found.until,
        )  # fmt: skip
        return tokens, found.principal


def _state(secret: str) -> str:
    return unpadded(derived(secret, "state"))


def _nonce(secret: str) -> str:
    return unpadded(derived(secret, "nonce"))


def _verifier(secret: str) -> str:
    return unpadded(derived(secret, "verifier"))
