"""What compare_engine.py and compare_libraries.py give to LiteRT and to us. Needs numpy; Pillow for pictures."""
import numpy as np


def random_inputs(engine, count, seed):
    """`count` lists of arrays: uniform, and every third of few values around the zero point, where less saturates."""
    draw = np.random.default_rng(seed)
    for k in range(count):
        inputs = []
        for detail in engine.get_input_details():
            shape, dtype = detail["shape"], detail["dtype"]
            if np.issubdtype(dtype, np.floating):
                inputs.append(draw.normal(0, 1 + k % 5, shape).astype(dtype))
                continue
            least, most = np.iinfo(dtype).min, np.iinfo(dtype).max
            numbers = draw.integers(least, most + 1, shape)
            if k % 3 == 2:
                zero = detail["quantization"][1]
                numbers = np.clip(zero + np.round(draw.normal(0, 12, shape)), least, most)
            inputs.append(numbers.astype(dtype))
        yield inputs


def picture_inputs(engine, paths, crops=0, seed=1):
    """Each picture whole, or `crops` parts of it."""
    draw = np.random.default_rng(seed)
    for path in paths:
        from PIL import Image
        picture, parts = Image.open(path).convert("RGB"), []
        for _ in range(crops):
            side = int(min(picture.size) * draw.uniform(0.4, 1))
            left, top = draw.integers(0, picture.size[0] - side + 1), draw.integers(0, picture.size[1] - side + 1)
            parts.append(picture.crop((left, top, left + side, top + side)))
        for part in parts or [picture]:
            yield [_pixels_of(part, engine.get_input_details()[0])]


def _pixels_of(picture, detail):
    from PIL import Image
    _, height, width, channels = detail["shape"]
    pixels = np.asarray(picture.resize((width, height), Image.BILINEAR)).astype(np.int32)
    if channels == 1:
        pixels = pixels.mean(axis=2, keepdims=True).astype(np.int32)
    if np.issubdtype(detail["dtype"], np.floating):
        pixels = pixels / 127.5 - 1
    elif np.iinfo(detail["dtype"]).min < 0:
        pixels = pixels - 128
    return pixels[None].astype(detail["dtype"])
