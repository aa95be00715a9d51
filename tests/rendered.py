"""The Helm chart as rendered for a sample city (`make manifests`), object by object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from scripts.manifests import HELM_FOLDER, VARIANTS

from shienops.settings import SERVICES

Object = dict[str, Any]

RENDERED: dict[str, list[Object]] = {
    name: [one for one in yaml.safe_load_all((HELM_FOLDER / "rendered" / name).read_text()) if one] for name in VARIANTS
}
ROLES = {"all.yaml": {"all": 1}, "split.yaml": {"api": 2, "worker": 2}}
variants = pytest.mark.parametrize("variant", VARIANTS)


def of_kind(variant: str, kind: str) -> dict[str, Object]:
    return {one["metadata"]["name"]: one for one in RENDERED[variant] if one["kind"] == kind}


def pods(variant: str) -> Iterator[tuple[str, Object]]:
    """The name of each workload, and its pod."""
    for kind in ("Deployment", "Job"):
        for name, one in of_kind(variant, kind).items():
            yield name, one["spec"]["template"]


def processes(variant: str) -> dict[tuple[str, str], Object]:
    """The deployments of the services, by service and role."""
    found = {}
    for one in of_kind(variant, "Deployment").values():
        labels = one["spec"]["template"]["metadata"]["labels"]
        if labels["app.kubernetes.io/component"] in SERVICES:
            found[labels["app.kubernetes.io/component"], labels["shien/role"]] = one
    return found


def container(pod: Object) -> Object:
    (only,) = pod["spec"]["containers"]
    assert isinstance(only, dict)
    return only


def environment(pod: Object) -> dict[str, str]:
    return {one["name"]: one["value"] for one in container(pod)["env"]}


def secrets(pod: Object) -> list[str]:
    (projected,) = [volume["projected"] for volume in pod["spec"]["volumes"] if "projected" in volume]
    return [source["secret"]["name"] for source in projected["sources"]]
