"""Writes layers.zip: small models of Keras 3 and Keras 2, a few layers each, as Keras serialises them, and Keras's answers.

Usage: python make_layers.py [--only WORD]   (with ../keras_changes/requirements.txt; two minutes)
The file has the form of ../keras_changes/changes.zip: a network for each model, and a row without changes.
"""
import argparse
import json
import pathlib
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "keras_changes"))
import make_changes  # noqa: E402  (says what TensorFlow is told)
import keras  # noqa: E402
import numpy as np  # noqa: E402
import tf_keras  # noqa: E402

CASES = {}
BOTH, THREE, TWO = (3, 2), (3,), (2,)


def case(versions=BOTH, shape=(7, 6, 3)):
    def register(make):
        CASES[make.__name__] = (make, versions, shape)
        return make
    return register


def chain(name, layers, versions=BOTH, shape=(7, 6, 3)):
    def make(k, x):
        for layer in layers(k.layers):
            x = layer(x)
        return x
    CASES[name] = (make, versions, shape)


chain("conv", lambda L: [L.Conv2D(5, 3, strides=2, padding="same", name="c")])
chain("conv_valid_dilated", lambda L: [L.Conv2D(5, (3, 2), dilation_rate=(2, 1), use_bias=False, activation="relu6", name="c")])
chain("conv_rectangle", lambda L: [L.Conv2D(4, (2, 3), strides=(2, 1), padding="same", activation="relu", name="c")])
chain("conv_groups", lambda L: [L.Conv2D(4, 1, name="a"), L.Conv2D(8, 3, groups=2, name="c")])
chain("conv_groups_of_one", lambda L: [L.Conv2D(6, 3, groups=3, padding="same", name="c")])
chain("depthwise", lambda L: [L.DepthwiseConv2D(3, strides=2, padding="same", activation="sigmoid", name="d")])
chain("depthwise_multiplier", lambda L: [L.DepthwiseConv2D((3, 2), depth_multiplier=2, use_bias=False, name="d")])
chain("separable", lambda L: [L.SeparableConv2D(5, 3, depth_multiplier=2, padding="same", activation="relu", name="s")])
chain("separable_without_bias", lambda L: [L.SeparableConv2D(4, 2, strides=2, use_bias=False, name="s")])
chain("dense_of_image", lambda L: [L.Dense(4, activation="softmax", name="d")])
chain("dense_of_vector", lambda L: [L.Flatten(), L.Dense(5, use_bias=False, name="a"), L.Dense(3, activation="sigmoid", name="b")])
chain("norm", lambda L: [L.BatchNormalization(epsilon=1e-2, name="n")])
chain("norm_plain", lambda L: [L.BatchNormalization(center=False, scale=False, name="n")])
chain("norm_of_rows", lambda L: [L.BatchNormalization(axis=1, name="n")])
chain("norm_of_columns", lambda L: [L.BatchNormalization(axis=2, scale=False, name="n")])
chain("norm_of_vector", lambda L: [L.GlobalAveragePooling2D(), L.BatchNormalization(center=False, name="n"), L.Dense(3, name="d")])
chain("conv_norm", lambda L: [L.Conv2D(4, 3, name="c"), L.BatchNormalization(name="n"), L.ReLU(6.0)])
chain("relu_bounds", lambda L: [L.ReLU(max_value=0.25)])
chain("softmax_of_rows", lambda L: [L.Softmax(axis=1)])
chain("pads", lambda L: [L.ZeroPadding2D(((1, 2), (0, 3))), L.ZeroPadding2D(1), L.ZeroPadding2D((2, 0))])
chain("average_pool", lambda L: [L.AveragePooling2D(3, strides=2, padding="same")])
chain("average_pool_valid", lambda L: [L.AveragePooling2D((2, 3))])
chain("maximum_pool", lambda L: [L.MaxPooling2D(3, strides=1, padding="same"), L.MaxPooling2D(2)])
chain("global_average", lambda L: [L.GlobalAveragePooling2D()])
chain("global_average_kept", lambda L: [L.GlobalAveragePooling2D(keepdims=True)])
chain("global_maximum", lambda L: [L.GlobalMaxPooling2D()])
chain("global_maximum_kept", lambda L: [L.GlobalMaxPooling2D(keepdims=True)])
chain("channels_first", lambda L: [L.ZeroPadding2D(1, data_format="channels_first"), L.BatchNormalization(axis=1, name="n"),
                                   L.Flatten(data_format="channels_first"), L.Dense(4, name="d")], shape=(3, 6, 5))
chain("channels_first_average", lambda L: [L.GlobalAveragePooling2D(data_format="channels_first")], shape=(3, 6, 5))
chain("channels_first_maximum", lambda L: [L.GlobalMaxPooling2D(data_format="channels_first", keepdims=True)], shape=(3, 6, 5))
chain("reshape", lambda L: [L.Reshape((-1, 9)), L.Permute((2, 1)), L.Flatten()])
chain("nothing", lambda L: [L.Dropout(0.5), L.SpatialDropout2D(0.5), L.GaussianNoise(0.5), L.GaussianDropout(0.5),
                            L.Activation("linear"), L.Rescaling(2.0)])
chain("rescaling", lambda L: [L.Rescaling(1 / 127.5, offset=-1)])
chain("rescaling_of_channels", lambda L: [L.Rescaling([0.5, 2.0, 3.0], offset=[-1.0, 0.0, 1.0])])
chain("normalization_in_settings", lambda L: [L.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 4.0, 0.25])])
chain("normalization_of_all", lambda L: [L.Normalization(mean=0.5, variance=2.0)])
chain("normalization_adapted", lambda L: [L.Normalization(name="n")])
chain("unit_norm", lambda L: [L.UnitNormalization(axis=-1)])
chain("unit_norm_of_rows", lambda L: [L.UnitNormalization(axis=1)])
for function in ("relu", "relu6", "sigmoid", "swish", "hard_sigmoid", "softmax"):
    chain("activation_" + function, lambda L, f=function: [L.Rescaling(8.0), L.Activation(f)])
for function in ("silu", "hard_swish", "hard_silu", "hard_tanh"):
    chain("activation_" + function, lambda L, f=function: [L.Rescaling(8.0), L.Activation(f)], THREE)
chain("in_layers", lambda L: [L.Conv2D(4, 1, activation="hard_sigmoid", name="a"), L.Dense(3, activation="swish", name="b")])


@case()
def merges(k, x):
    L = k.layers
    a, b = L.Rescaling(2.0)(x), L.Rescaling(-1.0, 0.5)(x)
    y = L.Concatenate()([L.Add()([a, b, x]), L.Multiply()([a, b]), L.Average()([a, b, x]), L.Subtract()([a, b])])
    return L.Concatenate(axis=1)([y, L.Concatenate(axis=-1)([L.Maximum()([a, b]), L.Minimum()([a, b]), x, x])])


@case()
def gate(k, x):
    L = k.layers
    g = L.GlobalAveragePooling2D(keepdims=True)(x)
    g = L.Conv2D(2, 1, activation="relu", name="reduce")(g)
    g = L.ReLU(6.0)(L.Conv2D(3, 1, name="expand")(g) + 3.0) * (1.0 / 6.0)
    return L.Multiply()([x, g])


@case()
def arithmetic(k, x):
    y = x / 127.5 - 1.0
    y = 1.0 - y
    y = y * x + 2
    return (y - x) * 0.5


@case(TWO)
def functions_of_tensorflow(k, x):
    import tensorflow as tf
    x = k.layers.Rescaling(8.0)(x)
    return k.layers.Concatenate()([tf.nn.relu(x), tf.nn.relu6(x), tf.sigmoid(x), tf.math.multiply(x, 3.0), tf.nn.softmax(x)])


@case(THREE)
def functions_of_keras(k, x):
    x = k.layers.Rescaling(8.0)(x)
    o = k.ops
    return k.layers.Concatenate()([o.relu(x), o.relu6(x), o.sigmoid(x), o.hard_sigmoid(x), o.maximum(x, 1.0), o.minimum(1.0, x)])


@case()
def shared_layer(k, x):
    L = k.layers
    conv, norm, relu = L.Conv2D(3, 3, padding="same", name="c"), L.BatchNormalization(name="n"), L.ReLU(6.0)
    for _ in range(3):
        x = relu(norm(conv(x)))
    return x


@case()
def shared_model(k, x):
    L = k.layers
    inner = k.Sequential([k.Input((7, 6, 3)), L.Conv2D(3, 3, padding="same", name="c"), L.BatchNormalization(name="n")], name="inner")
    i = k.Input((7, 6, 3))
    outer = k.Model(i, L.Add()([inner(i), i]), name="outer")
    return L.Concatenate()([outer(L.Rescaling(2.0)(x)), outer(x)])


@case()
def nested_twice(k, x):
    L = k.layers
    i = k.Input((7, 6, 3))
    inner = k.Model(i, L.DepthwiseConv2D(3, name="d")(i), name="inner")
    j = k.Input((7, 6, 3))
    middle = k.Model(j, L.Conv2D(4, 1, name="c")(inner(j)), name="middle")
    return k.Sequential([middle, L.GlobalAveragePooling2D(), L.Dense(2, name="classes")], name="outer")(x)


@case()
def several_outputs(k, x):
    L = k.layers
    i = k.Input((7, 6, 3))
    inner = k.Model(i, [L.Conv2D(2, 1, name="a")(i), L.Conv2D(3, 1, name="b")(i)], name="inner")
    a, b = inner(x)
    return [b, L.GlobalMaxPooling2D()(a), a]


@case(shape=(32, 32, 3))
def transfer(k, x):
    L = k.layers
    base = k.applications.MobileNetV2(weights=None, include_top=False, input_shape=(32, 32, 3), alpha=0.35)
    y = k.Sequential([L.RandomFlip("horizontal"), L.RandomRotation(0.2)], name="augmentation")(x)
    y = k.applications.mobilenet_v2.preprocess_input(y)
    y = base(y, training=False)
    return L.Dense(3, name="classes")(L.Dropout(0.2)(L.GlobalAveragePooling2D()(y)))


@case()
def outputs_by_name(k, x):
    L = k.layers
    return {"second": L.GlobalMaxPooling2D(name="b")(x), "first": L.GlobalAveragePooling2D(name="a")(x)}


def mobilenet_v3(k, x, **options):
    # Its logits: a softmax of these weights is all ones and zeros.
    return k.applications.MobileNetV3Small(weights=None, input_shape=(33, 33, 3), classes=4, alpha=0.35,
                                           classifier_activation=None, **options)


def mobilenet_v3_minimalistic(k, x):
    return mobilenet_v3(k, x, minimalistic=True)


for whole in (mobilenet_v3, mobilenet_v3_minimalistic):
    CASES[whole.__name__] = (whole, BOTH, (33, 33, 3))


def build(k, make, shape):
    x = k.Input(shape, name="image")
    made = make(k, x)
    return made if isinstance(made, k.Model) else k.Model(x, made, name="model")


def answers_of(model):
    """Outputs that have names are in the order of the names."""
    outputs = model(make_changes.formula.model_input(make_changes.input_shapes(model)[0]), training=False)
    if not isinstance(outputs, dict):
        return make_changes.answers(model)
    return [np.asarray(outputs[name], dtype=np.float64).reshape(-1) for name in sorted(outputs)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    networks, rows, rules = {}, [], {}
    for name, (make, versions, shape) in CASES.items():
        if options.only not in name:
            continue
        for version in versions:
            k = keras if version == 3 else tf_keras
            k.backend.clear_session()
            model = build(k, make, shape)
            keys, own_rules = make_changes.fill(model, {})
            rules.update({rule: list(span) for rule, span in own_rules.items()})
            answers = answers_of(model)
            if any(set(a) <= {0.0, 1.0} for a in answers):
                raise ValueError(f"{name}: an answer that says nothing")
            with tempfile.TemporaryDirectory() as folder:
                make_changes.save(k, model, pathlib.Path(folder))
                document = make_changes.saved.read_saved(pathlib.Path(folder), keys)
            document.pop("legacy_weights", None)
            network = f"keras{version}_{name}"
            networks[network] = document
            rows.append({"network": network, "what": "unchanged", "must": "answer", "names": [], "resolution": False, "weights": [],
                         "inputs": make_changes.input_shapes(model), "answers": [[float(f"{v:.8g}") for v in a] for a in answers],
                         "patch": []})
            print(network, [len(a) for a in answers], flush=True)
    if options.only:
        return
    with zipfile.ZipFile(HERE / "layers.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for member, value in (("networks.json", networks), ("rules.json", rules), ("changes.json", rows)):
            archive.writestr(zipfile.ZipInfo(member), json.dumps(value, separators=(",", ":")), zipfile.ZIP_DEFLATED)


main()
