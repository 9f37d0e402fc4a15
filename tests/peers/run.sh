#!/usr/bin/env bash
# Compares the dialects with other stores, over random configurations and objects. The default run of
# the tests leaves this out.
#
#   tests/peers/run.sh [PEER [SEED [CONFIGURATIONS]]]
#   tests/peers/run.sh speed
#
# PEER is rustfs (RustFS's rule code, from crates.io), arsenal (Zenko's, from npm), ministack or moto
# (stores in Python, from PyPI); without it, all are asked. `speed` measures the rule code of RustFS beside
# this crate. Needs cargo, npm, python3 and the registries.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")"
peers=("${1:-}")
[ $# -gt 0 ] || peers=(rustfs arsenal ministack moto)
shift || true

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

program() {
    cargo build --quiet --features cli --manifest-path ../../Cargo.toml
    echo "${CARGO_TARGET_DIR:-$PWD/../../target}/debug/s3-replication"
}

arsenal() {
    local program
    program="$(program)"
    (cd "$folder" && npm install --silent --no-save --no-audit xml2js@0.6.2 uuid@9.0.1 &&
        npm pack --silent @scality/arsenal@8.5.16 >/dev/null && tar -xzf scality-arsenal-*.tgz)
    ARSENAL="$folder/package" NODE_PATH="$folder/node_modules" \
        python3 stores/compare.py "$program" arsenal "$@"
}

python() {
    local program
    program="$(program)"
    python3 -m venv "$folder/python"
    "$folder/python/bin/pip" install --quiet "moto[server]==5.2.5" ministack==1.5.33
    PATH="$folder/python/bin:$PATH" python3 stores/compare.py "$program" "$@"
}

for peer in "${peers[@]}"; do
    printf '== %s\n' "$peer"
    case "$peer" in
    rustfs) cargo run --quiet --ignore-rust-version -- "$@" ;;
    speed) cargo run --quiet --release --ignore-rust-version --bin speed -- "$@" ;;
    arsenal) arsenal "$@" ;;
    ministack | moto) python "$peer" "$@" ;;
    *) echo "no peer is named $peer" >&2 && exit 2 ;;
    esac
done
