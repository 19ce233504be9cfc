"""PARAM BIN INPUT SIDE: one inference by ncnn, whose wheel has no C interface. Prints what first_result.h's report() does.

Counts from before ncnn's library is loaded: Python's own start, and its memory by then, are not ncnn's.
"""
import json
import sys
import time

import numpy as np


def clock() -> int:
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)


def peak_bytes() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))


def infer(param: str, weights: str, entry: str, side: int) -> np.ndarray:
    import ncnn

    net = ncnn.Net()
    net.opt.num_threads = 1
    for option in ("use_vulkan_compute", "use_fp16_packed", "use_fp16_storage", "use_fp16_arithmetic", "use_bf16_packed",
                   "use_bf16_storage"):
        setattr(net.opt, option, False)
    if net.load_param(param) or net.load_model(weights):
        sys.exit("ncnn: the model does not load")
    values = np.fromfile(entry, np.float32).reshape(3, side, side)
    extractor = net.create_extractor()
    extractor.input("input", ncnn.Mat(values))
    return np.array(extractor.extract("logits")[1])


before = peak_bytes()
begin = clock()
logits = infer(*sys.argv[1:4], int(sys.argv[4]))
end = clock()
peak = peak_bytes() - before
with open("/proc/self/maps") as maps:
    mapped = [line[line.index("/"):].rstrip("\n") for line in maps if "/" in line]
print(json.dumps({"begin_ns": begin, "ns": end, "argmax": int(np.argmax(logits)), "peak_bytes": peak, "mapped": mapped}))
