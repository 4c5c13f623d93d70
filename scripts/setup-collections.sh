#!/bin/sh
# Database, tables, indexes and buckets, as infra/appwrite_collections.json says.
# Usage: scripts/setup-collections.sh staging [--dry-run] [--prune]
set -eu
cd "$(dirname "$0")/.."
make --silent setup-dev
exec .venv/bin/python -m scripts.setup_collections "$@"
