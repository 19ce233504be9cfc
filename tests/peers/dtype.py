"""The type of the numbers that a race is in. Needs the standard library alone."""
from __future__ import annotations

import os
from dataclasses import dataclass, field

VARIABLE = "MOBILITH_RACE_DTYPE"  # read where engines are loaded


@dataclass(frozen=True)
class Dtype:
    """engines: those of the peers that have such an arithmetic; the others stay in float32."""

    name: str
    title: str
    tolerance: float  # of the largest logit
    engines: tuple[str, ...] = ()
    options: list[str] = field(default_factory=list)  # of `mobilith generate`

    def sentence(self) -> str:
        """For the report; empty where all engines do the same."""
        if not self.engines:
            return ""
        return (f"In {self.title}: ours (`{' '.join(self.options)}`) and {' and '.join(self.engines)}, which state it as a hint of precision. "
                "All others compute in float32.")


DTYPES = {
    "f32": Dtype("f32", "float32", 1e-3),
    "bf16": Dtype("bf16", "bfloat16", 1e-1, ("OpenVINO",), ["--dtype", "bf16"]),
}


def current() -> Dtype:
    """Of this process."""
    return DTYPES[os.environ.get(VARIABLE, "f32")]
