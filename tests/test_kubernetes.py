"""The Helm chart, as rendered for a sample city: what Kubernetes takes, and what each pod may and has.

Neither helm nor a cluster is needed: the rendered files are kept, with a digest of the chart that they come from.
"""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from scripts.manifests import CHART, HELM_FOLDER, OLDEST, VARIANTS, head, helm, rendered
from tests.rendered import (
    RENDERED,
    ROLES,
    Object,
    container,
    environment,
    of_kind,
    pods,
    processes,
    secrets,
    variants,
)

from shienevents import ServiceSettings
from shienevents.postgres.pool import CLOSE_SECONDS
from shienops.kafka_rights import OPERATOR
from shienops.settings import SERVICES
from shienops.system import SystemSettings
from shienweb import ServiceProcessSettings
from shienweb._serve import GRACE_SECONDS

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Object] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
DEFAULT = re.compile(r"\$\{\w+:?-([^}]*)\}")


@variants
def test_the_files_are_rendered_from_this_chart(variant: str) -> None:
    text = (HELM_FOLDER / "rendered" / variant).read_text()
    assert text.startswith(head()), "the chart was changed: run `make manifests`"


@variants
def test_helm_renders_the_same(variant: str) -> None:
    program = helm()
    if program is None:
        pytest.skip("no helm here; the digest in the rendered files shows that they are of this chart")
    again = [one for one in yaml.safe_load_all(rendered(program, VARIANTS[variant])) if one]
    assert again == RENDERED[variant]
    files = [word for name in VARIANTS[variant] for word in ("--values", str(HELM_FOLDER / name))]
    done = subprocess.run(
        [program, "lint", "--strict", str(CHART), *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@variants
@pytest.mark.parametrize("version", [OLDEST, kubernetes_validate.latest_version()])
def test_kubernetes_takes_every_object(variant: str, version: str) -> None:
    """Against the schemas of that version; a field that they do not know is refused."""
    for one in RENDERED[variant]:
        kubernetes_validate.validate(one, version, strict=True)


@variants
def test_every_pod_is_restricted(variant: str) -> None:
    """The rules of the pod security standard "restricted", and no right in the cluster."""
    for name, pod in pods(variant):
        spec, only = pod["spec"], container(pod)
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        assert spec["securityContext"]["runAsUser"] == 10001, name
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert only["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, name
        assert (spec["automountServiceAccountToken"], spec["enableServiceLinks"]) == (False, False), name
        assert not {"hostNetwork", "hostPID", "hostIPC", "initContainers", "serviceAccountName"} & set(spec), name
        kinds = {kind for volume in spec["volumes"] for kind in volume.keys() - {"name"}}
        assert kinds <= {"projected", "secret", "emptyDir", "persistentVolumeClaim"}, name
        assert not any("hostPort" in port for port in only.get("ports", ())), name
        assert re.fullmatch(r"[^@]+@sha256:[0-9a-f]{64}", only["image"]), f"{name}: an image by its digest"


@variants
def test_every_container_may_use_as_much_memory_as_in_compose_and_asks_for_some(variant: str) -> None:
    beside = {"operator": "shien", "prepare": "prepare"} | dict.fromkeys(SERVICES, "needs")
    for name, pod in pods(variant):
        resources = container(pod)["resources"]
        limit = COMPOSE[beside[pod["metadata"]["labels"]["app.kubernetes.io/component"]]]["mem_limit"]
        number, unit = re.fullmatch(r"(?:\$\{\w+:-)?(\d+)([gm])\}?", limit).groups()  # type: ignore[union-attr]
        assert resources["limits"] == {"memory": f"{number}{unit.upper()}i"}, name
        assert set(resources["requests"]) == {"cpu", "memory"}, name


@variants
def test_every_process_of_a_service_is_probed_spread_and_kept_when_nodes_are_drained(variant: str) -> None:
    found = processes(variant)
    assert set(found) == {(service, role) for service in SERVICES for role in ROLES[variant]}
    budgets = of_kind(variant, "PodDisruptionBudget")
    assert len(budgets) == len(found)
    for (service, role), one in found.items():
        only = container(one["spec"]["template"])
        assert only["command"] == ["python", "-m", service]
        paths = {name: only[name]["httpGet"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}
        live, ready = {"path": "/live", "port": "http"}, {"path": "/ready", "port": "http"}
        assert paths == {"startupProbe": live, "livenessProbe": live, "readinessProbe": ready}
        leaves = environment(one["spec"]["template"]).get("SHIEN_LEAVE_SECONDS")
        assert leaves == ("10" if role == "api" else None), "answers while the others learn that it leaves"
        assert "lifecycle" not in only
        ends = int(leaves or 0) + GRACE_SECONDS + 2 * CLOSE_SECONDS
        assert ends <= one["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
        labels = one["spec"]["template"]["metadata"]["labels"]
        own = {name: labels[name] for name in ("app.kubernetes.io/instance", "app.kubernetes.io/component")}
        own["shien/role"] = role
        assert one["spec"]["selector"]["matchLabels"] == own
        assert budgets[one["metadata"]["name"]]["spec"]["selector"]["matchLabels"] == own
        assert budgets[one["metadata"]["name"]]["spec"]["maxUnavailable"] == 1
        assert one["spec"]["replicas"] == ROLES[variant][role]
        assert one["spec"]["progressDeadlineSeconds"] == 3600, "a view that is folded anew is progress"
        spread = one["spec"]["template"]["spec"]["topologySpreadConstraints"]
        assert [(rule["labelSelector"]["matchLabels"], rule["matchLabelKeys"]) for rule in spread] == [
            (own, ["pod-template-hash"])
        ]


def test_the_page_says_how_many_connections_postgres_must_take_at_rest_and_in_an_upgrade() -> None:
    page = (ROOT / "docs/how-to/run-on-kubernetes.md").read_text()
    most = []
    for variant in VARIANTS:
        found = processes(variant)
        each = {role: ServiceSettings("", "", role=role).most_connections for _, role in found}  # type: ignore[arg-type]
        surge = [one["spec"]["strategy"].get("rollingUpdate", {"maxSurge": 0})["maxSurge"] for one in found.values()]
        rest = sum(one["spec"]["replicas"] * each[role] for (_, role), one in found.items())
        most.append((rest, rest + sum(more * each[role] for (_, role), more in zip(found, surge, strict=True))))
    (alone, also), (split, upgrade) = most
    assert alone == also, "a pod ends before the next one begins"
    assert f"at most {alone} connections to Postgres with `split: false`, and {split} with `split: true`;" in page
    assert f"processes run beside old ones, needs {upgrade}." in page


@variants
def test_a_service_is_reached_where_its_requests_are_answered(variant: str) -> None:
    found = of_kind(variant, "Service")
    assert set(found) == {f"shien-{service}" for service in SERVICES}
    for service in SERVICES:
        selector = found[f"shien-{service}"]["spec"]["selector"]
        reached = {
            role
            for (name, role), one in processes(variant).items()
            if selector.items() <= one["spec"]["template"]["metadata"]["labels"].items() and name == service
        }
        assert reached == ({"api"} if "api" in ROLES[variant] else {"all"})
    (ingress,) = of_kind(variant, "Ingress").values()
    assert ingress["spec"]["tls"] == [{"secretName": "shien-tls", "hosts": ["shien.city.example"]}]
    (path,) = ingress["spec"]["rules"][0]["http"]["paths"]
    assert path["backend"] == {"service": {"name": "shien-portal", "port": {"name": "http"}}}


@variants
def test_the_proof_is_on_a_volume_of_its_own_that_outlives_the_release(variant: str) -> None:
    claims = of_kind(variant, "PersistentVolumeClaim")
    for (service, role), one in processes(variant).items():
        claim = claims[f"shien-{service}-proof"]
        assert claim["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
        several = variant == "split.yaml"
        assert claim["spec"]["accessModes"] == ["ReadWriteMany" if several else "ReadWriteOnce"]
        assert one["spec"]["strategy"]["type"] == ("RollingUpdate" if several else "Recreate")
        mounts = {mount["name"]: mount for mount in container(one["spec"]["template"])["volumeMounts"]}
        assert mounts["proof"]["mountPath"] == environment(one["spec"]["template"])["SHIEN_PROOF_FOLDER"]
        assert mounts["proof"].get("readOnly", False) is (role == "api")
    assert len(claims) == len(SERVICES)


@variants
def test_schemas_topics_and_rights_are_made_before_and_as_in_compose(variant: str) -> None:
    (job,) = of_kind(variant, "Job").values()
    annotations = job["metadata"]["annotations"]
    assert annotations["helm.sh/hook"] == "pre-install,pre-upgrade"
    policy = of_kind(variant, "NetworkPolicy")["shien-prepare"]["metadata"]["annotations"]
    assert (policy["helm.sh/hook"], policy["helm.sh/hook-weight"]) == (annotations["helm.sh/hook"], "-1")
    script = container(job["spec"]["template"])["command"]
    assert script == [word.replace("$$", "$") for word in COMPOSE["prepare"]["command"]]


@variants
def test_no_secret_is_a_value_and_no_service_sees_the_secret_of_another(variant: str) -> None:
    assert not of_kind(variant, "Secret")
    assert not of_kind(variant, "ConfigMap")
    for name, pod in pods(variant):
        component = pod["metadata"]["labels"]["app.kubernetes.io/component"]
        tokens = [] if component == "prepare" else ["shien-tokens"]
        assert secrets(pod) == [f"shien-{component}", "shien-authority", *tokens], name
        assert all(set(one) == {"name", "value"} for one in container(pod)["env"]), name
        found = environment(pod)
        assert found["SHIEN_KAFKA_USER"] == {"prepare": "admin", "operator": OPERATOR}.get(component, component)
        files = {key: value for key, value in found.items() if key.endswith("_FILE")}
        assert all(value.startswith("/run/secrets/") for value in files.values()), name
        beside = COMPOSE["shien" if component == "operator" else component]["environment"]
        same = set(files) - {"SHIEN_GROUPS_FILE"}  # chosen by the city
        assert {key: files[key] for key in same} == {key: DEFAULT.sub(r"\1", beside[key]) for key in same}, name


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `make secrets` makes."""
    folder = tmp_path_factory.mktemp("secrets")
    subprocess.run([sys.executable, ROOT / "deploy/make_secrets.py", folder], check=True, capture_output=True)
    return folder


@variants
def test_a_service_can_read_its_settings_from_the_variables_and_secrets(
    variant: str, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for (service, _), one in processes(variant).items():
        with monkeypatch.context() as patched:
            for key, value in environment(one["spec"]["template"]).items():
                patched.setenv(key, value.replace("/run/secrets", str(made)))
            read = import_module(f"{service}.settings").Settings()
        assert (read.writer, read.kafka_user) == (service, service)
        proving = read.proving()
        assert proving is not None
        assert proving.key.name.endswith(f"/{service}")
        assert read.checker() is not None
        assert (read.replication, read.shards, read.claim_role, read.claim_groups) == (3, 12, "", "groups")


@variants
def test_the_variables_are_settings_that_exist(variant: str) -> None:
    common = (*ServiceProcessSettings.model_fields, *SystemSettings.model_fields)
    for name, pod in pods(variant):
        component = pod["metadata"]["labels"]["app.kubernetes.io/component"]
        own = import_module(f"{component}.settings").Settings.model_fields if component in SERVICES else ()
        known = {f"SHIEN_{name.upper()}" for name in (*common, *own)}
        unknown = environment(pod).keys() - known
        assert not unknown - {"LANG", "PYTHONUTF8"}, f"{name}: settings nobody reads"


def test_the_command_line_finds_files_keys_and_where_nodes_share_it_the_proof() -> None:
    for variant in VARIANTS:
        pod = of_kind(variant, "Deployment")["shien-operator"]["spec"]["template"]
        mounts = {mount["mountPath"]: mount for mount in container(pod)["volumeMounts"]}
        data = environment(pod)["SHIEN_DATA"]
        proofs = {f"{data}/proof/{service}" for service in SERVICES} if variant == "split.yaml" else set()
        assert set(mounts) == {"/run/secrets", "/tmp", "/files", f"{data}/keys"} | proofs
        assert {path for path, mount in mounts.items() if not mount.get("readOnly")} == {"/tmp", "/files"}
        (keys,) = [volume["secret"] for volume in pod["spec"]["volumes"] if "secret" in volume]
        assert keys["secretName"] == "shien-operator"
        assert [(one["key"], one["path"]) for one in keys["items"]] == [
            (f"{service}_proof_key.pub", f"{service}.pub") for service in SERVICES
        ]
        assert environment(pod)["SHIEN_SERVICE_URL"] == "http://shien-{service}:8000"
