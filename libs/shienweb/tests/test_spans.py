"""Traces: the fold of another service's view belongs to the trace of the request, over a real Kafka."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from subprocess import run
from threading import Thread

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shienevents import Home
from shienops.pytest_plugin import MakeDatabase
from shienweb import Role
from shienweb.testing import World, at_work, settings_for

from . import subscriber, world
from .world import CITY, NORTH

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PROVIDER, SPANS = TracerProvider(), InMemorySpanExporter()
PROVIDER.add_span_processor(SimpleSpanProcessor(SPANS))


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """The spans that this process has ended."""
    if trace.get_tracer_provider() is not PROVIDER:
        trace.set_tracer_provider(PROVIDER)
    SPANS.clear()
    yield SPANS
    SPANS.clear()


def of_trace(spans: InMemorySpanExporter) -> dict[tuple[str, str], ReadableSpan]:
    """The spans of the caller's trace, by service and name."""
    return {
        (str((span.attributes or {}).get("shien.service", "not ours")), span.name): span
        for span in spans.get_finished_spans()
        if span.context and f"{span.context.trace_id:032x}" == TRACE
    }


async def test_the_fold_of_another_service_belongs_to_the_trace_of_the_command(
    make_database: MakeDatabase, kafka: str, topic_name: str, tmp_path: Path, spans: InMemorySpanExporter
) -> None:
    where = {"bootstrap_servers": kafka, "topic_prefix": f"{topic_name}.", "traces": True}
    writing = settings_for(world.Settings, await make_database(), tmp_path, **where)
    reading = settings_for(subscriber.Settings, await make_database(), tmp_path, **where)
    async with at_work(world.build, writing) as writer, at_work(subscriber.build, reading) as reader:
        hears = World(reader, reading, Home(CITY, NORTH))
        client = World(writer, writing, Home(CITY, CITY)).client(CITY, role=Role.MUNICIPAL_ADMINISTRATOR)
        async with client:
            await client.get("/live", headers={"traceparent": f"00-{TRACE}-{CALLER}-00"})
            assert of_trace(spans) == {}, "the caller said that its trace is not sampled"
            sampled = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
            answer = await client.post("/areas", json={"area": CITY}, headers=sampled)
        assert (answer.status_code, answer.headers["x-trace-id"]) == (201, TRACE)
        await hears.read_up_to(answer.json()["position"])
        deadline = asyncio.get_running_loop().time() + 30
        while len(of_trace(spans)) < 3 and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    found = of_trace(spans)
    fold = "fold registry.area_defined.v1"
    assert set(found) == {("registry", "POST /areas"), ("registry", fold), (reading.service, fold)}
    request = found["registry", "POST /areas"]
    assert request.parent is not None
    assert request.context is not None
    assert f"{request.parent.span_id:016x}" == CALLER
    assert request.attributes is not None
    assert request.attributes["http.response.status_code"] == 201
    for service in ("registry", reading.service):
        folded = found[service, fold]
        assert folded.parent is not None
        assert folded.parent.span_id == request.context.span_id, "the event names the span of the request"
        assert folded.start_time is not None
        assert folded.end_time is not None
        assert folded.start_time <= folded.end_time


def test_without_the_setting_nothing_of_opentelemetry_is_loaded_by_us() -> None:
    code = "import sys, shienweb._app, shienweb._serve; print('shienweb._spans' in sys.modules)"
    done = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_process_sends_its_spans_to_where_the_variables_say() -> None:
    received: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing on stderr."""

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        code = (
            "from opentelemetry import trace; from shienweb._spans import send_spans; send_spans('needs');"
            "trace.get_tracer('shien').start_span('one').end(); trace.get_tracer_provider().shutdown()"
        )
        url = f"http://127.0.0.1:{server.server_port}"
        settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_EXPORTER_OTLP_COMPRESSION": "none"}
        run([sys.executable, "-c", code], env=settings, check=True, timeout=60)
        server.shutdown()
    ((path, body),) = received
    assert path == "/v1/traces"
    assert b"shien-needs" in body
