"""`python -m escalation`."""

from escalation.main import run

run()
