"""Settings of the layers that a MobileNet has."""
from networks import Edit, base
from table import change, layers_of, renamed


def settings(network, what, layer, *, same=False, must="either", names=None, weights=None, **changed):
    change(network, f"{layer} {what}", Edit().set(layer, **changed), same=same, must=must, names=names, weights=weights)


# The input
settings("v1", "of another size", "input_layer", shape=(96, 64, 3), must="answer", weights="own")
settings("v1", "of four channels", "input_layer", shape=(64, 64, 4), names=["input_layer", "conv1"])
settings("v1", "gray", "input_layer", shape=(64, 64, 1), names=["input_layer", "conv1"])
settings("v1", "of one picture", "input_layer", batch_size=1, same=True, must="answer")
settings("v2", "of doubles", "input_layer", dtype="float64", same=True)
settings("v1", "renamed", "input_layer", name="pixels", same=True, must="answer")
change("v1", "an input of any size", Edit().set("input_layer", shape=(None, None, 3)), same=True, must="answer",
       resolution=True)

# Convolutions: the stem, a pointwise one, the classifier
settings("v1", "stride 1", "conv1", strides=(1, 1), must="answer")
settings("v1", "strides 2 and 1", "conv1", strides=(2, 1))
settings("v1", "stride 4", "conv1", strides=(4, 4), must="answer")
settings("v2", "stride 1", "Conv1", strides=(1, 1), must="answer")
settings("v1", "padding valid", "conv1", padding="valid")
settings("v2", "padding valid", "Conv1", padding="valid")
settings("v1", "with a bias", "conv1", use_bias=True, must="answer")
settings("v2", "with a bias", "Conv1", use_bias=True, must="answer")
settings("v1", "kernel 5x5", "conv1", kernel_size=(5, 5), must="answer")
settings("v1", "kernel 1x1", "conv1", kernel_size=(1, 1))
settings("v1", "kernel 3x1", "conv1", kernel_size=(3, 1))
settings("v1", "activation relu6", "conv1", activation="relu6")
settings("v2", "activation swish", "Conv1", activation="swish")
change("v1", "conv1 dilated, stride 1", Edit().set("conv1", strides=(1, 1), dilation_rate=(2, 2)))
settings("v1", "with a bias", "conv_pw_5", use_bias=True, must="answer")
settings("v1", "activation tanh", "conv_pw_5", activation="tanh")
settings("v1", "kernel 3x3", "conv_pw_5", kernel_size=(3, 3))
settings("v1", "stride 2", "conv_pw_5", strides=(2, 2))
settings("v1", "in two groups", "conv_pw_5", groups=2)
settings("v1", "dilated, which a 1x1 window does not feel", "conv_pw_5", dilation_rate=(2, 2), same=True)
settings("v1", "padding valid, which a 1x1 window does not feel", "conv_pw_5", padding="valid", same=True)
settings("v1", "of more filters", "conv_pw_5", filters=24)
settings("v1", "of fewer filters, at the end", "conv_pw_13", filters=40)
settings("v2", "with a bias", "block_5_expand", use_bias=True, must="answer")
settings("v2", "activation relu", "block_5_expand", activation="relu")
settings("v2", "of more filters", "block_16_project", filters=24)
settings("v2", "in two groups", "block_5_project", groups=2)
settings("v2", "with a bias", "block_5_project", use_bias=True, must="answer")
settings("v2", "activation relu6", "block_5_project", activation="relu6")
settings("v2", "with a bias", "Conv_1", use_bias=True, must="answer")
settings("v2", "of fewer filters", "Conv_1", filters=96)
settings("v2", "activation gelu", "Conv_1", activation="gelu")
settings("v1", "without a bias", "conv_preds", use_bias=False, must="answer")
settings("v1", "activation softmax before the softmax", "conv_preds", activation="softmax")
settings("v1", "activation relu", "conv_preds", activation="relu")
settings("v1", "regularised and constrained", "conv_pw_5", kernel_regularizer="l2", kernel_constraint="max_norm",
         activity_regularizer="l1", same=True, must="answer")
settings("v2", "with another initialiser", "block_5_expand", kernel_initializer="zeros", same=True, must="answer")

# Depthwise convolutions
settings("v1", "stride 2", "conv_dw_3", strides=(2, 2), must="answer")
settings("v1", "stride 2", "conv_dw_9", strides=(2, 2), must="answer")
settings("v1", "stride 1", "conv_dw_2", strides=(1, 1))
settings("v1", "padding same", "conv_dw_2", padding="same")
settings("v1", "padding valid", "conv_dw_3", padding="valid")
settings("v1", "dilated", "conv_dw_3", dilation_rate=(2, 2), must="answer")
settings("v1", "dilated", "conv_dw_9", dilation_rate=(2, 2))
settings("v1", "with a bias", "conv_dw_3", use_bias=True, must="answer")
settings("v1", "activation relu", "conv_dw_3", activation="relu")
settings("v1", "kernel 5x5", "conv_dw_3", kernel_size=(5, 5), must="answer")
settings("v1", "kernel 1x1", "conv_dw_3", kernel_size=(1, 1))
settings("v1", "kernel 3x5", "conv_dw_3", kernel_size=(3, 5), must="answer")
settings("v1", "of depth multiplier 2", "conv_dw_5", depth_multiplier=2)
settings("v2", "stride 2", "block_10_depthwise", strides=(2, 2), must="answer")
settings("v2", "stride 1", "block_6_depthwise", strides=(1, 1))
settings("v2", "dilated", "block_5_depthwise", dilation_rate=(2, 2), must="answer")
settings("v2", "dilated, in the last block", "block_16_depthwise", dilation_rate=(3, 3))
settings("v2", "with a bias", "block_5_depthwise", use_bias=True, must="answer")
settings("v2", "activation elu", "block_5_depthwise", activation="elu")
settings("v2", "kernel 5x5", "block_5_depthwise", kernel_size=(5, 5), must="answer")
settings("v2", "of depth multiplier 2", "block_16_depthwise", depth_multiplier=2)
settings("v2", "with a bias", "expanded_conv_depthwise", use_bias=True, must="answer")

# Batch norms
BATCH_NORMS = {n: layers_of(n, "BatchNormalization") for n in ("v1", "v2")}
settings("v1", "epsilon", "conv1_bn", epsilon=0.02, must="answer")
settings("v1", "epsilon", "conv_pw_5_bn", epsilon=0.02, must="answer")
settings("v2", "epsilon", "block_5_project_BN", epsilon=0.05, must="answer")
settings("v2", "epsilon", "Conv_1_bn", epsilon=0.02, must="answer")
for net, bns in BATCH_NORMS.items():
    change(net, "every epsilon 1e-5", Edit().set(*bns, epsilon=1e-5), must="answer")
    # Not every scale=False: with gammas of 1 Keras's own float32 is off by up to 0.11 from its float64.
    change(net, "every momentum, frozen", Edit().set(*bns, momentum=0.9, trainable=False), same=True, must="answer")
settings("v1", "scale=False", "conv_dw_5_bn", scale=False, must="answer")
settings("v1", "center=False", "conv_dw_5_bn", center=False, must="answer")
settings("v1", "scale=False, center=False", "conv_pw_5_bn", scale=False, center=False, must="answer")
settings("v2", "scale=False", "block_5_expand_BN", scale=False, must="answer")
settings("v2", "center=False", "block_5_project_BN", center=False, must="answer")
settings("v2", "scale=False, center=False", "bn_Conv1", scale=False, center=False, must="answer")
settings("v2", "axis=1, where height and channels are equal", "block_4_project_BN", axis=1)
settings("v1", "axis=1", "conv_pw_5_bn", axis=1)
settings("v1", "axis=3", "conv_pw_5_bn", axis=3, same=True, must="answer")
settings("v1", "synchronized", "conv_pw_5_bn", synchronized=True, same=True, must="answer")
settings("v1", "renorm", "conv_pw_5_bn", renorm=True, same=True)
settings("v1", "regularised", "conv_pw_5_bn", gamma_regularizer="l2", beta_constraint="non_neg", same=True, must="answer")

# ReLUs
RELUS = {n: layers_of(n, "ReLU") for n in ("v1", "v2")}
for net, relus in RELUS.items():
    change(net, "every ReLU without max_value", Edit().set(*relus, max_value=None), must="answer")
    change(net, "every ReLU with max_value 4", Edit().set(*relus, max_value=4.0), must="answer")
settings("v1", "without max_value", "conv1_relu", max_value=None, must="answer")
settings("v1", "without max_value", "conv_dw_5_relu", max_value=None, must="answer")
settings("v1", "without max_value", "conv_pw_13_relu", max_value=None, must="answer")
settings("v2", "without max_value", "Conv1_relu", max_value=None, must="answer")
settings("v2", "without max_value", "block_5_expand_relu", max_value=None, must="answer")
settings("v2", "without max_value", "block_5_depthwise_relu", max_value=None, must="answer")
settings("v2", "without max_value", "out_relu", max_value=None, must="answer")
settings("v1", "max_value 5", "conv_pw_5_relu", max_value=5.0)
settings("v2", "max_value 3", "out_relu", max_value=3.0)
settings("v1", "negative_slope", "conv_pw_5_relu", negative_slope=0.1)
settings("v2", "negative_slope", "block_5_expand_relu", negative_slope=0.1)
settings("v1", "threshold", "conv_pw_5_relu", threshold=1.0)
settings("v2", "threshold", "out_relu", threshold=1.0)

# Padding
for sides, must, same in [(((1, 1), (1, 1)), "answer", False), (((1, 0), (1, 0)), "answer", False),
                          (((0, 1), (1, 0)), "answer", False), (((0, 2), (0, 2)), "either", True),
                          (((2, 0), (2, 0)), "either", False), (((1, 2), (1, 2)), "either", False),
                          (((0, 0), (0, 0)), "either", False), (((3, 3), (3, 3)), "either", False)]:
    settings("v1", f"of {sides}", "conv_pad_2", padding=sides, must=must, same=same, names=["conv_pad_2", "conv_dw_2"])
for sides, must in [(((1, 1), (1, 1)), "answer"), (((1, 0), (1, 0)), "answer"), (((0, 0), (0, 0)), "either"),
                    (((0, 1), (2, 1)), "either")]:
    settings("v2", f"of {sides}", "block_3_pad", padding=sides, must=must, names=["block_3_pad", "block_3_depthwise"])
change("v1", "every padding ((1, 1), (1, 1))", Edit().set(*layers_of("v1", "ZeroPadding2D"), padding=((1, 1), (1, 1))),
       must="answer")

# The rest
settings("v1", "rate", "dropout", rate=0.9, same=True, must="answer")
settings("v1", "seed", "dropout", seed=7, same=True, must="answer")
settings("v1", "to (5, 1)", "reshape_2", target_shape=(5, 1), names=["reshape_2", "predictions"])
settings("v1", "to (1, 5)", "reshape_2", target_shape=(1, 5), same=True, names=["reshape_2", "predictions"])
for activation, must in [("linear", "answer"), ("sigmoid", "answer"), ("tanh", "either"), ("relu", "either"),
                         ("log_softmax", "either"), ("exponential", "either"), ("hard_sigmoid", "either")]:
    settings("v1", activation, "predictions", activation=activation, must=must)
    settings("v2", f"activation {activation}", "predictions", activation=activation, must=must)
settings("v2", "without a bias", "predictions", use_bias=False, must="answer")
settings("v2", "of seven units", "predictions", units=7, must="answer")
settings("v2", "keepdims=True", "global_average_pooling2d", keepdims=True, same=True,
         names=["global_average_pooling2d", "predictions"])
settings("v2", "regularised", "predictions", kernel_regularizer="l2", same=True, must="answer")

# Names and types
change("v1", "every layer renamed", renamed("v1", "layer"), same=True, must="answer", names=[])
change("v2", "every layer renamed", renamed("v2", "layer"), same=True, must="answer", names=[])
settings("v1", "dtype mixed_bfloat16", "conv_pw_5", dtype="mixed_bfloat16")
settings("v1", "dtype float64", "conv_pw_5", dtype="float64", same=True)


def channels_first(network):
    def f(k, model):
        k.backend.set_image_data_format("channels_first")
        try:
            shape = tuple(model.input.shape)[1:]
            return base(k, network, True, input_shape=(shape[2], *shape[:2]), name=model.name)
        finally:
            k.backend.set_image_data_format("channels_last")
    return f


for net in ("v1", "v2"):
    edit = Edit()
    edit.finish = channels_first(net)
    change(net, "channels_first", edit, must="refuse", answered=False, weights="unchanged", names=[])
