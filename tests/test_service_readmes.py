"""Each service's README has what its code says: it is generated where it can be."""

from __future__ import annotations

from pathlib import Path

from scripts.service_readmes import SERVICES, readme_of

ROOT = Path(__file__).parent.parent


def test_the_readme_of_each_service_is_what_its_code_says() -> None:
    old = [one for one in SERVICES if (ROOT / "services" / one / "README.md").read_text() != readme_of(one)]
    assert not old, f"{old}: run `make readmes` and commit services/*/README.md"


def test_the_readme_of_each_service_draws_it_and_is_linked_from_the_top() -> None:
    for service in SERVICES:
        assert "```mermaid" in readme_of(service), f"{service}: draw it, or declare its machines"
        assert f"services/{service}/README.md" in (ROOT / "README.md").read_text(), "link it from the top"
