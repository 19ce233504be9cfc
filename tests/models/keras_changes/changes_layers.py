"""Layers put in, taken out, replaced, and connected in other ways."""
from networks import SKIP, Edit
from table import change, layer, merged, squeeze_and_excite


def in_front(network, what, f, *, same=False, must="either", **more):
    change(network, f"{what} on the input", Edit().after("input_layer", f), same=same, must=must, **more)


def after(network, where, what, f, *, same=False, must="either", **more):
    change(network, f"{what} after {where}", Edit().after(where, f), same=same, must=must, **more)


def instead(network, where, what, f, *, same=False, must="either", **more):
    change(network, f"{what} instead of {where}", Edit().instead(where, f), same=same, must=must, **more)


# On the input
in_front("v1", "Rescaling", layer("Rescaling", scale=0.5, offset=0.1))
in_front("v2", "Rescaling", layer("Rescaling", scale=1 / 127.5, offset=-1.0))
in_front("v1", "Rescaling by 1", layer("Rescaling", scale=1.0), same=True)
in_front("v1", "Normalization, settings", layer("Normalization", mean=[0.1, 0.2, 0.3], variance=[0.5, 0.6, 0.7]))
in_front("v2", "Normalization, adapted", layer("Normalization"))
in_front("v1", "ReLU", layer("ReLU"))
in_front("v2", "ReLU6", layer("ReLU", max_value=6.0))
in_front("v1", "BatchNormalization", layer("BatchNormalization"))
in_front("v2", "BatchNormalization", layer("BatchNormalization"))
in_front("v1", "LayerNormalization", layer("LayerNormalization"))
in_front("v1", "ZeroPadding2D", layer("ZeroPadding2D", padding=((1, 1), (1, 1))))
in_front("v2", "ZeroPadding2D", layer("ZeroPadding2D", padding=((16, 16), (0, 0))))
in_front("v1", "Cropping2D", layer("Cropping2D", cropping=((2, 2), (2, 2))))
in_front("v1", "RandomCrop", layer("RandomCrop", height=48, width=48), same=True)
in_front("v1", "CenterCrop", layer("CenterCrop", height=48, width=48))
in_front("v2", "Resizing", layer("Resizing", height=64, width=64))
in_front("v1", "Resizing to the same size", layer("Resizing", height=64, width=64), same=True)
in_front("v1", "Conv2D 1x1", layer("Conv2D", filters=3, kernel_size=1))
in_front("v2", "Conv2D 3x3", layer("Conv2D", filters=3, kernel_size=3, padding="same"))
in_front("v1", "DepthwiseConv2D", layer("DepthwiseConv2D", kernel_size=3, padding="same"))
in_front("v1", "AveragePooling2D", layer("AveragePooling2D", pool_size=2))
in_front("v1", "MaxPooling2D of the same size", layer("MaxPooling2D", pool_size=3, strides=1, padding="same"))
in_front("v1", "UpSampling2D", layer("UpSampling2D", size=2))
in_front("v1", "Permute of height and width", layer("Permute", dims=(2, 1, 3)))
in_front("v1", "Activation tanh", layer("Activation", activation="tanh"))
in_front("v1", "an operation x * 2", lambda k, x: x * 2.0, names=[])
in_front("v1", "preprocess_input's operations", lambda k, x: x / 127.5 - 1.0, names=[])
in_front("v1", "blue, green, red by an operation", lambda k, x: x[..., ::-1], names=[])
in_front("v1", "RandomFlip", layer("RandomFlip"), same=True, must="answer")
in_front("v2", "RandomRotation", layer("RandomRotation", factor=0.2), same=True, must="answer")
in_front("v1", "RandomZoom", layer("RandomZoom", height_factor=0.2), same=True, must="answer")
in_front("v1", "RandomTranslation", layer("RandomTranslation", height_factor=0.2, width_factor=0.2), same=True, must="answer")
in_front("v1", "RandomContrast", layer("RandomContrast", factor=0.2), same=True, must="answer")
in_front("v1", "RandomBrightness", layer("RandomBrightness", factor=0.2, value_range=(-1.0, 1.0)), same=True, must="answer")
in_front("v1", "GaussianNoise", layer("GaussianNoise", stddev=0.1), same=True, must="answer")

# Inside
for net, where in [("v1", "conv_pw_5_relu"), ("v2", "block_5_add")]:
    after(net, where, "Activation swish", layer("Activation", activation="swish"))
    after(net, where, "BatchNormalization", layer("BatchNormalization"))
    after(net, where, "squeeze and excite", squeeze_and_excite)
    after(net, where, "MaxPooling2D", layer("MaxPooling2D", pool_size=2))
    after(net, where, "MaxPooling2D of the same size", layer("MaxPooling2D", pool_size=3, strides=1, padding="same"))
    after(net, where, "AveragePooling2D of the same size", layer("AveragePooling2D", pool_size=3, strides=1, padding="same"))
    after(net, where, "Add to itself", merged("Add"))
    after(net, where, "Multiply with itself", merged("Multiply"))
    after(net, where, "Concatenate with itself", merged("Concatenate"))
    after(net, where, "Conv2D 1x1", lambda k, x: k.layers.Conv2D(x.shape[-1], 1, name="added")(x))
    after(net, where, "DepthwiseConv2D", layer("DepthwiseConv2D", kernel_size=3, padding="same"))
    after(net, where, "SpatialDropout2D", layer("SpatialDropout2D", rate=0.5), same=True, must="answer")
    after(net, where, "Dropout", layer("Dropout", rate=0.5), same=True, must="answer")
after("v1", "conv_pw_5_relu", "GaussianDropout", layer("GaussianDropout", rate=0.5), same=True, must="answer")
after("v1", "conv_pw_5_relu", "ActivityRegularization", layer("ActivityRegularization", l2=0.1), same=True, must="answer")
after("v1", "conv_pw_5_relu", "Activation linear", layer("Activation", activation="linear"), same=True)
after("v1", "conv_pw_5_relu", "Identity", layer("Identity"), same=True)
after("v1", "conv_pw_5_relu", "the same ReLU6 again", layer("ReLU", max_value=6.0), same=True)
after("v1", "conv_pw_5_relu", "Average with itself", merged("Average"), same=True)
after("v1", "conv_pw_5_relu", "Maximum with itself", merged("Maximum"), same=True)
after("v1", "conv_pw_5_relu", "UpSampling2D", layer("UpSampling2D"))
after("v1", "conv_pw_5_relu", "GroupNormalization", layer("GroupNormalization", groups=4))
after("v1", "conv_pw_5_relu", "LayerNormalization", layer("LayerNormalization"))
after("v1", "conv_pw_5_relu", "UnitNormalization", layer("UnitNormalization"))
after("v1", "conv_pw_5_relu", "Rescaling", layer("Rescaling", scale=0.5))
after("v1", "conv_pw_5_relu", "Permute of height and width", layer("Permute", dims=(2, 1, 3)))
after("v1", "conv_pw_5_relu", "ZeroPadding2D", layer("ZeroPadding2D", padding=1))
after("v1", "conv_pw_5_relu", "an operation x + 1", lambda k, x: x + 1.0, names=[])
after("v1", "conv_pw_5", "ReLU before the batch norm", layer("ReLU", max_value=6.0))
after("v1", "conv_dw_5_bn", "a second BatchNormalization", layer("BatchNormalization"))
after("v2", "block_5_add", "LeakyReLU", layer("LeakyReLU", negative_slope=0.2))
after("v2", "block_5_project_BN", "ReLU6", layer("ReLU", max_value=6.0))
after("v2", "block_16_project_BN", "ReLU", layer("ReLU"))
after("v2", "block_5_expand", "BatchNormalization before the batch norm", layer("BatchNormalization"))

# Around the pooling
after("v1", "conv_pw_13_relu", "MaxPooling2D", layer("MaxPooling2D", pool_size=2))
after("v2", "out_relu", "BatchNormalization", layer("BatchNormalization"))
after("v2", "out_relu", "Conv2D 3x3", lambda k, x: k.layers.Conv2D(x.shape[-1], 3, padding="same", name="added")(x))
after("v1", "global_average_pooling2d", "ReLU", layer("ReLU"), same=True)
after("v1", "global_average_pooling2d", "BatchNormalization", layer("BatchNormalization"))
after("v1", "dropout", "LayerNormalization", layer("LayerNormalization"))
after("v1", "conv_preds", "ReLU", layer("ReLU"))
after("v1", "conv_preds", "BatchNormalization", layer("BatchNormalization"))
after("v1", "conv_preds", "Softmax", layer("Softmax"))
after("v1", "reshape_2", "Rescaling of the logits", layer("Rescaling", scale=2.0))
after("v1", "predictions", "a second softmax", layer("Softmax"))
after("v1", "predictions", "Rescaling", layer("Rescaling", scale=100.0))
after("v2", "predictions", "a Dense layer", layer("Dense", units=5))
after("v2", "predictions", "a second softmax", layer("Activation", activation="softmax"))
after("v2", "predictions", "Dropout", layer("Dropout", rate=0.5), same=True)
after("v2", "global_average_pooling2d", "a linear Dense layer", layer("Dense", units=16))
after("v2", "global_average_pooling2d", "UnitNormalization", layer("UnitNormalization"))
after("v2", "global_average_pooling2d", "an operation x * 0.5", lambda k, x: x * 0.5, names=[])

# Taken out
for where in ("conv1_relu", "conv_pw_5_relu", "conv_dw_5_relu", "conv_pw_13_relu"):
    instead("v1", where, "nothing", SKIP, names=[])
for where in ("Conv1_relu", "block_5_expand_relu", "block_5_depthwise_relu", "out_relu", "block_5_add"):
    instead("v2", where, "nothing", lambda k, *x: x[-1], names=[])
for net, where in [("v1", "conv1_bn"), ("v1", "conv_pw_5_bn"), ("v1", "conv_dw_5_bn"), ("v2", "block_5_project_BN"),
                   ("v2", "Conv_1_bn")]:
    instead(net, where, "nothing", SKIP, names=[])
instead("v1", "conv_pad_2", "nothing", SKIP, names=[])
instead("v1", "dropout", "nothing", SKIP, same=True, must="answer")
instead("v1", "predictions", "nothing", SKIP, names=[], must="answer")
change("v1", "without block 9", Edit().instead("conv_dw_9", SKIP).instead("conv_dw_9_bn", SKIP).instead("conv_dw_9_relu", SKIP)
       .instead("conv_pw_9", SKIP).instead("conv_pw_9_bn", SKIP).instead("conv_pw_9_relu", SKIP), names=[])
change("v1", "without the pointwise half of block 9", Edit().instead("conv_pw_9", SKIP).instead("conv_pw_9_bn", SKIP)
       .instead("conv_pw_9_relu", SKIP), names=[])
change("v2", "without the expansion of block 5", Edit().instead("block_5_expand", SKIP).instead("block_5_expand_BN", SKIP)
       .instead("block_5_expand_relu", SKIP), names=[])

# In the place of another
for activation, must in [("relu", "answer"), ("relu6", "answer"), ("swish", "either"), ("hard_swish", "answer"), ("gelu", "either"),
                         ("elu", "either"), ("tanh", "either")]:
    instead("v1", "conv_pw_5_relu", f"Activation {activation}", layer("Activation", activation=activation),
            same=activation == "relu6", must=must)
instead("v2", "block_5_expand_relu", "Activation hard_swish", layer("Activation", activation="hard_swish"), must="answer")
# Of zero they are not zero, but for the last.
for activation in ("sigmoid", "hard_sigmoid", "hard_tanh"):
    instead("v1", "conv_pw_5_relu", f"Activation {activation}", layer("Activation", activation=activation), must="answer")
    instead("v2", "block_5_depthwise_relu", f"Activation {activation}", layer("Activation", activation=activation), must="answer")
instead("v2", "block_5_depthwise_relu", "PReLU", layer("PReLU", shared_axes=[1, 2]))
instead("v2", "out_relu", "Activation relu", layer("Activation", activation="relu"))
instead("v1", "conv_pw_5_relu", "LeakyReLU", layer("LeakyReLU"))
instead("v1", "conv_pw_5_bn", "LayerNormalization", layer("LayerNormalization"))
instead("v1", "conv_pw_5_bn", "GroupNormalization", layer("GroupNormalization", groups=4))
instead("v1", "conv_dw_5", "SeparableConv2D", lambda k, x: k.layers.SeparableConv2D(x.shape[-1], 3, padding="same", use_bias=False, name="added")(x))
instead("v1", "conv_dw_5", "a grouped Conv2D", lambda k, x: k.layers.Conv2D(
    x.shape[-1], 3, padding="same", groups=x.shape[-1], use_bias=False, name="added")(x))
instead("v1", "conv_pw_5", "Dense", lambda k, x: k.layers.Dense(x.shape[-1], use_bias=False, name="added")(x))
instead("v1", "conv_pw_5", "Conv2DTranspose", lambda k, x: k.layers.Conv2DTranspose(x.shape[-1], 1, use_bias=False, name="added")(x))
instead("v1", "conv_pad_2", "Cropping2D", layer("Cropping2D", cropping=((1, 0), (1, 0))))
instead("v1", "global_average_pooling2d", "GlobalMaxPooling2D", layer("GlobalMaxPooling2D", keepdims=True))
instead("v1", "global_average_pooling2d", "AveragePooling2D of everything", layer("AveragePooling2D", pool_size=2), same=True)
instead("v1", "global_average_pooling2d", "MaxPooling2D of everything", layer("MaxPooling2D", pool_size=2))
instead("v1", "global_average_pooling2d", "a strided Conv2D", lambda k, x: k.layers.Conv2D(x.shape[-1], 2, strides=2, name="added")(x))
instead("v2", "global_average_pooling2d", "GlobalMaxPooling2D", layer("GlobalMaxPooling2D"))
instead("v2", "global_average_pooling2d", "Flatten", layer("Flatten"))
instead("v1", "reshape_2", "Flatten", layer("Flatten"), same=True, must="answer")
instead("v1", "predictions", "Softmax", layer("Softmax"), same=True, must="answer")
instead("v1", "predictions", "Softmax over another axis", layer("Softmax", axis=0))
instead("v1", "global_average_pooling2d", "pooling without keepdims and Reshape", lambda k, x: k.layers.Reshape(
    (1, 1, 64), name="added")(k.layers.GlobalAveragePooling2D(name="pool")(x)), same=True, must="answer")

# Additions and other connections
for kind in ("Subtract", "Multiply", "Average", "Maximum"):
    instead("v2", "block_5_add", kind, merged(kind))
change("v2", "block_5_add of an earlier tensor", Edit().source("block_5_add", "block_3_project_BN", "block_5_project_BN"),
       names=["block_5_add"])
change("v2", "block_5_add of itself twice", Edit().source("block_5_add", "block_5_project_BN", "block_5_project_BN"),
       names=["block_5_add"])
change("v2", "block_5_add in the other order", Edit().source("block_5_add", "block_5_project_BN", "block_4_add"), same=True,
       must="answer")
change("v2", "block_5_add of three", Edit().source("block_5_add", "block_4_add", "block_5_project_BN", "block_3_project_BN"),
       names=["block_5_add"])
change("v2", "block_5_depthwise on an earlier tensor", Edit().source("block_5_depthwise", "block_4_expand_relu"),
       names=[])
change("v2", "block_5_expand before the addition", Edit().source("block_5_expand", "block_4_project_BN"), names=[])
change("v2", "the head on an earlier tensor", Edit().source("Conv_1", "block_15_add"), names=[])
change("v1", "conv_pw_5 on an earlier tensor", Edit().source("conv_pw_5", "conv_pw_4_relu"), names=[])
change("v1", "Add with the block before", Edit().instead("conv_pw_9_relu", lambda k, x: k.layers.ReLU(6.0, name="conv_pw_9_relu")(
    merged("Add")(k, x))), names=["added"])


class Shared:
    """One layer in the places of several."""

    def __init__(self, kind, **settings):
        self.kind, self.settings, self.layer = kind, settings, None

    def __call__(self, k, x):
        self.layer = self.layer or getattr(k.layers, self.kind)(**self.settings)
        return self.layer(x)


depthwise = Shared("DepthwiseConv2D", kernel_size=3, padding="same", use_bias=False, name="block_4_depthwise")
change("v2", "one depthwise layer in two blocks", Edit().instead("block_4_depthwise", depthwise)
       .instead("block_5_depthwise", depthwise), names=[])
relu = Shared("ReLU", max_value=6.0, name="conv_dw_5_relu")
change("v1", "one ReLU layer in two places", Edit().instead("conv_dw_5_relu", relu).instead("conv_pw_5_relu", relu),
       same=True, names=[])
