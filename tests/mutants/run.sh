#!/usr/bin/env bash
# Mutation testing: changes the code in every small way that `cargo mutants` knows, and asks whether
# a test notices. All mutants are built at once, see src/main.rs, so that all modules take a night.
#
#   tests/mutants/run.sh                 all modules
#   tests/mutants/run.sh engine batch    some
#   SAMPLE=20 tests/mutants/run.sh       20 of each, spread over all files; OFFSET=3 draws others
#
# JOBS is the number of mutants at a time (2); after MINUTES no other mutant is tried.
# A mutant meets the tests of its module, then those of the modules that are built on it. One that
# survives must have its reason in survivors.txt. The score of each module is printed at the end;
# score.md keeps it.
set -euo pipefail
cd "$(dirname "$0")"
modules=("$@")
[ $# -gt 0 ] || modules=(keyspace engine analysis form document replication batch)
export CARGO_TERM_COLOR=never CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/../../target}" PROPTEST_CASES="${PROPTEST_CASES:-64}"
command -v cargo-mutants >/dev/null || cargo install --quiet --locked cargo-mutants
cargo run --release --quiet -- "${modules[@]}"
