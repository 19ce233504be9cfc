"""What an application pays besides the time of a run. Needs the standard library alone."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fresh:
    first_result: float  # seconds, the best start
    peak_bytes: int
    ship_bytes: int  # the program, the runtime's libraries that it had loaded, and the model's files
    in_python: bool  # time and memory without Python's own
