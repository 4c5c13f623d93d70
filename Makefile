# Everything the project does from a shell. `make help` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LEARNERS ?= 25
# Each process has its own stand-ins. More of them than CI has processors: a test often waits for a process that it started.
PYTEST := $(BIN)/python -m pytest --numprocesses 3
FUNCTIONS := admin_router sop_router graphy_webhook certificate_worker
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --custom-compile-command "make lock"

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-24s %s\n", $$1, $$2}'

# pip installs what requirements-dev.txt names, and only files whose hashes stand there. --no-deps: the lock is complete,
# and overrides what a package says of another (pyproject.toml, [tool.uv]).
$(READY): requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	@echo "Setting up $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement requirements-dev.txt
	@touch $@

.PHONY: setup-dev
setup-dev: $(READY) ## Make .venv with the locked dependencies (every other target does it for itself)

.PHONY: demo
demo: $(READY) ## The main job, end to end, on this machine (LEARNERS=25)
	@$(BIN)/python -m scripts.demo --learners $(LEARNERS) $(if $(PORT),--port $(PORT))

.PHONY: run
run: $(READY) ## Start the local services with the functions deployed, keep their data, stop on Ctrl-C
	@$(BIN)/python -m scripts.run $(if $(DATA),--data $(DATA)) $(if $(PORT),--port $(PORT))

.PHONY: appwrite-config
appwrite-config: $(READY) ## Write appwrite.config.json for the official CLI (ENV=staging, CLI=12 for its version 12)
	@$(BIN)/python -m scripts.appwrite_config $(or $(ENV),staging) $(if $(CLI),--cli $(CLI))

.PHONY: test
test: $(READY) ## All tests
	@$(PYTEST)

.PHONY: test-fast
test-fast: $(READY) ## The tests that need no deployment
	@$(PYTEST) -m "not slow"

.PHONY: chaos
chaos: $(READY) ## Accidents for longer (N=3000 certificates, SEED=7; 2,000 hostile templates)
	@N=$(or $(N),1000) SEED=$(or $(SEED),1) HOSTILE=$(or $(HOSTILE),2000) $(BIN)/python -m pytest tests/chaos tests/shared/certificate/test_hostile.py

.PHONY: conformance
conformance: $(READY) ## How Appwrite behaves: the stand-in, or the server of CONFORMANCE_ENDPOINT, _PROJECT, _KEY
	@$(BIN)/python -m pytest tests/conformance

# WeasyPrint is only compared with, so it lives in an environment of its own, and the benchmark does without it where
# it can't be installed.
.PHONY: bench
bench: $(READY) ## Measure; the tables go to tests/benchmarks (PART=engines N=1000 FULL=1)
	@test -x .local/bench/bin/python || $(BIN)/uv venv --quiet --python $(BIN)/python .local/bench
	@$(BIN)/uv pip install --quiet --python .local/bench --group bench || echo "WeasyPrint can't be installed; its row is left out"
	@$(BIN)/python -m tests.benchmarks $(PART) $(if $(N),--completions $(N)) $(if $(FULL),--full)

.PHONY: api-docs
api-docs: $(READY) ## Write functions/*/actions.json, the JSON Schema of every action
	@$(BIN)/python -m scripts.api_docs

.PHONY: design-pictures
design-pictures: $(READY) ## Make scripts/pictures/*.png anew, the certificate designs as the README shows them
	@$(BIN)/python -m scripts.design_pictures

.PHONY: check
check: $(READY) ## Lint, types, import rules, and whether the actions' schemas are current
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m scripts.api_docs --check

.PHONY: lint
lint: $(READY) ## Lint only
	@$(BIN)/ruff check .

.PHONY: format
format: $(READY) ## Format the code
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

.PHONY: lock
lock: $(READY) ## Write requirements-dev.txt and each function's requirements.txt from pyproject.toml
	@$(LOCK) --generate-hashes --group dev --output-file requirements-dev.txt
	@set -e; for name in $(FUNCTIONS); do \
	  $(LOCK) --group $$name --no-annotate --constraint requirements-dev.txt --output-file functions/$$name/requirements.txt; done

.PHONY: quick-deploy-staging quick-deploy-production
quick-deploy-staging: $(READY) ## Deploy schema and functions to env.staging without running the tests
	@$(BIN)/python -m scripts.deploy staging
quick-deploy-production: $(READY) ## Deploy schema and functions to env.production without running the tests
	@$(BIN)/python -m scripts.deploy production

.PHONY: deploy-staging deploy-production
deploy-staging: $(READY) ## All tests, then deploy schema and functions to env.staging
	@$(MAKE) --no-print-directory test
	@$(BIN)/python -m scripts.deploy staging
deploy-production: $(READY) ## All tests, then show the plan, ask (unless YES=1) and deploy to env.production
	@$(MAKE) --no-print-directory test
	@YES=$(YES) $(BIN)/python -m scripts.deploy production --ask

.PHONY: deploy-local
deploy-local: $(READY) ## Deploy to what `make run` has running (DATA=.local/run)
	@test -f $(or $(DATA),.local/run)/env.local || { echo "Start the local services first: make run" >&2; exit 1; }
	@$(BIN)/python -m scripts.deploy local --folder $(or $(DATA),.local/run)

.PHONY: setup-collections
setup-collections: $(READY) ## Apply the schema alone (ENV=staging)
	@$(BIN)/python -m scripts.setup_collections $(or $(ENV),$(error Say where: ENV=staging))

.PHONY: list-functions
list-functions: $(READY) ## The functions on a server: deployment, status, schedule, address (ENV=staging)
	@$(BIN)/python -m scripts.list_functions $(or $(ENV),$(error Say where: ENV=staging))

.PHONY: logs
logs: $(READY) ## A function's recent executions (FUNCTION=admin_router ENV=staging LIMIT=20)
	@$(BIN)/python -m scripts.logs $(or $(ENV),$(error Say where: ENV=staging)) $(or $(FUNCTION),$(error Say which: FUNCTION=admin_router)) $(if $(LIMIT),--limit $(LIMIT))

.PHONY: update-env
update-env: $(READY) ## Give a function the variables of the file, and build it anew (FUNCTION=admin_router ENV=staging)
	@$(BIN)/python -m scripts.update_env $(or $(ENV),$(error Say where: ENV=staging)) $(or $(FUNCTION),$(error Say which: FUNCTION=admin_router))

.PHONY: clean
clean: ## Remove the virtual environment, caches and local data
	rm -rf $(VENV) .local .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info
