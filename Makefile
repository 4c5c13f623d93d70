# Everything the project does from a shell. `make help` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LEARNERS ?= 25
FUNCTIONS := admin_router sop_router graphy_webhook certificate_worker
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --custom-compile-command "make lock"

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-18s %s\n", $$1, $$2}'

# pip installs only what requirements-dev.txt names, and only files whose hashes stand there.
$(READY): requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	@echo "Setting up $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	@touch $@

.PHONY: setup-dev
setup-dev: $(READY) ## Make .venv with the locked dependencies (every other target does it for itself)

.PHONY: demo
demo: $(READY) ## The main job, end to end, on this machine (LEARNERS=25)
	@$(BIN)/python -m scripts.demo --learners $(LEARNERS) $(if $(PORT),--port $(PORT))

.PHONY: run
run: $(READY) ## Start the local services with the functions deployed, keep their data, stop on Ctrl-C
	@$(BIN)/python -m scripts.run $(if $(DATA),--data $(DATA)) $(if $(PORT),--port $(PORT))

.PHONY: test
test: $(READY) ## All tests
	@$(BIN)/python -m pytest

.PHONY: test-fast
test-fast: $(READY) ## The tests that need no deployment
	@$(BIN)/python -m pytest -m "not slow"

.PHONY: bench
bench: $(READY) ## Measure: calls per second to Appwrite through the SDK's client and ours
	@$(BIN)/python -m tests.benchmarks.transport

.PHONY: check
check: $(READY) ## Lint, types and import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

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

.PHONY: clean
clean: ## Remove the virtual environment, caches and local data
	rm -rf $(VENV) .local .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info
