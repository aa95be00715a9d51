"""The application: rights on every route, a document that says what is answered, pages that load nothing foreign."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Annotated
from uuid import UUID

import httpx2
import pytest
from fastapi import APIRouter, Depends, Request

from shiendomain.vocabulary import SupportKind
from shienevents import Contract
from shienweb import MESSAGES, READERS, Message, Role, RouteRights, Routes, make_app, rights_table
from shienweb._answered import ANSWERED
from shienweb._messages import web
from shienweb._paths import kept_path
from shienweb.rights import page_of

from .world import CITY, FOREIGN, NORTH, Town, routes
from .world import MESSAGES as MESSAGES_OF_WORLD


def sync_method(request: Request) -> str:
    """A dependency that FastAPI calls in a thread."""
    return request.method


async def quoted_method(method: Annotated[str, Depends(sync_method)]) -> str:
    """A dependency that is awaited, with one that is not."""
    return repr(method)


async def route_of_a_sync_dependency(_: Annotated[str, Depends(quoted_method)]) -> None:
    """A route that is awaited itself."""


async def opened() -> AsyncIterator[str]:
    """A dependency with an end."""
    yield "open"


class Awaited:
    """A dependency that is an object."""

    async def __call__(self) -> str:
        return "awaited"


async def awaited_route(one: Annotated[str, Depends(opened)], other: Annotated[str, Depends(Awaited())]) -> None:
    """A route whose dependencies are awaited."""


def sync_route() -> None:
    """A route that FastAPI calls in a thread."""


CALLS = {
    "define_area": ("POST", "/areas"),
    "reorganize_area": ("POST", "/areas/x/reorganization"),
    "register_thing": ("POST", "/things"),
    "rename_thing": ("PUT", "/things/x/name"),
    "copy_thing": ("POST", "/things/x/copy"),
    "register_things": ("POST", "/thing-lists"),
    "register_batch": ("POST", "/batches/x"),
    "list_things": ("GET", "/things"),
    "show_thing": ("GET", "/things/x"),
    "fail": ("GET", "/failure"),
}


async def test_every_route_asks_for_a_token_and_accepts_the_roles_it_names_only(town: Town) -> None:
    document = town.app.openapi()
    named = {one["operationId"]: one["x-roles"] for path in document["paths"].values() for one in path.values()}
    rights = {row.operation: row.roles for row in rights_table([routes])}
    assert named.keys() == CALLS.keys() == rights.keys()
    for operation, (method, path) in CALLS.items():
        assert set(named[operation]) == rights[operation]
        async with town.anyone() as nobody:
            answer = await nobody.request(method, path, content=b"{", headers={"Content-Type": "application/json"})
            assert (answer.status_code, answer.json()["code"]) == (401, "token.missing"), operation
            assert answer.headers["www-authenticate"] == "Bearer"
        for role in Role:
            async with town.client(CITY, role=role) as client:
                answer = await client.request(method, path, content=b"{", headers={"Content-Type": "application/json"})
                refused = answer.status_code == 403
                assert refused is (role not in rights[operation]), (operation, role, answer.text)
                assert not refused or answer.json()["code"] == "role.not_allowed"
                assert not refused or answer.json()["detail_ja"] == f"{role.ja}の権限では、この操作はできません。"


def test_the_table_of_rights_names_each_operation_as_it_is_called() -> None:
    table = rights_table([APIRouter(), routes])
    assert table[0] == RouteRights("define_area", "POST", "/areas", frozenset({Role.MUNICIPAL_ADMINISTRATOR}))
    assert {(row.operation, row.method) for row in table} == {(name, method) for name, (method, _) in CALLS.items()}


async def test_a_route_without_rights_does_not_start(town: Town) -> None:
    open_to_all = Routes()

    @open_to_all.delete("/x")
    async def paint_the_town() -> None:
        """Nobody may."""

    with pytest.raises(Contract, match="paint_the_town: say which roles may do it"):
        make_app(town.service, "x", [open_to_all], {}, town.settings)


async def test_a_function_of_a_route_that_would_be_called_in_a_thread_does_not_start(town: Town) -> None:
    for route in (sync_route, route_of_a_sync_dependency):
        routes = Routes()
        routes.get("/x", may=READERS)(route)
        with pytest.raises(Contract, match=r"^sync_\w+: write async def"):
            make_app(town.service, "x", [routes], {}, town.settings)
    awaited = Routes()
    awaited.get("/x", may=READERS)(awaited_route)
    make_app(town.service, "x", [awaited], {}, town.settings)


async def test_two_operations_of_one_name_do_not_start(town: Town) -> None:
    first, second = Routes(), Routes()
    for one in (first, second):

        @one.get("/x", may=READERS)
        async def paint_the_town() -> None:
            """The same name."""

    with pytest.raises(Contract, match="paint_the_town: two routes of one name"):
        make_app(town.service, "x", [first, second], {}, town.settings)
    with pytest.raises(Contract, match="paint_the_town: two routes of one name"):
        first.get("/y", may=READERS)(paint_the_town)


async def test_a_text_that_shienweb_has_already_does_not_start(town: Town) -> None:
    with pytest.raises(Contract, match=r"area\.unknown: this text exists"):
        make_app(town.service, "x", [], {"area.unknown": Message("x", "x")}, town.settings)


async def test_routers_that_are_no_routes_of_the_library_are_open(town: Town) -> None:
    pages = APIRouter()

    @pages.get("/")
    async def home() -> str:
        return "hello"

    app = make_app(town.service, "x", [Routes(), pages], {}, town.settings)
    async with replace(town, app=app).anyone() as client:
        assert (await client.get("/")).json() == "hello"


async def test_the_document_names_every_answer_and_parameter(town: Town) -> None:
    async with town.anyone() as client:
        document = (await client.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    write, read = document["paths"]["/things"]["post"], document["paths"]["/things"]["get"]
    assert set(write["responses"]) == {
        "201", "401", "403", "404", "408", "409", "412", "413", "415", "422", "431", "503",
    }  # fmt: skip
    assert set(read["responses"]) == {"200", "401", "403", "404", "422", "431", "503"}
    for operation in (write, read):
        assert operation["security"] == [{"bearer": []}]
        for status, response in operation["responses"].items():
            if status > "299":
                assert response["content"] == {
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                }
    assert [one.get("$ref", one.get("name")) for one in read["parameters"]] == [
        "area", "label", "renamed", "q", "newest", "limit", "cursor", "#/components/parameters/After",
        "#/components/parameters/AsOf", "#/components/parameters/ValidAt",
    ]  # fmt: skip
    assert "HTTPValidationError" not in str(document)


async def test_the_documentation_page_loads_only_its_own_files_and_runs_no_inline_script(town: Town) -> None:
    async with town.anyone() as client:
        page = await client.get("/docs")
        assert page.headers["content-security-policy"].startswith("default-src 'self'; ")
        loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert loaded
        assert not re.findall(r"<script>|<style>|https?://|\son\w+=", page.text)
        for path in loaded:
            assert (await client.get(f"/{path}")).status_code == 200, path
        script = (await client.get("/docs/assets/swagger-ui-bundle.js")).text
        assert "5.35.0" in script, "a version of Swagger UI that reads OpenAPI 3.1"


async def test_every_answer_has_a_trace_and_a_line_in_the_log(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    async with town.client() as client:
        given = await client.get("/things", headers={"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"})
        assert given.headers["x-trace-id"] == "ab" * 16
        for wrong in ("", "00-" + "0" * 32 + "-" + "cd" * 8 + "-01", "x" * 9999):
            made = await client.get("/things", headers={"traceparent": wrong})
            assert re.fullmatch("[0-9a-f]{32}", made.headers["x-trace-id"])
            assert set(made.headers["x-trace-id"]) != {"0"}
        assert given.headers["x-content-type-options"] == "nosniff"
    assert "ab" * 16 in capsys.readouterr().out


async def test_the_log_has_ids_and_no_name_or_telephone_number_that_was_typed_into_an_address(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    thing = "5a3c2f0e-1111-4222-8333-444455556666"
    asked = (f"/things/{thing}", "/things/09012345678", "/things/山田花子", "/yamada/03-1234-5678", "/things?q=山田")
    async with town.client() as client:
        for path in asked:
            await client.get(path)
        await client.post(f"/areas/{CITY}/reorganization")
    said = capsys.readouterr().out
    assert re.findall(r"\] request .* path='?([^' ]+)", said) == [
        f"/things/{thing}", "/things/{thing}", "/things/{thing}", "…", "/things", f"/areas/{CITY}/reorganization"
    ]  # fmt: skip
    assert not re.search("5678|山田|yamada", said)


async def test_a_refusal_is_in_the_log_with_its_code_and_who_was_refused_and_an_answer_is_not(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    async with town.client(CITY, role=Role.OPERATOR, subject="account-7") as client:
        await client.get("/things")
    async with town.client(CITY, subject="account-8") as client:
        await client.get(f"/things?area={FOREIGN}")
        await client.get("/things?nonsense=1")
        await client.get("/things")
    async with town.anyone() as client:
        await client.get("/things")
    lines = [line for line in capsys.readouterr().out.splitlines() if "path=/things" in line]
    found = [[*re.findall(r"(?:status|code|account)=(\S+)", line), "address=" in line] for line in lines]
    assert [sorted(map(str, one)) for one in found] == [
        sorted(one)
        for one in (
            ("403", "role.not_allowed", "account-7", "True"),
            ("404", "area.unknown", "account-8", "True"),
            ("422", "fields.malformed", "account-8", "True"),
            ("200", "False"),
            ("401", "token.missing", "True"),
        )
    ]


async def test_every_answer_tells_a_browser_what_it_may_do_and_over_tls_to_come_no_other_way(town: Town) -> None:
    for scheme in ("http", "https"):
        transport = httpx2.ASGITransport(app=town.app, client=("10.1.2.3", 1))
        async with httpx2.AsyncClient(transport=transport, base_url=f"{scheme}://registry") as client:
            for path, status in (("/things", 401), ("/nowhere", 404), ("/live", 200)):
                answer = await client.get(path)
                assert answer.status_code == status
                policy = answer.headers["content-security-policy"].split("; ")
                for rule in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
                    assert rule in policy
                assert answer.headers["x-content-type-options"] == "nosniff"
                assert answer.headers["cache-control"] == "no-store"
                assert "access-control-allow-origin" not in answer.headers
                over_tls = answer.headers.get("strict-transport-security", "")
                assert over_tls == ("max-age=31536000; includeSubDomains" if scheme == "https" else "")


@pytest.mark.parametrize(
    ("path", "given", "kept"),
    [
        ("/streams/{stream}", "need-5a3c2f0e-1111-4222-8333-444455556666", True),
        ("/streams/{stream}", f"freshness-{NORTH}", True),
        ("/streams/{stream}", "need-山田花子", False),
        ("/streams/{stream}", "yamada hanako-272108", False),
        ("/things/{thing}", "09012345678", False),
    ],
)
def test_a_path_is_kept_with_ids_and_names_of_streams_and_nothing_else(path: str, given: str, kept: bool) -> None:
    name = path.rpartition("{")[2].rstrip("}")
    scope = {"route": SimpleNamespace(path=path), "path_params": {name: given}}
    assert kept_path(scope) == (path.replace(f"{{{name}}}", given) if kept else path)


async def test_two_authorization_headers_are_refused(town: Town) -> None:
    token = f"Bearer {town.token()}"
    async with town.anyone() as client:
        for second in (token, "Basic eDp5", "Bearer x"):
            for given in ((token, second), (second, token)):
                answer = await client.get("/things", headers=[("Authorization", one) for one in given])
                assert (answer.status_code, answer.json()["code"]) == (401, "token.invalid")


async def test_metrics_are_for_operators(town: Town) -> None:
    async with town.anyone() as nobody:
        assert (await nobody.get("/metrics")).json()["code"] == "token.missing"
    for role in Role:
        async with town.client(CITY, role=role) as client:
            answer = await client.get("/metrics")
            assert answer.status_code == (200 if role is Role.OPERATOR else 403), role
    async with town.client(CITY, role=Role.OPERATOR) as client:
        assert "shien_" in (await client.get("/metrics")).text
        assert (await client.get("/things")).status_code == 403


async def test_answers_are_counted_by_route_and_by_nothing_that_was_typed(town: Town) -> None:
    def counted() -> dict[tuple[str, str, str], float]:
        return {
            (sample.labels["method"], sample.labels["route"], sample.labels["status"]): sample.value
            for sample in next(iter(ANSWERED.collect())).samples
            if sample.name.endswith("_count") and sample.labels["service"] == "registry"
        }

    before = counted()
    async with town.client(CITY) as client:
        for n in range(3):
            await client.get(f"/things/{UUID(int=n)}")
            await client.get(f"/yamada-{n}/0312345678")
            await client.request(f"YAMADA{n}", "/things")
        await client.get("/things")
    now = counted()
    moved = {key: value - before.get(key, 0) for key, value in now.items() if value != before.get(key, 0)}
    assert moved == {
        ("GET", "/things/{thing}", "4xx"): 3,
        ("GET", "none", "4xx"): 3,
        ("other", "/things", "4xx"): 3,
        ("GET", "/things", "2xx"): 1,
    }
    assert ANSWERED.labels("registry", "GET", "/things", "2xx")._sum.get() > 0


async def test_the_description_of_the_operations_can_be_left_out(town: Town) -> None:
    app = make_app(town.service, "x", [routes], MESSAGES_OF_WORLD, town.settings.model_copy(update={"docs": False}))
    async with replace(town, app=app).anyone() as client:
        for path in ("/openapi.json", "/docs", "/docs/start.js", "/docs/assets/swagger-ui.css"):
            assert (await client.get(path)).status_code == 404, path
        assert (await client.get("/problems/token.revoked")).status_code == 200


def test_every_message_is_a_sentence_in_both_languages() -> None:
    assert list(web.WEB) == sorted(web.WEB)
    assert list(web.SHARED) == sorted(web.SHARED)
    for code, message in MESSAGES.items():
        assert re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", code), code
        assert message.en.isascii() or "…" in message.en, code
        assert message.en.endswith((".", "…")), code
        assert message.ja.endswith("。"), code
        facts = {name.removesuffix("_ja") for name in re.findall(r"\{(\w+)\}", message.ja)}
        assert facts <= set(re.findall(r"\{(\w+)\}", message.en)), code


def test_words_are_shown_by_their_labels_in_japanese_and_facts_that_are_missing_by_a_dash() -> None:
    message = Message("{kinds} until {until}: {role}, {missing}", "{kinds_ja}、{until}まで、{role_ja}、{missing_ja}")
    facts = {"kinds": (SupportKind.MEALS, SupportKind.OUTING), "until": date(2026, 4, 1), "role": "x", "missing": []}
    assert message.about(facts) == (
        "meals, outing until 2026-04-01: x, –",
        f"{SupportKind.MEALS.ja}、{SupportKind.OUTING.ja}、2026年4月1日まで、x、–",
    )
    assert message.about({"role": Role.AUDITOR, "role_ja": "係"}) == ("– until –: auditor, –", "–、–まで、係、–")
    night = message.about({"until": datetime(2026, 5, 31, 15, 5, tzinfo=UTC)})
    assert night == ("– until 2026-06-01 00:05 (UTC+9): –, –", "–、2026年6月1日0時5分まで、–、–")


def test_the_page_of_rights_has_a_row_for_each_operation_and_a_column_for_each_role() -> None:
    page = page_of({"registry": rights_table([routes])})
    assert "| 操作 / operation | 第1層コーディネーター<br>Tier-1 coordinator |" in page
    assert "| `POST /areas`<br>define_area |  |  |  | ○ |  |  |  |" in page
