# Bare `make` lists the verbs. Everything that they install lands in this checkout.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
BIN := .venv/bin
ROUNDS ?= 60
# Three workers keep two cores busy: one of them often waits, for a start or for a lease that runs out. All of them use
# one Postgres and one Kafka. `make test TESTS=path` runs a part, with its slow tests.
WORKERS ?= 3
PYTEST = pytest -n $(WORKERS) --dist loadgroup --durations=10 $(TESTS)
TESTS ?=
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# The tests start about a hundred processes of ours: without its bytecode each would compile our sources again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup test test-slow test-long test-containers lint format demo bench profile faults up down status secrets rights readmes sbom manifests lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 26

setup: ## install all that is needed into this checkout (.venv, .kafka); again: a second
	@scripts/bootstrap

lint: setup ## ruff (rules and format) and mypy --strict
	@scripts/lint

format: setup ## put the code into ruff's format
	@ruff check -q --fix . ; ruff format -q .

test: lint ## lint, then the test suite on embedded Postgres and Kafka; TESTS=path runs a part
	@scripts/browser
	@$(PYTEST) $(if $(TESTS),,-m "not slow")

test-slow: setup ## what `make test` leaves out: every route of a whole system, parts that are started, killed, replaced and lost
	@$(PYTEST) -m slow

test-long: setup ## the suite with ten times the examples, and all bad values on every operation: some hours
	@SHIEN_TEST_DEPTH=10 $(PYTEST)

test-containers: setup ## the same suite on containers postgres:18 and apache/kafka:4.3.1 (needs a Docker engine)
	@SHIEN_TEST_PARTS=containers $(PYTEST)

faults: setup ## kill processes ROUNDS=60 times and check the promises from outside; then sabotages of the library
	@python -m tests.faults --rounds $(ROUNDS)

readmes: setup ## write the generated part of services/*/README.md, docs/states.md, docs/states.json, docs/settings.md and docs/security.md
	@python -m scripts.service_readmes
	@python -m scripts.states_page
	@python -m scripts.settings_page
	@python -m scripts.security_page

sbom: setup ## write deploy/sbom.cdx.json and deploy/third-party-notices.txt from services.lock
	@python -m scripts.sbom

manifests: setup ## render the Helm chart for a sample city into deploy/helm/rendered (needs helm)
	@python -m scripts.manifests

bench: setup ## measure against hand-written floors; writes bench/results.json
	@python -m bench

profile: setup ## what one event costs on its way to a row, step by step
	@python -m bench.profile

demo: setup ## the whole system with a synthetic city, one need walked through the loop; runs until Ctrl-C
	@shien demo

up: setup ## start Postgres and Kafka here until Ctrl-C (data in .shien/)
	@shien up

down: setup ## stop what `make up` or `shien up --detach` started
	@shien down

status: setup ## what runs, on which ports
	@shien status

secrets: setup ## make the secrets of docker-compose.yml in secrets/, where they are missing
	@python deploy/make_secrets.py

rights: setup ## write docs/rights.md, who may do what, from the routes of the services
	@python -m shienweb.rights registry needs matching escalation portal >.stamps/rights.md
	@mv .stamps/rights.md docs/rights.md

lock: setup ## pin requirements.in, services.in, build.in and traces.in with hashes
	@uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.lock
	@uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header -c requirements.lock services.in -o services.lock
	@uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header -c requirements.lock build.in -o build.lock
	@uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header -c requirements.lock traces.in -o traces.lock

clean: ## remove what setup and the tools made; data in .shien/ stays
	@rm -rf .venv .kafka .stamps .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	@find . -name __pycache__ -prune -exec rm -rf {} +
