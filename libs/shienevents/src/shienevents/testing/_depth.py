"""How deep tests look: `SHIEN_TEST_DEPTH`, 1 for each change, more for a long run (`make test-long`)."""

from __future__ import annotations

import os

DEPTH = int(os.environ.get("SHIEN_TEST_DEPTH", "1"))


def examples(count: int) -> int:
    """So many examples, or requests, where each change is tested; a long run takes `SHIEN_TEST_DEPTH` times as many."""
    return count * DEPTH
