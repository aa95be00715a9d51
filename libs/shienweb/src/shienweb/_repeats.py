"""A request that was answered before is answered the same again, even where it would be refused now.

A route checks more than its decider does: views, and other streams. What they say may have changed since the first
request was done. So the answer is kept with the Idempotency-Key, in the commit of its events; and whatever refuses a
request, its key is looked up before the refusal is answered. No check of a route has to think of it.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from fastapi import Request, Response

from shienevents import Idempotency, Malformed, Rejected, Service, StreamConflict, Written, canonical, token_of

from ._headers import WriteHeaders, fingerprint
from ._problems import Refusal

REFUSALS = (Rejected, StreamConflict, Malformed, Refusal)
"""What may refuse a request that was done before."""
WRITTEN = "shien.written"  # in the scope of a request: an append was committed
_REPEATS = "shien.repeats"
_ALL = "all"  # in a kept answer: it is of several streams, so the position is that of all there is


class Repeated(Exception):
    """The request was done before."""

    def __init__(self, written: Written) -> None:
        super().__init__(written.stream)
        self.written = written


class Repeats:
    """How one request is known again: by its principal, its Idempotency-Key, and what it asks for."""

    def __init__(self, service: Service, request: Request, headers: WriteHeaders, subject: str) -> None:
        self._service = service
        self._request = request
        self._headers = headers
        self._subject = subject
        self._kept_out: Sequence[str] = ()
        self._same: Callable[[], Awaitable[None]] | None = None
        request.scope[_REPEATS] = self

    def keep_out(self, fields: Sequence[str], same: Callable[[], Awaitable[None]]) -> None:
        """Leave fields of the body out of the fingerprint. `same` raises where the first request had other ones."""
        self._kept_out, self._same = fields, same

    async def key(self, answer: str = "") -> Idempotency | None:
        """The key with its principal, the request's fingerprint, and what is kept with it; `None` without a key."""
        if self._headers.key is None:
            return None
        print_ = await fingerprint(self._request, self._headers.occurred_at, self._kept_out)
        return Idempotency(self._subject, self._headers.key, print_, answer)

    async def first(self) -> Written | None:
        """What was written when the request was done before; `None`: it was not, or its answer was not kept."""
        key = await self.key()
        written = await self._service.store.answered(key) if key else None
        return written if written and written.answer else None

    async def response(self, written: Written, model: Any, status: int | None) -> Response:
        """The first answer, as this model."""
        if self._same:
            await self._same()
        self._request.scope[WRITTEN] = True
        kept = json.loads(written.answer)
        position = token_of(await self._service.acknowledged()) if kept.get(_ALL) else token_of(written)
        answer = model.model_validate({**kept, "version": written.version, "position": position})
        headers = {"Shien-Position": position, "ETag": f'"{written.version}"', "Idempotency-Replayed": "true"}
        return Response(answer.model_dump_json(), status or 200, headers, "application/json")


def kept_answer(id_: object, facts: Mapping[str, object], *, of_all: bool = False) -> str:
    """What is kept of an answer. Version and position are known by the commit. `of_all`: it is of several streams."""
    return canonical({"id": str(id_), **facts, **({_ALL: True} if of_all else {})}).decode()


async def first_response(request: Request, model: Any, status: int | None) -> Response | None:
    """The answer to a refused request that was done before; `None` where it was not."""
    repeats: Repeats | None = request.scope.get(_REPEATS)
    written = await repeats.first() if repeats else None
    return await repeats.response(written, model, status) if repeats and written else None


async def response_again(request: Request, repeated: Repeated, model: Any, status: int | None) -> Response:
    """The answer to a request that the store knew again."""
    repeats: Repeats = request.scope[_REPEATS]
    return await repeats.response(repeated.written, model, status)
