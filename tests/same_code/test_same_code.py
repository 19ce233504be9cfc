"""The comparison can fail: it is fed libraries in which a byte is another one, and code that lies elsewhere."""
import argparse
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

import kernels
import object_code
from aarch64 import without_alignment
from compare import differences
from configurations import target_options

PROGRAM = None
# By day of the beginning of the network, at night of all.
LAST, CUT = ("head", []) if "MOBILITH_NIGHTLY" in os.environ else ("separable_3", ["--outputs", "separable_3"])
CPUS = ["x86-64-v3", "znver5", "cortex-a76", "generic-rv64", "wasm32"]


def generate(folder, *options):
    tree = pathlib.Path(folder) / "tree"
    done = subprocess.run([PROGRAM, "generate", "--net", "mobilenet_v1", "--alpha", "0.25", "--resolution", "33", "--weights",
                           "synthetic", "--schedules", "none", "--weights-file", "--no-check", "--name", "net", "--out", tree,
                           *CUT, *options], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return tree


def changed(file, at):
    """file with another bit at a place, while the block runs."""
    class Changed:
        def flip(self, *_):
            data = bytearray(file.read_bytes())
            data[at] ^= 1
            file.write_bytes(data)
        __enter__ = __exit__ = flip
    return Changed()


def places(function):
    """At the beginning, in the middle and at the end, but for those that a linker writes. Of words their first byte: where an
    instruction becomes a jump, the reader may find that it leads nowhere."""
    left_out = {at + i for at, *_ in function.references for i in range(5)}
    return [at for at in (0, function.size // 8 * 4, (function.size - 1) // 4 * 4) if at not in left_out]


def constants(functions):
    return [target[1][0] for f in functions for _, _, target in f.references if target[0] == "data" and len(target[1][0]) >= 16]


class SameCode(unittest.TestCase):
    def test_each_changed_byte_is_seen_in_its_kernel_alone(self):
        for cpu in CPUS:
            with self.subTest(cpu), tempfile.TemporaryDirectory() as folder:
                tree = generate(folder, *target_options(cpu))
                old, file = kernels.summary(tree, "net"), tree / "lib" / "libnet.a"
                archive, names = file.read_bytes(), list(old)
                self.assertEqual(differences(old, old), [])
                start = archive.index(object_code.first_member(archive))
                for index, functions in kernels.functions_by_kernel(archive).items():
                    for function in functions:
                        for at in places(function):
                            with changed(file, start + function.place + at):
                                found = differences(old, kernels.summary(tree, "net"))
                            self.assertEqual([(d.kernel, d.what) for d in found], [(names[index], ["code"])], f"{function.name} {at}")

    def test_a_changed_constant_is_seen_in_the_kernels_that_read_it(self):
        for cpu in "znver5", "cortex-a76":
            with self.subTest(cpu), tempfile.TemporaryDirectory() as folder:
                tree = generate(folder, *target_options(cpu))
                old, file = kernels.summary(tree, "net"), tree / "lib" / "libnet.a"
                archive, names = file.read_bytes(), list(old)
                read = {index: constants(functions) for index, functions in kernels.functions_by_kernel(archive).items()}
                constant = next(c for found in read.values() for c in found if archive.count(c) == 1)
                with changed(file, archive.find(constant)):
                    found = differences(old, kernels.summary(tree, "net"))
                self.assertEqual([d.kernel for d in found], [names[index] for index, found in read.items() if constant in found])

    def test_a_changed_weight_is_seen_in_its_block(self):
        with tempfile.TemporaryDirectory() as folder:
            tree = generate(folder, "--cpu", "x86-64-v3")
            old, file = kernels.summary(tree, "net"), tree / "share" / "net" / "net.weights"
            for at, block in (kernels.WEIGHTS_HEADER, "stem"), (file.stat().st_size - 4096, LAST):
                with changed(file, at):
                    found = differences(old, kernels.summary(tree, "net"))
                self.assertEqual(len(found), 1)
                self.assertRegex(found[0].what[0], f"^weights of {block} ")
            self.assertEqual(differences(old, kernels.summary(tree, "net")), [])

    def test_code_that_lies_elsewhere_is_the_same(self):
        """A library for two CPUs holds the second one's kernels behind the first one's."""
        for cpu, before in ("x86-64-v3", "znver5"), ("x86-64-v3", "sapphirerapids"), ("generic", "cortex-a76"):
            with self.subTest(cpu), tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
                target = ["--target", "aarch64-linux-gnu"] if cpu == "generic" else []
                alone = kernels.functions_by_kernel((generate(one, *target, "--cpu", cpu) / "lib/libnet.a").read_bytes())
                tree = generate(two, *target, "--cpu", f"{before},{cpu}")
                variants = json.loads((tree / "share/net/manifest.json").read_text())["variants"]
                self.assertEqual([v["cpu"] for v in variants], [before, cpu])
                behind = kernels.functions_by_kernel((tree / "lib/libnet.a").read_bytes(), cpu.replace("-", "_") + ".")
                self.assertEqual({i: kernels.code_of(f) for i, f in alone.items()}, {i: kernels.code_of(f) for i, f in behind.items()})

    def test_nops_before_a_loop_are_no_difference_on_aarch64(self):
        nop, add, loop, far = 0xD503201F, 0x91000400, 0x54000001, 0x14000000  # add x0, x0, #1; b.ne; b

        def form(nops, steps, register=0):
            back = (-steps & 0x7FFFF) << 5  # b.ne by so many instructions back
            words = [far | (nops + 1), *[nop] * nops, add | register, add, loop | back, 0x14000000 | (nops + 8)]
            outside = []
            return without_alignment(struct.pack(f"<{len(words)}I", *words), [], lambda at: outside.append(at) or ("function", "k", 8)), outside

        (code, references), outside = form(3, 2)
        self.assertEqual(form(1, 2)[0], (code, references))
        self.assertEqual(references, [(0, "jump", ("here", "", 4)), (12, "jump", ("here", "", 4)), (16, "jump", ("function", "k", 8))])
        self.assertEqual(outside, [4 * (7 + 11)])
        self.assertNotEqual(form(3, 1)[0], (code, references))
        self.assertNotEqual(form(3, 2, register=1)[0], (code, references))

    def test_kernels_of_other_names_are_paired_by_their_blocks(self):
        kernel = {"code": "1", "bytes": 8, "schedule": {"strip": 4, "tile": {"pixels": 2}}, "blocks": {"stem": {"digest": "2", "bytes": 64}}}
        self.assertEqual(differences({"a": kernel}, {"b": kernel}), [])
        other = {**kernel, "code": "3", "bytes": 9, "schedule": {"strip": 4, "tile": {"pixels": 3}}}
        self.assertEqual(differences({"a": kernel}, {"b": other}), [("a -> b", 8, 9, ["code", "tile.pixels 2 -> 3"])])
        self.assertEqual(differences({"a": kernel}, {}), [("a", 8, None, ["only in the old library"])])
        self.assertEqual(differences({}, {"a": kernel}), [("a", None, 8, ["only in the new library"])])

    def test_what_is_no_library_is_refused(self):
        for data in b"", b"!<arch>\n":
            with self.assertRaises(object_code.Damaged):
                kernels.functions_by_kernel(data)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--mobilith", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "mobilith"))
    options, rest = parser.parse_known_args()
    PROGRAM = options.mobilith
    unittest.main(argv=[sys.argv[0]] + rest)
