"""Guards speed without a clock: FMAs per load and spills of the inner loops of eight networks, beside the committed table.

The CPUs are named, so that the machine that runs this makes no difference."""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import assembly
import table
from syntax import AArch64, RiscV, X86

# AVX2, and with paired products; AVX-512; with paired products, in narrow and in wide tiles; NEON; RISC-V, vectors of 128 and 256 bits
CPUS = ["x86-64-v3", "znver3", "x86-64-v4", "znver4", "znver5", "cortex-a53", "cortex-a72", "cortex-a76", "neoverse-n1", "neoverse-v1",
        "apple-m1", "generic-rv64", "spacemit-x60"]
RISCV = {"generic-rv64": 128, "spacemit-x60": 256}
NETWORKS = ["v1 1.0-224", "v1 0.5-160", "v1 0.25-128", "v2 1.0-224", "v2 1.4-224", "v2 0.35-96", "v3_large 1.0-224",
            "v3_small 1.0-224"]
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def measure(mobilith, cpu, network):
    version, rest = network.split(" ")
    alpha, resolution = rest.split("-")
    syntax, target = X86, []
    if cpu in RISCV:
        syntax, target = RiscV.of_bits(RISCV[cpu]), ["--target", "riscv64-linux-gnu"]
    elif cpu.startswith(("cortex", "neoverse", "apple")):
        syntax, target = AArch64, ["--target", "aarch64-linux-gnu"]
    with tempfile.TemporaryDirectory() as tree:
        done = subprocess.run([mobilith, "generate", "--net", "mobilenet_" + version, "--alpha", alpha, "--resolution", resolution,
                               "--weights", "synthetic", "--schedules", "none", "--cpu", cpu, "--no-cache", "--no-check", "--name", "net",
                               "--out", tree + "/tree", *target], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            sys.exit(f"{cpu}, {network}: {done.stderr}")
        with open(tree + "/tree/share/net/manifest.json") as file:
            kernels = [kernel["name"] for kernel in json.load(file)["variants"][0]["kernels"]]
        text = assembly.disassemble(tree + "/tree/lib/libnet.a", syntax)
        return table.rows(cpu, network, kernels, assembly.kernel_loops(text, syntax))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="write the table anew")
    parser.add_argument("--cpu", choices=CPUS, help="this one alone; without it, those that the table has")
    parser.add_argument("--network", choices=NETWORKS, action="append", help="this one alone; may be repeated")
    parser.add_argument("--mobilith", default=os.path.join(ROOT, "build", "mobilith"), help="the program")
    parser.add_argument("--table", default=os.path.join(ROOT, "tests", "data", "inner_loops.csv"))
    options = parser.parse_args()

    known = table.read(options.table) if os.path.exists(options.table) else []
    guarded = {row.cpu for row in known}
    cpus = [options.cpu] if options.cpu else [cpu for cpu in CPUS if cpu in guarded or not known]
    networks = options.network or NETWORKS
    found = [row for cpu in cpus for network in networks for row in measure(options.mobilith, cpu, network)]
    worse, better = table.compare([row for row in known if row.cpu in cpus and row.network in networks], found)
    for verdict, lines in ("worse", worse), ("better", better):
        for line in lines:
            print(f"{verdict}: {line}")
    print(f"{len(found)} inner loops: {len(worse)} worse, {len(better)} better")
    if options.update:
        table.write(options.table, [row for row in known if row.cpu not in cpus or row.network not in networks] + found)
    elif worse or better:
        print("where that is intended: scripts/inner_loops.sh --update, and commit the table")
    return 1 if worse and not options.update else 0


if __name__ == "__main__":
    sys.exit(main())
