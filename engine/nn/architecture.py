"""What a network is, in one frozen record."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Architecture:
    """`depth` hidden layers of `width` units (or channels), then one linear output layer."""

    inputs: int = 2
    """Of a sample; of a place of an image, of a step of a sequence."""
    outputs: int = 1
    depth: int = 10
    width: int = 32
    architecture: str = "mlp"
    """mlp: dense layers; cnn: convolutions, then the mean over the map; rnn, lstm, gru: recurrent
    layers, of which the output layer sees the last step."""
    activation: str = "sigmoid"
    slope: float = 0.2
    """α of leaky ReLU."""
    init: str = "xavier"
    gain: float = 1.0
    """Every weight's standard deviation is the initializer's times this."""
    bias_std: float = 0.0
    norm: str = "none"
    """none, batch, layer: placed before the activation."""
    norm_eps: float = 1e-5
    skip: str = "none"
    """none, identity, projection, projection_fixed, highway."""
    skip_every: int = 2
    """Hidden layers a skip connection passes over."""
    skip_placement: str = "outside"
    """inside g(A W + b + A_skip), outside A_skip + s g(A W + b), preactivation A_skip + s (g(A) W
    + b)."""
    skip_scale: float = 1.0
    """s above: what the branch is multiplied by."""
    side: int = 8
    """A CNN's images have side × side places."""
    kernel: int = 3
    """A convolution looks at kernel × kernel places; odd."""
    length: int = 1
    """Steps of a recurrent network's sequences."""
    forget_bias: float = 1.0
    """Added at initialization to the biases of the gates that keep what there is, LSTM's F and
    GRU's U (Jozefowicz et al. 2015)."""
