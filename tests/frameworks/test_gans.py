"""Two networks against each other, against PyTorch: losses, clipping and double backward."""

import pytest
from frameworks.duels import follow
from frameworks.networks import activations
from oracle_seeds import SEEDS
from vglab.engine.gan.losses import GAMES

EVERY_SEED = pytest.mark.parametrize("seed", SEEDS)
PENALTY = ("gan.loss=wasserstein", "gan.penalty=10")


@EVERY_SEED
@pytest.mark.parametrize("data", ["ring", "distant", "moons"])
@pytest.mark.parametrize("loss", GAMES)
def test_every_loss(loss: str, data: str, seed: int) -> None:
    follow([f"gan.loss={loss}", f"data.name={data}", f"run.seed={seed}"], steps=5)


@EVERY_SEED
@pytest.mark.parametrize("network", ["generator", "discriminator"])
@pytest.mark.parametrize("form", ["norm=layer", "norm=batch", "skip=identity", "optimizer=adam"])
def test_forms_of_either_network(form: str, network: str, seed: int) -> None:
    follow(["data.name=ring", f"{network}.{form}", f"run.seed={seed}"], steps=4)


@EVERY_SEED
def test_clipped_weights(seed: int) -> None:
    settings = ["gan.loss=wasserstein", "gan.clip_weights=0.05", "data.name=ring"]
    follow([*settings, f"run.seed={seed}"], steps=5)


@EVERY_SEED
@pytest.mark.parametrize("activation", activations())
def test_gradient_penalty_is_gone_back_through_twice(activation: str, seed: int) -> None:
    settings = [*PENALTY, "data.name=ring", f"discriminator.activation={activation}"]
    follow([*settings, f"run.seed={seed}"], steps=4)


@EVERY_SEED
def test_three_steps_of_a_critic_for_one_of_the_generator(seed: int) -> None:
    settings = ["gan.loss=wasserstein", "gan.penalty=1", "gan.discriminator_steps=3"]
    follow([*settings, "data.name=ring", f"run.seed={seed}"], steps=4)
