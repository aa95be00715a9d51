"""The dashboard and the alert rules in deploy/monitoring name what the running services show, and nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import promql_parser
import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families

import shienevents.core.metrics as of_events
import shienweb._answered as of_answers
from shienops import SERVICES
from shienweb import Role
from shienweb._kafka import heard_by

from .city import CITY, City

pytestmark = [
    pytest.mark.xdist_group("city over http"),
    pytest.mark.embedded,
    pytest.mark.slow,
    pytest.mark.timeout(240),
]
ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy/monitoring"
# What Prometheus adds to each series, and what the client library shows of the process.
ADDED = {"job", "instance"}
OF_PROCESS = {"process_resident_memory_bytes", "process_cpu_seconds_total"}
NOT_SHOWN: dict[str, str] = {}  # metrics of ours that the dashboard leaves out, and why


def metrics() -> dict[str, tuple[str, frozenset[str]]]:
    """Each metric of the code: its type and its labels."""
    found = [one for module in (of_events, of_answers) for one in vars(module).values()]
    return {
        one._name: (str(one._type), frozenset(one._labelnames)) for one in found if isinstance(one, MetricWrapperBase)
    }


def series() -> dict[str, frozenset[str]]:
    """Each series of the code with its labels, as an expression names it."""
    found: dict[str, frozenset[str]] = dict.fromkeys(OF_PROCESS, frozenset())
    for name, (kind, labels) in metrics().items():
        match kind:
            case "counter":
                found[f"{name}_total"] = labels
            case "histogram":
                found |= {f"{name}_{part}": labels for part in ("sum", "count")}
                found[f"{name}_bucket"] = labels | {"le"}
            case _:
                found[name] = labels
    return found


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / "dashboard.json").read_text())["panels"]
    return [panel for panel in found if panel["type"] != "row"]


def expressions() -> Iterator[tuple[str, str, str]]:
    """Each expression, with where it is and the template beside it that names labels."""
    for rule in rules():
        yield rule["alert"], rule["expr"], " ".join(rule["annotations"].values())
    for panel in panels():
        for target in panel["targets"]:
            yield panel["title"], target["expr"].replace("$__rate_interval", "5m"), target["legendFormat"]


def named_in(expression: str) -> tuple[list[tuple[str, set[str]]], set[str]]:
    """The series with the labels that an expression asks of them, and the labels by which it groups or joins."""
    asked: list[tuple[str, set[str]]] = []
    grouped: set[str] = set()

    def visit(node: Any) -> None:
        match node:
            case promql_parser.VectorSelector():
                asked.append((node.name or "", {matcher.name for matcher in node.matchers.matchers}))
            case promql_parser.AggregateExpr() if node.modifier:
                grouped.update(node.modifier.labels)
            case promql_parser.BinaryExpr() if node.modifier and node.modifier.matching:
                grouped.update(node.modifier.matching.labels)

    promql_parser.walk(promql_parser.parse(expression), visit)
    return asked, grouped


def test_every_expression_parses_and_names_series_and_labels_that_the_code_has() -> None:
    known = series()
    for place, expression, template in expressions():
        asked, grouped = named_in(expression)
        assert asked, place
        for name, labels in asked:
            assert name in known, f"{place}: there is no series {name}"
            assert labels <= known[name] | ADDED, f"{place}: {name} has no label {labels - known[name]}"
        for label in grouped | set(re.findall(r"\{\{ *(?:\$labels\.)?(\w+) *\}\}", template)):
            lacking = [name for name, _ in asked if label not in known[name] | ADDED | {"le"}]
            assert not lacking, f"{place}: {lacking} have no label {label}"


def test_every_metric_of_ours_is_on_the_dashboard() -> None:
    shown = {name for panel in panels() for target in panel["targets"] for name in re.findall(r"\w+", target["expr"])}
    lacking = [name for name in metrics() if not any(one.startswith(name) for one in shown)]
    assert sorted(lacking) == sorted(NOT_SHOWN)


def test_an_alert_tells_of_a_service_of_which_nothing_is_seen() -> None:
    """Of a series that is not there no other expression tells anything."""
    (rule,) = [rule for rule in rules() if rule["alert"] == "ShienNotSeen"]
    watched = " or ".join(f'absent(shien_ready{{service="{service}"}})' for service in SERVICES)
    assert " ".join(rule["expr"].split()) == watched


def test_every_alert_is_tried_with_series_that_raise_it() -> None:
    tried = (FOLDER / "alerts_test.yml").read_text()
    assert not [rule["alert"] for rule in rules() if f'alertname="{rule["alert"]}"' not in tried]
    if (program := shutil.which(os.environ.get("SHIEN_PROMTOOL", "promtool"))) is None:
        pytest.skip("no promtool here; SHIEN_PROMTOOL may name its path")
    command = [program, "test", "rules", str(FOLDER / "alerts_test.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_metric_keeps_to_the_names_of_prometheus() -> None:
    for name, (kind, labels) in metrics().items():
        assert re.fullmatch(r"shien_[a-z_]+", name), name
        if kind == "histogram" and "service" in labels:
            assert name.endswith("_seconds"), f"{name}: units last"
        assert labels, f"{name}: whose is it?"


def test_every_alert_says_what_to_do_in_both_languages() -> None:
    assert len({rule["alert"] for rule in rules()}) == len(rules())
    for rule in rules():
        says = rule["annotations"]
        assert set(says) == {"summary", "summary_ja", "description", "description_ja", "runbook"}, rule["alert"]
        assert re.search(r"[ぁ-んァ-ン]", says["summary_ja"] + says["description_ja"]), rule["alert"]
        assert says["description_ja"].endswith("。"), rule["alert"]
        assert says["description"].endswith("."), rule["alert"]
        assert (ROOT / says["runbook"]).is_file(), f"{rule['alert']}: {says['runbook']}"
        assert rule["labels"]["severity"] in ("warning", "critical"), rule["alert"]
    for panel in panels():
        assert " / " in panel["title"], f"{panel['title']}: Japanese and English"
        assert "。" in panel["description"], panel["title"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_running_service_shows_what_is_watched(city: City, service: str) -> None:
    token = city.system.token(Role.OPERATOR, (CITY,))
    url = f"{city.system.url(service)}/metrics"
    httpx2.get(url)  # an answer to be counted: 401
    answer = httpx2.get(url, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    shown = {family.name: family for family in text_string_to_metric_families(answer.text)}
    for name, (kind, labels) in metrics().items():
        assert shown[name].type == kind, name
        assert shown[name].documentation, name
        for sample in shown[name].samples:
            assert set(sample.labels) - {"le"} == labels, name
    assert {sample.name for family in shown.values() for sample in family.samples} >= OF_PROCESS
    watched = ["shien_ready", "shien_lease_held", "shien_pool_connections_open", "shien_pool_waiting"]
    watched += ["shien_relay_lag_events", "shien_consumer_lag_events", "shien_http_answer_seconds"]
    for name in watched:
        assert {sample.labels["service"] for sample in shown[name].samples} == {service}, name
    heard = {sample.labels["source"] for sample in shown["shien_consumer_lag_events"].samples}
    assert heard == {service, *heard_by(service)}
    assert not [name for name in shown if name.startswith("shien_") and name not in metrics()]
