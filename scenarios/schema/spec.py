"""What a scenario can say: every key of a scenario file, its type, its range and its default.

These records are the single source for reading, checking, `vglab show` and the JSON Schema. Names
are not imported from the engine's tables, so that the lab's screen never loads numpy; a test keeps
the two equal. The defaults are the deep sigmoid's: the network whose failure everything
else is held against.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from msgspec import Meta, field

from .activation_facts import ACTIVATION_FACTS
from .exercise import Line, PredictSpec, TaskSpec, Text
from .records import DatasetSpec, NotNegative, Positive, Record, Unit
from .vocabulary import Vocabulary, open_words

Architecture = Literal["mlp", "cnn", "rnn", "lstm", "gru"]
ACTIVATIONS = Vocabulary("activation", tuple(ACTIVATION_FACTS))
Activation = Annotated[str, ACTIVATIONS, open_words(ACTIVATIONS.own)]
INITIALIZERS = Vocabulary(
    "initializer",
    (
        "lecun",
        "xavier",
        "he",
        "xavier_uniform",
        "he_uniform",
        "uniform",
        "normal",
        "orthogonal",
        "identity",
    ),
)
Init = Annotated[str, INITIALIZERS, open_words(INITIALIZERS.own)]
Norm = Literal["none", "batch", "layer"]
Skip = Literal["none", "identity", "projection", "projection_fixed", "highway"]
Placement = Literal["inside", "outside", "preactivation"]
LOSSES = Vocabulary("loss", ("cross_entropy", "squared"))
Loss = Annotated[str, LOSSES, open_words(LOSSES.own)]
MEASURES = Vocabulary("measure", ())
Measure = Annotated[str, MEASURES, open_words(MEASURES.own)]
Game = Literal["saturating", "non_saturating", "wasserstein"]
Turn = Literal["discriminator", "generator", "alternate"]
Optimizer = Literal["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"]
DType = Literal["float32", "float64"]
StoryChart = Literal[
    "",
    "update_ratio",
    "displacement",
    "activations",
    "saturation",
    "shape",
    "weights",
    "decision",
    "game",
    "time_steps",
    "precision",
    "network",
]
"""The charts of the lab's fourth panel; nothing: the chapter's."""


class Layers(Record, frozen=True):
    """What a network is made of. Ranges stop where nothing new is to be learned."""

    architecture: Annotated[
        Architecture,
        Meta(
            description="mlp: dense layers; cnn: convolutions over an image; rnn (Elman's), lstm"
            " and gru: recurrent layers, fed step by step"
        ),
    ] = "mlp"
    depth: Annotated[
        int,
        Meta(ge=1, le=200, description="hidden layers; by 200 even a power law has had its say"),
    ] = 10
    width: Annotated[
        int,
        Meta(
            ge=1,
            le=4096,
            description="units a hidden layer, or channels; at 512 theory is right to 3 digits",
        ),
    ] = 32
    activation: Annotated[Activation, Meta(description="g, after every hidden layer")] = "sigmoid"
    slope: Annotated[float, Unit, Meta(description="leaky_relu's α, its slope below 0")] = 0.2
    init: Annotated[
        Init,
        Meta(
            description="how initial weights are drawn: lecun N(0, 1/fan_in),"
            " xavier N(0, 2/(fan_in + fan_out)), he N(0, 2/fan_in), xavier_uniform and he_uniform"
            " with the same variances U(±√(6/(fan_in + fan_out))) and U(±√(6/fan_in)), uniform"
            " U(±1/√fan_in),"
            " normal N(0, 1), orthogonal, identity"
        ),
    ] = "xavier"
    gain: Annotated[
        float, Positive, Meta(description="times init's standard deviation: σ_w with lecun")
    ] = 1.0
    bias_std: Annotated[float, NotNegative, Meta(description="σ_b: biases start N(0, σ_b²)")] = 0.0
    norm: Annotated[Norm, Meta(description="normalization before the activation")] = "none"
    norm_eps: Annotated[
        float, Positive, Meta(description="ε added to the variance that norm divides by")
    ] = 1e-5
    skip: Annotated[Skip, Meta(description="what the skip connections carry")] = "none"
    skip_every: Annotated[
        int, Meta(ge=1, le=200, description="hidden layers that a skip connection passes over")
    ] = 2
    skip_placement: Annotated[
        Placement,
        Meta(
            description="inside g(A W + b + A_skip), outside A_skip + s g(A W + b),"
            " preactivation A_skip + s (g(A) W + b)"
        ),
    ] = "outside"
    skip_scale: Annotated[
        Annotated[float, Positive] | Literal["1/sqrt(depth)"],
        Meta(description="s above: what the branch is multiplied by"),
    ] = 1.0


class NetworkSpec(Layers, frozen=True):
    """`[network]`: the network under study, a classifier."""

    kernel: Annotated[
        int, Meta(ge=1, le=7, description="a convolution looks at kernel × kernel pixels; odd")
    ] = 3
    forget_bias: Annotated[
        float,
        Meta(
            ge=-20,
            le=20,
            description="first bias of the gates that keep a state, LSTM's forget and GRU's update"
            " gate: each step keeps about σ(forget_bias) of the signal",
        ),
    ] = 1.0
    loss: Annotated[
        Loss, Meta(description="cross_entropy of one logit (softmax of more), or squared error")
    ] = "cross_entropy"


class PlayerSpec(Layers, frozen=True):
    """`[generator]`, `[discriminator]`: the two networks of a GAN, each like `[network]`."""

    architecture: Annotated[Literal["mlp"], Meta(description="mlp: dense layers")] = "mlp"
    depth: Annotated[int, Meta(ge=1, le=200, description="hidden layers")] = 2
    width: Annotated[int, Meta(ge=1, le=512, description="units a hidden layer")] = 64
    activation: Annotated[Activation, Meta(description="g, after every hidden layer")] = "relu"
    init: Annotated[Init, Meta(description="how initial weights are drawn, as in [network]")] = "he"
    optimizer: Annotated[
        Optimizer | None, Meta(description="its own, where it is not training.optimizer")
    ] = None
    rate: Annotated[
        Annotated[float, Positive] | None,
        Meta(description="its own learning rate, where it is not training.rate"),
    ] = None


class GanSpec(Record, frozen=True):
    """`[gan]`: what generator and discriminator play for."""

    loss: Annotated[
        Game,
        Meta(
            description="the generator's: saturating E ln(1 - D), non_saturating -E ln D,"
            " wasserstein -E f with a critic f in the discriminator's place"
        ),
    ] = "non_saturating"
    latent: Annotated[
        int, Meta(ge=1, le=64, description="random numbers N(0, 1) a point is made from")
    ] = 2
    discriminator_steps: Annotated[
        int, Meta(ge=1, le=100, description="the discriminator's updates for each of the generator")
    ] = 1
    penalty: Annotated[
        float,
        NotNegative,
        Meta(description="λ of the gradient penalty λ E (‖∇f‖ - 1)²; 0 for none"),
    ] = 0.0
    clip_weights: Annotated[
        float,
        NotNegative,
        Meta(description="largest size a weight of the discriminator keeps; 0 clips nothing"),
    ] = 0.0


class StageSpec(Record, frozen=True):
    """An entry of `training.stages`: who learns, for how many steps. The last one lasts to the
    end."""

    steps: Annotated[int, Meta(ge=1, le=1_000_000, description="updates in this stage")] = 0
    layers: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=201)], ...] | Literal["all", "last"],
        Meta(
            description="a classifier's layers that learn: [from, to], from 1 at the input to the"
            " output layer, all, or last: the output layer alone; the others stay as they are"
        ),
    ] = "all"
    depth: Annotated[
        Annotated[int, Meta(ge=1, le=200)] | None,
        Meta(description="hidden layers a classifier has so far, as it grows"),
    ] = None
    network: Annotated[
        Turn | None, Meta(description="the network of a GAN that learns; alternate: both in turn")
    ] = None


class TrainingSpec(Record, frozen=True):
    """`[training]`: how it is learned."""

    optimizer: Annotated[Optimizer, Meta(description="what turns gradients into steps")] = "sgd"
    rate: Annotated[float, Positive, Meta(description="η, the learning rate")] = 0.1
    batch: Annotated[int, Meta(ge=1, le=100_000, description="points a step looks at")] = 64
    steps: Annotated[int, Meta(ge=1, le=1_000_000, description="updates of the weights")] = 2000
    clip_norm: Annotated[
        float, NotNegative, Meta(description="longest gradient let through; 0 clips nothing")
    ] = 0.0
    stages: Annotated[
        tuple[StageSpec, ...],
        Meta(description="which layers or which network learn, one after another"),
    ] = ()
    momentum: Annotated[float, Unit, Meta(description="momentum's and nesterov's memory")] = 0.9
    beta1: Annotated[float, Unit, Meta(description="Adam's memory of gradients")] = 0.9
    beta2: Annotated[float, Unit, Meta(description="Adam's memory of squared gradients")] = 0.999
    decay: Annotated[float, Unit, Meta(description="rmsprop's memory of squared gradients")] = 0.99
    eps: Annotated[
        float, Positive, Meta(description="ε beside the root that adaptive optimizers divide by")
    ] = 1e-8
    weight_decay: Annotated[
        float, NotNegative, Meta(description="adamw's pull of weights towards 0")
    ] = 0.01


class RunSpec(Record, frozen=True):
    """`[run]`: how often, how exactly and from which seed."""

    seed: Annotated[int, Meta(ge=0, le=2**32 - 1, description="replica i uses seed + i")] = 0
    replicas: Annotated[
        int, Meta(ge=1, le=1000, description="networks trained at once, to tell luck from law")
    ] = 1
    dtype: Annotated[DType, Meta(description="the precision trained in")] = "float32"
    record_every: Annotated[
        int, Meta(ge=0, le=1_000_000, description="steps between records; 0: about 200 in all")
    ] = 0
    measures: Annotated[
        tuple[Measure, ...],
        Meta(description="registered measures of your own, taken of every layer beside the others"),
    ] = ()


Kebab = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


class ScenarioFile(Record, frozen=True):
    """A scenario file, every key of it. What is left out is the base's, or the default here."""

    extends: Annotated[
        str | None, Meta(description="the base: a preset's id, or a path relative to this file")
    ] = None
    title: Annotated[Text, Meta(description="its name in the list")] = Text()
    lesson: Annotated[Text, Meta(description="what it teaches, a paragraph")] = Text()
    claim: Annotated[tuple[Kebab, ...], Meta(description="ids in the claims table")] = ()
    expect: Annotated[
        tuple[Line, ...], Meta(description="what a run must show, each as in --expect")
    ] = ()
    chart: Annotated[
        StoryChart, Meta(description="the chart of the lab's fourth panel that tells its story")
    ] = ""
    kind: Annotated[
        Literal["classifier", "gan"],
        Meta(description="what is trained: one network to tell classes apart, or two in a game"),
    ] = "classifier"
    network: NetworkSpec = field(default_factory=NetworkSpec)
    data: DatasetSpec = field(default_factory=DatasetSpec)
    training: TrainingSpec = field(default_factory=TrainingSpec)
    run: RunSpec = field(default_factory=RunSpec)
    generator: PlayerSpec = field(default_factory=PlayerSpec)
    discriminator: PlayerSpec = field(default_factory=PlayerSpec)
    gan: GanSpec = field(default_factory=GanSpec)
    predict: PredictSpec = PredictSpec()
    task: TaskSpec = TaskSpec()


class Scenario(ScenarioFile, frozen=True):
    """An experiment, resolved: what its file states, over its bases, over the defaults."""

    id: str = ""
    """A preset's id, or the file's name without its ending."""


OWN = ("extends", "title", "lesson", "claim", "expect", "chart", "predict", "task")
"""The keys that speak of one file's experiment alone: a base does not hand them on."""


def names(kind: Any) -> tuple[str, ...]:
    """The names of vglab's own that one of the types above allows."""
    vocabularies = (note for note in get_args(kind) if isinstance(note, Vocabulary))
    return next((each.own for each in vocabularies), get_args(kind))


RECURRENT = ("rnn", "lstm", "gru")


def is_regression(scenario: Scenario) -> bool:
    """Whether numbers are learned instead of classes."""
    return scenario.kind == "classifier" and scenario.data.targets == "numbers"


def is_own(scenario: Scenario) -> bool:
    """Whether the data are a person's own."""
    return bool(scenario.data.path)
