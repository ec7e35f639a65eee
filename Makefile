# `make help` lists what there is. Nothing beforehand but Python 3.11+ with venv.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help demo test test-long check fix bench front

help: ## what each target does
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

.venv/runtime: requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/dev: requirements-dev.lock .venv/runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/.ready: package-lock.json .venv/runtime
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

front: node_modules/.ready ## build the front end when its sources changed
	@$(BIN)/python -m mdt.shell.build

demo: .venv/runtime front ## the whole product with made-up cases on http://127.0.0.1:8000/ (PORT=, IMAGES=folder, RESET=1)
	@MDT_ENV=demo MDT_DATA_DIR=var/demo MDT_PORT=$(PORT) $(BIN)/python -m mdt.shell.demo --images "$(IMAGES)" --reset "$(RESET)"

SLICES := $(filter-out tests/__init__.py,$(wildcard $(patsubst mdt/%,tests/%,$(wildcard mdt/*))))
# what asks no database is tried on SQLite only
BARE := $(patsubst %,tests/imaging/test_%.py,charset frames hostile limited order phantom photo verdicts walk_fuzz) \
	$(patsubst %,tests/consensus/test_%.py,canonical codes opinion plain)
ON_POSTGRES = $(filter-out tests/press,$(SLICES)) $(RIGHTS) $(addprefix --ignore=,$(BARE))
RIGHTS := tests/house/test_permissions.py tests/house/test_permissions_socket.py tests/house/test_audit.py
PYTEST = base=$$(mktemp -d) && trap 'rm -rf "$$base"' EXIT && $(BIN)/python -m pytest -n 2 --dist loadfile --basetemp="$$base/t"
# a folder of its own: pytest tidies away the shared one of earlier runs, and with it a PostgreSQL that still runs there

test: .venv/dev front ## the suite: SQLite, browser stories, slice tests and API story on PostgreSQL
	$(PYTEST) -m "not long" $(ARGS)
	export MDT_TEST_DATABASE=postgres && $(PYTEST) -m "not long and not sqlite" $(ON_POSTGRES) tests/stories/test_api_story.py $(ARGS)

test-long: .venv/dev front ## everything, with more seeds, full fuzz and the browser on PostgreSQL
	export MDT_TEST_SEEDS=5 && $(PYTEST) $(ARGS)
	export MDT_TEST_SEEDS=5 MDT_TEST_DATABASE=postgres && $(PYTEST) -m "not sqlite" $(ON_POSTGRES) tests/stories tests/faults $(ARGS)

check: .venv/dev node_modules/.ready ## formatting, lint, types, contracts, migrations, translations, generated docs
	ruff format --check .
	ruff check .
	mypy
	lint-imports
	djlint templates --lint --quiet
	npx tsc --noEmit
	npx biome check frontend --diagnostic-level=error
	deptry .
	check-jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml
	hadolint Dockerfile
	$(BIN)/python -m mdt.shell.checks

fix: .venv/dev node_modules/.ready ## formatting and safe lint fixes
	ruff format .
	ruff check --fix .
	npx biome check --write frontend

bench/peers/node_modules/.ready: bench/peers/package-lock.json .venv/runtime
	cd bench/peers && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

bench: .venv/dev front $(if $(PEERS),bench/peers/node_modules/.ready) ## each benchmark as a table and as JSON in bench/results (ONLY=name, PEERS=1)
	$(BIN)/python -m bench $(ONLY)
