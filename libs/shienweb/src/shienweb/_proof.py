"""The proof of a service's log over HTTP: checkpoints and tiles of every shard, as C2SP tlog-tiles has them.

They hold hashes and numbers only, from which no event can be found. So whoever verifies needs no token, and programs
that know the format can read them.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import APIRouter, Response

from shienevents import Prover, Service
from shienevents.proof.files import MissingTile
from shienevents.proof.tree import WIDTH

from ._problems import Refusal
from ._settings import ServiceProcessSettings

_TILE = re.compile(r"(\d|[1-5]\d|6[0-3])/((?:x\d{3}/){0,4}\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_NOT_AT_ALL = {"Cache-Control": "no-cache"}


def prover_of(service: Service, settings: ServiceProcessSettings) -> Prover | None:
    """What makes the checkpoints of a service; None where its settings name no folder. Raises `Contract`."""
    proving = settings.proving()
    return None if proving is None else Prover(service.store, proving)


@asynccontextmanager
async def kept(prover: Prover | None) -> AsyncIterator[None]:
    """Make checkpoints as long as the application runs."""
    if prover is None:
        yield
        return
    task = asyncio.create_task(prover.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def proof_routes(prover: Prover | None) -> APIRouter:
    """`/log/{shard}/checkpoint` and `/log/{shard}/tile/…`; none without a proof."""
    router = APIRouter(tags=["proof"])
    if prover is None:
        return router
    proving, shards = prover.proving, prover.shards

    @router.get("/log/{shard}/checkpoint")
    async def checkpoint(shard: int) -> Response:
        """The last signed checkpoint of a shard."""
        note = await asyncio.to_thread(proving.log(shard).checkpoint) if 0 <= shard < shards else None
        if note is None:
            raise Refusal(404, "path.unknown")
        return Response(note, media_type="text/plain; charset=utf-8", headers=_NOT_AT_ALL)

    @router.get("/log/{shard}/tile/{path:path}")
    async def tile(shard: int, path: str) -> Response:
        """A tile: hashes of one level, 32 bytes each."""
        found = _TILE.fullmatch(path)
        if not found or not 0 <= shard < shards or int(found[3] or 1) >= WIDTH:
            raise Refusal(404, "path.unknown")
        number = int(found[2].replace("x", "").replace("/", ""))
        try:
            hashes = await asyncio.to_thread(proving.log(shard).tile, int(found[1]), number, int(found[3] or WIDTH))
        except MissingTile:
            raise Refusal(404, "path.unknown") from None
        return Response(hashes, media_type="application/octet-stream", headers=_FOR_EVER)

    return router
