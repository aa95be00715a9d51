"""The floor of `serving`: a server without guarantees. `python -m bench.bare_server DSN PORT`.

POST inserts the body as one row in its own commit. GET answers a constant of the size of a board.
"""

from __future__ import annotations

import sys
from typing import Any

import asyncpg
import uvicorn

_BOARD = b'{"board":"' + b"x" * 3000 + b'"}'


class Bare:
    """An ASGI application with two routes.

    Args:
        dsn: the database of the posts.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._pool: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if self._pool is None:
            self._pool = await asyncpg.create_pool(self._dsn, min_size=1, max_size=10)
        body = _BOARD
        if scope["method"] == "POST":
            message = await receive()
            await self._pool.execute("insert into views.bare_posts values ($1)", message["body"])
            body = b"{}"
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    uvicorn.run(Bare(sys.argv[1]), port=int(sys.argv[2]), log_level="error", lifespan="off", access_log=False)
