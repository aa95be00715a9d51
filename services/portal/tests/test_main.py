"""The portal as a process: migrated, started with an empty broker, ready behind its proxy, and ended by a signal."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import httpx2

from shienops._databases import Database
from shienweb import Role, ServiceProcessSettings, demo_key, mint


async def test_the_portal_starts_as_a_process_says_it_is_ready_and_ends(
    database: Database, kafka: str, tmp_path: Path, topic_name: str, unused_tcp_port: int
) -> None:
    demo_key(tmp_path)
    environment = {
        **os.environ, "SHIEN_DSN": database.dsn, "SHIEN_OWNER_DSN": database.owner_dsn, "SHIEN_SHARDS": "3",
        "SHIEN_BOOTSTRAP_SERVERS": kafka, "SHIEN_TOPIC_PREFIX": f"{topic_name}.", "SHIEN_PORT": str(unused_tcp_port),
        "SHIEN_JWKS": str(tmp_path / "jwks.json"), "SHIEN_TRUSTED_PROXIES": "127.0.0.1",
        "SHIEN_GROUPS_FILE": "", "SHIEN_DENIED_FILE": "",  # as compose passes on what is not chosen
    }  # fmt: skip
    migration = await asyncio.create_subprocess_exec(sys.executable, "-m", "portal", "migrate", env=environment)
    assert await migration.wait() == 0
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "portal", env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{unused_tcp_port}") as client, asyncio.timeout(60):
            assert await answers(client, "/ready") == 200
            page = await client.get("/", headers={"Accept": "text/html"}, follow_redirects=True)
            assert "サインイン" in page.text
            document = (await client.get("/openapi.json")).json()
            assert "/boards/{area}" in document["paths"]
            assert "/sign-in" not in document["paths"]
            token = mint(
                demo_key(tmp_path), role=Role.AUDITOR, areas=["272108"], body="city",
                issuer=ServiceProcessSettings().issuer, audience="shien",
            )  # fmt: skip
            for proto in ("https", "http"):
                signed = await client.post("/sign-in", data={"token": token}, headers={"X-Forwarded-Proto": proto})
                assert (signed.status_code, "Secure" in signed.headers["set-cookie"]) == (303, proto == "https")
    finally:
        process.terminate()
        await process.wait()
    assert process.returncode in (0, -15)


async def answers(client: httpx2.AsyncClient, path: str) -> int:
    """The status once somebody answers with success."""
    while True:
        try:
            answer = await client.get(path)
        except httpx2.TransportError:
            await asyncio.sleep(0.1)
            continue
        if answer.status_code == 200:
            return answer.status_code
        await asyncio.sleep(0.1)
