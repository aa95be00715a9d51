"""A deployment of fewer services than there are: what shows and checks speaks of those, and names the others."""

from __future__ import annotations

import pytest

from shienops.seeing.opened import chosen

from .commands import command


def test_without_a_name_the_services_of_the_deployment_are_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIEN_SERVICES", "portal,registry")
    assert chosen(None) == ["registry", "portal"]
    refused = command(["outbox", "--service", "needs"], {"LC_ALL": "C"})
    assert (refused.returncode, "give one of registry, portal" in refused.stderr) == (2, True), refused
