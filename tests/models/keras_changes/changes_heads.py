"""Transfer learning: what stands before and after a base, how the base is used, how the model was saved."""
from networks import Edit
from table import change, layers_of, renamed


def head(network, what, *layers, same=False, must="either", names=None, **more):
    """layers: f(k) each."""
    edit = Edit()
    edit.head = lambda k: [f(k) for f in layers]
    change(network, what, edit, same=same, must=must, names=names, **more)


def front(network, what, kind, *, same=False, must="either", picture=None, **settings):
    edit = Edit()
    if picture:  # its shape, where that is not the base's
        edit.options["outer_shape"] = picture
    edit.front = lambda k: [getattr(k.layers, kind)(**{"name": "added", **settings})]
    change(network, f"{what} before the base", edit, same=same, must=must)


def finish(network, what, f, *, names=(), **more):
    """f(k, model) -> model."""
    edit = Edit()
    edit.finish = f
    change(network, what, edit, names=list(names), **more)


def made(kind, *arguments, **settings):
    return lambda k: getattr(k.layers, kind)(*arguments, **settings)


pool = made("GlobalAveragePooling2D", name="pool")
drop = made("Dropout", 0.2, name="dropout")


def dense(units=5, activation="softmax", **settings):
    return made("Dense", units, activation=activation, **{"name": "classes", **settings})


# Ends
for net in ("sequential_v1", "functional_v2"):
    head(net, "logits", pool, drop, dense(activation=None), must="answer", names=["classes"])
    head(net, "five sigmoids", pool, drop, dense(activation="sigmoid"), must="answer", names=["classes"])
    head(net, "one sigmoid", pool, drop, dense(1, "sigmoid"), must="answer", names=["classes"],
         weights=["one sigmoid", "one linear unit"])
    head(net, "one linear unit", pool, drop, dense(1, None), must="answer", names=["classes"],
         weights=["one sigmoid", "one linear unit"])
    head(net, "seven classes", pool, drop, dense(7), must="answer", names=["classes"])
    head(net, "a softmax layer of its own", pool, drop, dense(activation=None), made("Softmax", name="added"), same=True,
         must="answer")
    head(net, "a sigmoid layer of its own", pool, drop, dense(activation=None),
         made("Activation", "sigmoid", name="added"), must="answer")
    head(net, "without a bias", pool, drop, dense(use_bias=False), must="answer", names=["classes"])
for activation in ("relu", "tanh", "swish", "hard_sigmoid", "log_softmax", "elu"):
    head("sequential_v1", f"activation {activation}", pool, drop, dense(activation=activation), names=["classes"])
head("sequential_v2", "ReLU after Dense", pool, drop, dense(activation=None), made("ReLU", name="added"))
head("sequential_v2", "LeakyReLU after Dense", pool, drop, dense(activation=None), made("LeakyReLU", name="added"))
head("sequential_v2", "softmax twice", pool, drop, dense(), made("Softmax", name="added"))
head("sequential_v2", "sigmoid after softmax", pool, drop, dense(), made("Activation", "sigmoid", name="added"))
head("sequential_v2", "softmax over the pictures", pool, drop, dense(activation=None), made("Softmax", axis=0, name="added"))
head("sequential_v2", "UnitNormalization after Dense", pool, drop, dense(activation=None), made("UnitNormalization", name="added"))
head("sequential_v2", "Rescaling of the logits", pool, drop, dense(activation=None), made("Rescaling", 0.5, name="added"))
head("sequential_v2", "Dropout after Dense", pool, dense(), made("Dropout", 0.5, name="added"), same=True)

# Between base and classifier
head("sequential_v1", "without Dropout", pool, dense(), same=True, must="answer", names=[])
head("sequential_v1", "another rate of Dropout", pool, made("Dropout", 0.7, name="dropout"), dense(), same=True, must="answer")
head("sequential_v1", "GaussianNoise in place of Dropout", pool, made("GaussianNoise", 0.2, name="added"), dense(), same=True,
     must="answer")
head("sequential_v1", "AlphaDropout in place of Dropout", pool, made("AlphaDropout", 0.2, name="added"), dense(), same=True,
     must="answer")
head("sequential_v1", "Dropout before the pooling", drop, pool, dense(), same=True, must="answer")
head("sequential_v1", "pooling with keepdims and Flatten", made("GlobalAveragePooling2D", keepdims=True, name="pool"),
     made("Flatten", name="flatten"), dense(), same=True, must="answer")
head("sequential_v1", "pooling with keepdims and Reshape", made("GlobalAveragePooling2D", keepdims=True, name="pool"),
     made("Reshape", (64,), name="reshape"), dense(), same=True, must="answer")
head("sequential_v1", "pooling with keepdims and Dense", made("GlobalAveragePooling2D", keepdims=True, name="pool"), dense(),
     same=True)
head("sequential_v1", "GlobalMaxPooling2D", made("GlobalMaxPooling2D", name="added"), drop, dense())
head("sequential_v1", "Flatten in place of pooling", made("Flatten", name="added"), drop, dense(), names=["added", "classes"])
head("sequential_v1", "AveragePooling2D and Flatten", made("AveragePooling2D", 2, name="added"), made("Flatten", name="flatten"),
     dense(), same=True)
head("sequential_v1", "Dense before the pooling", dense(activation=None), pool, made("Softmax", name="added"),
     names=["pool", "classes", "added"], same=True)
head("sequential_v1", "Conv2D 1x1 before the pooling", made("Conv2D", 5, 1, name="added"), pool, made("Softmax", name="softmax"))
head("sequential_v1", "Conv2D 3x3 before the pooling", made("Conv2D", 8, 3, padding="same", name="added"), pool, dense())
head("sequential_v2", "a hidden Dense", pool, made("Dense", 8, activation="relu", name="added"), dense())
head("sequential_v2", "a linear Dense before one named predictions", pool, made("Dense", 8, name="added"),
     made("Dense", 5, activation="softmax", name="predictions"))
head("sequential_v2", "a linear Dense of five before one named predictions", pool, made("Dense", 5, name="added"),
     made("Dense", 5, activation="softmax", name="predictions"))
head("sequential_v2", "BatchNormalization before Dense", pool, made("BatchNormalization", name="added"), dense())
head("sequential_v2", "BatchNormalization after the base", made("BatchNormalization", name="added"), pool, dense())
head("sequential_v2", "BatchNormalization after Dense", pool, dense(activation=None), made("BatchNormalization", name="added"),
     made("Softmax", name="softmax"))
head("sequential_v2", "LayerNormalization before Dense", pool, made("LayerNormalization", name="added"), dense())
head("sequential_v2", "UnitNormalization before Dense", pool, made("UnitNormalization", name="added"), dense())
head("sequential_v2", "tanh before Dense", pool, made("Activation", "tanh", name="added"), dense())
head("sequential_v2", "ReLU after the base", made("ReLU", name="added"), pool, dense(), same=True)
head("sequential_v2", "ReLU of 3 after the base", made("ReLU", max_value=3.0, name="added"), pool, dense())
head("sequential_v2", "DepthwiseConv2D after the base", made("DepthwiseConv2D", 3, padding="same", name="added"), pool, dense())
head("sequential_v2", "ZeroPadding2D after the base", made("ZeroPadding2D", 1, name="added"), pool, dense())
head("sequential_v2", "SpatialDropout2D after the base", made("SpatialDropout2D", 0.5, name="added"), pool, dense(), same=True,
     must="answer")

# Before the base
front("sequential_v2", "Rescaling", "Rescaling", scale=0.5, offset=0.1)
front("sequential_v1", "Rescaling as for pictures", "Rescaling", scale=1 / 127.5, offset=-1.0)
front("sequential_v2", "Normalization", "Normalization", mean=0.1, variance=0.5)
front("sequential_v2", "Normalization, adapted,", "Normalization")
front("sequential_v2", "BatchNormalization", "BatchNormalization")
front("sequential_v2", "ReLU", "ReLU")
front("sequential_v2", "ZeroPadding2D", "ZeroPadding2D", padding=16, picture=(32, 64, 3))
front("sequential_v2", "CenterCrop", "CenterCrop", height=64, width=96, picture=(80, 112, 3))
front("sequential_v2", "RandomFlip", "RandomFlip", same=True, must="answer")
front("functional_v2", "RandomRotation", "RandomRotation", factor=0.1, same=True, must="answer")
front("functional_v2", "Rescaling", "Rescaling", scale=0.5, offset=0.1)
front("functional_v1", "Conv2D", "Conv2D", filters=3, kernel_size=3, padding="same")
front("functional_v1", "GaussianNoise", "GaussianNoise", stddev=0.1, same=True, must="answer")
front("functional_v1", "Conv2D that makes gray pictures coloured", "Conv2D", filters=3, kernel_size=1, picture=(64, 64, 1))
front("functional_v1", "Resizing of larger pictures", "Resizing", height=64, width=64, picture=(80, 80, 3))

# Settings inside a base
for net, bn, conv, relu in [("sequential_v1", "conv_pw_5_bn", "conv_dw_3", "conv_pw_5_relu"),
                            ("functional_v2", "block_5_expand_BN", "block_10_depthwise", "block_5_expand_relu")]:
    change(net, f"{relu} without max_value", Edit().set(relu, max_value=None), must="answer")
    change(net, f"{relu} with max_value 4", Edit().set(relu, max_value=4.0))
    change(net, f"{bn} epsilon", Edit().set(bn, epsilon=0.05), must="answer")
    change(net, f"{bn} without scale", Edit().set(bn, scale=False), must="answer")
    change(net, f"{conv} with a bias", Edit().set(conv, use_bias=True), must="answer")
    change(net, f"{conv} of stride 2", Edit().set(conv, strides=(2, 2)), must="answer")
    change(net, f"{conv} dilated", Edit().set(conv, dilation_rate=(2, 2)))
    change(net, "layers of the base renamed", renamed(net, "inner"), same=True, must="answer", names=[])
    change(net, "frozen", Edit().set(*layers_of(net, "BatchNormalization"), trainable=False), same=True, must="answer", names=[])


def base_option(network, what, head=None, *, same=False, must="either", names=(), **options):
    edit = Edit()
    edit.options.update(options)
    edit.head = head
    change(network, what, edit, same=same, must=must, names=list(names))


def only_dense(k):
    return [k.layers.Dropout(0.2, name="dropout"), k.layers.Dense(5, activation="softmax", name="classes")]


base_option("sequential_v1", "pooling='avg' in the base", only_dense, pooling="avg", same=True, must="answer")
base_option("functional_v2", "pooling='avg' in the base", only_dense, pooling="avg", same=True, must="answer")
base_option("flat_v2", "pooling='avg' in the base", only_dense, pooling="avg", same=True, must="answer")
base_option("sequential_v1", "pooling='max' in the base", only_dense, pooling="max")
base_option("v1", "depth multiplier 2", depth_multiplier=2, must="answer")
base_option("v1", "alpha 0.125", alpha=0.125, must="answer")
base_option("v2", "alpha 0.35", alpha=0.35, must="answer")
base_option("v1", "a size that stride 2 does not divide", input_shape=(75, 51, 3), must="answer")
base_option("v2", "a size that stride 2 does not divide", input_shape=(75, 51, 3), must="answer")


# The base used in other ways: f(k, base, x) -> features
def use(network, what, f, **more):
    def build(k, model):
        inner = next(l for l in model.layers if hasattr(l, "layers"))
        x = picture = k.Input(tuple(inner.input.shape)[1:], name="picture")
        y = f(k, inner, x)
        for one in [pool(k), drop(k), dense()(k)]:
            y = one(y)
        return k.Model(picture, y, name="classifier")
    finish(network, what, build, **more)


use("functional_v2", "base(x, training=True)", lambda k, base, x: base(x, training=True), same=True)
use("functional_v2", "base(x)", lambda k, base, x: base(x), same=True, must="answer")
use("functional_v2", "the base called twice, added", lambda k, base, x: k.layers.Add(name="added")(
    [base(x, training=False), base(k.layers.Permute((1, 2, 3), name="same")(x), training=False)]))
use("functional_v2", "the base on mirrored pictures too", lambda k, base, x: k.layers.Average(name="added")(
    [base(x, training=False), base(k.layers.Rescaling(-1.0, name="negative")(x), training=False)]))
use("functional_v2", "the features added to themselves", lambda k, base, x: (
    lambda y: k.layers.Add(name="added")([y, y]))(base(x, training=False)), names=["added"])
use("functional_v2", "the features times a number", lambda k, base, x: base(x, training=False) * 0.5)
use("functional_v2", "preprocess_input's operations before the base", lambda k, base, x: base(x / 127.5 - 1.0, training=False))
use("functional_v2", "blue, green, red before the base", lambda k, base, x: base(x[..., ::-1], training=False))


def two_bases(k, model):
    from networks import base, rebuild
    first = next(l for l in model.layers if hasattr(l, "layers"))
    edit = Edit()
    for l in first.layers:
        edit.set(l.name, name="second_" + l.name)
    second = rebuild(k, first, edit)
    second.name = "second"
    picture = k.Input(tuple(first.input.shape)[1:], name="picture")
    y = k.layers.Add(name="added")([first(picture, training=False), second(picture, training=False)])
    for one in [pool(k), drop(k), dense()(k)]:
        y = one(y)
    return k.Model(picture, y, name="classifier")


finish("functional_v2", "two bases added", two_bases)


# Several inputs and outputs
def inner_output(k, model, name):
    return k.Model(model.input, [model.output, model.get_layer(name).output], name=model.name)


finish("v1", "two outputs", lambda k, m: inner_output(k, m, "conv_pw_5_relu"), must="refuse")
finish("functional_v2", "two heads", lambda k, m: k.Model(m.input, [m.output, k.layers.Dense(3, name="added")(
    m.get_layer("pool").output)], name=m.name), must="refuse")
finish("v2", "features as the output", lambda k, m: k.Model(m.input, m.get_layer("global_average_pooling2d").output, name=m.name))
finish("v2", "without pooling and classifier", lambda k, m: k.Model(m.input, m.get_layer("out_relu").output, name=m.name))
finish("v2", "an earlier output", lambda k, m: k.Model(m.input, m.get_layer("block_5_add").output, name=m.name))


def second_input(k, model):
    other = k.Input((5,), name="other")
    return k.Model([model.input, other], k.layers.Add(name="added")([model.output, other]), name=model.name)


finish("v2", "two inputs", second_input, must="refuse")


# How it was trained and saved
def compiled(optimizer, **options):
    def f(k, model):
        model.compile(optimizer=optimizer(k), loss="categorical_crossentropy", metrics=["accuracy"], **options)
        model.optimizer.build(model.trainable_variables)
        return model
    return f


finish("v1", "compiled with Adam", compiled(lambda k: k.optimizers.Adam()), same=True, must="answer")
finish("sequential_v2", "compiled with momentum", compiled(lambda k: k.optimizers.SGD(momentum=0.9)), same=True, must="answer")
finish("functional_v2", "compiled with an exponential moving average",
       compiled(lambda k: k.optimizers.Adam(use_ema=True, ema_momentum=0.9)), same=True, must="answer")


def with_lora(k, model):
    model.layers[-1].enable_lora(2)
    return model


def quantized(k, model):
    model.quantize("int8")
    return model


def classes_of(network):
    return ["predictions"] if network == "v2" else ["classes"]


finish("sequential_v1", "LoRA on the classifier", with_lora, names=["classes"], reload=False)
for net in ("v2", "sequential_v1"):
    finish(net, "quantized to int8", quantized, names=classes_of(net))


# Every layer's type
def policy(name):
    def f(k, model):
        edit = Edit().set(*[l.name for l in model.layers if not isinstance(l, k.layers.InputLayer)], dtype=name)
        from networks import rebuild
        return rebuild(k, model, edit)
    return f


for name in ("mixed_bfloat16", "mixed_float16", "float16"):
    finish("v2", f"every layer of {name}", policy(name), weights=["own", "unchanged"])
finish("v2", "every layer of float64", policy("float64"), same=True)
