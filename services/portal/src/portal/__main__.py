"""`python -m portal`."""

from portal.main import run

run()
