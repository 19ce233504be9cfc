#!/usr/bin/env python3
"""Writes tests/data/frames/: a real picture as frames of several formats, and what OpenCV, Pillow and Keras make of it.

Versions that wrote what is there: opencv-python-headless 5.0.0.93, Pillow 13.0.0, Keras 3.15.1 with
TensorFlow 2.21.0 (tensorflow-cpu), scikit-image 0.26.0, whose picture of Eileen Collins (NASA, public domain) this is.

    python3 tests/frames/make_fixtures.py
"""
import pathlib

import cv2
import keras
import numpy as np
import PIL.Image
import skimage.data

out = pathlib.Path(__file__).resolve().parent.parent / "data" / "frames"
picture = np.ascontiguousarray(skimage.data.astronaut()[40:138, 150:282])  # 98 rows of 132
region = (31, 17, 53, 41)  # x, y, width, height; of regions
height, width = 40, 56


def save(name, array):
    np.save(out / f"{name}.npy", np.ascontiguousarray(array))


def cut(image):
    x, y, w, h = region
    return np.ascontiguousarray(image[y : y + h, x : x + w])


def opencv(image, rows=height, columns=width):
    return cv2.resize(image, (columns, rows), interpolation=cv2.INTER_LINEAR)


def pillow(image, rows=height, columns=width):
    return np.asarray(PIL.Image.fromarray(image).resize((columns, rows), PIL.Image.Resampling.BILINEAR))


def keras_resized(image, antialias=False, **how):
    layer = keras.layers.Resizing(height, width, interpolation="bilinear", antialias=antialias, **how)
    return np.asarray(layer(image[None].astype(np.float32)))[0].astype(np.float32)


def letterboxed(image):
    """The whole picture in the middle of black."""
    scale = min(height / image.shape[0], width / image.shape[1])
    rows, columns = (int(np.ceil(side * scale - 1e-9)) for side in image.shape[:2])
    made = np.zeros((height, width, 3), np.uint8)
    y, x = (height - rows) // 2, (width - columns) // 2
    made[y : y + rows, x : x + columns] = opencv(image, rows, columns)
    return made


def nv12(image):
    """OpenCV writes planes of U and V, each for itself."""
    h, w = image.shape[:2]
    planes = cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420)
    luma, u, v = planes[:h], planes[h:].reshape(2, -1)[0], planes[h:].reshape(2, -1)[1]
    return np.concatenate([luma.reshape(-1), np.stack([u, v], -1).reshape(-1)]).reshape(h * 3 // 2, w)


def yuyv(image):
    frame = nv12(image)
    h, w = image.shape[:2]
    chroma = np.repeat(frame[h:], 2, axis=0)
    return np.stack([frame[:h], chroma], -1).reshape(h, 2 * w)


def main():
    out.mkdir(parents=True, exist_ok=True)
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    frames = {"rgb8": picture, "bgr8": picture[..., ::-1], "gray8": gray, "nv12": nv12(picture), "yuyv": yuyv(picture)}
    for name, frame in frames.items():
        save(name, frame)
    colours = {
        "rgb8": picture,
        "nv12": cv2.cvtColor(frames["nv12"], cv2.COLOR_YUV2RGB_NV12),
        "yuyv": cv2.cvtColor(frames["yuyv"].reshape(98, 132, 2), cv2.COLOR_YUV2RGB_YUYV),
    }
    for name, image in colours.items():
        save(f"{name}.opencv.bilinear.stretch", opencv(image))
        save(f"{name}.opencv.bilinear.stretch.region", opencv(cut(image)))
        save(f"{name}.pillow.antialiased.stretch", pillow(image))
    save("gray8.opencv.bilinear.stretch", np.repeat(opencv(gray)[..., None], 3, axis=-1))
    save("rgb8.opencv.bilinear.letterbox", letterboxed(picture))
    save("rgb8.pillow.antialiased.stretch.region", pillow(cut(picture)))
    save("rgb8.keras.bilinear.stretch", keras_resized(picture))
    save("rgb8.keras.bilinear.crop", keras_resized(picture, crop_to_aspect_ratio=True))
    save("rgb8.keras.antialiased.crop", keras_resized(picture, antialias=True, crop_to_aspect_ratio=True))


if __name__ == "__main__":
    main()
