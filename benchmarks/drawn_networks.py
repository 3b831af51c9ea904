"""Networks drawn at random, MLP, CNN and GPT, and what is wrong with each, in PyTorch."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from drawn_tasks import CONTEXT, LETTERS
from torch import Tensor, nn
from torch.nn import functional as F


class Drawn(NamedTuple):
    """A network that was drawn: what it is, what was done to it, how it is trained."""

    family: str
    trouble: str
    depth: int
    width: int
    activation: str
    optimizer: str
    rate: float
    steps: int
    kind: str = "plain"
    gain: float = 1.0
    dtype: str = "float32"


TROUBLES = ("none", "init", "rate", "precision", "skipped")
SPECIAL = ("rezero", "lora", "backbone", "preln")
RATES = {"sgd": 0.1, "adam": 2e-3}


def draw(seed: int) -> Drawn:
    """A network: every fourth is one of the kinds that look ill and are not."""
    r = random.Random(seed)
    if seed % 4 == 0:
        return draw_special(r)
    family, trouble = r.choice(("mlp", "cnn", "gpt")), r.choice(TROUBLES)
    optimizer = "adam" if family == "gpt" else r.choice(("sgd", "adam"))
    deep = {"mlp": (2, 14), "cnn": (2, 8), "gpt": (1, 5)}[family]
    plain = Drawn(
        family=family,
        trouble=trouble,
        depth=r.randint(*deep),
        width=r.choice((32, 48, 64)) if family != "cnn" else r.choice((8, 16)),
        activation=r.choice(("relu", "gelu", "tanh")),
        optimizer=optimizer,
        rate=RATES[optimizer] * 10 ** r.uniform(-0.5, 0.3) / (1 + (family == "gpt")),
        steps=r.choice((200, 300, 400)),
    )
    return spoil(r, plain)


def spoil(r: random.Random, plain: Drawn) -> Drawn:
    """The network with its trouble."""
    match plain.trouble:
        case "init":
            deep = {"mlp": r.randint(8, 16), "cnn": r.randint(6, 9), "gpt": r.randint(4, 6)}
            small, sigmoid = 10 ** r.uniform(-2, -0.3), r.random() < 0.5 and plain.family != "gpt"
            return plain._replace(
                depth=deep[plain.family],
                kind="postnorm_free" if plain.family == "gpt" else "plain",
                activation="sigmoid" if sigmoid else plain.activation,
                gain=1.0 if sigmoid else r.choice((small, 10 ** r.uniform(0.5, 1.5))),
            )
        case "rate":
            factor = r.choice((10 ** r.uniform(-7, -3), 10 ** r.uniform(1.5, 4)))
            return plain._replace(rate=plain.rate * factor)
        case "precision":
            dtype = r.choice(("float16", "bfloat16"))
            factor = 1e-3 if dtype == "bfloat16" else 1.0
            return plain._replace(dtype=dtype, rate=plain.rate * factor, depth=max(plain.depth, 4))
        case "skipped":
            return plain._replace(kind=r.choice(("wrong_parameters", "always_skips", "detached")))
        case _:
            return plain


def draw_special(r: random.Random) -> Drawn:
    """A sound network whose gradients are 0 where others' are not."""
    kind = r.choice(SPECIAL)
    return Drawn(
        family="gpt" if kind == "preln" else "mlp",
        trouble="none",
        depth=r.randint(2, 4) if kind == "preln" else r.randint(3, 10),
        width=r.choice((32, 48, 64)),
        activation=r.choice(("relu", "gelu")),
        optimizer="adam" if kind != "rezero" else r.choice(("sgd", "adam")),
        rate=3e-3 if kind != "rezero" else 0.02,
        steps=r.choice((300, 400)),
        kind=kind,
    )


ACTIVATIONS: Mapping[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "gelu": nn.GELU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}


class ReZero(nn.Module):
    """x + αf(x), α = 0 at first."""

    def __init__(self, width: int, activation: nn.Module) -> None:
        super().__init__()
        self.fc, self.g = nn.Linear(width, width), activation
        self.alpha = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.alpha * self.g(self.fc(x))


class LoRA(nn.Module):
    """A frozen matrix and, beside it, BA, where B = 0 at first."""

    def __init__(self, width: int, activation: nn.Module, rank: int = 8) -> None:
        super().__init__()
        self.fc, self.g = nn.Linear(width, width).requires_grad_(False), activation
        self.A, self.B = nn.Linear(width, rank, bias=False), nn.Linear(rank, width, bias=False)
        nn.init.zeros_(self.B.weight)

    def forward(self, x: Tensor) -> Tensor:
        return self.g(self.fc(x) + self.B(self.A(x)))


class Attention(nn.Module):
    """Causal, of four heads."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        shape = (*x.shape[:2], 3, 4, x.shape[2] // 4)
        q, k, v = self.qkv(x).view(shape).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(mixed.transpose(1, 2).reshape(x.shape))


class Block(nn.Module):
    """Attention and an MLP: pre-LN with skip connections, or neither."""

    def __init__(self, width: int, activation: nn.Module, plain: bool) -> None:
        super().__init__()
        self.plain = plain
        self.ln1 = nn.Identity() if plain else nn.LayerNorm(width)
        self.ln2 = nn.Identity() if plain else nn.LayerNorm(width)
        self.attn = Attention(width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), activation, nn.Linear(4 * width, width)
        )

    def forward(self, x: Tensor) -> Tensor:
        if self.plain:
            return self.mlp(self.attn(x))
        x = x + self.attn(self.ln1(x))
        return x + self.mlp(self.ln2(x))


class GPT(nn.Module):
    """Of letters."""

    def __init__(self, drawn: Drawn) -> None:
        super().__init__()
        plain = drawn.kind == "postnorm_free"
        self.wte, self.wpe = nn.Embedding(LETTERS, drawn.width), nn.Embedding(CONTEXT, drawn.width)
        g = ACTIVATIONS[drawn.activation]
        self.blocks = nn.ModuleList(Block(drawn.width, g(), plain) for _ in range(drawn.depth))
        self.ln = nn.Identity() if plain else nn.LayerNorm(drawn.width)
        self.head = nn.Linear(drawn.width, LETTERS)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.wte(tokens) + self.wpe(torch.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.ln(x))


def build(drawn: Drawn) -> nn.Module:
    """The network."""
    model = FAMILIES[drawn.family](drawn)
    if drawn.gain != 1:
        for module in model.modules():
            if isinstance(module, nn.Linear | nn.Conv2d):
                module.weight.data *= drawn.gain
    if drawn.kind == "backbone":
        for layer in [*model][1:-2]:
            layer.requires_grad_(False)
    return model.to(getattr(torch, drawn.dtype))


def build_mlp(drawn: Drawn) -> nn.Module:
    width, g = drawn.width, ACTIVATIONS[drawn.activation]
    first, last = nn.Linear(64, width), nn.Linear(width, 10)
    if drawn.kind in ("rezero", "lora"):
        part = ReZero if drawn.kind == "rezero" else LoRA
        return nn.Sequential(first, *(part(width, g()) for _ in range(drawn.depth)), last)
    hidden = [
        layer for _ in range(drawn.depth) for layer in (init(nn.Linear(width, width), drawn), g())
    ]
    return nn.Sequential(init(first, drawn), g(), *hidden, last)


def init(layer: nn.Module, drawn: Drawn) -> nn.Module:
    """He's weights for what is kinked, Xavier's for what is not."""
    if drawn.activation in ("relu", "gelu"):
        nn.init.kaiming_normal_(layer.weight)
    else:
        nn.init.xavier_normal_(layer.weight)
    return layer


def build_cnn(drawn: Drawn) -> nn.Module:
    width, g = drawn.width, ACTIVATIONS[drawn.activation]
    norm = drawn.trouble != "init"
    layers: list[nn.Module] = [nn.Unflatten(1, (1, 8, 8))]
    for number in range(drawn.depth):
        conv = nn.Conv2d(1 if number == 0 else width, width, 3, padding=1)
        layers += [init(conv, drawn), *([nn.BatchNorm2d(width)] if norm else []), g()]
    return nn.Sequential(*layers, nn.AvgPool2d(2), nn.Flatten(), nn.Linear(16 * width, 10))


FAMILIES: Mapping[str, Callable[[Drawn], nn.Module]] = {
    "mlp": build_mlp,
    "cnn": build_cnn,
    "gpt": GPT,
}
