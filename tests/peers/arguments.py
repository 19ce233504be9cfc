"""The command line of scripts/race.sh. Needs the standard library alone, so that wrong usage is found before any set-up."""
from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from architecture import Configuration
from dtype import DTYPES, Dtype
from isa import ISAS, Isa
from mobilith_options import LARGE_PAGES

DEFAULT = ("v1:1.0:224", "v1:0.5:160", "v1:0.25:128", "v2:1.0:224", "v2:1.4:224", "v2:0.35:96", "v3-large:1.0:224",
           "v3-small:1.0:224")
MINIMUM_ROUNDS = 5
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Arguments:
    configurations: list[Configuration]
    cores: list[int]  # one thread each
    rounds: int
    out: Path
    isa: Isa
    dtype: Dtype
    files: list[Path]  # raced as they are, instead of configurations
    reduce_range: bool = False  # of int8: weights of 7 bits, for all engines
    large_pages: bool = False  # our sessions copy their weights (mobilith_options.large_pages)

    def options(self) -> list[str]:
        """Of `mobilith generate`."""
        return [*self.isa.generate_options(), *self.dtype.options, *(["--reduce-range"] if self.reduce_range else [])]

    def sentences(self) -> str:
        reduced = "Weights of 1x1 convolutions and of the classifier have 7 bits (`--reduce-range`), for all engines. " if self.reduce_range else ""
        pages = ("Our sessions have a copy of their weights in pages of 2 MB (`--large-pages`), which the caller asks for; the "
                 "others have no such option. " if self.large_pages else "")
        return reduced + pages + self.isa.sentence(self.dtype.engines())

    def environment(self) -> dict[str, str]:
        """Of the process that times, before engines are loaded."""
        return {**self.isa.environment, **({LARGE_PAGES: "1"} if self.large_pages else {})}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:  # argparse would print the usage first
        self.exit(2, f"race: {message}\n")


def _configuration(text: str) -> Configuration:
    try:
        return Configuration.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def parse(words: list[str] | None = None) -> Arguments:
    parser = _Parser(prog="scripts/race.sh", allow_abbrev=False, description=(
        "Times generated libraries against other engines with the same weights, on this machine, in one process; writes "
        "race.md, race.json, race.svg and race.png."))
    parser.add_argument("configurations", metavar="CONFIG", nargs="*", type=_configuration,
                        help=f"NET:ALPHA:RESOLUTION, default: {' '.join(DEFAULT)}")
    parser.add_argument("--threads", type=int, default=1, help="of every engine, each on a core of its own (default: 1)")
    parser.add_argument("--rounds", type=int, default=15, help=f"at least {MINIMUM_ROUNDS} (default: 15)")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "race", metavar="DIR", help="default: build/race")
    parser.add_argument("--file", type=Path, action="append", default=[], metavar="FILE", dest="files", help=(
        "a TFLite file, quantised or not, raced as it is among the engines that read it; may be repeated, excludes CONFIG; writes files.md"))
    parser.add_argument("--isa", default="native", choices=ISAS, help=(
        "the instruction set of our code, and of the engines that can be held to it; the report says which (default: native)"))
    parser.add_argument("--dtype", default="f32", choices=DTYPES, help=(
        "the type of the numbers that configurations are raced in, by the engines that have it; a file has its own (default: f32)"))
    parser.add_argument("--reduce-range", action="store_true", help="of --dtype int8: weights of 7 bits, for all engines")
    parser.add_argument("--large-pages", action="store_true", help="our sessions copy their weights into pages of 2 MB")
    a = parser.parse_args(words)
    cores = sorted(os.sched_getaffinity(0))
    if not 1 <= a.threads <= len(cores):
        parser.error(f"--threads: {a.threads}: this process may use {len(cores)} cores, and each thread needs one")
    if a.rounds < MINIMUM_ROUNDS:
        parser.error(f"--rounds: {a.rounds}: quartiles need at least {MINIMUM_ROUNDS}")
    if a.dtype == "bf16" and a.isa != "native":
        parser.error(f"--dtype: {a.dtype} is raced with what the CPU has alone")
    if a.reduce_range and a.dtype != "int8":
        parser.error("--reduce-range: goes with --dtype int8")
    if a.files and a.configurations:
        parser.error("--file: excludes configurations")
    if a.files and a.dtype != "f32":
        parser.error("--dtype: files are raced in their own type")
    for path in a.files:
        if not path.is_file():
            parser.error(f"--file: {path}: no such file")
    return Arguments(a.configurations or [Configuration.parse(text) for text in DEFAULT], cores[:a.threads], a.rounds,
                     a.out.absolute(), ISAS[a.isa], DTYPES[a.dtype], [path.absolute() for path in a.files], a.reduce_range, a.large_pages)


if __name__ == "__main__":
    parse()
