"""Writes deploy/sbom.cdx.json (CycloneDX 1.6) and deploy/third-party-notices.txt: what the image holds besides us.

`python -m scripts.sbom` reads services.lock, for the Python and system of the image, and what the installed packages
say of themselves. A test compares the files with it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
SWAGGER = ROOT / "libs/shienweb/src/shienweb/_swagger_ui"  # the only files of others that are kept here
SBOM, NOTICES = ROOT / "deploy/sbom.cdx.json", ROOT / "deploy/third-party-notices.txt"
IMAGE = {  # of python:3.11-slim
    "python_version": "3.11",
    "python_full_version": "3.11.14",
    "sys_platform": "linux",
    "platform_system": "Linux",
    "os_name": "posix",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "extra": "",
}
# Packages that say it in words only; their licence files were read.
IN_WORDS = {
    "async-timeout": "Apache-2.0",
    "jinja2": "BSD-3-Clause",
    "markdown-it-py": "MIT",
    "mdurl": "MIT",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "reportlab": "BSD-3-Clause",
    "shellingham": "ISC",
    "uvloop": "Apache-2.0 OR MIT",
}
_PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==(\S+)(?: ; (.*?))? \\$", re.MULTILINE)
_LICENCE_FILE = re.compile(r"licen[cs]e|notice|copying|authors", re.IGNORECASE)


def pinned() -> Mapping[str, str]:
    """The packages that services.lock puts into the image, with their versions."""
    found = _PINNED.findall((ROOT / "services.lock").read_text())
    return {name: version for name, version, marker in found if not marker or Marker(marker).evaluate(IMAGE)}


def swagger() -> str:
    """The version of Swagger UI, from the page beside its files."""
    return str(re.findall(r"`swagger-ui-dist` (\S+)", (SWAGGER / "README.md").read_text())[0])


def installed(name: str, version: str) -> Distribution:
    """What this checkout has of a package. Raises `SystemExit` when it is another version."""
    found = distribution(name)
    if found.version != version:
        raise SystemExit(f"{name} {found.version} is installed, services.lock has {version}: run `make setup`")
    return found


def licence_of(name: str, found: Distribution) -> str:
    """The licence as an SPDX expression. Raises `SystemExit` when a package says it in words that are not listed."""
    said = _said(found, "License-Expression") or IN_WORDS.get(name) or _said(found, "License")
    if not re.fullmatch(r"[A-Za-z0-9.()+-]+( (AND|OR|WITH) [A-Za-z0-9.()+-]+)*", said):
        raise SystemExit(f"{name}: read its licence, and add it to IN_WORDS in scripts/sbom.py")
    return said


def _said(found: Distribution, field: str) -> str:
    return str(next(iter(found.metadata.get_all(field) or ()), "")).strip()


def sbom() -> str:
    """The bill of materials as JSON, the same bytes each time: without a time and a serial number."""
    bom, licences = Bom(), LicenseFactory()
    bom.metadata.component = root = Component(name="shien", type=ComponentType.APPLICATION, bom_ref="shien")
    parts: dict[str, Component] = {}
    for name, version in pinned().items():
        found = installed(name, version)
        parts[name] = Component(
            name=name,
            version=version,
            type=ComponentType.LIBRARY,
            bom_ref=f"pkg:pypi/{name}@{version}",
            purl=PackageURL("pypi", name=name, version=version),
            licenses=[licences.make_from_string(licence_of(name, found))],
            description=_said(found, "Summary"),
        )
    parts["swagger-ui-dist"] = Component(
        name="swagger-ui-dist",
        version=swagger(),
        type=ComponentType.LIBRARY,
        bom_ref=f"pkg:npm/swagger-ui-dist@{swagger()}",
        purl=PackageURL("npm", name="swagger-ui-dist", version=swagger()),
        licenses=[licences.make_from_string("Apache-2.0")],
        description="Documentation of the operations",
    )
    bom.components.update(parts.values())
    bom.register_dependency(root, parts.values())
    for name in pinned():
        bom.register_dependency(parts[name], [parts[one] for one in sorted(set(_needed(name))) if one in parts])
    found_json: dict[str, Any] = json.loads(JsonV1Dot6(bom).output_as_string())
    found_json.pop("serialNumber")
    found_json["metadata"].pop("timestamp")
    return json.dumps(found_json, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _needed(name: str) -> Iterator[str]:
    for text in distribution(name).requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate(IMAGE):
            yield canonicalize_name(requirement.name)


def notices() -> str:
    """The licence texts of every package, one after the other."""
    own = [SWAGGER / name for name in ("LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt")]
    parts = [
        _notice(name, version, licence_of(name, installed(name, version)), _texts(name))
        for name, version in pinned().items()
    ]
    parts.append(_notice("swagger-ui-dist", swagger(), "Apache-2.0", [file.read_text() for file in own]))
    return "\n".join(["Third-party notices of the image of Shien / 第三者のソフトウェアの表示\n", *parts])


def _texts(name: str) -> list[str]:
    files = [file for file in distribution(name).files or () if _LICENCE_FILE.search(file.name)]
    inside = sorted((file for file in files if ".dist-info/" in str(file)), key=str)
    return [Path(str(file.locate())).read_text(errors="replace") for file in inside]


def _notice(name: str, version: str, licence: str, texts: Sequence[str]) -> str:
    each = dict.fromkeys("\n".join(line.rstrip() for line in text.strip().splitlines()) for text in texts)
    body = "\n\n".join(each)
    return f"{'=' * 80}\n{name} {version}\n{licence}\n{'=' * 80}\n\n{body}\n"


if __name__ == "__main__":
    SBOM.write_text(sbom())
    NOTICES.write_text(notices())
    sys.stdout.write("deploy/sbom.cdx.json\ndeploy/third-party-notices.txt\n")
