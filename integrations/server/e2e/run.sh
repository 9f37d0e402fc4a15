#!/usr/bin/env bash
# Drives the server with boto3 and the AWS CLI. Needs cargo, and Python 3 with venv.
#
#   integrations/server/e2e/run.sh                   all tests
#   integrations/server/e2e/run.sh test test_jobs    one file
#   integrations/server/e2e/run.sh load [WORDS]      load, see load.py; the server is optimized
set -euo pipefail
cd "$(dirname "$0")/../../.."
mkdir -p "${CARGO_TARGET_DIR:-target}"
target=$(realpath "${CARGO_TARGET_DIR:-target}")
task=${1:-test}
[ $# -gt 0 ] && shift

profile=debug
[ "$task" = load ] && profile=release
cargo build --quiet --package s3-replication-server $([ $profile = release ] && echo --release)
cd integrations/server/e2e
venv=$target/e2e-venv
if ! cmp --silent requirements.txt "$venv/requirements.txt"; then
    python3 -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
    cp requirements.txt "$venv/requirements.txt"
fi
export S3_REPLICATION_SERVER=$target/$profile/s3-replication-server PYTHONDONTWRITEBYTECODE=1
case $task in
test) exec timeout 300 "$venv/bin/python" -m unittest "${@:-discover}" ;;
load) exec "$venv/bin/python" load.py "$@" ;;
*) echo "unknown task $task: test or load" >&2 && exit 2 ;;
esac
