"""What the log of accesses keeps of a request."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import orjson

from shienweb import READERS, Context, Role, Routes, make_app

from .world import CITY, NORTH, Town


async def test_what_somebody_typed_into_a_path_is_not_in_the_log_of_accesses(town: Town) -> None:
    routes = Routes()

    @routes.get("/areas/{area}/greetings/{name}", may=READERS)
    async def greet(area: str, name: str, context: Context) -> str:
        """Greet."""
        return f"{area} {name} {context.principal.subject}"

    app = make_app(town.service, "x", [routes], {}, town.settings)
    async with replace(town, app=app).client(CITY, role=Role.AUDITOR) as auditor:
        as_of = datetime.now(UTC).isoformat()
        answer = await auditor.get(f"/areas/{NORTH}/greetings/山田花子", params={"as_of": as_of})
        assert answer.status_code == 200, answer.text
    async with town.service.store.pool.acquire() as connection:
        kept = await connection.fetch("select data from events where type = 'registry.accessed.v1'")
    assert [orjson.loads(one["data"])["about"] for one in kept] == [f"/areas/{NORTH}/greetings/{{name}}"]
