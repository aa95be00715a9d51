"""Over real connections: bodies that are too large, too slow or in pieces, and the process of a service."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import uvicorn
from starlette.types import Receive, Scope, Send

from shienops._databases import Database
from shienops.testing import eventually
from shienweb import Role, demo_key, mint
from shienweb._connections import Connection, connections
from shienweb._frame import Frame
from shienweb._limits import Limits
from shienweb._unread import Unread
from shienweb.testing import settings_for

from .world import CITY, Settings, Town

HERE = Path(__file__).parent


@asynccontextmanager
async def served(town: Town, app: object = None, http: type[Connection] | None = None) -> AsyncIterator[int]:
    """The town on a socket; the port."""
    config = uvicorn.Config(
        app or town.app,  # type: ignore[arg-type]
        http=http or connections(),
        port=0,
        lifespan="off",
        log_config=None,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task


async def accepting(port: int) -> None:
    """Wait until somebody listens."""
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionError:
                await asyncio.sleep(0.01)
            else:
                return writer.close()


async def answer_to(port: int, head: str, *parts: bytes) -> tuple[int, str]:
    """Send raw bytes; the status and the code of the problem that comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n")
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
    except ConnectionError:
        pass  # it answered before it read everything
    answer = await reader.readuntil(b"\r\n\r\n")
    status = int(answer.split()[1])
    length = next((int(line.split(b":")[1]) for line in answer.lower().split(b"\r\n") if b"content-length" in line), 0)
    body = await reader.readexactly(length)
    writer.close()
    return status, json.loads(body)["code"] if body.startswith(b"{") else body.decode()


def head(town: Town, **headers: str) -> str:
    lines = {
        "Host": "registry",
        "Authorization": f"Bearer {town.token(CITY, role=Role.MUNICIPAL_ADMINISTRATOR)}",
        "Content-Type": "application/json",
        **headers,
    }
    return "POST /things HTTP/1.1\n" + "\n".join(f"{name}: {value}" for name, value in lines.items())


def chunks(size: int, count: int) -> list[bytes]:
    return [f"{size:x}\r\n".encode() + b" " * size + b"\r\n"] * count + [b"0\r\n\r\n"]


async def test_a_body_that_is_too_large_is_refused_however_it_comes(town: Town) -> None:
    async with served(town) as port:
        declared = head(town, **{"Content-Length": str(10**9)})
        assert await answer_to(port, declared) == (413, "body.too_large")
        assert await answer_to(port, head(town, **{"Transfer-Encoding": "chunked"}), *chunks(65536, 8)) == (
            413, "body.too_large",
        )  # fmt: skip
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            token = {"Authorization": f"Bearer {town.token(CITY, role=Role.MUNICIPAL_ADMINISTRATOR)}"}
            taken = await client.post("/batches/b", json={"names": ["x" * 300_000]}, headers=token)
            assert (taken.status_code, taken.json()) == (200, {"names": 1})
            refused = await client.post("/batches/b", json={"names": ["x" * 1_100_000]}, headers=token)
            assert refused.json()["code"] == "body.too_large"


async def test_a_slow_body_is_given_up_and_large_headers_are_refused(town: Town) -> None:
    impatient = Frame(Limits(town.app, {}, seconds=0.2))
    async with served(town, impatient) as port:
        slow = head(town, **{"Content-Length": "100"})
        assert await answer_to(port, slow, b"{") == (408, "body.too_slow")
    async with served(town) as port:
        many = {f"X-{n}": "x" * 1000 for n in range(66)}
        status, _ = await answer_to(port, head(town, **many, **{"Content-Length": "2"}), b"{}")
        assert status in (400, 431)


async def test_who_is_refused_while_still_sending_gets_the_answer_and_no_reset(town: Town) -> None:
    async with served(town) as port:
        for more, code in (
            ({"Content-Length": str(10**9)}, "body.too_large"),
            ({"Content-Length": "100000", "Authorization": "", "Connection": "close"}, "token.missing"),
        ):
            assert code in await asyncio.to_thread(sent_on, port, head(town, **more))


def sent_on(port: int, asked: str) -> str:
    """What is answered to somebody who goes on sending after the answer has come, and reads it then."""
    with socket.create_connection(("127.0.0.1", port), 30) as client:
        client.sendall(asked.replace("\n", "\r\n").encode() + b"\r\n\r\n")
        client.recv(1, socket.MSG_PEEK)
        for _ in range(3):
            client.sendall(b"x" * 1000)
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(65536), b"")).decode()


async def test_who_never_stops_sending_is_left_after_a_time(town: Town) -> None:
    async with served(town, Unread(Frame(Limits(town.app, {})), 0.2)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head(town, **{"Content-Length": str(10**9)}).replace("\n", "\r\n").encode() + b"\r\n\r\n")
        assert b"body.too_large" in await reader.read()
        writer.close()


async def test_a_body_is_not_read_before_the_token_and_the_right(town: Town) -> None:
    """The body never comes, and would be answered 408."""
    nobody = head(town, **{"Content-Length": "100000"}).replace("Authorization", "X-Authorization")
    other = town.token(CITY, role=Role.SUBSCRIBER)
    async with served(town) as port:
        assert await answer_to(port, nobody, b"{") == (401, "token.missing")
        assert await answer_to(port, nobody.replace("X-Auth", "Auth"), b"") == (408, "body.too_slow")
        assert await answer_to(port, head(town, Authorization=f"Bearer {other}", **{"Content-Length": "9"})) == (
            403, "role.not_allowed",
        )  # fmt: skip


async def test_bodies_have_a_bound_together_and_free_it_again(town: Town) -> None:
    narrow = Frame(Limits(town.app, {}, held=1000))
    async with served(town, narrow) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        slow = head(town, **{"Content-Length": "901"}).replace("\n", "\r\n").encode() + b"\r\n\r\n" + b" " * 900
        writer.write(slow)
        await writer.drain()
        large = (head(town, **{"Content-Length": "900"}), b" " * 900)
        async with asyncio.timeout(60):
            while await answer_to(port, *large) != (503, "bodies.too_many"):
                pass  # the first body is still on its way
        writer.write(b" ")
        assert b" 422 " in await reader.readline()
        assert await answer_to(port, *large) == (422, "body.malformed")
        writer.close()


async def test_a_connection_without_headers_ends_and_one_with_a_slow_answer_does_not(town: Town) -> None:
    class Impatient(Connection):
        header_seconds, waiting = 0.2, {}

    started, go_on = asyncio.Event(), asyncio.Event()

    async def waits(scope: Scope, receive: Receive, send: Send) -> None:
        started.set()
        await go_on.wait()
        await town.app(scope, receive, send)

    request = b"GET /live HTTP/1.1\r\nHost: x\r\n"
    async with served(town, waits, Impatient) as port:
        busy = await asyncio.open_connection("127.0.0.1", port)
        busy[1].write(request + b"\r\n")
        await started.wait()
        for said in (b"", b"GET /li", request):
            silent = await asyncio.open_connection("127.0.0.1", port)
            silent[1].write(said)
            assert await silent[0].read() == b""  # it ended without an answer
            silent[1].close()
        go_on.set()
        assert (await busy[0].readline()).split()[1] == b"200"
        busy[1].write(request)  # the headers of a second request have their time too
        assert b"HTTP/1.1" not in await busy[0].read()
        busy[1].close()


async def test_a_request_that_has_arrived_is_answered_though_its_connection_s_time_is_over(town: Town) -> None:
    made: list[Connection] = []

    class Noted(Connection):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            made.append(self)

    ask = b"GET /live HTTP/1.1\r\nHost: town\r\n\r\n"
    async with served(town, http=Noted) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ask)
        await reader.readuntil(b"\r\n\r\n")
        (connection,) = made
        writer.write(ask)  # into the socket at once
        connection.timeout_keep_alive_handler()  # the loop was late: it has not read yet
        async with asyncio.timeout(10):
            while b"HTTP/1.1 " not in (line := await reader.readline()):
                assert line, "the connection ended"
        writer.close()


async def test_an_answer_that_nobody_reads_ends_its_connection(town: Town) -> None:
    class Impatient(Connection):
        read_seconds, waiting = 0.2, {}

    left = asyncio.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        async def disconnected() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass

        gone = asyncio.create_task(disconnected())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while not gone.done():
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
            await asyncio.sleep(0)
        left.set()

    async with served(town, endless, Impatient) as port:
        with socket.create_connection(("127.0.0.1", port)) as silent:
            silent.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await asyncio.wait_for(left.wait(), 60)


async def test_the_connection_that_waits_longest_makes_room(town: Town) -> None:
    class Few(Connection):
        most, waiting = 3, {}

    started, go_on = asyncio.Event(), asyncio.Event()

    async def waits(scope: Scope, receive: Receive, send: Send) -> None:
        started.set()
        await go_on.wait()
        await town.app(scope, receive, send)

    async with served(town, waits, Few) as port:
        readers = []
        for _ in range(3):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            started.clear()
            writer.write(b"GET /live HTTP/1.1\r\nHost: x\r\n\r\n")
            await started.wait()
            readers.append((reader, writer))
        refused = await asyncio.open_connection("127.0.0.1", port)
        assert (await refused[0].readline()).split()[1] == b"503"  # all have a request
        go_on.set()
        for reader, _ in readers:
            assert (await reader.readline()).split()[1] == b"200"
        await eventually(lambda: len(Few.waiting) == 3)
        another = await asyncio.open_connection("127.0.0.1", port)
        another[1].write(b"GET /live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await another[0].readline()).split()[1] == b"200"
        async with asyncio.timeout(60):
            await readers[0][0].read()  # to its end: it had waited longest
        assert not readers[1][0].at_eof()
        for _, writer in (*readers, refused, another):
            writer.close()


def test_a_process_may_open_as_many_files_as_the_system_allows_it() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (512, before[1]))
        assert connections().most == min(10_000, min(before[1], 65_536) - 200)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(before[1], 65_536)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


async def test_a_client_that_leaves_in_the_middle_leaves_nothing_behind(town: Town) -> None:
    before = await town.service.store.heads()
    async with served(town) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head(town, **{"Content-Length": "100"}).replace("\n", "\r\n").encode() + b"\r\n\r\n{")
        await writer.drain()
        writer.close()
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            assert (await client.get("/live")).status_code == 200
    assert await town.service.store.heads() == before


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


async def test_a_process_migrates_makes_its_topic_serves_and_ends_on_sigterm(
    database: Database, kafka: str, topic_name: str, tmp_path: Path
) -> None:
    settings = settings_for(Settings, database, tmp_path)
    secret = tmp_path / "dsn"
    secret.write_text(f"{settings.dsn}\n")
    environment = {
        **os.environ, "SHIEN_DSN_FILE": str(secret), "SHIEN_OWNER_DSN": settings.owner_dsn, "SHIEN_SHARDS": "3",
        "SHIEN_BOOTSTRAP_SERVERS": kafka, "SHIEN_TOPIC_PREFIX": f"{topic_name}.", "SHIEN_PORT": "0",
        "SHIEN_ISSUER": settings.issuer, "SHIEN_AUDIENCE": settings.audience,
        "SHIEN_JWKS": settings.jwks, "PYTHONPATH": str(HERE.parent),
    }  # fmt: skip

    async def process(*verb: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-W", "error", "-m", "tests.serving", *verb, env=environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    for verb in ("migrate", "migrate", "topic", "topic"):
        ended = await process(verb)
        _, err = await ended.communicate()
        assert ended.returncode == 0, err.decode()
    ended = await process("nonsense")
    assert b"'nonsense' is neither" in (await ended.communicate())[1]
    environment |= {"SHIEN_TOPIC_PREFIX": "osaka/"}
    _, err = await (await process()).communicate()
    assert err.startswith(b"shien: the setting topic_prefix (SHIEN_TOPIC_PREFIX): "), err.decode()
    environment |= {"SHIEN_TOPIC_PREFIX": f"{topic_name}."}
    running = await process()
    assert running.stdout is not None
    port = int(await running.stdout.readline())
    token = mint(
        demo_key(tmp_path),
        role=Role.MUNICIPAL_ADMINISTRATOR,
        areas=[CITY],
        body="city",
        issuer=settings.issuer,
        audience=settings.audience,
    )
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        await eventually(lambda: listens(port))
        done = await client.post("/areas", json={"area": CITY}, headers={"Authorization": f"Bearer {token}"})
        assert done.status_code == 201, done.text
    running.send_signal(signal.SIGTERM)
    _, err = await asyncio.wait_for(running.communicate(), 20)
    assert running.returncode == 0, err.decode()
    assert settings.dsn.split(":")[2].split("@")[0] not in err.decode()


async def test_a_process_that_waits_for_its_database_ends_when_it_is_told_to() -> None:
    """As process 1 of a container it would not end by the signal alone, but be killed when its time is over."""
    environment = {
        **os.environ, "SHIEN_DSN": "postgresql://needs:needs@127.0.0.1:1/needs", "SHIEN_PORT": "0",
        "SHIEN_ISSUER": "https://shien.invalid", "SHIEN_AUDIENCE": "shien", "SHIEN_JWKS": "https://shien.invalid/keys",
        "PYTHONPATH": str(HERE.parent),
    }  # fmt: skip
    waiting = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", "-m", "tests.serving", env=environment,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert waiting.stderr is not None
    assert b"not available yet" in await waiting.stderr.readline()
    waiting.send_signal(signal.SIGTERM)
    _, err = await asyncio.wait_for(waiting.communicate(), 20)
    assert waiting.returncode == 0, err.decode()
