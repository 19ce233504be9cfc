"""Hatchling's hook: what scripts/package.sh has installed goes into the wheel, as mobilith/_program/."""

import os
import pathlib

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLATFORM = "manylinux_2_36_x86_64"  # glibc of Debian 12; auditwheel checks it


class ProgramHook(BuildHookInterface):
    def initialize(self, version, build_data):
        prefix = pathlib.Path(os.environ.get("MOBILITH_PREFIX", ""))
        if not (prefix / "bin/mobilith").is_file():
            raise SystemExit("MOBILITH_PREFIX: expected the folder that holds bin/mobilith; scripts/package.sh sets it")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{PLATFORM}"
        build_data["force_include"][str(prefix)] = "mobilith/_program"
