"""race.py FRAME_TIMES [HEIGHT WIDTH SIDE]: times of frames beside OpenCV's, both the best of many runs on one thread, in turns."""
import subprocess
import sys
import time

try:
    import cv2
    import numpy as np
except ImportError:
    print("skipped: no OpenCV (pip install opencv-python-headless)")
    sys.exit(77)

height, width, side = (int(word) for word in sys.argv[2:5]) if len(sys.argv) > 4 else (720, 1280, 224)
cv2.setNumThreads(1)
numbers = np.random.default_rng(1)
rgb = numbers.integers(0, 256, (height, width, 3), dtype=np.uint8)
nv12 = numbers.integers(0, 256, (height * 3 // 2, width), dtype=np.uint8)
image = np.empty((side, side, 3), np.float32)


def floats(picture):
    small = cv2.resize(picture, (side, side))
    cv2.addWeighted(small, 1 / 127.5, small, 0, -1, image, cv2.CV_32F)


calls = {"rgb8": lambda: floats(rgb), "nv12": lambda: floats(cv2.cvtColor(nv12, cv2.COLOR_YUV2RGB_NV12))}


def best(call, runs=200):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1e6 * min(times)


for name, call in calls.items():
    ours, theirs = [], []
    for _ in range(3):
        out = subprocess.run([sys.argv[1], str(height), str(width), str(side), name], check=True, capture_output=True, text=True).stdout
        ours.append(min(float(line.split()[2]) for line in out.splitlines() if line.split()[1] == "bilinear"))
        theirs.append(best(call))
    print(f"{name} {height}x{width} to {side}: {min(ours):.1f} us, OpenCV {cv2.__version__} {min(theirs):.1f} us, {min(theirs) / min(ours):.2f} times")
