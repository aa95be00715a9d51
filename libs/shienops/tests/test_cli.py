"""The command line as an operator uses it."""

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shienops._process import identify
from shienops.cli import run
from shienops.testing import until

from .commands import command

pytestmark = [pytest.mark.embedded, pytest.mark.slow, pytest.mark.xdist_group("own stacks"), pytest.mark.timeout(400)]

SHIEN = [sys.executable, "-c", "from shienops.cli import app; app(prog_name='shien')"]
OPTIONS = ["--services", "needs"]


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    environment = {**os.environ, "SHIEN_DATA": str(tmp_path / "stack"), "SHIEN_KAFKA_HEAP": "256m", "COLUMNS": "200"}
    yield environment
    command(["down"], environment)


def shien(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*SHIEN, *arguments], env=environment, capture_output=True, text=True, check=False)


def pids(environment: dict[str, str]) -> list[int]:
    return [part["pid"] for part in json.loads(command(["status", "--json"], environment).stdout)]


def in_foreground(environment: dict[str, str]) -> subprocess.Popen[str]:
    """`shien up` after it reports that all parts answer."""
    process = subprocess.Popen([*SHIEN, "up", *OPTIONS], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if "Ctrl-C" in line:
            return process
    raise AssertionError("shien up ended before all answered")


def test_ctrl_c_stops_kafka_then_postgres(environment: dict[str, str]) -> None:
    with in_foreground(environment) as process:
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        rest = process.stdout.read()
        assert process.wait() == 0
    assert rest.index("Kafka: stopping") < rest.index("Postgres: stopping")
    assert pids(environment) == [None, None]


def test_no_process_is_left_when_the_foreground_command_is_killed(environment: dict[str, str]) -> None:
    with in_foreground(environment) as process:
        started = pids(environment)
        process.kill()
    until(lambda: all(identify(pid) is None for pid in started))
    assert "removing its pid file" in shien(environment, "up", *OPTIONS, "--detach").stdout


def test_a_part_that_ends_unexpectedly_is_reported_and_the_other_is_stopped(environment: dict[str, str]) -> None:
    with in_foreground(environment) as process:
        os.kill(pids(environment)[1], signal.SIGKILL)
        assert process.wait() == 1
    assert pids(environment) == [None, None]


def test_a_detached_stack_runs_until_down(environment: dict[str, str]) -> None:
    first = shien(environment, "up", *OPTIONS, "--detach")
    assert (first.returncode, first.stderr) == (0, "")
    running = json.loads(command(["status", "--json"], environment).stdout)
    assert [part["answers"] for part in running] == [True, True]
    assert "running" in command(["status"], environment).stdout
    assert command(["dsn", "needs"], environment).stdout.startswith("postgresql://needs:")
    assert command(["dsn", "needs", "--owner"], environment).stdout.startswith("postgresql://needs_owner:")

    second = shien(environment, "up", *OPTIONS)
    assert second.returncode == 1
    assert "is already running" in second.stderr
    assert "すでに起動しています" in second.stderr

    down = shien(environment, "down")
    assert (down.returncode, down.stderr) == (0, "")
    assert pids(environment) == [None, None]
    assert command(["down"], environment).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "name", "value"),
    [
        ("up", "SHIEN_KAFKA_HEAP", "much"),
        ("kafka plan", "SHIEN_TOPIC_PREFIX", "大阪."),
        ("relay resend needs", "SHIEN_TOPIC_PREFIX", "osaka/"),
        ("lag", "SHIEN_TOPIC_PREFIX", "osaka.\n"),
        ("lag", "SHIEN_SHARDS", "0"),
    ],
)
def test_a_wrong_setting_is_reported_with_its_variable(
    environment: dict[str, str], arguments: str, name: str, value: str
) -> None:
    refused = command(arguments.split(), environment | {name: value})
    assert refused.returncode == 2
    assert name in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_profile_leads_to_the_servers_that_it_names_and_the_environment_goes_before_it(tmp_path: Path) -> None:
    for name in ("profile", "environment"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "needs_dsn").write_text(f"postgresql://needs@{name}.example/needs")
    profile = tmp_path / "city.env"
    profile.write_text(f"SHIEN_DSN_FOLDER={tmp_path / 'profile'}\n")
    for named, folder in (("profile", None), ("environment", str(tmp_path / "environment"))):
        shown = command(["--profile", profile, "dsn", "needs"], {"SHIEN_DSN_FOLDER": folder})
        assert (shown.returncode, shown.stdout) == (0, f"postgresql://needs@{named}.example/needs\n"), shown


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("SHIEN_DATA=/nonexist\nSHIEN_DSN_FOLDERR=/run/secrets\n", "SHIEN_DSN_FOLDERR"),
        ("# a note\nSHIEN_DATA\n", "line 2"),
        ('{"data": 1}\n', "line 1"),
        ("# nothing\n", "no setting"),
        ("\udcff", "UTF-8"),
    ],
)
def test_a_profile_that_is_none_leads_nowhere_and_its_line_is_named(text: str, named: str, tmp_path: Path) -> None:
    profile = tmp_path / "city.env"
    profile.write_bytes(text.encode(errors="surrogateescape"))
    refused = command(["--profile", profile, "status"], {"COLUMNS": "300", "LC_ALL": "C"})
    assert (refused.returncode, named in refused.stderr, "SHIEN_DATA" in os.environ) == (2, True, False), refused


def test_a_command_leaves_the_logs_of_its_process_as_they_were() -> None:
    """It silences the client of Kafka for itself: whoever calls it from a program keeps the lines."""
    client = logging.getLogger("aiokafka")
    seen = []

    async def work() -> None:
        seen.append(client.isEnabledFor(logging.ERROR))

    run(work())
    assert (seen, client.isEnabledFor(logging.ERROR)) == ([False], True)


def test_the_demo_walks_the_loop_on_files_of_a_city_to_its_end(environment: dict[str, str], tmp_path: Path) -> None:
    ring = [[135.6, 34.8], [135.65, 34.8], [135.65, 34.85], [135.6, 34.85], [135.6, 34.8]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"area_id": 1, "name": "西"}, "geometry": shape}
    areas, rows = tmp_path / "areas.geojson", tmp_path / "rows.csv"
    areas.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    rows.write_text("名称,緯度,経度\n西サロン,34.81,135.61\n西の会,34.82,135.62\n", encoding="utf-8")
    files = ["--areas", str(areas), "--resources", str(rows), "--municipality", "272108", "--name", "枚方市"]
    whole = [sys.executable, "-c", "from shienops.main import app; app(prog_name='shien')", "demo", "--once", "--json"]
    done = subprocess.run([*whole, *files], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["ok"], found["synthetic"]) == (True, False)
    assert found["events"]["registry.resource_registered.v1"] >= 2
    assert pids(environment) == [None, None], "nothing is left running"
