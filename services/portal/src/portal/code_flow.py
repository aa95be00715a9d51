"""Signing in at the identity provider: the authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636).

The browser goes to the provider with a state, a nonce and the hash of a verifier, all derived of a secret that it keeps
in a cookie, and comes back with a code. Code and verifier are exchanged for tokens. The ID token must be for this
sign-in; the access token is verified as any other. Then a session begins (`signed_in`), with another secret.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256

from shienweb import Principal, Refusal, TokenChecker

from .browser_secrets import derived, new_secret, unpadded
from .provider import Provider
from .settings import Settings
from .signed_in import SignedIn

_OF_PROVIDER = {  # what the provider may say instead of a code (RFC 6749, section 4.1.2.1)
    "access_denied": (422, "sign_in.cancelled"),
    "server_error": (503, "sign_in.away"),
    "temporarily_unavailable": (503, "sign_in.away"),
}
_OF_TOKENS = {"token.expired": "sign_in.clock", "token.invalid": "sign_in.refused"}  # of tokens that were made just now


class CodeFlow:
    """Signs people in. `checker` is that of the application."""

    def __init__(self, settings: Settings, provider: Provider, checker: TokenChecker, signed_in: SignedIn) -> None:
        self._client = settings.sign_in_client_id
        self._issuer = settings.issuer
        self._provider = provider
        self._checker = checker
        self._signed_in = signed_in

    async def begin(self) -> tuple[str, str]:
        """A secret for the browser, and the provider's page that it is sent to. Raises `Refusal` (503)."""
        secret = new_secret()
        challenge = unpadded(sha256(_verifier(secret).encode()).digest())
        url = await self._provider.sign_in_url(state=_state(secret), nonce=_nonce(secret), challenge=challenge)
        return secret, url

    async def finish(self, secret: str | None, said: Mapping[str, str], before: str | None) -> tuple[str, Principal]:
        """The secret of a new session, and whose it is. `secret`: that of `begin`; `said`: what the provider says.

        The browser's session `before` ends.

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
            session, found = await self._signed_in.begin(granted, before)
        except Refusal as refusal:
            if refusal.status_code != 401:
                raise
            raise Refusal(422, _OF_TOKENS.get(refusal.code, refusal.code)) from None
        return session, found.principal


def _state(secret: str) -> str:
    return unpadded(derived(secret, "state"))


def _nonce(secret: str) -> str:
    return unpadded(derived(secret, "nonce"))


def _verifier(secret: str) -> str:
    return unpadded(derived(secret, "verifier"))
