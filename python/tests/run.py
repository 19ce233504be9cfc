"""Runs tests of the module: run.py TEST_FILE... The exit code is 77, which CTest shows as skipped, where all of them were skipped.

MOBILITH_PROGRAM is the program; PYTHONPATH has NumPy. NUMPY_MAJOR, where it is set, must be that of the NumPy that is found."""
import os
import pathlib
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]


def main() -> int:
    try:
        import numpy
    except ImportError as error:
        print(f"skipped: no NumPy for Python {sys.version.split()[0]} ({error}); scripts/example_inputs.sh fetches it for 3.11")
        return 77
    wanted = os.environ.get("NUMPY_MAJOR")
    if wanted and numpy.__version__.split(".")[0] != wanted:
        sys.exit(f"NumPy is {numpy.__version__}, from {numpy.__file__}; expected a version {wanted}")
    print(f"Python {sys.version.split()[0]}, NumPy {numpy.__version__}")
    suite = unittest.TestLoader().loadTestsFromNames(pathlib.Path(name).stem for name in sys.argv[1:])
    # Of their own: one looks for what is left behind, and other tests run beside these.
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        result = unittest.TextTestRunner(verbosity=2, stream=sys.stdout).run(suite)
    for test, why in result.skipped:
        print(f"skipped: {test}: {why}")
    if not result.wasSuccessful() or result.testsRun == 0:
        return 1
    return 77 if len(result.skipped) == result.testsRun else 0


if __name__ == "__main__":
    sys.exit(main())
