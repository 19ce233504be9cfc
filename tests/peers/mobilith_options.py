"""mobilith.h's mobilith_options for ctypes. Needs the standard library alone."""
from __future__ import annotations

import ctypes

LARGE_PAGES = "MOBILITH_RACE_LARGE_PAGES"  # of the environment: what Options.large_pages is


class Options(ctypes.Structure):
    _fields_ = [("threads", ctypes.c_int32), ("memory", ctypes.c_void_p), ("memory_bytes", ctypes.c_size_t),
                ("parallel_for", ctypes.c_void_p), ("parallel_for_context", ctypes.c_void_p),
                ("profile", ctypes.c_void_p), ("profile_context", ctypes.c_void_p),
                ("weights_file", ctypes.c_char_p), ("weights", ctypes.c_void_p), ("weights_bytes", ctypes.c_size_t),
                ("struct_bytes", ctypes.c_size_t), ("large_pages", ctypes.c_int32), ("reserved", ctypes.c_int32)]
