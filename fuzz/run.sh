#!/usr/bin/env bash
# Runs every fuzz target for some seconds each: `fuzz/run.sh [SECONDS [SEED]]`. Works on stable Rust; there is no unsafe code for
# a sanitizer to look into. Failures go to fuzz/artifacts/; fix them, and keep the input in fuzz/regressions/.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${1:-60}" seed="${2:-0}" # a seed of 0 is another one each time
# Lines are all that a report of a failure needs.
export RUSTFLAGS="${RUSTFLAGS:-} -Cdebuginfo=line-tables-only"

command -v cargo-fuzz >/dev/null || cargo install cargo-fuzz --locked --version 0.13.2
for target in parse_xml parse_json cloudformation terraform decide analyze manifest_csv inventory job_events simulate; do
    mkdir -p "fuzz/corpus/$target" "fuzz/regressions/$target" "fuzz/artifacts/$target"
    cargo fuzz run --fuzz-dir fuzz/targets -s none "$target" \
        "fuzz/corpus/$target" "fuzz/seeds/$target" "fuzz/regressions/$target" -- \
        -artifact_prefix="fuzz/artifacts/$target/" \
        -dict=fuzz/dict/replication.dict -max_total_time="$seconds" -max_len=8192 -seed="$seed" -timeout=10 -print_final_stats=1
done
