#!/usr/bin/env bash
# frame_race.sh: the kernel that makes an image of a frame beside cv2.resize with conversion, on one thread: 1280x720 RGB and
# NV12 to 224x224 floats. Needs `cmake --build build --target frame_times`; exits with 77 where there is no OpenCV.
set -euo pipefail
cd "$(dirname "$0")/.."
exec "${PYTHON:-python3}" tests/frames/race.py build/frame_times "$@"
