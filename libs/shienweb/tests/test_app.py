"""The application: rights on every route, a document that says what is answered, pages that load nothing foreign."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fastapi import APIRouter

import shienweb
from shienevents import Contract
from shienweb import RIGHTS, Role, Routes, make_app

from .world import CITY, Town

CALLS = {
    "define_area": ("POST", "/areas"),
    "reorganize_area": ("POST", "/areas/x/reorganization"),
    "register_resource": ("POST", "/things"),
    "revise_resource": ("POST", "/things/x/name"),
    "register_batch": ("POST", "/batches/x"),
    "list_resources": ("GET", "/things"),
    "show_resource": ("GET", "/things/x"),
    "show_provider": ("GET", "/failure"),
}


async def test_every_route_asks_for_a_token_and_takes_the_roles_of_the_table_only(town: Town) -> None:
    document = town.app.openapi()
    named = {one["operationId"] for path in document["paths"].values() for one in path.values()}
    assert named == set(CALLS)
    for operation, (method, path) in CALLS.items():
        async with town.anyone() as nobody:
            answer = await nobody.request(method, path, content=b"{", headers={"Content-Type": "application/json"})
            assert (answer.status_code, answer.json()["code"]) == (401, "token.missing"), operation
            assert answer.headers["www-authenticate"] == "Bearer"
        for role in Role:
            async with town.client(CITY, role=role) as client:
                answer = await client.request(method, path, content=b"{", headers={"Content-Type": "application/json"})
                refused = answer.status_code == 403
                assert refused is (role not in RIGHTS[f"registry.{operation}"]), (operation, role, answer.text)
                assert not refused or answer.json()["code"] == "role.not_allowed"


async def test_a_route_that_the_table_of_rights_lacks_does_not_start(town: Town) -> None:
    routes = Routes("registry")

    @routes.get("/x")
    async def paint_the_town() -> None:
        """Nobody may."""

    with pytest.raises(Contract, match=r"registry\.paint_the_town: say in shienweb's RIGHTS"):
        make_app("registry", "x", town.service, routes, town.settings)


async def test_pages_that_are_no_routes_of_the_table_are_open(town: Town) -> None:
    pages = APIRouter()

    @pages.get("/")
    async def home() -> str:
        return "hello"

    app = make_app("registry", "x", town.service, [Routes("registry"), pages], town.settings)
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
        "limit", "cursor", "#/components/parameters/After",
    ]  # fmt: skip
    assert "HTTPValidationError" not in str(document)


async def test_the_docs_page_loads_its_own_files_only_and_runs_nothing_inline(town: Town) -> None:
    async with town.anyone() as client:
        page = await client.get("/docs")
        assert page.headers["content-security-policy"].startswith("default-src 'self'; ")
        loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert loaded
        assert not re.findall(r"<script>|<style>|https?://|\son\w+=", page.text)
        for path in loaded:
            assert (await client.get(f"/{path}")).status_code == 200, path


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


def test_the_one_door_says_what_it_opens() -> None:
    public = {name for name in vars(shienweb) if not name.startswith("_")} - {"testing"}
    assert public <= set(shienweb.__all__), "list it in __all__, or import it under a private name"


def test_every_message_is_in_both_languages_and_in_order() -> None:
    for service in ("web", "registry", "needs", "matching", "escalation", "portal"):
        (messages,) = (
            value
            for name, value in vars(__import__(f"shienweb._messages.{service}", fromlist=["x"])).items()
            if name == service.upper()
        )
        assert list(messages) == sorted(messages), f"keep {service}'s messages in order"
        for code, message in messages.items():
            assert re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", code), code
            assert message.en.isascii() or "…" in message.en, code
            assert re.search("[ぁ-んァ-ヶ一-龠{]", message.ja), code
            facts = {name.removesuffix("_ja") for name in re.findall(r"\{(\w+)\}", message.ja)}
            assert facts <= set(re.findall(r"\{(\w+)\}", message.en)), code
