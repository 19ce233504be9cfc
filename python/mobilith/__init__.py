"""Mobilith from Python: generate a library of a model, load it, run it, compare it with the model.

    import mobilith

    tree = mobilith.generate(model, "my_tree")         # a Keras model, a PyTorch module, or a model file's path
    with mobilith.load(tree) as session:
        probabilities = session(image)                 # arrays of the ports' types and shapes
    mobilith.verify(tree, model, images)               # prints how far the two are apart

docs/manual/python.md has the rest. NumPy is all that this needs; frameworks are imported where a model of theirs is given.
"""
from ._errors import ArrayError, CommandError, MobilithError
from ._generate import generate
from ._library import Library, Port, Tree
from ._pictures import read_picture
from ._session import Session, load
from ._verify import Difference, Verification, verify

__all__ = ["ArrayError", "CommandError", "Difference", "Library", "MobilithError", "Port", "Session", "Tree", "Verification", "generate",
           "load", "read_picture", "verify"]
