"""Generates networks with two generators and compares them kernel by kernel: machine code and packed weights.

Code is equal where the functions' bytes are, with symbols where a linker writes and constants by their contents. Ends
with 0 where all kernels are equal, with 1 where any differs, with 2 where nothing can be said."""
import argparse
import collections
import contextlib
import shlex
import sys
import tempfile
import time

from compare import differences
from configurations import CONFIGURATIONS, CPUS
from generator import Generator, GeneratorFailed
from object_code import Damaged

Count = collections.namedtuple("Count", "kernels different")


def arguments():
    parser = argparse.ArgumentParser(prog="same_code.sh", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", metavar="OLD", help="a mobilith program")
    parser.add_argument("new", metavar="NEW", help="another one")
    parser.add_argument("--cpu", action="append", metavar="CPU", help=f"for this one; may be repeated (default: {', '.join(CPUS)})")
    parser.add_argument("--configuration", action="append", choices=[c.name for c in CONFIGURATIONS], metavar="NAME",
                        help=f"this one; may be repeated (default: {', '.join(c.name for c in CONFIGURATIONS)})")
    parser.add_argument("--quick", action="store_true", help="four small configurations")
    parser.add_argument("--keep", metavar="DIR", help="keeps results, libraries and compiled kernels in DIR, by the programs' bytes: "
                        "what is kept is not generated again")
    for which in "old", "new":
        parser.add_argument(f"--{which}-options", metavar="OPTIONS", default="", type=shlex.split,
                            help=f"further options of {which.upper()}'s generate, in one word")
    return parser.parse_args()


class Progress:
    """A line for each library; on a terminal the next one overwrites it."""

    def __init__(self, total):
        self.total, self.done, self.begin, self.wide = total, 0, time.monotonic(), 0

    def show(self, text):
        self.done += 1
        line = f"[{self.done}/{self.total}] {time.monotonic() - self.begin:.0f} s  {text}"
        if sys.stderr.isatty():
            print("\r" + line.ljust(self.wide), end="", file=sys.stderr, flush=True)
            self.wide = len(line)
        else:
            print(line, file=sys.stderr, flush=True)

    def clear(self):
        if sys.stderr.isatty() and self.wide:
            print("\r" + " " * self.wide + "\r", end="", file=sys.stderr, flush=True)


def size(number):
    return "none" if number is None else f"{number} bytes"


def compare_all(old, new, configurations, cpus):
    """CPU -> Count. Prints each kernel that differs."""
    counts = {}
    progress = Progress(len(cpus) * len(configurations))
    for cpu in cpus:
        kernels = different = 0
        for configuration in configurations:
            (was, kept), (now, kept_too) = old.kernels(configuration, cpu), new.kernels(configuration, cpu)
            found = differences(was, now)
            progress.clear()
            for d in found:
                print(f"{configuration.name}  {cpu}  {d.kernel}: {size(d.old_bytes)} -> {size(d.new_bytes)}: {'; '.join(d.what)}", flush=True)
            kept = [g.role for g, k in ((old, kept), (new, kept_too)) if k]
            progress.show(f"{configuration.name}  {cpu}: {len(was)} kernels, {len(found)} differ"
                          + (f" ({' and '.join(kept)} kept)" if kept else ""))
            kernels, different = kernels + len(was), different + len(found)
        counts[cpu] = Count(kernels, different)
    progress.clear()
    return counts


def print_table(counts):
    print(f"{'CPU':<16}{'kernels':>8}{'equal':>8}{'different':>11}")
    total = Count(*(sum(column) for column in zip(*counts.values())))
    for name, count in [*counts.items(), ("all", total)]:
        print(f"{name:<16}{count.kernels:>8}{count.kernels - count.different:>8}{count.different:>11}")
    return total


def main():
    options = arguments()
    wanted = [c for c in CONFIGURATIONS if (c.quick or not options.quick) and c.name in (options.configuration or [c.name])]
    if not wanted:
        sys.exit("same_code: --quick leaves none of these configurations")
    begin = time.monotonic()
    with contextlib.ExitStack() as stack:
        folder = options.keep or stack.enter_context(tempfile.TemporaryDirectory())
        try:
            old, new = (Generator(role, program, extra, folder) for role, program, extra in
                        [("old", options.old, options.old_options), ("new", options.new, options.new_options)])
            counts = compare_all(old, new, wanted, options.cpu or CPUS)
        except (GeneratorFailed, Damaged, OSError) as error:
            print(f"same_code: {error}", file=sys.stderr)
            return 2
        total = print_table(counts)
        print(f"{time.monotonic() - begin:.0f} s: {old.seconds:.0f} s of the old generator, {new.seconds:.0f} s of the new one")
        if options.keep and total.different:
            print(f"libraries to disassemble: {old.folder}/CPU/CONFIGURATION.a and {new.folder}/CPU/CONFIGURATION.a")
    return 1 if total.different else 0


if __name__ == "__main__":
    sys.exit(main())
