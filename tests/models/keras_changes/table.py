"""change() adds a row to the table of changes_*.py: a Keras model that differs from a network in one thing.

Layers that are put in are called "added". What a row claims, make_changes.py holds against Keras:
  moved (default): Keras's answer differs by at least 1e-3 of its largest value; same: it does not differ at all.
  must="answer": refusing it is an error; must="refuse": answering is; otherwise both are right.
  names: a refusal names one of these layers; without it: those whose settings are changed, and "added".
  weights: what tensors alone may give besides a refusal: "own", "unchanged", or other rows' names. Without it, from
  the tensors: "unchanged" where they are those of the unchanged network, "own" where they are not.
  resolution: the input's size is given as an option, because the file does not say it.
  answered: whether Keras can compute it on a CPU.
  reload: whether Keras must load what it saved and answer the same.
"""
from networks import NETWORKS, Edit, template

CHANGES = []


def change(network, what, edit, *, same=False, must="either", names=None, weights=None, reload=True, resolution=False,
           answered=True):
    if names is None:
        put_in = edit.afters or edit.insteads or edit.front or edit.head
        names = [*edit.settings, *(["added"] if put_in else [])]
    CHANGES.append(dict(network=network, what=what, edit=edit, same=same, must=must, names=names, weights=weights,
                        reload=reload, resolution=resolution, answered=answered))


def layer(kind, **settings):
    """f(k, x): a layer called "added" on x."""
    return lambda k, x: getattr(k.layers, kind)(**{"name": "added", **settings})(x)


def merged(kind, **settings):
    """f(k, *inputs): a layer called "added" on two inputs, or on one twice."""
    return lambda k, *x: getattr(k.layers, kind)(**{"name": "added", **settings})(list(x) if len(x) > 1 else [*x, *x])


def squeeze_and_excite(k, x):
    channels = x.shape[-1]
    s = k.layers.GlobalAveragePooling2D(keepdims=True, name="added")(x)
    s = k.layers.Dense(4, activation="relu", name="added_reduce")(s)
    return k.layers.Multiply(name="added_scale")([x, k.layers.Dense(channels, activation="sigmoid", name="added_gates")(s)])


def renamed(network, prefix):
    """An edit that gives every layer of the keras.applications part another name."""
    edit = Edit()
    for i, l in enumerate(template(network).layers):
        new = f"{prefix}_{i}"
        edit.set(l.name, name=new)
        edit.names[new] = l.name
    return edit


def layers_of(network, kind):
    return [l.name for l in template(network).layers if type(l).__name__ == kind]


for network in NETWORKS:
    change(network, "unchanged", Edit(), same=True, must="answer")
