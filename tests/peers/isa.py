"""Instruction sets that a race is held to. Needs the standard library alone."""
from __future__ import annotations

from dataclasses import dataclass, field

from engines.table import OURS, TABLE, TITLES


@dataclass(frozen=True)
class Isa:
    """environment: what holds the engines in `held`, read when they are loaded. The others take what the CPU has: they ask it, and
    nothing that they document says otherwise."""

    title: str
    cpu: str = ""  # of our library; empty: this one
    environment: dict[str, str] = field(default_factory=dict)
    held: tuple[str, ...] = ()

    def generate_options(self) -> list[str]:
        return ["--cpu", self.cpu] if self.cpu else []

    def sentence(self, engines: list[str]) -> str:
        """For the report; empty where nobody is held. engines: by key, of those that take part."""
        if not self.cpu:
            return ""
        held = ", ".join(f"{TITLES[key]} by {' '.join(f'{k}={v}' for k, v in self.environment.items())}" for key in self.held)
        free = ", ".join(entry.title for entry in TABLE if entry.key in engines and entry.key not in (OURS, *self.held))
        return f"Held to {self.title}: ours is code for {self.cpu}; {held}. Not held, for lack of a way: {free}."


ISAS = {
    "native": Isa("what the CPU has"),
    "avx2": Isa("AVX2", "znver3", {"ONEDNN_MAX_CPU_ISA": "AVX2"}, ("openvino",)),
    # Intel's CPUs, and what x86-64-v3 is: products are not paired.
    "haswell": Isa("AVX2", "haswell", {"ONEDNN_MAX_CPU_ISA": "AVX2"}, ("openvino",)),
}
