"""A service's process writes one JSON object per line, whatever it is told, and looks for garbage rarely."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

HOSTILE = 'x\r\n{"event": "forged"}\u2028\u2029\x85\x9b31m\x00\ud800 支援'


def lines_of(code: str, *, setup: str = 'configure_process("needs")') -> list[dict[str, Any]]:
    """What a process that runs this code logs, line by line as the most generous reader splits it."""
    program = f"import logging, gc, structlog\nfrom shienevents import configure_process\n{setup}\n{code}"
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"")
    lines = [json.loads(line) for line in done.stderr.decode().splitlines()]
    for line in lines:
        assert line.pop("timestamp").endswith("Z")
    return lines


def test_a_line_is_one_json_object_with_the_service_and_what_is_bound_to_the_context() -> None:
    assert lines_of(
        "log = structlog.get_logger('any')\n"
        "log.info('need recorded', people=3)\n"
        "with structlog.contextvars.bound_contextvars(correlation='c-1'):\n"
        "    log.warning('支援', area='272108')\n"
        "structlog.contextvars.clear_contextvars()\n"
        "log.debug('not said')\n"
        "log.error('after', service='other')\n"
    ) == [
        {"event": "need recorded", "people": 3, "service": "needs", "level": "info"},
        {"event": "支援", "area": "272108", "correlation": "c-1", "service": "needs", "level": "warning"},
        {"event": "after", "service": "other", "level": "error"},
    ]


def test_no_text_from_outside_can_forge_a_line() -> None:
    hostile = ascii(HOSTILE)
    assert lines_of(
        f"log, text = structlog.get_logger(), {hostile}\n"
        "log.info(text, **{text: text}, raw=text.encode(errors='replace'), what=object)\n"
        "try:\n    raise ValueError(text)\nexcept ValueError:\n    log.exception('failed')\n"
        "logging.getLogger('uvicorn').warning('GET %s', text)\n"
    )[0] == {
        "event": HOSTILE,
        HOSTILE: HOSTILE,
        "raw": repr(HOSTILE.encode(errors="replace")),
        "what": "<class 'object'>",
        "service": "needs",
        "level": "info",
    }


def test_what_libraries_log_is_a_line_of_the_same_shape() -> None:
    assert lines_of(
        "with structlog.contextvars.bound_contextvars(correlation='c-2'):\n"
        "    logging.getLogger('aiokafka').error('unable to %s', 'connect\\nor\\nso')\n"
        "logging.getLogger('chatty').info('not said')\n"
    ) == [{"event": "unable to connect\nor\nso", "correlation": "c-2", "service": "needs", "level": "error"}]


def test_configuring_twice_says_nothing_twice() -> None:
    setup = 'configure_process("needs")\nconfigure_process("needs", level=logging.ERROR)'
    assert (
        lines_of(
            "structlog.get_logger().warning('not said')\nlogging.getLogger('a').error('once')\n"
            "structlog.get_logger().error('once')\nassert gc.get_threshold() == (100_000, 5, 10)",
            setup=setup,
        )
        == [{"event": "once", "service": "needs", "level": "error"}] * 2
    )
