"""docker-compose.yml beside what it must agree with: the broker's settings, the secrets, the locks. Needs no engine."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml
from cryptography import x509
from packaging.requirements import Requirement

from shienevents.postgres.pool import CLOSE_SECONDS
from shienevents.proof.notes import PrivateKey, PublicKey
from shienops._containers import KAFKA_IMAGE, POSTGRES_IMAGE
from shienops._properties import as_environment, broker_properties, joined, of_users
from shienops.kafka_rights import OPERATOR
from shienops.proof_keys import keys_folder, proof_folder
from shienops.settings import SERVICES
from shienops.system import SystemSettings
from shienweb._serve import GRACE_SECONDS

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
DEFAULTS = re.compile(r"\$\{([A-Z_]+):?-([^}]*)\}")


OTEL = {"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"}


def pins(lock: str) -> set[str]:
    return set(re.findall(r"^[\w.-]+==[^ ;\\]+", (ROOT / lock).read_text(), re.MULTILINE))


def secrets_of(container: dict[str, Any]) -> dict[str, str]:
    """Where a container has each of its secrets."""
    found = [one if isinstance(one, dict) else {"source": one} for one in container.get("secrets", ())]
    return {one["source"]: one.get("target", f"/run/secrets/{one['source']}") for one in found}


def test_kafka_is_configured_as_the_embedded_broker_is() -> None:
    own = "OWN://127.0.0.1:9094"  # the broker's way to itself; nobody else reaches its loopback
    mounted = ("/run/secrets/kafka.pem", "/run/secrets/authority.pem", "/run/secrets/kafka_users.properties")
    more = {
        "listeners": own,
        "advertised.listeners": own,
        "listener.security.protocol.map": "OWN:PLAINTEXT",
        "inter.broker.listener.name": "OWN",
        **of_users("CLIENTS", *mounted),
    }
    properties = joined(broker_properties("", 9092, "kafka:9092", 9093, "/var/lib/kafka/data"), more)
    protocols = properties["listener.security.protocol.map"].replace("CLIENTS:PLAINTEXT", "CLIENTS:SASL_SSL")
    expected = as_environment(properties | {"listener.security.protocol.map": protocols})
    found = {name: value.replace("$$", "$") for name, value in CONTAINERS["kafka"]["environment"].items()}
    assert found == expected | {"KAFKA_HEAP_OPTS": "-Xmx512m -Xms256m"}


def test_each_service_signs_in_to_kafka_as_itself_and_sees_no_other_password() -> None:
    users = {name: name for name in SERVICES} | {"prepare": "admin", "shien": OPERATOR}
    for name, user in users.items():
        found = CONTAINERS[name]["environment"]
        assert found["SHIEN_KAFKA_PROTOCOL"] == "SASL_SSL"
        assert found["SHIEN_KAFKA_USER"] == user
        assert found["SHIEN_KAFKA_PASSWORD_FILE"] == f"/run/secrets/kafka_{user}_password"
        words = {secret for secret in secrets_of(CONTAINERS[name]) if secret.startswith("kafka_")}
        assert words == {f"kafka_{user}_password"}


def test_the_broker_knows_the_passwords_and_its_certificate_is_for_the_name_that_clients_use(tmp_path: Path) -> None:
    made = make_secrets(tmp_path / "secrets")
    for user in ("admin", OPERATOR, *SERVICES):
        assert f'user_{user}="{made[f"kafka_{user}_password"]}"' in made["kafka_users.properties"]
    certificate = x509.load_pem_x509_certificate(made["kafka.pem"].partition("END PRIVATE KEY-----")[2].encode())
    authority = x509.load_pem_x509_certificate(made["authority.pem"].encode())
    certificate.verify_directly_issued_by(authority)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    (server,) = {found["SHIEN_BOOTSTRAP_SERVERS"] for found in [CONTAINERS[one]["environment"] for one in SERVICES]}
    assert names.get_values_for_type(x509.DNSName) == [server.partition(":")[0]]


def test_postgres_is_reached_over_tls_by_the_name_in_its_certificate(tmp_path: Path) -> None:
    made = make_secrets(tmp_path / "secrets")
    key, _, rest = made["postgres.pem"].partition("END PRIVATE KEY-----")
    assert "BEGIN PRIVATE KEY" in key
    certificate = x509.load_pem_x509_certificate(rest.encode())
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(made["authority.pem"].encode()))
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    for service in SERVICES:
        for role in (service, f"{service}_owner"):
            dsn = urlsplit(made[f"{role}_dsn"])
            assert names.get_values_for_type(x509.DNSName) == [dsn.hostname]
            asked = dict(parse_qsl(dsn.query))
            assert asked == {"sslmode": "verify-full", "sslrootcert": "/run/secrets/authority.pem"}
    for name, container in CONTAINERS.items():
        if any(secret.endswith("_dsn") for secret in secrets_of(container)):
            assert {"authority.pem", "postgres.pem"} & set(secrets_of(container)), f"{name} cannot verify"
    command = CONTAINERS["postgres"]["command"]
    assert "ssl=${POSTGRES_TLS:-on}" in command
    assert "hostssl all all all" in (ROOT / "deploy/init-databases.sh").read_text()


def test_nobody_else_on_the_machine_reads_the_secrets(tmp_path: Path) -> None:
    make_secrets(tmp_path / "secrets")
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    unmounted = {path.name for path in (tmp_path / "secrets").iterdir()} - set(COMPOSE["secrets"])
    assert unmounted == {"key.json", "authority.key"}, "what signs tokens and certificates is mounted nowhere"
    assert {(tmp_path / "secrets" / name).stat().st_mode & 0o777 for name in unmounted} == {0o600}


def test_the_containers_read_each_secret_and_its_owner_can_write_into_it_where_it_is(tmp_path: Path) -> None:
    """What is mounted is changed in the file itself: one that is put in its place is not seen."""
    made = make_secrets(tmp_path / "secrets")
    modes = {name: (tmp_path / "secrets" / name).stat().st_mode & 0o777 for name in set(COMPOSE["secrets"])}
    assert modes == dict.fromkeys(made.keys() & modes.keys(), 0o644)


def test_kafka_may_load_the_library_it_unpacks_to_read_what_the_relay_compressed() -> None:
    assert "/tmp:exec" in CONTAINERS["kafka"]["tmpfs"], "with noexec the broker answers UnknownError to every batch"


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_has_no_root_no_capabilities_and_nothing_to_write_on_but_its_data(name: str) -> None:
    container = CONTAINERS[name]
    assert container["user"].split(":")[0] not in ("root", "0")
    assert (container["read_only"], container["cap_drop"]) == (True, ["ALL"])
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert not {"cap_add", "privileged", "network_mode", "pid", "ipc", "devices"} & set(container)
    written = [volume for volume in container.get("volumes", ()) if not volume.endswith(":ro")]
    proofs = {one: [f"{one}_proof"] for one in SERVICES}
    restored = [f"{one}_proof" for one in SERVICES]
    own = {"postgres": ["postgres"], "kafka": ["kafka"], "shien": ["files"], "restore": restored, **proofs}
    assert [volume.split(":")[0] for volume in written] == own.get(name, [])
    assert {volume.split(":")[0] for volume in written} <= set(COMPOSE["volumes"])


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_fills_neither_disk_nor_memory(name: str) -> None:
    container = CONTAINERS[name]
    log = container["logging"]
    assert (log["driver"], set(log["options"])) == ("json-file", {"max-size", "max-file"})
    assert container["pids_limit"] == 512
    assert 512 <= megabytes(container["mem_limit"]) <= 2048


def test_what_a_server_is_told_to_use_fits_into_what_it_may_use() -> None:
    heap = re.search(r"-Xmx(\d+m)", CONTAINERS["kafka"]["environment"]["KAFKA_HEAP_OPTS"])
    command = dict(word.split("=") for word in CONTAINERS["postgres"]["command"] if word.count("=") == 1)
    assert heap is not None
    assert megabytes(CONTAINERS["kafka"]["mem_limit"]) >= 2 * megabytes(heap[1])
    whole = megabytes(command["shared_buffers"].removesuffix("B").lower()) + 4 * int(command["max_connections"])
    assert whole <= megabytes(CONTAINERS["postgres"]["mem_limit"])
    assert int(command["max_connections"]) < CONTAINERS["postgres"]["pids_limit"]


def test_every_image_can_be_named_by_its_digest() -> None:
    named = {container["image"] for container in CONTAINERS.values()}
    named.add(CONTAINERS["prepare"]["build"]["args"]["PYTHON_IMAGE"])
    chosen = {name: image for text in named for name, image in DEFAULTS.findall(text)}
    assert named == {f"${{{name}:-{image}}}" for name, image in chosen.items()}
    assert chosen == {
        "SERVICE_IMAGE": "shien:local",
        "POSTGRES_IMAGE": POSTGRES_IMAGE,
        "KAFKA_IMAGE": KAFKA_IMAGE,
        "PYTHON_IMAGE": "python:3.11-slim-bookworm",
    }
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert f"ARG PYTHON_IMAGE={chosen['PYTHON_IMAGE']}" in lines
    assert [line for line in lines if line.startswith("FROM")] == [
        "FROM ${PYTHON_IMAGE} AS build",
        "FROM ${PYTHON_IMAGE}",
    ]


def test_one_command_goes_back_to_the_image_before_and_neither_builds_nor_prepares() -> None:
    page = (ROOT / "docs/runbooks/upgrade.md").read_text()
    (back,) = [line.split() for line in re.findall(r"^ {4}(SERVICE_IMAGE=.*)$", page, re.MULTILINE)]
    assert back[0] == "SERVICE_IMAGE=shien:before"
    assert "`docker tag shien:local shien:before`" in page
    assert back[1:] == ["docker", "compose", "up", "--wait", "--no-build", "--no-deps", *SERVICES]
    assert {CONTAINERS[name]["image"] for name in SERVICES} == {"${SERVICE_IMAGE:-shien:local}"}
    kubernetes = (ROOT / "docs/how-to/run-on-kubernetes.md").read_text()
    (release,) = re.findall(r"^ {4}helm upgrade --install (\S+) \S+ (--namespace \S+) ", kubernetes, re.MULTILINE)
    assert f"    helm rollback {' '.join(release)} --wait\n" in page


def megabytes(text: str) -> int:
    """The MB of `512m`, `2g`, or of the default of a variable."""
    found = re.fullmatch(r"(?:\$\{\w+:-)?(\d+)(mb?|gb?)\}?", text)
    assert found is not None, text
    return int(found[1]) * (1024 if found[2].startswith("g") else 1)


def test_only_the_five_services_are_published_each_on_loopback_and_on_a_port_of_its_own() -> None:
    published = {name: container["ports"] for name, container in CONTAINERS.items() if "ports" in container}
    assert set(published) == set(SERVICES)
    found = [
        re.fullmatch(r"\$\{SHIEN_BIND:-127\.0\.0\.1\}:\$\{(\w+):-(\d+)\}:8000", port) for (port,) in published.values()
    ]
    assert [match and match[1] for match in found] == [f"{name.upper()}_PORT" for name in published]
    assert len({match and match[2] for match in found}) == len(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_starts_after_its_schema_and_topic_and_is_asked_whether_it_is_ready(name: str) -> None:
    container = CONTAINERS[name]
    assert container["command"] == ["python", "-m", name]
    assert container["depends_on"] == {
        "prepare": {"condition": "service_completed_successfully"},
        "postgres": {"condition": "service_healthy"},
        "kafka": {"condition": "service_healthy"},
    }
    assert "/ready" in container["healthcheck"]["test"][-1]
    expected = {
        f"{name}_dsn",
        f"kafka_{name}_password",
        "authority.pem",
        "jwks.json",
        "groups.toml",
        "denied.toml",
        f"{name}_proof_key",
        *(["portal_sign_in_secret"] if name == "portal" else []),
    }
    assert set(container["secrets"]) == expected, "a service sees no other's password"


@pytest.mark.parametrize("name", SERVICES)
def test_the_proof_of_a_log_is_in_a_volume_of_its_own_and_its_key_is_a_secret(name: str) -> None:
    container = CONTAINERS[name]
    settings = container["environment"]
    assert container["volumes"] == [f"{name}_proof:{settings['SHIEN_PROOF_FOLDER']}"]
    assert settings["SHIEN_PROOF_KEY_FILE"] == f"/run/secrets/{name}_proof_key"
    assert settings["SHIEN_PROOF_FOLDER"] == f"/var/lib/shien/proof/{name}"
    made = re.search(r"for service in (.*); do.*?install (.*?)/\$service", (ROOT / "Dockerfile").read_text(), re.DOTALL)
    assert made is not None
    assert (name in made[1].split(), made[2]) == (True, "-d -o 10001 -g 10001 /var/lib/shien/proof")


def test_one_container_prepares_for_all_services_and_does_so_once() -> None:
    prepare = CONTAINERS["prepare"]
    named = re.search(r"for service in (.*); do", prepare["command"][-1])
    assert named is not None
    assert sorted(named[1].split()) == sorted(SERVICES)
    assert (prepare["restart"], "ports" in prepare) == ("no", False)
    built = [name for name, container in CONTAINERS.items() if "build" in container]
    assert built == ["prepare"]


def test_every_secret_that_is_mounted_is_declared_and_made(tmp_path: Path) -> None:
    mounted = {name for container in CONTAINERS.values() for name in secrets_of(container)}
    assert mounted == set(COMPOSE["secrets"])
    assert {name: value["file"] for name, value in COMPOSE["secrets"].items()} == {n: f"./secrets/{n}" for n in mounted}
    made = make_secrets(tmp_path / "secrets")
    assert set(made) - {"key.json", "authority.key"} == mounted
    for name in SERVICES:
        key = PrivateKey.parse(made[f"{name}_proof_key"])
        assert PublicKey.parse(made[f"{name}_proof_key.pub"]) == key.public
    assert make_secrets(tmp_path / "secrets") == made, "what is there stays"


def test_the_keys_of_an_identity_provider_that_are_there_already_stay(tmp_path: Path) -> None:
    (tmp_path / "jwks.json").write_text('{"keys": []}')
    assert make_secrets(tmp_path)["jwks.json"] == '{"keys": []}'


def make_secrets(folder: Path) -> dict[str, str]:
    subprocess.run([sys.executable, ROOT / "deploy/make_secrets.py", folder], check=True, capture_output=True)
    return {path.name: path.read_text() for path in folder.iterdir()}


NOT_CHOSEN = {
    "SHIEN_DSN", "SHIEN_OWNER_DSN", "SHIEN_KAFKA_PASSWORD",  # in files
    "SHIEN_OWNER_DSN_FILE",  # in the command of `prepare`
    "SHIEN_KAFKA_TOKEN_FILE", "SHIEN_KAFKA_CERTIFICATE_FILE", "SHIEN_KAFKA_KEY_FILE",  # its broker asks for a password
    "SHIEN_TOPIC_PREFIX", "SHIEN_CELLS", "SHIEN_HEARD_BY", "SHIEN_REPLICATION",  # its Kafka is one broker, for it alone
    "SHIEN_HOST", "SHIEN_PORT",  # of the image
    "SHIEN_ROLE", "SHIEN_LEAVE_SECONDS",  # deploy/workers.yml
}  # fmt: skip
"""what compose leaves as it is, and why"""
HTTPS = {"SSL_CERT_FILE", "HTTPS_PROXY"}
"""what the HTTP client reads by itself, for the way to the identity provider"""


def test_the_containers_are_given_every_setting_but_those_that_make_no_sense_there() -> None:
    given = {key for name in (*SERVICES, "prepare") for key in CONTAINERS[name]["environment"]} - HTTPS - OTEL
    settings = {
        f"SHIEN_{name.upper()}"
        for service in SERVICES
        for name in import_module(f"{service}.settings").Settings.model_fields
    }
    assert settings - given == NOT_CHOSEN
    assert not given - settings, "a setting nobody reads"


@pytest.mark.parametrize("name", SERVICES)
def test_a_setting_that_is_not_chosen_has_the_services_own_default(name: str) -> None:
    defaults = dict(DEFAULTS.findall((ROOT / "docker-compose.yml").read_text()))
    fields = import_module(f"{name}.settings").Settings.model_fields
    own = {"SHIEN_JWKS", "SHIEN_DENIED_FILE", "SHIEN_DOCS"}  # where the secrets are, and no pages for strangers
    for field, info in fields.items():
        if (variable := f"SHIEN_{field.upper()}") in defaults.keys() - own:
            default = ",".join(info.default) if isinstance(info.default, tuple) else info.default
            shown = str(default).lower() if isinstance(default, bool) else f"{default if default is not None else ''}"
            assert defaults[variable] == shown.removesuffix(".0"), variable


def test_the_command_line_in_a_container_is_told_where_all_of_the_deployment_is() -> None:
    shien = CONTAINERS["shien"]
    assert (shien["entrypoint"], shien["profiles"], shien["restart"]) == (["shien"], ["tools"], "no")
    dsns = {f"{name}{role}_dsn" for name in SERVICES for role in ("", "_owner")}
    public = {f"{name}_proof_key.pub" for name in SERVICES}
    assert set(secrets_of(shien)) == dsns | public | {"authority.pem", f"kafka_{OPERATOR}_password"}
    own = {key for key in shien["environment"] if key not in CONTAINERS["prepare"]["environment"]}
    known = {f"SHIEN_{name.upper()}" for name in SystemSettings.model_fields}
    assert own - known == {"LANG", "PYTHONUTF8"}
    assert shien["environment"]["SHIEN_DSN_FOLDER"] == "/run/secrets"
    for name in SERVICES:
        assert shien["environment"]["SHIEN_SERVICE_URL"].replace("{service}", name) == f"http://{name}:8000"


def test_the_logs_are_verified_in_a_container_that_can_neither_sign_nor_change_their_proof() -> None:
    shien = CONTAINERS["shien"]
    data = Path(shien["environment"]["SHIEN_DATA"])
    for name in SERVICES:
        written = CONTAINERS[name]["environment"]["SHIEN_PROOF_FOLDER"]
        assert written == str(proof_folder(data) / name)
        assert f"{name}_proof:{written}:ro" in shien["volumes"]
        assert secrets_of(shien)[f"{name}_proof_key.pub"] == str(keys_folder(data) / f"{name}.pub")
        assert f"{name}_proof_key" not in secrets_of(shien)


def test_files_go_into_and_out_of_the_command_line_by_a_volume_and_a_backup_is_restored_from_there() -> None:
    shien, restore = CONTAINERS["shien"], CONTAINERS["restore"]
    assert shien["working_dir"] == "/files"
    assert "install -d -o 10001 -g 10001 /files\n" in (ROOT / "Dockerfile").read_text()
    assert [shien["volumes"][0], restore["volumes"][0]] == ["files:/files", "files:/files:ro"]
    assert restore["volumes"][1:] == [f"{name}_proof:/var/lib/shien/proof/{name}" for name in SERVICES]
    apart = ("entrypoint", "command", "volumes")
    assert {key: value for key, value in restore.items() if key not in apart} == {
        key: value for key, value in shien.items() if key not in apart
    }


def test_the_example_of_env_lists_what_can_be_chosen_with_its_defaults() -> None:
    example = re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert dict(example) == dict(DEFAULTS.findall((ROOT / "docker-compose.yml").read_text()))


class Merged(yaml.SafeLoader):  # type: ignore[misc]
    """Reads what `docker compose` merges: a tag says that a value replaces, and is not added."""


Merged.add_constructor("!reset", lambda loader, node: loader.construct_sequence(node))


def test_beside_each_service_that_answers_two_workers_of_the_same_image_and_secrets_are_started() -> None:
    found = yaml.load((ROOT / "deploy/workers.yml").read_text(), Merged)["services"]
    assert set(found) == {*SERVICES, *(f"{name}-worker" for name in SERVICES)}
    for name in SERVICES:
        assert found[name]["environment"]["SHIEN_ROLE"] == "api"
        assert found[f"{name}-worker"] == {
            "extends": {"file": "docker-compose.yml", "service": name},
            "environment": {"SHIEN_ROLE": "worker"},
            "deploy": {"replicas": 2},
            "ports": [],
        }


def test_the_image_is_built_with_what_sends_traces_where_they_are_wanted() -> None:
    extra = tomllib.loads((ROOT / "libs/shienweb/pyproject.toml").read_text())["project"]["optional-dependencies"][
        "otel"
    ]
    held = dict(pin.split("==") for pin in pins("traces.lock"))
    assert all(Requirement(asked).specifier.contains(held[Requirement(asked).name]) for asked in extra)
    lines = (ROOT / "Dockerfile").read_text()
    assert "ARG TRACES=false\n" in lines
    assert re.search(r'if \[ "\$TRACES" = true \]; then [^;]*--require-hashes -r /src/traces.lock; ', lines)
    asked = CONTAINERS["prepare"]["build"]["args"]["TRACES"]
    assert asked == CONTAINERS["needs"]["environment"]["SHIEN_TRACES"] == "${SHIEN_TRACES:-false}"
    assert not {"COPY build.lock services.lock traces.lock /src/"} - set(lines.splitlines())
    assert "!traces.lock" in (ROOT / ".dockerignore").read_text().splitlines()


def seconds(text: str) -> int:
    found = re.fullmatch(r"(\d+)s", text)
    assert found is not None, text
    return int(found[1])


def test_a_container_that_is_stopped_has_the_time_to_end_in_order() -> None:
    """A service: what it waits for balancers, what it grants requests, and what it closes; servers: their files."""
    workers = yaml.load((ROOT / "deploy/workers.yml").read_text(), Merged)["services"]
    for name in SERVICES:
        (_, leaves) = DEFAULTS.findall(workers[name]["environment"]["SHIEN_LEAVE_SECONDS"])[0]
        ends = int(leaves) + GRACE_SECONDS + 2 * CLOSE_SECONDS
        assert ends <= seconds(CONTAINERS[name]["stop_grace_period"])
    assert all(seconds(CONTAINERS[name]["stop_grace_period"]) == 60 for name in ("postgres", "kafka"))


def test_the_image_holds_what_our_own_packages_ask_for() -> None:
    held = dict(pin.split("==") for pin in pins("services.lock"))
    wrong = []
    for project in sorted([*ROOT.glob("libs/*/pyproject.toml"), *ROOT.glob("services/*/pyproject.toml")]):
        for asked in map(Requirement, tomllib.loads(project.read_text())["project"]["dependencies"]):
            is_ours = (ROOT / "libs" / asked.name).is_dir()
            if not is_ours and not (asked.name in held and asked.specifier.contains(held[asked.name])):
                wrong.append(f"{project.parent.name}: {asked}, and services.lock has {held.get(asked.name)}")
    assert not wrong, f"{wrong}: the build of the image would fail at `pip check`"


@pytest.mark.parametrize("lock", ["services.lock", "build.lock", "traces.lock"])
def test_the_image_holds_the_versions_that_were_tested(lock: str) -> None:
    assert pins(lock)
    assert not pins(lock) - pins("requirements.lock"), "run `make lock`"
