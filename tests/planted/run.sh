#!/usr/bin/env bash
# Plants each bug of this folder in a copy of the crate, and fails when the properties do not notice one.
# `run.sh analysis-` plants only those whose names begin so.
# A patch that no longer applies fails too: the code it broke has moved, so break it where it is now.
set -euo pipefail
cd "$(dirname "$0")/../.."
copy="$(mktemp -d)"
trap 'rm -rf "$copy"' EXIT
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}/planted" PROPTEST_CASES="${PROPTEST_CASES:-1024}" PROPTEST_MAX_SHRINK_ITERS=0 PROPTEST_DISABLE_FAILURE_PERSISTENCE=true
export CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_TEST_DEBUG=0
cp -r Cargo.toml Cargo.lock ./*.md src tests benches examples integrations "$copy"
# Only what the properties need, so that each bug is compiled and tried in seconds.
printf '//! The properties.\nmod analysis;\nmod engine;\nmod permissions;\nmod policy;\nmod support;\nmod topology;\n' >"$copy/tests/main.rs"

# Each seed draws other cases, the same on every machine: what is caught today is caught tomorrow.
properties() {
    for seed in 1 2 3; do
        (cd "$copy" && PROPTEST_RNG_SEED=$seed cargo test --quiet --test tests -- "$@" >"$copy/log" 2>&1) || return 1
    done
}

of_engine=(engine::decisions::the_engine engine::decisions::counting)
of_analysis=(analysis::differences_are analysis::reachability_matches analysis::nothing_else analysis::additions_are analysis::several_rules)
of_policy=(policy::assertions::assertions_match policy::assertions::missing_facts policy::assertions::buckets_are_lost policy::assertions::blocking_winners policy::assertions::excluded_tags)
of_permissions=(permissions::evaluation permissions::checks::policies_of permissions::checks::a_key_policy permissions::checks::a_missing)
of_topology=(topology::findings_are topology::known::a_blocked_object)

properties "${of_engine[@]}" "${of_analysis[@]}" "${of_policy[@]}" "${of_permissions[@]}" "${of_topology[@]}" || { cat "$copy/log"; echo "the properties fail without any bug"; exit 1; }
missed=0
for bug in tests/planted/${1:-}*.patch; do
    name="$(basename "$bug" .patch)"
    patch --quiet --directory="$copy" --strip=1 <"$bug"
    case "$name" in
        analysis-*) held_by=("${of_analysis[@]}") ;;
        permissions-*) held_by=("${of_permissions[@]}") ;;
        policy-*) held_by=("${of_policy[@]}") ;;
        topology-*) held_by=("${of_topology[@]}") ;;
        *) held_by=("${of_engine[@]}") ;;
    esac
    if properties "${held_by[@]}"; then
        echo "MISSED  $name"
        missed=1
    elif grep -qE "test result: FAILED|[(]signal: " "$copy/log"; then # an endless search aborts
        echo "caught  $name: $(grep -m1 -oE '^    (engine|analysis|permissions|policy|topology)::[a-z_:]*' "$copy/log" | tr -d ' ')"
    else
        cat "$copy/log"
        echo "BROKEN  $name does not compile"
        missed=1
    fi
    patch --quiet --directory="$copy" --strip=1 --reverse <"$bug"
done
exit "$missed"
