"""Networks as people have them, in small: a GPT of nanoGPT's shape, an LSTM, a ResNet, a DCGAN."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

VOCABULARY, CONTEXT = 96, 64
WIDTH, HEADS, BLOCKS = 288, 6, 6


class Attention(nn.Module):
    """Causal, as nanoGPT has it."""

    def __init__(self) -> None:
        super().__init__()
        self.c_attn, self.c_proj = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        shape = (*x.shape[:2], 3, HEADS, WIDTH // HEADS)
        q, k, v = self.c_attn(x).view(shape).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.c_proj(mixed.transpose(1, 2).reshape(x.shape))


class Feedforward(nn.Module):
    """Of four times the width."""

    def __init__(self, activation: nn.Module) -> None:
        super().__init__()
        self.c_fc, self.act = nn.Linear(WIDTH, 4 * WIDTH), activation
        self.c_proj = nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        return self.c_proj(self.act(self.c_fc(x)))


class Block(nn.Module):
    """Pre-LN, with or without skip connections."""

    def __init__(self, activation: nn.Module, skips: bool) -> None:
        super().__init__()
        self.skips = skips
        self.ln_1, self.attn = nn.LayerNorm(WIDTH), Attention()
        self.ln_2, self.mlp = nn.LayerNorm(WIDTH), Feedforward(activation)

    def forward(self, x: Tensor) -> Tensor:
        x = self.attn(self.ln_1(x)) + (x if self.skips else 0)
        return self.mlp(self.ln_2(x)) + (x if self.skips else 0)


class GPT(nn.Module):
    """nanoGPT's, initial weights and tied embedding included."""

    def __init__(self, skips: bool = True) -> None:
        super().__init__()
        self.wte, self.wpe = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.h = nn.ModuleList(Block(nn.GELU(), skips) for _ in range(BLOCKS))
        self.ln_f = nn.LayerNorm(WIDTH)
        self.lm_head = nn.Linear(WIDTH, VOCABULARY, bias=False)
        self.wte.weight = self.lm_head.weight
        for name, weight in self.named_parameters():
            if weight.dim() > 1:
                shorter = math.sqrt(2 * BLOCKS) if name.endswith("c_proj.weight") else 1
                nn.init.normal_(weight, std=0.02 / shorter)
            elif name.endswith("bias"):
                nn.init.zeros_(weight)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.wte(tokens) + self.wpe(torch.arange(tokens.shape[1]))
        for block in self.h:
            x = block(x)
        return self.lm_head(self.ln_f(x))


class LetterLSTM(nn.Module):
    """Two layers."""

    def __init__(self, width: int = 192) -> None:
        super().__init__()
        self.emb = nn.Embedding(VOCABULARY, 64)
        self.lstm = nn.LSTM(64, width, num_layers=2, batch_first=True)
        self.head = nn.Linear(width, VOCABULARY)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(self.lstm(self.emb(tokens))[0])


class Residual(nn.Module):
    """Two convolutions and the way around them."""

    def __init__(self, inputs: int, width: int, how: ResNetOptions) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, 2 if inputs != width else 1, 1, bias=not how.norm)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=not how.norm)
        self.bn1 = nn.BatchNorm2d(width) if how.norm else nn.Identity()
        self.bn2 = nn.BatchNorm2d(width) if how.norm else nn.Identity()
        self.g1, self.g2 = how.activation(), how.activation()
        self.down = nn.Conv2d(inputs, width, 1, 2) if inputs != width else nn.Identity()
        self.skips = how.skips

    def forward(self, x: Tensor) -> Tensor:
        inner = self.bn2(self.conv2(self.g1(self.bn1(self.conv1(x)))))
        return self.g2(inner + self.down(x) if self.skips else inner)


class ResNetOptions(NamedTuple):
    """What a ResNet is made of."""

    activation: Callable[[], nn.Module] = nn.ReLU
    norm: bool = True
    skips: bool = True


class ResNet(nn.Module):
    """Of 14 layers, for images of 8 × 8."""

    def __init__(self, how: ResNetOptions | None = None) -> None:
        super().__init__()
        how = how or ResNetOptions()
        self.stem = nn.Conv2d(1, 16, 3, padding=1)
        sizes = ((16, 16), (16, 16), (16, 32), (32, 32), (32, 64), (64, 64))
        self.blocks = nn.Sequential(*(Residual(n, width, how) for n, width in sizes))
        self.fc = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.blocks(F.relu(self.stem(x.view(-1, 1, 8, 8))))
        return self.fc(x.mean((2, 3)))


def generator(activation: Callable[[], nn.Module] = nn.ReLU) -> nn.Module:
    """From 32 numbers to an image of 8 × 8."""
    return nn.Sequential(
        nn.Unflatten(1, (32, 1, 1)),
        *(nn.ConvTranspose2d(32, 64, 2, bias=False), nn.BatchNorm2d(64), activation()),
        *(nn.ConvTranspose2d(64, 32, 4, 2, 1, bias=False), nn.BatchNorm2d(32), activation()),
        *(nn.ConvTranspose2d(32, 1, 4, 2, 1), nn.Tanh()),
    )


def discriminator() -> nn.Module:
    """From an image to a number."""
    return nn.Sequential(
        *(nn.Conv2d(1, 32, 4, 2, 1), nn.LeakyReLU(0.2)),
        *(nn.Conv2d(32, 64, 4, 2, 1, bias=False), nn.BatchNorm2d(64), nn.LeakyReLU(0.2)),
        *(nn.Conv2d(64, 1, 2), nn.Flatten(0)),
    )
