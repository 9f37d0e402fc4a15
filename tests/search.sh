#!/usr/bin/env bash
# Tries the properties with other cases than `cargo test` does: `tests/search.sh [RUNS [FILTER]]`. Prints the seed of each
# run that fails; `PROPTEST_RNG_SEED=SEED cargo test --all-features --test tests NAME` shows the failure again.
set -uo pipefail
cd "$(dirname "$0")/.."
runs="${1:-10}" filter="${2:-}" failed=0
export PROPTEST_DISABLE_FAILURE_PERSISTENCE=true
cargo test --quiet --all-features --test tests --no-run || exit
for _ in $(seq "$runs"); do
    seed="$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')"
    output="$(PROPTEST_RNG_SEED="$seed" cargo test --all-features --test tests "$filter" 2>&1)" && continue
    failed=1
    printf 'seed %s:\n%s\n' "$seed" "$(grep -E '^test .*FAILED' <<<"$output" || tail -n 20 <<<"$output")"
done
exit "$failed"
