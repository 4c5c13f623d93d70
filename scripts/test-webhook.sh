#!/bin/sh
# A signed test completion to the webhook, and on request a repeated, a forged and a malformed one; explains the answers.
# Usage: [ENV=staging] scripts/test-webhook.sh [URL] [--repeated] [--forged] [--malformed] [--all]
# Secret and token come from env.staging, from GRAPHY_WEBHOOK_SECRET and GRAPHY_WEBHOOK_TOKEN, or from `make run`.
set -eu
cd "$(dirname "$0")/.."
make --silent setup-dev
exec .venv/bin/python -m scripts.test_webhook "$@"
