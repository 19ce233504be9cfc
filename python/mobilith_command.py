#!python
"""The command `mobilith`: becomes the program beside the module, without importing the module."""
import importlib.util
import os
import sys

found = importlib.util.find_spec("mobilith")
program = os.path.join(os.path.dirname(found.origin), "_program", "bin", "mobilith") if found and found.origin else ""
if not os.access(program, os.X_OK):
    sys.exit(f"mobilith: no program in the installed package ({program or 'no module mobilith'}); install the wheel again")
os.execv(program, [program, *sys.argv[1:]])
