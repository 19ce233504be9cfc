"""The module passes mypy --strict, with the NumPy of scripts/example_inputs.sh; 77 where mypy is absent. A planted mistake is found."""
import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile

PYTHON = pathlib.Path(__file__).resolve().parents[1]


def mypy(cache: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-B", "-m", "mypy", "--strict", "--no-error-summary", f"--cache-dir={cache}", *arguments],
                          capture_output=True, text=True, env={**os.environ, "MYPYPATH": str(PYTHON)})


def main() -> int:
    if not importlib.util.find_spec("mypy") or not importlib.util.find_spec("numpy"):
        print("skipped: no mypy or no NumPy; scripts/example_inputs.sh fetches them for Python 3.11")
        return 77
    use = "import mobilith\nsession = mobilith.load('tree')\nthreads: int = session.threads\nsession.close()\n"
    with tempfile.TemporaryDirectory() as cache:  # one for all: NumPy is read once
        for arguments, code in ((("-p", "mobilith"), 0), (("-c", use), 0), (("-c", use.replace("int", "str")), 1)):
            done = mypy(cache, *arguments)
            if done.returncode != code:
                print(done.stdout, done.stderr, f"expected exit code {code}", sep="\n")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
