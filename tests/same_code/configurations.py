"""What is generated and compared: networks at sizes that reach every rule of layouts and schedules."""
import collections

# name: unique, a file's name too. options: of `mobilith generate`.
Configuration = collections.namedtuple("Configuration", "name quick options")

CPUS = ["znver3", "znver4", "znver5", "sapphirerapids", "cortex-a76", "generic-rv64", "wasm32"]


def configuration(net, alpha, resolution, *options, quick=False):
    name = "-".join([net, alpha, resolution, *(o.lstrip("-") for o in options)])
    return Configuration(name, quick, ["--net", "mobilenet_" + net, "--alpha", alpha, "--resolution", resolution, *options])


# znver4 and znver5 have measured records for the published networks; "--schedules none" and the other sizes have the defaults.
CONFIGURATIONS = [
    configuration("v1", "1.0", "224"),
    configuration("v1", "0.25", "128"),
    configuration("v1", "0.5", "160", "--schedules", "none", "--products", "paired"),
    configuration("v1", "0.25", "97", quick=True),
    configuration("v1", "0.5", "65", "--depth-multiplier", "2", quick=True),
    configuration("v1", "0.1", "64x33", "--classes", "7", "--output", "logits"),
    configuration("v2", "1.4", "224"),
    configuration("v2", "0.35", "96", quick=True),
    configuration("v2", "0.5", "128", "--schedules", "none", "--products", "direct"),
    configuration("v2", "0.35", "97"),
    configuration("v2", "1.0", "33", quick=True),
    configuration("v2", "0.1", "65"),
]


def target_options(cpu):
    """wasm32 is the architecture; its one CPU is called like others of other architectures."""
    return ["--target", "wasm32"] if cpu == "wasm32" else ["--cpu", cpu]
