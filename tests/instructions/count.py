"""Counts the instructions of one inference on AArch64 or RISC-V, under qemu: two runs less one run. Not a time, and without noise.

Prints them for each vector multiply-add (four floats) of the network. With --most it ends with 1 where there are more; with 77 where
the compiler, qemu or its plugins are missing."""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
LANES = 4


class AArch64:
    target, compiler, emulator = "aarch64-linux-gnu", ["aarch64-linux-gnu-gcc"], ["qemu-aarch64", "-cpu", "max"]


class RiscV:  # the source says that there are vectors, which qemu 7.2 does not
    target = "riscv64-linux-gnu"
    compiler = ["riscv64-linux-gnu-gcc", ROOT + "/tests/targets/hwcap_with_vectors.c"]
    emulator = ["qemu-riscv64", "-cpu", "rv64,v=true,vext_spec=v1.0,vlen=512"]


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{command[0]}: {done.stderr.strip() or f'status {done.returncode}'}")
    return done


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def prepared(folder, machine):
    """The plugin, compiled for this machine."""
    for program in "cc", machine.compiler[0], machine.emulator[0]:
        if not shutil.which(program):
            skip(f"no {program}")
    if "-plugin" not in run([machine.emulator[0], "--help"]).stdout:
        skip(f"{machine.emulator[0]} is built without plugins")
    plugin = folder + "/count.so"
    run(["cc", "-shared", "-fPIC", "-O2", "-Wall", "-o", plugin, HERE + "/count.c"])
    return plugin


def instructions(mobilith, machine, folder, net, alpha, resolution, cpu):
    """(of one inference, its multiply-adds)"""
    plugin = prepared(folder, machine)
    tree, program = folder + "/tree", folder + "/runs"
    run([mobilith, "generate", "--net", net, "--alpha", alpha, "--resolution", resolution, "--weights", "synthetic", "--schedules",
         "none", "--no-check", "--target", machine.target, "--cpu", cpu, "--name", "net", "--out", tree])
    run([*machine.compiler, "-O2", "-static", "-o", program, HERE + "/runs.c", "-I" + tree + "/include", tree + "/lib/libnet.a",
         tree + "/src/mobilith_runtime/mobilith.c", "-lpthread"])
    one, two = (int(run([*machine.emulator, "-plugin", plugin, program, runs]).stderr.split()[-1]) for runs in "12")
    with open(tree + "/share/net/manifest.json") as file:
        return two - one, json.load(file)["madds"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", nargs="*", default=["mobilenet_v1:1.0:224", "mobilenet_v2:1.0:224"], help="NET:ALPHA:RESOLUTION")
    parser.add_argument("--cpu", default="neoverse-n1", help="default: neoverse-n1")
    parser.add_argument("--riscv", action="store_true", help="--cpu is one of riscv64-linux-gnu")
    parser.add_argument("--most", type=float, help="instructions for each vector multiply-add")
    parser.add_argument("--mobilith", default=os.path.join(ROOT, "build", "mobilith"), help="the program")
    options = parser.parse_args()
    worst = 0
    for network in options.network:
        with tempfile.TemporaryDirectory() as folder:
            count, madds = instructions(options.mobilith, RiscV if options.riscv else AArch64, folder, *network.split(":"), options.cpu)
        each = count * LANES / madds
        worst = max(worst, each)
        print(f"{network} for {options.cpu}: {count} instructions, {each:.3f} for each vector multiply-add", flush=True)
    if options.most and worst > options.most:
        print(f"at most {options.most} expected")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
