"""Writes tests/data/state_dicts: small files as PyTorch and safetensors make them, with values by formula.

Usage: python write_fixtures.py OUT_DIR      (made with torch 1.12.1, safetensors 0.8.0; lightning.ckpt with torch 2.15.0, pytorch-lightning 2.6.6; CPU)
Number i of tensor k is ((i % 17) - 8) / 8 + k: every type has it exactly. expected() in fixtures.h is the same.
"""
import collections
import pathlib
import shutil
import sys

import numpy
import pytorch_lightning
import torch
import safetensors.numpy


def numbers(k, *shape, type=torch.float32):
    count = int(numpy.prod(shape)) if shape else 1
    return torch.tensor([((i % 17) - 8) / 8 + k for i in range(count)], dtype=torch.float64).reshape(shape).to(type)


def tensors():
    shared = numbers(5, 6, 4)
    return collections.OrderedDict([
        ("plain", numbers(0, 2, 3, 1, 1)),
        ("half", numbers(1, 5, type=torch.float16)),
        ("brain", numbers(2, 5, type=torch.bfloat16)),
        ("double", numbers(3, 5, type=torch.float64)),
        ("whole", torch.tensor(7)),
        ("parameter", torch.nn.Parameter(numbers(4, 3))),
        ("shared", shared),
        ("transposed", shared.t()),
        ("part", shared[1:6:2, 1:3]),
        ("repeated", shared[2, 3].expand(2, 2)),
        ("empty", torch.zeros(0, 3)),
    ])


def model():
    made = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 1), torch.nn.BatchNorm2d(2))
    made.load_state_dict({name: numbers(k, *value.shape, type=value.dtype) for k, (name, value) in enumerate(made.state_dict().items())})
    return made


class Module(pytorch_lightning.LightningModule):
    def __init__(self, rate=0.1, options=None):
        super().__init__()
        self.save_hyperparameters()
        self.model = model()

    def training_step(self, batch, _):
        loss = self.model(batch).mean()
        self.log("loss", loss)
        return loss

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=self.hparams.rate, momentum=0.9)


def save_lightning(path):
    module = Module(options={"depth": 2})
    best = pytorch_lightning.callbacks.ModelCheckpoint(dirpath="/tmp/lightning", monitor="loss")
    trainer = pytorch_lightning.Trainer(max_epochs=1, callbacks=[best], logger=False, accelerator="cpu", enable_progress_bar=False)
    trainer.fit(module, torch.utils.data.DataLoader(torch.ones(4, 3, 2, 2), batch_size=2))
    module.model.load_state_dict(model().state_dict())
    trainer.save_checkpoint(path)
    shutil.rmtree("/tmp/lightning")


def main(out):
    old = {"_use_new_zipfile_serialization": False}
    torch.save(tensors(), out / "zip.pth")
    torch.save(tensors(), out / "old.pth", **old)
    torch.save(tensors(), out / "protocol_4.pth", pickle_protocol=4)
    torch.save(tensors(), out / "old_protocol_4.pth", pickle_protocol=4, **old)
    parallel = torch.nn.DataParallel(model())
    sgd = torch.optim.SGD(parallel.parameters(), lr=0.1, momentum=0.9)
    parallel(torch.ones(1, 3, 2, 2)).sum().backward()
    sgd.step()
    parallel.module.load_state_dict(model().state_dict())
    for name, options in (("training.pth", {}), ("old_training.pth", old)):
        torch.save({"epoch": 3, "arch": "two layers", "state_dict": parallel.state_dict(), "optimizer": sgd.state_dict()}, out / name, **options)
    save_lightning(out / "lightning.ckpt")
    torch.save(model(), out / "whole_model.pt")
    torch.jit.script(torch.nn.Linear(2, 2)).save(str(out / "script.pt"))
    torch.save({"state_dict": model().state_dict(), "mean": [0.5]}, out / "mean.pth")
    plain = {name: value.detach().contiguous().numpy() for name, value in tensors().items() if name != "brain"}
    safetensors.numpy.save_file(plain, str(out / "plain.safetensors"), metadata={"format": "pt"})


main(pathlib.Path(sys.argv[1]))
