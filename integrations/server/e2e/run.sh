#!/usr/bin/env bash
# Drives the server with boto3, the AWS CLI and the AWS SDK for Rust. Needs cargo, and Python 3 with venv.
#
#   integrations/server/e2e/run.sh                   all tests
#   integrations/server/e2e/run.sh test test_jobs    one file of the tests in Python
#   integrations/server/e2e/run.sh sdk               the tests with the AWS SDK for Rust
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
export S3_REPLICATION_SERVER=$target/$profile/s3-replication-server PYTHONDONTWRITEBYTECODE=1
# A thousand connections are a thousand files.
ulimit -S -n 4096 2>/dev/null || ulimit -S -n "$(ulimit -H -n)"
cd integrations/server/e2e

# Prints the folder of a virtual environment with the packages of a file.
packages() {
    local venv=$target/e2e-${1%.txt}
    if ! cmp --silent "$1" "$venv/$1"; then
        python3 -m venv --clear "$venv"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$1"
        cp "$1" "$venv/$1"
    fi
    echo "$venv"
}

# The tests are in the workspace that builds the SDK anyway.
sdk() {
    cd ../../aws-sdk
    cargo test --quiet --test server -- --ignored
}

case $task in
test)
    venv=$(packages requirements.txt)
    timeout 600 "$venv/bin/python" -m unittest "${@:-discover}"
    [ $# -gt 0 ] || sdk
    ;;
sdk) sdk ;;
load)
    venv=$(packages requirements.txt)
    MINISTACK=$(packages ministack.txt)/bin/ministack
    MINISTACK_VERSION=$(cut -d= -f3 ministack.txt)
    export MINISTACK MINISTACK_VERSION
    "$venv/bin/python" load.py "$@"
    ;;
*) echo "unknown task $task: test, sdk or load" >&2 && exit 2 ;;
esac
