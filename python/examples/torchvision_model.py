"""From a torchvision model to a tree that is tested. Each `# %%` begins a cell, for editors that run cells; as a whole it is a program.

    pip install mobilith torch torchvision
    python torchvision_model.py
"""
# %% The model: yours. weights="DEFAULT" downloads trained ones.
import numpy as np
import torch
import torchvision

import mobilith

torch.manual_seed(1)
model = torchvision.models.mobilenet_v2(width_mult=0.35, num_classes=10).eval()

# %% The library. The state dict does not say what its network computes, so generate() runs the module beside a library of it first.
# A state dict has no image size either: resolution says it.
tree = mobilith.generate(model, "torch_tree", name="torch_net", resolution=96)

# %% Images as the model reads them, but with the channels last: (n, y, x, channel). torchvision's own weights want (pixel - mean) / std.
mean, std = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)
pixels = np.random.default_rng(1).uniform(0, 1, (8, 96, 96, 3)).astype(np.float32)
images = (pixels - mean) / std

# %% A session.
with mobilith.load(tree) as session:
    logits = session(images[0])
    print(session, "class", int(logits.argmax()))

# %% Beside PyTorch itself, on all images.
found = mobilith.verify(tree, model, images)
assert found.within(1e-4), "the library is not what the model computes"
