#!/usr/bin/env bash
# All cases of the tests that CI runs a choice of, random ones from a seed of the day's; the whole table of inner loops;
# instructions of whole inferences on AArch64, where qemu is; the packages in clean roots; then the other presets, three of them
# with sanitizers. Arguments go to the first ctest. Goes on where one of these fails, and says at the end which did. Half an hour more
# than scripts/test.sh, and an hour for each preset.
set -uo pipefail
scripts=$(dirname "$0")
export MOBILITH_NIGHTLY=1 MOBILITH_SEED=${MOBILITH_SEED:-$(date +%Y%m%d)}
echo "MOBILITH_SEED=$MOBILITH_SEED repeats the random cases"
failed=()
"$scripts/test.sh" "$@" || failed+=(test.sh)
"$scripts/inner_loops.sh" || failed+=(inner_loops.sh)
"$scripts/instructions.sh" --most 1.45 || [ $? -eq 77 ] || failed+=(instructions.sh) # V2 1.0-224 has 1.42; 77: skipped
"$scripts/presets.sh" || failed+=(presets.sh)
[ ${#failed[@]} -eq 0 ] || { echo "failed: ${failed[*]}" >&2; exit 1; }
