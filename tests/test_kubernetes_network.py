"""The Helm chart: who reaches whom, as its network policies say it, and which values are refused."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml
from scripts.manifests import CHART, HELM_FOLDER
from tests.rendered import Object, of_kind, pods, variants

from shienevents import MOST_SHARDS
from shienops.settings import SERVICES

Policies = list[Object]


def selected(selector: Object, labels: dict[str, str]) -> bool:
    several = all(labels.get(rule["key"]) in rule["values"] for rule in selector.get("matchExpressions", ()))
    return several and selector.get("matchLabels", {}).items() <= labels.items()


def allowed(policies: Policies, one: dict[str, str], direction: str, other: Object, port: int) -> bool:
    """Whether the policies let the pod with the labels `one` speak so: `other` is a pod's labels, or a peer outside."""
    mine = [policy["spec"] for policy in policies if selected(policy["spec"]["podSelector"], one)]
    assert any(direction in spec["policyTypes"] for spec in mine), "without a policy everything is allowed"
    for rule in [rule for spec in mine for rule in spec.get(direction.lower(), ())]:
        peers = rule["from" if direction == "Ingress" else "to"]
        assert peers, "an empty list means everybody"
        assert rule["ports"], "an empty list means every port"
        pods_named = [peer["podSelector"] for peer in peers if set(peer) == {"podSelector"}]
        is_peer = other in peers or any(selected(selector, other) for selector in pods_named)
        if is_peer and any(entry["port"] == port for entry in rule["ports"]):
            return True
    return False


@variants
def test_what_no_other_policy_allows_is_refused_to_every_pod(variant: str) -> None:
    deny = of_kind(variant, "NetworkPolicy")["shien-default-deny"]["spec"]
    assert set(deny) == {"podSelector", "policyTypes"}
    assert set(deny["policyTypes"]) == {"Ingress", "Egress"}
    assert all(selected(deny["podSelector"], pod["metadata"]["labels"]) for _, pod in pods(variant))


@variants
def test_only_who_must_speaks_to_whom(variant: str) -> None:
    policies = list(of_kind(variant, "NetworkPolicy").values())
    city = yaml.safe_load((HELM_FOLDER / "city.yaml").read_text())["network"]
    (kafka,), (postgres,), (identity,) = (city[name]["to"] for name in ("kafka", "postgres", "identity"))
    (dns,) = yaml.safe_load((CHART / "values.yaml").read_text())["network"]["dns"]["to"]
    labels = {name: pod["metadata"]["labels"] for name, pod in pods(variant)}
    for name, own in labels.items():
        component = own["app.kubernetes.io/component"]
        for peer, port in ((kafka, 9092), (postgres, 5432), (dns, 53)):
            assert allowed(policies, own, "Egress", peer, port), f"{name} needs {peer}"
        assert not allowed(policies, own, "Egress", kafka, 5432), name
        assert allowed(policies, own, "Egress", identity, 443) is (component in SERVICES), name
        for client in city["clients"]:
            assert allowed(policies, own, "Ingress", client, 8000) is (component in SERVICES), name
        for other, theirs in labels.items():
            speaks = component == "operator" and theirs["app.kubernetes.io/component"] in SERVICES
            assert allowed(policies, own, "Egress", theirs, 8000) is speaks, f"{name} to {other}"
            assert allowed(policies, theirs, "Ingress", own, 8000) is speaks, f"{name} to {other}"


def merged(below: Object, above: Object) -> Object:
    both = {key: merged(below[key], above[key]) for key in below.keys() & above.keys() if isinstance(below[key], dict)}
    return below | above | both


SCHEMA = json.loads((CHART / "values.schema.json").read_text())
VALUES: Object = {}
for path in (CHART / "values.yaml", HELM_FOLDER / "city.yaml", HELM_FOLDER / "split.yaml"):
    VALUES = merged(VALUES, yaml.safe_load(path.read_text()))


@pytest.mark.parametrize(
    "wrong",
    [
        {"image": {"digest": "latest"}},
        {"kafka": {"bootstrapServers": "kafka"}},
        {"kafka": {"shards": MOST_SHARDS + 1}},
        {"settings": {"SHIEN_DSN": "postgresql://needs:secret@db/needs"}},
        {"settings": {"SHIEN_KAFKA_PASSWORD": "secret"}},
        {"settings": {"SHIEN_DOCS": False}},
        {"settings": {"PATH": "/files"}},
        {"network": {"clients": []}},
        {"network": {"kafka": {"to": []}}},
        {"replica": 3},
    ],
)
def test_wrong_values_are_refused_before_anything_is_rendered(wrong: Object) -> None:
    jsonschema.validate(VALUES, SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(merged(VALUES, wrong), SCHEMA)


def test_the_way_to_the_identity_provider_may_have_an_authority_of_its_own_and_a_proxy() -> None:
    way = {"SSL_CERT_FILE": "/run/secrets/authority.pem", "HTTPS_PROXY": "http://proxy.city.example:8080"}
    jsonschema.validate(merged(VALUES, {"settings": way}), SCHEMA)
