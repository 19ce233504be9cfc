"""Starting other programs."""
from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path
from typing import Iterator


@contextlib.contextmanager
def pinned(cores: list[int]) -> Iterator[None]:
    """What is started within runs on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def run(command: list[str | Path], log: Path) -> str:
    """Its standard output, and the rest goes to log. RuntimeError names the command if it fails."""
    words = [str(word) for word in command]
    with log.open("ab") as errors:
        result = subprocess.run(words, stdout=subprocess.PIPE, stderr=errors, text=True)
    if result.returncode:
        raise RuntimeError(f"{Path(words[0]).name} failed with {result.returncode}: see {log}")
    return result.stdout
