"""The networks that are changed, and how: each function gives a model of Keras 3 (keras) or Keras 2 (tf_keras).

An Edit says what is done differently:
  set(LAYER, setting=value ...)   a setting of a layer
  after(LAYER, f)                 f(k, x) takes the layer's output on
  instead(LAYER, f)               f(k, *inputs) stands in the layer's place; SKIP leaves it out
  source(LAYER, OTHER ...)        the layer takes these layers' outputs
  front / body / head             layers before and after a base, where it is one layer of a model (see nested())
"""
import functools

import keras
import tf_keras


def SKIP(k, x, *more):
    return x


class Edit:
    def __init__(self):
        self.settings, self.afters, self.insteads, self.sources = {}, {}, {}, {}
        self.names = {}  # new name -> old name, whose values the layer keeps
        self.front = self.head = None
        self.options = {}  # of the network's function
        self.finish = None  # f(k, model) -> model, at the end

    def set(self, *layers, **settings):
        for layer in layers:
            self.settings.setdefault(layer, {}).update(settings)
        return self

    def after(self, layer, f):
        self.afters[layer] = f
        return self

    def instead(self, layer, f):
        self.insteads[layer] = f
        return self

    def source(self, layer, *others):
        self.sources[layer] = others
        return self

    def used(self):
        return set(self.settings) | set(self.afters) | set(self.insteads) | set(self.sources)


def _as_list(x):
    return list(x) if isinstance(x, (list, tuple)) else [x]


def rebuild(k, model, edit):
    """The functional model again, layer by layer, with the edit's changes and the same names."""
    tensors, outputs_of, inputs = {}, {}, []
    unknown = edit.used() - {layer.name for layer in model.layers}
    if unknown:
        raise ValueError(f"no layers {unknown} in {[layer.name for layer in model.layers]}")
    for layer in model.layers:
        settings = edit.settings.get(layer.name, {})
        if isinstance(layer, k.layers.InputLayer):
            shape = tuple(layer.output.shape)[1:]
            x = k.Input(**{"shape": shape, "name": layer.name, **settings})
            inputs.append(x)
        else:
            arguments = [tensors[id(t)] for t in _as_list(layer.input)]
            if layer.name in edit.sources:
                arguments = [outputs_of[name] for name in edit.sources[layer.name]]
            if layer.name in edit.insteads:
                x = edit.insteads[layer.name](k, *arguments)
            else:
                unknown = set(settings) - set(layer.get_config())
                if unknown:
                    raise ValueError(f"{layer.name} has no settings {unknown}")
                x = type(layer).from_config({**layer.get_config(), **settings})(
                    arguments if isinstance(layer.input, (list, tuple)) else arguments[0])
        if layer.name in edit.afters:
            x = edit.afters[layer.name](k, x)
        tensors[id(layer.output)] = outputs_of[layer.name] = x
    outputs = [tensors[id(t)] for t in _as_list(model.output)]
    return k.Model(inputs if len(inputs) > 1 else inputs[0], outputs if len(outputs) > 1 else outputs[0], name=model.name)


@functools.cache
def base(k, net, top, **options):
    """Made once: rebuild() copies it."""
    k.backend.clear_session()  # so that automatic names start anew
    if net == "v1":
        settings = dict(input_shape=(64, 64, 3), alpha=0.0625, weights=None, include_top=top)
        make = k.applications.MobileNet
    else:
        settings = dict(input_shape=(64, 96, 3), alpha=0.1, weights=None, include_top=top)
        make = k.applications.MobileNetV2
    if top:
        settings["classes"] = 5
    return make(**{**settings, **options})


def whole(net, k=keras):
    """The network of keras.applications with its own classifier."""
    return lambda edit: rebuild(k, base(k, net, True, **edit.options), edit)


def default_head(k):
    return [k.layers.GlobalAveragePooling2D(name="pool"), k.layers.Dropout(0.2, name="dropout"),
            k.layers.Dense(5, activation="softmax", name="classes")]


def nested(net, form, k=keras):
    """A base as one layer of a model, as in transfer learning.

    form: sequential, functional (base(x, training=False)), or flat (layers on the base's output: no nesting).
    edit.front(k), edit.head(k): lists of layers in place of none and of default_head(k).
    """
    def make(edit):
        options = {**edit.options}
        outer = options.pop("outer_shape", None)  # of the model's input, where that is not the base's
        inner = rebuild(k, base(k, net, False, **options), edit)
        front = edit.front(k) if edit.front else []
        head = (edit.head or default_head)(k)
        shape = outer or tuple(inner.input.shape)[1:]
        if form == "sequential":
            return k.Sequential([k.Input(shape, name="picture"), *front, inner, *head], name="classifier")
        if form == "flat":
            x = inner.output
            for layer in head:
                x = layer(x)
            return k.Model(inner.input, x, name="classifier")
        x = picture = k.Input(shape, name="picture")
        for layer in front:
            x = layer(x)
        x = inner(x, training=False)
        for layer in head:
            x = layer(x)
        return k.Model(picture, x, name="classifier")
    return make


NETWORKS = {
    "v1": whole("v1"),
    "v2": whole("v2"),
    "sequential_v1": nested("v1", "sequential"),
    "sequential_v2": nested("v2", "sequential"),
    "functional_v1": nested("v1", "functional"),
    "functional_v2": nested("v2", "functional"),
    "flat_v2": nested("v2", "flat"),
    "keras2_v1": whole("v1", tf_keras),
    "keras2_v2": whole("v2", tf_keras),
    "keras2_sequential_v2": nested("v2", "sequential", tf_keras),
    "keras2_functional_v1": nested("v1", "functional", tf_keras),
}


def library(network):
    return tf_keras if network.startswith("keras2_") else keras


def template(network):
    """What rebuild() copies: the part that keras.applications makes."""
    return base(library(network), "v1" if network.endswith("v1") else "v2", network.split("_")[-1] == network or
                network.startswith("keras2_v"))
