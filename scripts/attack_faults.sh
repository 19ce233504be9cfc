#!/usr/bin/env bash
# attack_faults.sh [MOST] [BUILD]: each call of the system that `generate`, `autotune`, `schedules merge` and the runtime make fails once, and kills once;
# where a program makes more than MOST (2000) of a kind, as of allocations, so many are evenly chosen. Then 100 kills at random moments. Prints
# how many there were, and ends with 1 where something was left that is neither old nor new, stood in the next run's way, or ended in another
# way than it should. `ctest -R test_injected` tries a few. A tuner takes two seconds a call.
set -euo pipefail
build=${2:-$(cd "$(dirname "$0")/.." && pwd)/build}
export MOBILITH_FAULTS=${1:-2000}
code=0
for test in test_injected test_injected_tuning; do
  "$build/tests_faults" --filenames-as-tags "[#$test]" || code=1
done
exit $code
