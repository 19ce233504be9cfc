"""What the race ran on and with. Needs the standard library alone."""
from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path

from engines.table import OURS, TABLE

FLAGS = ("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile")  # what kernels may choose by


def _cpuinfo(field: str) -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.split(":")[0].strip() == field:
            return line.split(":", 1)[1].strip()
    return ""


def _caches() -> dict[str, str]:
    """Of the first core: "L1d", "L1i", "L2", "L3" and their sizes."""
    sizes = {}
    for index in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        kind = {"Data": "d", "Instruction": "i"}.get((index / "type").read_text().strip(), "")
        sizes[f"L{(index / 'level').read_text().strip()}{kind}"] = (index / "size").read_text().strip()
    return sizes


def describe() -> dict:
    flags = _cpuinfo("flags").split()
    return {
        "cpu": _cpuinfo("model name") or platform.processor(),
        "family_model": f"{_cpuinfo('cpu family')}/{_cpuinfo('model')}",
        "flags": [flag for flag in FLAGS if flag in flags],
        "caches": _caches(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "date": datetime.date.today().isoformat(),
    }


def load() -> float:
    """Processes that wanted to run, averaged over the last minute: more than ours means that others disturb the race."""
    return os.getloadavg()[0]


def versions(mobilith: Path) -> dict[str, str]:
    """By the engine's key."""
    ours = subprocess.run([str(mobilith), "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    return {entry.key: ours if entry.key == OURS else importlib.metadata.version(entry.package) for entry in TABLE}
