#!/usr/bin/env bash
# All cases of the tests that CI runs a choice of, random ones from a seed of the day's; the whole table of inner loops; the
# .deb in a clean root. Arguments go to ctest. Half an hour more than scripts/test.sh.
set -euo pipefail
scripts=$(dirname "$0")
export MOBILITH_NIGHTLY=1 MOBILITH_SEED=${MOBILITH_SEED:-$(date +%Y%m%d)}
echo "MOBILITH_SEED=$MOBILITH_SEED repeats the random cases"
"$scripts/test.sh" "$@"
"$scripts/inner_loops.sh"
