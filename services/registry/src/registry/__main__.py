"""`python -m registry`."""

from registry.main import run

run()
