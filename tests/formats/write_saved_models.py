"""Writes small SavedModels as their libraries do, and what TensorFlow computes of them: tests/data/saved_models/.

    python tests/formats/write_saved_models.py tests/data/saved_models

The models are in one zip file, because most of a SavedModel is text of Python. It needs TensorFlow 2.21, Keras 3 and tf_keras (Keras 2). Weights are random, from a seed; the answers are those of
the model that was saved, not of one that was loaded again."""

import json
import os
import pathlib
import sys
import tempfile
import zipfile

os.environ.update(CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0")

import keras
import numpy as np
import tensorflow as tf
import tf_keras

v1 = tf.compat.v1
SIZE = 32


def image():
    """What numbers.h makes, too."""
    at = np.arange(SIZE * SIZE * 3)
    return ((at * 37 + 11) % 101 / np.float32(25) - np.float32(2)).astype("float32").reshape(1, SIZE, SIZE, 3)


def layers_of(library):
    """A stem, a separable block, an inverted residual, a head."""
    layers = library.layers
    inputs = x = layers.Input((SIZE, SIZE, 3))

    def norm_and_relu(x):
        return layers.ReLU(6.0)(layers.BatchNormalization()(x))

    x = norm_and_relu(layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(x))
    x = norm_and_relu(layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x))
    x = before = norm_and_relu(layers.Conv2D(12, 1, use_bias=False)(x))
    x = norm_and_relu(layers.Conv2D(24, 1, use_bias=False)(x))
    x = norm_and_relu(layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x))
    x = layers.BatchNormalization()(layers.Conv2D(12, 1, use_bias=False)(x))
    x = layers.GlobalAveragePooling2D()(layers.Add()([before, x]))
    return library.Model(inputs, layers.Dense(5, activation="softmax")(layers.Dropout(0.2)(x)))


def randomise(model, seed=0):
    random = np.random.RandomState(seed)
    for weight in model.weights:
        low = 0.5 if "variance" in weight.name or "gamma" in weight.name else -0.5
        weight.assign(random.uniform(low, low + 1, weight.shape).astype("float32"))
    return model


def keras_3(path, write):
    model = randomise(layers_of(keras))
    write(model, path)
    return model(image(), training=False).numpy()


def keras_3_export(path):
    return keras_3(path, lambda model, path: model.export(path, verbose=False))


def keras_3_save(path):
    return keras_3(path, tf.saved_model.save)


def keras_2_trained(path):
    """With an optimiser's slots beside the weights."""
    model = layers_of(tf_keras)
    model.compile(optimizer="adam", loss="mse")
    model.fit(image(), np.zeros((1, 5), "float32"), verbose=0)
    randomise(model).save(path)
    return model(image(), training=False).numpy()


def functions(path):
    """Functions that call functions, a signature among several, a variable that the others do not read."""

    class Model(tf.Module):
        def __init__(self):
            random = np.random.RandomState(1)
            new = lambda *shape: tf.Variable(random.uniform(-0.5, 0.5, shape).astype("float32"))
            self.stem, self.kernel, self.point, self.dense, self.bias = (
                new(3, 3, 3, 8), new(3, 3, 8, 1), new(1, 1, 8, 12), new(12, 5), new(5))
            self.runs, self.factor = tf.Variable(0), tf.Variable(1.0)

        @tf.function
        def separable(self, x):
            x = tf.nn.relu6(tf.nn.depthwise_conv2d(x, self.kernel, [1, 2, 2, 1], "SAME"))
            return tf.nn.relu6(tf.nn.conv2d(x, self.point, 1, "SAME"))

        @tf.function
        def features(self, x):
            return self.separable(tf.nn.relu6(tf.nn.conv2d(x, self.stem, 2, "SAME")))

        @tf.function(input_signature=[tf.TensorSpec([None, SIZE, SIZE, 3])])
        def scores(self, x):
            return {"scores": tf.matmul(tf.reduce_mean(self.features(x), [1, 2]), self.dense) + self.bias}

        @tf.function(input_signature=[tf.TensorSpec([None, SIZE, SIZE, 3])])
        def counted(self, x):
            self.runs.assign_add(1)
            return self.scores(x)

        @tf.function(input_signature=[tf.TensorSpec([None, SIZE, SIZE, 3])])
        def growing(self, x):
            self.factor.assign_add(1.0)
            return {"scores": self.scores(x)["scores"] * self.factor}

    model = Model()
    signatures = {"serving_default": model.scores, "counted": model.counted, "growing": model.growing}
    tf.saved_model.save(model, path, signatures)
    return model.scores(tf.constant(image()))["scores"].numpy()


def tensorflow_1(path, resources, write):
    with tf.Graph().as_default(), v1.Session() as session:
        new = lambda name, *shape: v1.get_variable(
            name, shape, initializer=v1.random_uniform_initializer(-0.5, 0.5, seed=len(name)), use_resource=resources)
        x = images = v1.placeholder(tf.float32, [None, SIZE, SIZE, 3], name="input")
        for i, (stride, inputs, outputs) in enumerate([(2, 3, 8), (1, 8, 12)]):
            if i:
                x = tf.nn.depthwise_conv2d(x, new(f"depthwise_{i}", 3, 3, inputs, 1), [1, 1, 1, 1], "SAME")
                x = tf.nn.relu6(x + new(f"depthwise_bias_{i}", inputs))
                inputs = 8
            x = tf.nn.conv2d(x, new(f"conv_{i}", *([1, 1] if i else [3, 3]), inputs, outputs), stride, "SAME")
            mean, variance = new(f"mean_{i}", outputs), new(f"variance_{i}", outputs) + 1
            offset, scale = new(f"offset_{i}", outputs), new(f"scale_{i}", outputs) + 1
            x = v1.nn.fused_batch_norm(x, scale, offset, mean, variance, 1e-3, is_training=False)[0]
            x = tf.nn.relu6(x)
        x = tf.reduce_mean(x, [1, 2], keepdims=True)
        x = tf.nn.bias_add(tf.nn.conv2d(x, new("logits", 1, 1, 12, 5), 1, "SAME"), new("biases", 5))
        scores = tf.nn.softmax(tf.squeeze(x, [1, 2]), name="scores")
        session.run(v1.global_variables_initializer())
        write(session, path, images, scores)
        return session.run(scores, {images: image()})


def tensorflow_1_simple(path):
    write = lambda session, path, x, y: v1.saved_model.simple_save(session, path, {"image": x}, {"scores": y})
    return tensorflow_1(path, False, write)


def tensorflow_1_builder(path):
    """Two graphs, an initialiser, variables by other names, values that are TensorFlow's own left out."""

    def write(session, path, x, y):
        signature = v1.saved_model.predict_signature_def({"image": x}, {"scores": y})
        saver = v1.train.Saver({"other/" + variable.op.name: variable for variable in v1.global_variables()}, sharded=True)
        builder = v1.saved_model.Builder(path)
        builder.add_meta_graph_and_variables(session, ["serve"], {"predict": signature}, saver=saver,
                                             strip_default_attrs=True, main_op=v1.tables_initializer())
        builder.add_meta_graph(["train"], {"predict": signature})
        builder.save()

    return tensorflow_1(path, True, write)


def main(folder):
    os.makedirs(folder, exist_ok=True)
    answers = {}
    with tempfile.TemporaryDirectory() as models:
        for write in keras_3_export, keras_3_save, keras_2_trained, functions, tensorflow_1_simple, tensorflow_1_builder:
            answer = write(os.path.join(models, write.__name__))
            answers[write.__name__] = [float(f"{number:.8g}") for number in answer.flatten()]
        with zipfile.ZipFile(os.path.join(folder, "saved_models.zip"), "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
            for path in sorted(pathlib.Path(models).rglob("*")):
                name = str(path.relative_to(models))
                if path.name == "saved_model.pb" or path.parent.name == "variables":
                    file.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    with open(os.path.join(folder, "answers.json"), "w") as file:
        rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(answer)}" for name, answer in answers.items())
        file.write("{\n" + rows + "\n}\n")


main(sys.argv[1])
