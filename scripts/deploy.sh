#!/bin/sh
# Schema and functions, as the files in infra/ say.
# Usage: scripts/deploy.sh staging [--check] [--dry-run] [--only FUNCTION] [--ask] [--prune]
set -eu
cd "$(dirname "$0")/.."
make --silent setup-dev
exec .venv/bin/python -m scripts.deploy "$@"
