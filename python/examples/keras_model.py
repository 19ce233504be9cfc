"""From a Keras model to a tree that is tested. Each `# %%` begins a cell, for editors that run cells; as a whole it is a program.

    pip install mobilith keras tensorflow-cpu
    python keras_model.py
"""
# %% The model: yours, or keras.models.load_model("my_model.keras"). weights="imagenet" downloads trained ones.
import keras
import numpy as np

import mobilith

keras.utils.set_random_seed(1)
model = keras.applications.MobileNet(input_shape=(96, 96, 3), alpha=0.25, weights=None, classes=10)

# %% Images as the model reads them: yours here, (n, y, x, channel).
images = np.random.default_rng(1).uniform(-1, 1, (8, 96, 96, 3)).astype(np.float32)

# %% What training would have left behind: without statistics an untrained model gives all images the same.
for layer in model.layers:
    if isinstance(layer, keras.layers.BatchNormalization):
        layer.momentum = 0.0
model(images, training=True)

# %% The library, for this machine's CPU. It is checked against a reference in double before anything is written.
tree = mobilith.generate(model, "keras_tree", name="keras_net")
print(tree.facts["library"], tree.facts["library_bytes"], "bytes, for", *tree.facts["cpus"])

# %% A session: what it takes, what it gives.
with mobilith.load(tree) as session:
    print(session, session.inputs[0].name, session.inputs[0].dtype, session.inputs[0].shape)
    probabilities = session(images[0])
    print("class", int(probabilities.argmax()), "with", float(probabilities.max()))

# %% Beside Keras itself, on all images.
found = mobilith.verify(tree, model, images)
assert found.within(1e-4), "the library is not what the model computes"
