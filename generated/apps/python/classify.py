#!/usr/bin/env python3
"""Classifies pictures from Python, through ctypes and NumPy.

    mobilith generate --weights my_model.keras --name my_net --out tree
    cc -O2 -shared -fPIC network.c -Itree/include tree/lib/libmy_net.a tree/lib/libmobilith_runtime.a -lpthread -o libmy_net.so
    pip install -r requirements.txt
    python3 classify.py libmy_net.so photo.jpg picture.npy

A .npy file holds the network's input itself: float32 (y, x, RGB), each x / 127.5 - 1.
"""

import ctypes
import sys

import numpy as np


class Info(ctypes.Structure):  # mobilith_model_info in mobilith.h
    _fields_ = [("name", ctypes.c_char_p), ("network", ctypes.c_char_p), ("cpu", ctypes.c_char_p), ("alpha", ctypes.c_double),
                ("depth_multiplier", ctypes.c_int32), ("input_height", ctypes.c_int32), ("input_width", ctypes.c_int32),
                ("input_channels", ctypes.c_int32), ("classes", ctypes.c_int32), ("input_bytes", ctypes.c_size_t),
                ("output_bytes", ctypes.c_size_t), ("weights_bytes", ctypes.c_size_t), ("arena_bytes", ctypes.c_size_t)]


class Network:
    """One session of the network in a shared object. Call it from one thread at a time (ctypes gives up the
    interpreter's lock meanwhile, so threads with a Network each run side by side)."""

    def __init__(self, path):
        self._library = library = ctypes.CDLL(path)
        library.network_info.restype = ctypes.POINTER(Info)
        library.network_message.restype = ctypes.c_char_p
        library.network_close.argtypes = [ctypes.c_void_p]
        library.network_run.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t]
        self._session = ctypes.c_void_p()
        self.info = library.network_info().contents
        self._require(library.network_open(ctypes.byref(self._session)))

    def __call__(self, pixels):
        """pixels: (height, width, 3), x / 127.5 - 1. Returns float32 (classes)."""
        pixels = np.ascontiguousarray(pixels, np.float32)
        output = np.empty(self.info.classes, np.float32)
        self._require(self._library.network_run(self._session, pixels.ctypes.data, pixels.nbytes, output.ctypes.data, output.nbytes))
        return output

    def close(self):
        self._library.network_close(self._session)
        self._session = ctypes.c_void_p()

    def _require(self, status):
        if status != 0:
            raise RuntimeError(self._library.network_message(status).decode())


def read_picture(path, height, width):
    if path.endswith(".npy"):
        return np.load(path)
    from PIL import Image

    with Image.open(path) as picture:
        rgb = picture.convert("RGB").resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(rgb, np.float32) / 127.5 - 1


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: classify.py LIBRARY.so PICTURE...")
    network = Network(sys.argv[1])
    for path in sys.argv[2:]:
        output = network(read_picture(path, network.info.input_height, network.info.input_width))
        print(path)
        for number in np.argsort(-output, kind="stable")[:5]:
            print(f"  {number:4d}  {output[number]:.7f}")
    network.close()


if __name__ == "__main__":
    main()
