"""Spans for OpenTelemetry: one of each request, and one of each event that a service took into its views.

An event carries the W3C traceparent of the request that made it, in the store and in the header `ce_traceparent` on
Kafka; so does what a reaction makes of it. A service that folds it adds its span to the trace of that request. Nothing
here is loaded unless SHIEN_TRACES is true.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from opentelemetry.trace import SpanKind, Status, StatusCode, get_tracer, set_tracer_provider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import Scope

from shienevents import Contract, Positions, Record

from ._answered import route_of

_CONTEXT = TraceContextTextMapPropagator()
_SAMPLED = 1


class Spans:
    """Makes the spans of one service."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._tracer = get_tracer("shien")

    def begin(self, scope: Scope, given: str) -> Any:
        """The span of a request, which continues the trace that the caller gave, if any. Its events belong to it."""
        context = _CONTEXT.extract({"traceparent": given})
        span = self._tracer.start_span(scope["method"], context, SpanKind.SERVER)
        its = span.get_span_context()
        if its.is_valid:
            scope["shien.trace_id"] = f"{its.trace_id:032x}"
            scope["shien.traceparent"] = f"00-{its.trace_id:032x}-{its.span_id:016x}-{its.trace_flags:02x}"
        return span

    def end(self, span: Any, scope: Scope, status: int) -> None:
        """End the span of a request. An address as it was typed is not in it, only the route."""
        route = route_of(scope)
        span.update_name(f"{scope['method']} {route}".strip())
        span.set_attribute("http.request.method", scope["method"])
        span.set_attribute("http.route", route)
        span.set_attribute("http.response.status_code", status)
        span.set_attribute("shien.service", self._service)
        if status >= 500:
            span.set_status(Status(StatusCode.ERROR))
        span.end()

    def folded(self, _: Positions, batch: Sequence[Record]) -> None:
        """The spans of events whose trace is sampled: from their recording to the commit of these views.

        The one is the time of the database, the other that of this process.
        """
        now = time.time_ns()
        for record in batch:
            envelope = record.envelope
            if not envelope.traceparent or not int(envelope.traceparent[-2:], 16) & _SAMPLED:
                continue
            span = self._tracer.start_span(
                f"fold {envelope.type}",
                _CONTEXT.extract({"traceparent": envelope.traceparent}),
                SpanKind.CONSUMER,
                attributes={
                    "shien.service": self._service,
                    "shien.source": record.source,
                    "shien.event_id": str(envelope.id),
                    "shien.stream": envelope.stream,
                    "shien.shard": envelope.shard,
                    "shien.seq": envelope.seq,
                },
                start_time=min(now, int(envelope.recorded_at.timestamp() * 1_000_000) * 1000),
            )
            span.end(now)


def send_spans(service: str) -> None:
    """Have this process send its spans by OTLP over HTTP, to where the variables OTEL_EXPORTER_OTLP_… say.

    Raises `Contract` when the extra is not installed.
    """
    try:
        sdk = import_module("opentelemetry.sdk.trace")
        export = import_module("opentelemetry.sdk.trace.export")
        resources = import_module("opentelemetry.sdk.resources")
        otlp = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    except ImportError as error:
        raise Contract(
            f"SHIEN_TRACES needs packages that are not installed ({error.name}): pip install 'shienweb[otel]'",
            f"SHIEN_TRACES に必要なパッケージ（{error.name}）がありません。"
            "pip install 'shienweb[otel]' で追加してください",
        ) from error
    provider = sdk.TracerProvider(resource=resources.Resource.create({"service.name": f"shien-{service}"}))
    provider.add_span_processor(export.BatchSpanProcessor(otlp.OTLPSpanExporter()))
    set_tracer_provider(provider)
