#!/usr/bin/env python3
"""Classifies pictures from Python.

    mobilith generate --weights my_model.keras --name my_net --out tree
    pip install -r requirements.txt
    python3 classify.py tree photo.jpg picture.npy

The wheel of Mobilith brings the module. A .npy file holds the network's input itself: (y, x, RGB), of the type and shape that
the library takes; of floats each x / 127.5 - 1, or what the model was trained with.
"""

import sys

import mobilith
import numpy as np


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: classify.py TREE PICTURE...")
    with mobilith.load(sys.argv[1]) as session:
        labels = session.library.labels
        for path in sys.argv[2:]:
            image = np.load(path) if path.endswith(".npy") else mobilith.read_picture(path, session.library)
            output = session(image)
            print(path)
            for number in np.argsort(-output.astype(float), kind="stable")[:5]:
                print(f"  {number:4d}  {output[number]:.7f}" + (f"  {labels[number]}" if labels else ""))


if __name__ == "__main__":
    try:
        main()
    except (mobilith.MobilithError, OSError) as error:
        sys.exit(f"classify.py: {error}")
