"""Settings of a service's process: its log lines, and how often Python looks for garbage."""

from __future__ import annotations

import gc
import json
import logging
import sys
from typing import Any

import structlog
from prometheus_client import disable_created_metrics

# What some readers of a log take for the end of a line, and JSON lets pass.
_LINE_ENDS = {n: f"\\u{n:04x}" for n in (*range(0x7F, 0xA0), 0x2028, 0x2029, *range(0xD800, 0xE000))}


def configure_process(service: str, *, level: int = logging.INFO) -> None:
    """Set a service's process up, once, before anything else.

    Log lines, those of libraries too, are one JSON object each, with the service and what is bound to the context
    (a request's correlation id). Text from outside is escaped, so no line can be forged. A batch of events makes
    tens of thousands of objects that all die together and hold no cycles: looking for garbage every 700 of them, as
    Python does by default, costs a quarter of the time of a fold. The threshold is more than the objects of a batch.
    What a request leaves are cycles, of the server: they are looked for each 500,000 objects.
    """
    gc.set_threshold(100_000, 5, 10)
    # Each counter would have a second series, of when it began.
    disable_created_metrics()  # type: ignore[no-untyped-call]

    def name_service(_: Any, __: str, line: Any) -> Any:
        line.setdefault("service", service)
        return line

    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        name_service,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    render = structlog.processors.JSONRenderer(serializer=_one_line)
    structlog.configure(
        processors=[*before, render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)


def _one_line(line: Any, **options: Any) -> str:
    return json.dumps(line, ensure_ascii=False, **options).translate(_LINE_ENDS)
