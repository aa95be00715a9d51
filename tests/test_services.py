"""All services are built alike: the same files, the same names in them, and a text for every rejection."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from shienops.settings import SERVICES
from shienweb import MESSAGES

ROOT = Path(__file__).parent.parent
REJECTING = {"Rejected", "NotFound", "Refusal", "must_cover"}
# What a code may become that is put together while it runs.
MADE = {"need.{}": {"need.met", "need.withdrawn"}, "{}.unknown": {"issue.unknown", "proposal.unknown"}}


def source(service: str) -> Path:
    return ROOT / "services" / service / "src" / service


def codes(path: Path) -> Iterator[str]:
    """The codes that a module refuses with."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in REJECTING:
                for value in node.args:
                    yield from texts(value)


def texts(value: ast.expr) -> Iterator[str]:
    """The code in an argument; a made one with {} where its parts go."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.JoinedStr):
        yield "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in value.values)


@pytest.mark.parametrize("service", SERVICES)
def test_every_code_has_a_text(service: str) -> None:
    found = {code for path in source(service).rglob("*.py") for code in codes(path)}
    assert {code for code in found if "{}" in code} <= set(MADE), "write down in MADE what the code may become"
    own = import_module(f"{service}.messages").MESSAGES
    lacking = set().union(*(MADE.get(code, {code}) for code in found)) - {*MESSAGES, *own}
    assert not lacking, f"{sorted(lacking)}: say it in Japanese and English, in {service}/messages.py"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_files_of_all_services(service: str) -> None:
    """A decider may be one module, or a folder split by stream; so may the API and the projections."""
    files = {path.name.removesuffix(".py") for path in source(service).iterdir()}
    wanted = {"__init__", "__main__", "main", "messages", "settings", "api", "projections", "views"}
    own = {"templates", "static"} if service == "portal" else {"decider", "reactions"}
    assert not (wanted | own) - files, f"{service} lacks {sorted((wanted | own) - files)}"
    main = f"from {service}.main import run"
    assert main in (source(service) / "__main__.py").read_text()


@pytest.mark.parametrize("service", SERVICES)
def test_files_call_what_they_hold_by_the_same_names(service: str) -> None:
    wanted = {
        "main": {"TITLE", "build", "run"},
        "messages": {"MESSAGES"},
        "settings": {"Settings"},
        "projections": {"VIEWS"},
        "api": {"ROUTES"},
    }
    if service != "portal":
        wanted |= {"decider": {"DECIDERS"}, "reactions": {"REACTIONS"}}
    lacking = {
        f"{file}.{name}"
        for file, names in wanted.items()
        for name in names
        if not hasattr(import_module(f"{service}.{file}"), name)
    }
    assert not lacking, f"{service} lacks {sorted(lacking)}"


@pytest.mark.parametrize("service", SERVICES)
def test_titles_have_one_form(service: str) -> None:
    japanese, _, english = str(import_module(f"{service}.main").TITLE).partition(" — ")
    assert english == f"Shien {service}"
    assert not japanese.isascii()
