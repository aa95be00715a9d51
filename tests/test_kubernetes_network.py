"""The Helm chart: who reaches whom, as its network policies say it, and which values are refused."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml
from scripts.manifests import CHART, HELM_FOLDER, OLDEST, helm, rendered
from scripts.settings_page import classes, is_secret
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


def test_a_value_may_name_every_setting_but_secrets_and_what_the_chart_says_itself() -> None:
    fields = {name: field for service in SERVICES for name, field in classes()[service].model_fields.items()}
    known = {f"SHIEN_{name.upper()}" for name, field in fields.items() if not is_secret(field)}
    templates = "".join((CHART / "templates" / name).read_text() for name in ("_helpers.tpl", "services.yaml"))
    chart = set(
        re.findall(r"^SHIEN_[A-Z_]+|(?<=\$own \")SHIEN_[A-Z_]+|(?<=dict \")SHIEN_[A-Z_]+", templates, re.MULTILINE)
    )
    image = {"SHIEN_HOST", "SHIEN_PORT"}  # the probes know them
    not_mounted = {name for name in known if name.startswith("SHIEN_KAFKA_")} | {"SHIEN_OWNER_DSN_FILE"}
    assert {"SHIEN_ROLE", "SHIEN_SHARDS", "SHIEN_LEAVE_SECONDS", "SHIEN_DSN_FILE"} < chart <= known
    schema = json.loads((CHART / "values.schema.json").read_text())
    allowed = set(schema["definitions"]["settings"]["propertyNames"]["enum"])
    https = {"SSL_CERT_FILE", "HTTPS_PROXY"}  # what the HTTP client reads by itself
    assert {name for name in allowed - https if not name.startswith("OTEL_")} == known - chart - image - not_mounted


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
        {"settings": {"SHIEN_DENIED_FLE": "/run/secrets/denied.toml"}},
        {"settings": {"SHIEN_ROLE": "worker"}},
        {"settings": {"OTEL_EXPORTER_OTLP_HEADERS": "authorization=secret"}},
        {"services": {"portal": {"settings": {"SHIEN_SIGN_IN_CLIENT": "shien"}}}},
        {"network": {"clients": []}},
        {"network": {"kafka": {"to": []}}},
        {"network": {"kafka": {"to": [{"ipBlock": {"cidr": "kafka.city.example"}}]}}},
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


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"network": {"identity": {"to": []}}}, "network.identity.to"),
        ({"settings": {"SHIEN_TRACES": "true"}}, "network.traces.to"),
        ({"ingress": {"hosts": None}}, "ingress.hosts"),
        ({"settings": {"SHIEN_TRUSTED_PROXIES": ""}}, "settings.SHIEN_TRUSTED_PROXIES"),
        ({"proof": {"accessMode": "ReadWriteOnce"}}, "proof.accessMode"),
    ],
)
def test_values_that_do_not_go_together_are_refused_by_name(wrong: Object, named: str, tmp_path: Path) -> None:
    program = helm()
    if program is None:
        pytest.skip("no helm here")
    (tmp_path / "wrong.yaml").write_text(yaml.safe_dump(wrong))
    files = [str(HELM_FOLDER / "city.yaml"), str(HELM_FOLDER / "split.yaml"), str(tmp_path / "wrong.yaml")]
    command = [program, "template", "shien", str(CHART), "--kube-version", OLDEST]
    done = subprocess.run(
        [*command, *(word for file in files for word in ("--values", file))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert f"{named}:" in done.stderr or f"so {named}" in done.stderr


def test_traces_leave_for_the_collector_that_is_named_and_no_further(tmp_path: Path) -> None:
    program = helm()
    if program is None:
        pytest.skip("no helm here")
    collector = {"podSelector": {"matchLabels": {"app": "collector"}}}
    chosen = {
        "settings": {"SHIEN_TRACES": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"},
        "network": {"traces": {"to": [collector], "ports": [4318]}},
    }
    (tmp_path / "traces.yaml").write_text(yaml.safe_dump(chosen))
    policies = rendered(program, ("city.yaml", str(tmp_path / "traces.yaml")))
    found = [one for one in yaml.safe_load_all(policies) if one and one["kind"] == "NetworkPolicy"]
    for component, speaks in (("needs", True), ("prepare", False), ("operator", False)):
        own = {"app.kubernetes.io/instance": "shien", "app.kubernetes.io/component": component}
        assert allowed(found, own, "Egress", collector, 4318) is speaks, component
