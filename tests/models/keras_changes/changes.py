"""The table: Keras models that differ from a network in one thing. One call of change() each.

Layers that are put in are called "added". What a row claims, make_changes.py holds against Keras:
  moved (default): Keras's answer differs by at least 1e-3 of its largest value; same: it does not differ at all.
  must="answer": refusing it is an error; must="refuse": answering is; otherwise both are right.
  names: a refusal names one of these layers; without it: those whose settings are changed, and "added".
  weights: what a .weights.h5 may give besides a refusal: "own", "unchanged", or other rows' names. Without it, from
  the tensors: "unchanged" where they are those of the unchanged network, "own" where they are not.
"""
from networks import NETWORKS, SKIP, Edit

CHANGES = []


def change(network, what, edit, *, same=False, must="either", names=None, weights=None, reload=True):
    if names is None:
        names = sorted(edit.settings) + (["added"] if edit.afters or edit.insteads or edit.front or edit.head else [])
    CHANGES.append(dict(network=network, what=what, edit=edit, same=same, must=must, names=names, weights=weights,
                        reload=reload))


def layer(kind, **settings):
    """f(k, x): a layer called "added" on x."""
    return lambda k, x: getattr(k.layers, kind)(**{"name": "added", **settings})(x)


for network in NETWORKS:
    change(network, "unchanged", Edit(), same=True, must="answer")

change("v1", "a ReLU without max_value", Edit().set("conv_dw_5_relu", max_value=None), must="answer")
change("v1", "a stem of stride 1", Edit().set("conv1", strides=(1, 1)), must="answer")
change("v1", "a swish after a block", Edit().after("conv_pw_5_relu", layer("Activation", activation="swish")))
change("v1", "another momentum", Edit().set("conv_pw_5_bn", momentum=0.5), same=True, must="answer")
change("v1", "dilation", Edit().set("conv_dw_5", dilation_rate=(2, 2)))
