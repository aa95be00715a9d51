"""`python -m needs`."""

from needs.main import run

run()
