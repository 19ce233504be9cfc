"""compare_onnxruntime.py MODEL... [--tool QUANTISED_ANSWERS] [--mobilith PROGRAM] [--random N] [--default]: ONNX Runtime's outputs of
quantised ONNX files beside those of quantised_answers, and of libraries that the program generates and cc links, element for element, for N
random inputs. Ends with 1 where anything differs. Operations of s8 between DequantizeLinear and QuantizeLinear are fused, as ONNX Runtime
does on ARM; with --default the session is as on x86, where it computes some of them in floats.
Needs onnxruntime 1.32.0, numpy. Its answers are the defined ones on CPUs with VNNI: without, sums of u8 and s8 saturate."""
import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnxruntime

RUNNER = r"""
#include <stdio.h>
#include <stdlib.h>
#include "net.h"
int main(void) {
  mobilith_session* session;
  if (mobilith_session_create(&net, NULL, &session) != MOBILITH_OK) return 1;
  char *in = malloc(NET_INPUT_BYTES), *out = malloc(NET_OUTPUT_BYTES);
  while (fread(in, NET_INPUT_BYTES, 1, stdin) == 1) {
    if (mobilith_run(session, in, NET_INPUT_BYTES, out, NET_OUTPUT_BYTES) != MOBILITH_OK) return 1;
    fwrite(out, NET_OUTPUT_BYTES, 1, stdout);
  }
  return 0;
}
"""
TYPES = {"tensor(float)": np.float32, "tensor(uint8)": np.uint8, "tensor(int8)": np.int8}


def engine_of(model, default):
    options = onnxruntime.SessionOptions()
    options.log_severity_level, options.intra_op_num_threads = 4, 1
    if not default:
        options.add_session_config_entry("session.qdqisint8allowed", "1")
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def random_inputs(engine, count):
    draw = np.random.default_rng(1)
    detail = engine.get_inputs()[0]
    dtype = TYPES[detail.type]
    for k in range(count):
        if dtype == np.float32:
            yield draw.normal(0, 0.2 + 0.3 * (k % 5), detail.shape).astype(dtype)
        else:
            yield draw.integers(np.iinfo(dtype).min, np.iinfo(dtype).max + 1, detail.shape).astype(dtype)


def interpreter_answers(tool, model, inputs):
    sent = b"".join(x.tobytes() for x in inputs)
    return subprocess.run([tool, model, "onnx"], input=sent, stdout=subprocess.PIPE, check=True).stdout


def library_answers(program, model, inputs, folder):
    """Of a library, whose image has channels last."""
    tree = pathlib.Path(folder) / "tree"
    subprocess.run([program, "generate", "--weights", model, "--name", "net", "--out", str(tree)], check=True, capture_output=True)
    (pathlib.Path(folder) / "run.c").write_text(RUNNER)
    subprocess.run(["cc", "run.c", "-Itree/include", "tree/lib/libnet.a", "tree/lib/libmobilith_runtime.a", "-lpthread", "-lm", "-o", "run"],
                   cwd=folder, check=True)
    sent = b"".join(np.ascontiguousarray(x.transpose(0, 2, 3, 1)).tobytes() for x in inputs)
    return subprocess.run([str(pathlib.Path(folder) / "run")], input=sent, stdout=subprocess.PIPE, check=True).stdout


def compare(model, options):
    """Lines for the model; whether all is equal."""
    engine = engine_of(model, options.default)
    inputs = list(random_inputs(engine, options.random))
    expected = np.concatenate([answer.ravel() for x in inputs for answer in engine.run(None, {engine.get_inputs()[0].name: x})])
    equal = True
    with tempfile.TemporaryDirectory() as folder:
        ways = [("interpreter", lambda: interpreter_answers(options.tool, model, inputs))] if options.tool else []
        if options.mobilith:
            ways.append(("library", lambda: library_answers(options.mobilith, model, inputs, folder)))
        for name, answers in ways:
            try:
                found = np.frombuffer(answers(), expected.dtype)
            except subprocess.CalledProcessError as error:
                print(f"{pathlib.Path(model).stem:40} {name}: {(error.stderr or b'').decode().strip() or 'failed'}", flush=True)
                equal = False
                continue
            wrong = int((found != expected).sum()) if found.size == expected.size else expected.size
            print(f"{pathlib.Path(model).stem:40} {name:11} {len(inputs)} inputs, {expected.size} elements, {len(np.unique(expected))} values: "
                  f"{'equal' if not wrong else f'{wrong} differ'}", flush=True)
            equal &= wrong == 0
    return equal


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+")
    parser.add_argument("--tool")
    parser.add_argument("--mobilith")
    parser.add_argument("--random", type=int, default=20)
    parser.add_argument("--default", action="store_true")
    options = parser.parse_args()
    return 0 if all([compare(model, options) for model in options.models]) else 1


sys.exit(main())
