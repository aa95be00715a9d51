"""The bill of materials holds exactly what services.lock puts into the image, with licences; so do the notices."""

from __future__ import annotations

import json
import re
from typing import Any

from scripts.sbom import NOTICES, SBOM, notices, pinned, sbom, swagger


def test_the_bill_of_materials_is_that_of_the_lock() -> None:
    assert SBOM.read_text() == sbom(), "run `make sbom`"
    found: dict[str, Any] = json.loads(SBOM.read_text())
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    python = [one for one in found["components"] if one["purl"].startswith("pkg:pypi/")]
    assert {one["name"]: one["version"] for one in python} == pinned()
    assert [one["purl"] for one in found["components"] if one not in python] == [f"pkg:npm/swagger-ui-dist@{swagger()}"]
    assert len(python) == len(pinned()) > 50
    for one in found["components"]:
        assert one["licenses"], one["name"]
    needed = {one["ref"]: set(one.get("dependsOn", ())) for one in found["dependencies"]}
    assert needed["shien"] == {one["bom-ref"] for one in found["components"]}
    assert f"pkg:pypi/starlette@{pinned()['starlette']}" in needed[f"pkg:pypi/fastapi@{pinned()['fastapi']}"]


def test_what_another_system_needs_is_not_in_the_image() -> None:
    assert not {"colorama", "httpx2-jsfetch"} & pinned().keys()


def test_the_notices_have_the_text_of_every_licence() -> None:
    assert NOTICES.read_text() == notices(), "run `make sbom`"
    parts = re.split(r"^={80}\n(\S+) \S+\n.*\n={80}\n", NOTICES.read_text(), flags=re.MULTILINE)[1:]
    texts = dict(zip(parts[::2], parts[1::2], strict=True))
    assert texts.keys() == {*pinned(), "swagger-ui-dist"}
    assert not [name for name, text in texts.items() if len(text.strip()) < 100]
