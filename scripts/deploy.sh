#!/bin/sh
# The four functions, as infra/appwrite_functions.json says. Usage: scripts/deploy.sh staging [--only FUNCTION] [--dry-run]
set -eu
cd "$(dirname "$0")/.."
make --silent setup-dev
exec .venv/bin/python -m scripts.deploy "$@"
