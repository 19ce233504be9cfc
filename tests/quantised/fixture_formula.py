"""The inputs of fixtures; files.cpp has them, too."""
import numpy as np


def formula(count, dtype):
    """Bytes that look random; floats from -8 to 8, many of them halves of a sixteenth."""
    state, values = 12345, []
    for _ in range(count):
        state = (state * 1103515245 + 12345) & 0x7fffffff
        values.append(state >> 16 & 255)
    values = np.array(values, np.int64)
    if dtype == np.float32:
        return ((values - 128) / 16).astype(np.float32)
    return (values + (np.iinfo(dtype).min if dtype == np.int8 else 0)).astype(dtype)
