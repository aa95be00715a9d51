"""`python -m matching`."""

from matching.main import run

run()
