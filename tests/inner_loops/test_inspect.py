"""`mobilith inspect` finds the same loops and counts in the same code as the guard, which disassembles with binutils."""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import unittest

import assembly
from syntax import AArch64, RiscV, X86

PROGRAM = None


def first_blocks(net):
    """Enough in CI: kernels of these types, and of wider layers, come again."""
    return [] if os.environ.get("MOBILITH_NIGHTLY") else ["--outputs", {"mobilenet_v1": "separable_2", "mobilenet_v2": "inverted_residual_2"}[net]]


def generate(tree, net, cpu, more=()):
    subprocess.run([PROGRAM, "generate", "--net", net, "--alpha", "0.35", "--resolution", "64", "--weights", "synthetic", "--cpu", cpu,
                    "--schedules", "none", "--no-check", "--name", "net", "--out", tree, *first_blocks(net), *more], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return tree + "/lib/libnet.a"


def inspected(tree):
    done = subprocess.run([PROGRAM, "inspect", tree, "--no-run", "--format", "json"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(done.stdout)["kernels"]


class Agreement(unittest.TestCase):
    def check(self, net, cpu, syntax=X86, more=()):
        with tempfile.TemporaryDirectory() as folder:
            archive = generate(folder + "/tree", net, cpu, more)
            expected = assembly.kernel_loops(assembly.disassemble(archive, syntax), syntax)
            kernels = inspected(folder + "/tree")
        self.assertEqual(len(kernels), len(expected))
        total = 0
        for index, kernel in enumerate(kernels):
            found = sorted(assembly.Loop(loop["accumulates"], loop["bits"], loop["fmas"], loop["instructions"], loop["loads"], loop["stores"], loop["spills"],
                                         loop["moves"])
                           for loop in kernel["inner_loops"] if loop["innermost"] and loop["fmas"])
            self.assertEqual(found, sorted(expected[index]), f"{cpu} {kernel['kernel']}")
            total += len(found)
            # The kernel is compiled anew to name its loops: the same program makes the same code.
            self.assertEqual(kernel["unnamed"], "")
        self.assertGreater(total, 2 * len(kernels))

    def test_avx2_code_of_v1(self):
        self.check("mobilenet_v1", "x86-64-v3")

    def test_avx512_code_of_v2(self):
        self.check("mobilenet_v2", "x86-64-v4")

    def test_neon_code_with_loops_aligned_and_not(self):
        for net, cpu in ("v2", "neoverse-n1"), ("v1", "apple-m1"), ("v2", "cortex-a53"), ("v1", "cortex-a76"), ("v1", "neoverse-v1"):
            self.check("mobilenet_" + net, cpu, AArch64, ["--target", "aarch64-linux-gnu"])

    def test_risc_v_code(self):
        for net, cpu, bits in ("v2", "generic-rv64", 128), ("v1", "spacemit-x60", 256), ("v2", "sifive-x280", 512):
            self.check("mobilenet_" + net, cpu, RiscV.of_bits(bits), ["--target", "riscv64-linux-gnu"])

    def test_paired_products(self):
        for cpu in "znver4", "znver3":
            self.check("mobilenet_v2", cpu)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--mobilith", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "mobilith"))
    options, rest = parser.parse_known_args()
    PROGRAM = options.mobilith
    unittest.main(argv=[sys.argv[0]] + rest)
