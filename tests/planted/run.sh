#!/usr/bin/env bash
# Plants each bug of this folder in a copy of the crate, and fails when the properties do not notice one.
# `run.sh analysis-` plants only those whose names begin so.
# All bugs are built at once, each behind a switch, see tests/mutants/src/planted.rs.
# A patch that no longer applies fails too: the code it broke has moved, so break it where it is now.
set -euo pipefail
cd "$(dirname "$0")/../mutants"
# Whether a bug is noticed matters here, and not the smallest case that shows it.
export PROPTEST_MAX_SHRINK_ITERS=0
export CARGO_TERM_COLOR=never CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/../../target}" PROPTEST_CASES="${PROPTEST_CASES:-1024}"
cargo run --quiet -- planted "${1:-}"
