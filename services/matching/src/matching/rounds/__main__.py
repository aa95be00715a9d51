"""`python -m matching.rounds`: the solution of the inputs on the standard input, as JSON on the standard output.

The service solves a round in a process of its own. So the solver's memory is given back, and its seconds of work hold
up no other request.
"""

from __future__ import annotations

import os
import sys
from dataclasses import asdict

import orjson

from .solver import solve

if __name__ == "__main__":
    answers = os.dup(1)
    os.dup2(2, 1)  # the solver says its name on the standard output
    found = orjson.dumps(asdict(solve(orjson.loads(sys.stdin.buffer.read()))))
    with os.fdopen(answers, "wb") as out:
        out.write(found)
