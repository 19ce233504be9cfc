"""clang-tidy finds nothing in the runtime: one translation unit of C, in two seconds.

The generator's own sources take it half a minute for each of the smallest folders, so they are not looked at here."""
import pathlib
import shutil
import subprocess
import sys

TIDY = "clang-tidy-22"
# Not these: memcpy is called insecure; feature macros have reserved names; sizes of one type beside each other; a step
# without operands, which the generator never makes.
CHECKS = ",".join(["-*", "bugprone-*", "clang-analyzer-*", "-clang-analyzer-security.insecureAPI.*", "-bugprone-reserved-identifier",
                   "-bugprone-easily-swappable-parameters", "-bugprone-narrowing-conversions", "-clang-analyzer-security.ArrayBound"])
RUNTIME = pathlib.Path(__file__).resolve().parents[2] / "runtime"

if not shutil.which(TIDY):
    print(f"skipped: no {TIDY} (apt: {TIDY})")
    sys.exit(77)
sys.exit(subprocess.run([TIDY, "--quiet", f"--checks={CHECKS}", "--warnings-as-errors=*", RUNTIME / "src" / "mobilith.c", "--", "-std=c11",
                         "-DMOBILITH_THREADS", f"-I{RUNTIME}/include", f"-I{RUNTIME}/src"]).returncode)
