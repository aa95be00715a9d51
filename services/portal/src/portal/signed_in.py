"""Who is signed in: the session of a browser, however it began, with an access token that counts.

A session begins at the identity provider (`code_flow`) or with a pasted token (`sign_in`), and the same rules end both
(`sessions`). The tokens of the first are renewed at the provider; a pasted one ends its session when it has expired.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from shienweb import Refusal, TokenChecker, VerifiedToken

from .browser_secrets import new_secret
from .provider import Granted, Provider
from .sessions import Session, Sessions, Tokens
from .signed_out import SignedOut

_EARLY_SECONDS = 60.0  # a token is renewed so long before it counts no more
_RENEWED_SECONDS = 6.0  # for the process that asks the provider; meanwhile the others wait
_LOOK_SECONDS = 0.1


class SignedIn:
    """Begins sessions, keeps their tokens fresh, and ends them. `checker` is that of the application.

    Without `provider` every session is of a pasted token.
    """

    def __init__(
        self, sessions: Sessions, checker: TokenChecker, signed_out: SignedOut, provider: Provider | None
    ) -> None:
        self._sessions = sessions
        self._checker = checker
        self._signed_out = signed_out
        self._provider = provider

    async def begin(self, granted: Granted, before: str | None) -> tuple[str, VerifiedToken]:
        """The secret of a new session, and its verified token. The browser's session `before` ends.

        Raises `Refusal` for a token that does not count, and `Unavailable`.
        """
        found = await self._checker.verified(f"Bearer {granted.access_token}")
        ended = await self._sessions.end(before) if before else None
        if ended and ended.access != granted.access_token:
            await self._end_token(ended)
        secret = new_secret()
        await self._sessions.begin(secret, _kept(found, granted))
        return secret, found

    async def find(self, secret: str) -> Session | None:
        """The session of this browser, with a newer access token where it is time; `None` without a session.

        Raises `Refusal`: 401 `sign_in.idle`, `sign_in.longest`, `sign_in.crowded_out` or `sign_in.ended`, 503
        `sign_in.away`. Raises `Unavailable`.
        """
        gives_up = time.monotonic() + _RENEWED_SECONDS
        while (session := await self._sessions.find(secret)) is not None:
            tokens = session.tokens
            counts = time.time() < tokens.until
            if time.time() < tokens.until - _EARLY_SECONDS or (counts and not tokens.refresh):
                return session
            if not tokens.refresh or self._provider is None:
                await self._sessions.end(secret)
                raise Refusal(401, "sign_in.ended")
            if await self._sessions.may_renew(session):
                return await self._renewed(self._provider, session, counts=counts)
            if counts:
                return session
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
        await self._end_token(tokens)
        if self._provider is None or not tokens.identity:  # of a pasted token the provider knows no session
            return tokens.account, None
        return tokens.account, await self._provider.sign_out_url(tokens.identity)

    async def _end_token(self, tokens: Tokens) -> None:
        with suppress(Refusal):  # it counts no more
            await self._signed_out.add(await self._checker.verified(f"Bearer {tokens.access}"))

    async def _renewed(self, provider: Provider, session: Session, *, counts: bool) -> Session:
        old = session.tokens
        try:
            granted = await provider.renew(old.refresh)
            found = await self._checker.verified(f"Bearer {granted.access_token}")
            if found.principal.subject != old.account:
                raise Refusal(401, "sign_in.refused")
        except Refusal as refusal:
            if refusal.status_code == 503 and counts:
                return session
            if refusal.status_code == 503:
                raise
            await self._sessions.end(session.secret)
            raise Refusal(401, "sign_in.ended") from None
        kept = {"refresh": granted.refresh_token or old.refresh, "identity": granted.id_token or old.identity}
        tokens = _kept(found, granted).model_copy(update=kept)
        await self._sessions.keep(session.secret, tokens)
        return session._replace(tokens=tokens)


def _kept(found: VerifiedToken, granted: Granted) -> Tokens:
    return Tokens(
        account=found.principal.subject, access=granted.access_token, refresh=granted.refresh_token,
        identity=granted.id_token, until=found.until,
    )  # fmt: skip
