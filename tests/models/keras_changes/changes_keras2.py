"""The same in Keras 2 (tf_keras), whose configurations and files look different."""
from changes_heads import compiled, dense, drop, finish, head, made, pool
from networks import SKIP, Edit
from table import change, layer, layers_of, merged, renamed

V1, V2, NESTED_V2, NESTED_V1 = "keras2_v1", "keras2_v2", "keras2_sequential_v2", "keras2_functional_v1"
settings = lambda network, what, name, must="either", same=False, **s: change(
    network, f"{name} {what}", Edit().set(name, **s), must=must, same=same)

settings(V1, "without max_value", "conv_dw_5_relu", "answer", max_value=None)
settings(V1, "with max_value 4", "conv_dw_5_relu", max_value=4.0)
settings(V1, "negative_slope", "conv_dw_5_relu", negative_slope=0.1)
settings(V1, "threshold", "conv_dw_5_relu", threshold=1.0)
settings(V1, "stride 1", "conv1", "answer", strides=(1, 1))
settings(V1, "with a bias", "conv_dw_3", "answer", use_bias=True)
settings(V1, "dilated", "conv_dw_3", dilation_rate=(2, 2))
settings(V1, "activation swish", "conv_pw_5", activation="swish")
settings(V1, "momentum", "conv_pw_5_bn", "answer", same=True, momentum=0.5)
settings(V1, "epsilon", "conv_pw_5_bn", "answer", epsilon=0.02)
settings(V1, "scale=False", "conv_pw_5_bn", "answer", scale=False)
settings(V1, "center=False", "conv_pw_5_bn", "answer", center=False)
settings(V1, "activation linear", "predictions", "answer", activation="linear")
settings(V1, "activation sigmoid", "predictions", "answer", activation="sigmoid")
settings(V2, "stride 2", "block_10_depthwise", "answer", strides=(2, 2))
settings(V2, "activation relu", "block_5_expand", activation="relu")
settings(V2, "scale=False", "block_5_project_BN", "answer", scale=False)
settings(V2, "activation sigmoid", "predictions", "answer", activation="sigmoid")
settings(V2, "without a bias", "predictions", "answer", use_bias=False)
change(V1, "every padding ((1, 1), (1, 1))", Edit().set(*layers_of(V1, "ZeroPadding2D"), padding=((1, 1), (1, 1))), must="answer")
change(V2, "every epsilon 1e-5", Edit().set(*layers_of(V2, "BatchNormalization"), epsilon=1e-5), must="answer")
change(V1, "every layer renamed", renamed(V1, "layer"), same=True, must="answer", names=[])
change(NESTED_V2, "layers of the base renamed", renamed(NESTED_V2, "inner"), same=True, must="answer", names=[])


def padded_stem(stem, sides):
    """As keras.applications was until 2020: a layer of zeros, then a stem without padding."""
    return lambda k, x: k.layers.Conv2D(8 if stem == "Conv1" else 2, 3, strides=2, use_bias=False, name=stem)(
        k.layers.ZeroPadding2D(sides, name=f"{stem}_pad")(x))


for net, stem in [(V1, "conv1"), (V2, "Conv1")]:
    change(net, "a padded stem as in early Keras", Edit().instead(stem, padded_stem(stem, ((0, 1), (0, 1)))), same=True,
           must="answer", names=[])
    change(net, "a stem padded on all sides", Edit().instead(stem, padded_stem(stem, ((1, 1), (1, 1)))), must="answer", names=[])

change(V1, "Rescaling on the input", Edit().after("input_1", layer("Rescaling", scale=0.5, offset=0.1)))
change(V1, "preprocess_input's operations on the input", Edit().after("input_1", lambda k, x: x / 127.5 - 1.0), names=[])
change(V1, "BatchNormalization on the input", Edit().after("input_1", layer("BatchNormalization")))
change(V1, "swish after conv_pw_5_relu", Edit().after("conv_pw_5_relu", layer("Activation", activation="swish")))
change(V1, "nothing instead of conv_pw_5_relu", Edit().instead("conv_pw_5_relu", SKIP), names=[])
change(V2, "nothing instead of block_5_add", Edit().instead("block_5_add", lambda k, *x: x[-1]), names=[])
change(V2, "Multiply instead of block_5_add", Edit().instead("block_5_add", merged("Multiply")))
change(V2, "block_5_add of an earlier tensor", Edit().source("block_5_add", "block_3_project_BN", "block_5_project_BN"),
       names=["block_5_add"])
finish(V1, "compiled with Adam", compiled(lambda k: k.optimizers.Adam()), same=True, must="answer")
for net in (NESTED_V1, NESTED_V2):
    head(net, "logits", pool, drop, dense(activation=None), must="answer", names=["classes"])
    head(net, "one sigmoid", pool, drop, dense(1, "sigmoid"), must="answer", names=["classes"],
         weights=["one sigmoid", "one linear unit"])
    head(net, "one linear unit", pool, drop, dense(1, None), must="answer", names=["classes"],
         weights=["one sigmoid", "one linear unit"])
    head(net, "a hidden Dense", pool, made("Dense", 8, activation="relu", name="added"), dense())
    head(net, "BatchNormalization before Dense", pool, made("BatchNormalization", name="added"), dense())
    head(net, "softmax twice", pool, drop, dense(), made("Softmax", name="added"))
    head(net, "a softmax layer of its own", pool, drop, dense(activation=None), made("Softmax", name="added"), same=True,
         must="answer")
