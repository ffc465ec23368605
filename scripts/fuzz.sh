#!/bin/sh
# Feeds everything that reads words of strangers with random input: updates of Telegram, data of buttons,
# answers and callbacks of KIE.ai, its published documents and listings, notifications of payments, files,
# links. CASES inputs for each test; more in the tests that need them can be asked for in the same way.
set -eu
CASES=${CASES:-20000}
export PROPTEST_CASES="$CASES"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086
if ! ${CARGO:-cargo} test ${FUZZ_FLAGS---release} --locked \
    -p telegram -p chat -p admin -p kie -p catalog -p payments -p media -p fetch --lib --tests -- \
    reading_fail_hard is_read_without_a_fault what_is_written_is_read_again \
    reader_panic check_panic checks_panic make_it_panic makes_it_panic \
    any_text_is_classified no_document_is_too_much any_listing_can_be_laid_over \
    no_private_ipv4_address whatever_a_person_does_there_is_a_screen >"$log" 2>&1; then
    cat "$log"
    exit 1
fi
grep ' ... ok$' "$log"
tests=$(grep -c ' ... ok$' "$log")
echo "fuzz: $tests tests, $CASES inputs each, $((tests * CASES)) inputs, no panic"
