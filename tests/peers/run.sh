#!/usr/bin/env bash
# Compares the dialect RUSTFS with RustFS's own rule code, over random configurations and objects.
# Needs cargo and a registry. The default run of the tests leaves this package out.
#
#   tests/peers/run.sh [SEED [CONFIGURATIONS]]
set -euo pipefail
cd "$(dirname "$0")"
cargo run --quiet --ignore-rust-version -- "$@"
