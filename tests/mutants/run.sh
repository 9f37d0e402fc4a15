#!/usr/bin/env bash
# Mutation testing: changes the code in every small way that `cargo mutants` knows, and asks whether
# a test notices. One night for all modules on two cores.
#
#   tests/mutants/run.sh                 all modules
#   tests/mutants/run.sh engine batch    some
#   SAMPLE=20 tests/mutants/run.sh       every 20th mutant, spread over all files
#
# A mutant meets the tests of the modules that are built on it. One that survives must have its
# reason in survivors.txt. The score of each module is printed at the end.
set -euo pipefail
cd "$(dirname "$0")/../.."
export CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_TEST_DEBUG=0 CARGO_TERM_COLOR=never
export PROPTEST_CASES=${PROPTEST_CASES:-64}
modules=("$@")
[ $# -gt 0 ] || modules=(keyspace engine analysis form replication batch)
command -v cargo-mutants >/dev/null || cargo install --quiet --locked cargo-mutants

tests_of() {
    case $1 in
    keyspace) echo analysis:: policy:: topology:: lint:: ;;
    engine) echo engine:: analysis:: storage:: ;;
    form) echo form:: document:: lint:: policy:: simulation:: batch:: cli:: ;;
    replication) echo replication:: storage:: simulation:: ;;
    batch) echo batch:: storage:: cli::batch ;;
    *) echo "$1::" ;;
    esac
}

summary=""
unexplained=0
for module in "${modules[@]}"; do
    out=target/mutants/$module
    mkdir -p "$out"
    # 2 and 3: some mutants survived, or took too long, which is noticed too.
    # shellcheck disable=SC2046
    cargo mutants --all-features --cargo-arg=--test=tests --baseline skip --timeout 300 \
        --output "$out" --no-times --file "src/$module.rs" --file "src/$module/**/*.rs" \
        --shard "0/${SAMPLE:-1}" --sharding round-robin -- -- $(tests_of "$module") || [ $? -le 3 ]
    caught=$(cat "$out/mutants.out/caught.txt" "$out/mutants.out/timeout.txt" | wc -l)
    missed=$(wc -l <"$out/mutants.out/missed.txt")
    summary+=$(printf '%-12s %5d of %5d caught (%d %%)' "$module" "$caught" $((caught + missed)) \
        $((caught * 100 / (caught + missed))))$'\n'
    while read -r mutant; do
        # The line and column of a mutant change with every edit, so its reason has none.
        name=$(sed -E 's/^([^:]*):[0-9]+:[0-9]+: /\1: /' <<<"$mutant")
        grep -qxF -- "$name" <(sed -n 's/^> //p' tests/mutants/survivors.txt) || {
            echo "survived, without a reason: $mutant"
            unexplained=$((unexplained + 1))
        }
    done <"$out/mutants.out/missed.txt"
done
printf '\n%s' "$summary"
exit $((unexplained > 0))
