"""`?` explains the chart in focus, with the figures that are on the screen now."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from fake_traces import finding, scene, trace
from lab_driver import SIZE, Bench, send_first_frame
from vglab.engine.nn.activations import ACTIVATIONS, activation
from vglab.scenarios.i18n import Language, figure, set_language
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.schema.activation_facts import ACTIVATION_FACTS
from vglab.tui.charts.base.chart import Explanation, explain
from vglab.tui.charts.gan_game import OBJECTIVES
from vglab.tui.charts.loss import loss_equations
from vglab.tui.charts.plotting.canvas import Size
from vglab.tui.charts.registry import CHARTS, INNER, find
from vglab.tui.lab.layout import PANELS, ROOMS
from vglab.tui.lab.screens.page import Page
from vglab.tui.protocol import ABOUT, Open, Picture, Ready, Train, View, Want
from vglab.tui.render.glyphs import ASCII, to_ascii
from vglab.tui.render.styled_text import plain, width
from vglab.tui.worker.rooms import ROOMS as MANY
from vglab.tui.worker.session import FRAME
from worker_driver import Lab

SIGMOID = load("deep-sigmoid")
TINY = ["network.depth=3", "network.width=4", "training.steps=6", "run.record_every=1"]


def said(chart: str, **more: object) -> str:
    """An explanation as one line of text."""
    looked = scene(**more)
    found = find(looked, chart)
    assert found is not None
    picture = explain(looked, SIGMOID, found, Size(120, 40))
    return " ".join(" ".join(map(plain, picture.lines)).split())


def test_every_chart_and_room_is_explained() -> None:
    assert {*CHARTS, *MANY, "inside", "beside"} == {*PANELS, *ROOMS}


EXPLANATIONS: dict[str, Explanation] = {
    **CHARTS,
    **INNER,
    **{name: kind().explanation for name, kind in MANY.items()},
}


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("chart", [*EXPLANATIONS])
def test_every_explanation_fits_eighty_columns(chart: str, lang: Language) -> None:
    set_language(lang)
    gan = load("gan-saturating") if chart == "game" else SIGMOID
    lines = explain(scene(), gan, EXPLANATIONS[chart], Size(80, 24)).lines
    assert len(lines) >= 5
    assert max(map(width, lines)) <= 80


def test_the_signal_is_told_as_a_product_of_what_was_measured() -> None:
    made = trace(layers=4)
    measures = made.networks["model"].measures
    measures["delta_rms"][-1, 0] = [1e-6, 2e-5, 1e-3, 0.5]
    measures["slope_rms"][-1, 0] = [0.2, 0.25, 0.25, 1.0]
    text = said("layers", of=made, layer=2, measures=("delta_rms",))
    weights = 2e-5 / 1e-3 / 0.25
    assert "step 100, layer 2 of 4" in text
    assert f"Δ(2) rms = {figure(2e-5)} = {figure(1e-3)} at layer 3" in text
    assert f"× {figure(weights)} by W × 0.25 by g′ (×{figure(4e-5)} of the loss's)" in text
    assert "Δ(4) rms = 0.5: as it comes from the loss" in said("layers", of=made, layer=4)


def test_theory_is_told_with_its_source_or_that_there_is_none(lab: Lab) -> None:
    assert "theory: none." in said("layers", law_missing="cnn")
    text = of_lab(lab, "layers", layer=2)
    subject = lab.session.subject
    assert subject is not None
    expected = (subject.theory or {})["model"]["delta_rms"][1]
    assert f"theory, at initialization: Δ rms = {figure(float(expected))}" in text
    assert "Schoenholz" in text


@pytest.fixture
def lab() -> Iterator[Lab]:
    made = Lab()
    made.tell(Open(1, "deep-sigmoid", TINY, "en"), Train(True))
    made.tell(View([Want("layers", 30, 10)], ["grad_norm", "delta_rms"], "update_ratio"))
    for _ in range(12):
        made.turn(FRAME)
        made.tell(Ready())
    yield made
    made.session.close()


def of_lab(lab: Lab, chart: str, **more: object) -> str:
    """What the worker says of a chart."""
    name = ABOUT + chart
    given = {"wants": [Want(name, 100, 30)], "measures": ["delta_rms"], "inner": "update_ratio"}
    lab.tell(View(**{**given, **more}))
    lines = lab.frame(FRAME).pictures[name].lines
    return " ".join(" ".join(map(plain, lines)).split())


def test_the_update_is_told_with_its_budget(lab: Lab) -> None:
    text = of_lab(lab, "inside", layer=1)
    subject = lab.session.subject
    assert subject is not None
    ratio = subject.experiment.trace.networks["model"].measures["update_ratio"][6, 0, 0]
    assert f"‖δW(1)‖ / ‖W(1)‖ = {figure(float(ratio))}" in text
    assert f"× 6 steps = {figure(6 * float(ratio))}" in text


def test_the_budget_of_an_optimizer_whose_steps_are_not_alike_is_told_as_it_is() -> None:
    lab = Lab()
    settings = [*TINY, "training.optimizer=momentum", "training.steps=100"]
    lab.tell(Open(1, "deep-sigmoid", settings, "en"), Train(False))
    lab.tell(View([Want("layers", 30, 10)], ["delta_rms"], "update_ratio"))
    for _ in range(3):
        lab.turn(FRAME)
        lab.tell(Ready())
    text = of_lab(lab, "inside", layer=1)
    assert "100 planned steps come to 910 of these, by the optimizer's law" in text
    assert "× 910 steps = " in text
    lab.session.close()


def test_how_far_a_layer_has_moved_is_told(lab: Lab) -> None:
    subject = lab.session.subject
    assert subject is not None
    seen = subject.experiment.trace.networks["model"].measures["displacement"]
    text = of_lab(lab, "inside", inner="displacement", layer=1)
    assert f"‖W(1) - W₀(1)‖ / ‖W₀(1)‖ = {figure(float(seen[6, 0, 0]))}" in text
    assert "less than 0.01: the layer is still as it was drawn" in text


def test_a_layer_that_is_done_is_not_called_frozen() -> None:
    resting = replace(finding(frozen=(1,)), done=(2, 3, 4, 5, 6))
    text = said("inside", diagnosis=resting, layer=2)
    assert "under 0.01, but it has moved, and the network learned" in text
    assert "so the layer is frozen" in said("inside", diagnosis=resting, layer=1)


def test_theory_that_is_not_computed_yet_is_not_said_to_be_unknown() -> None:
    for chart in ("walk", "signals"):
        early = said(chart, asked=False)
        assert "theory: being computed" in early
        assert "theory: none." not in early
        assert "theory: none." in said(chart, asked=True, law_missing="highway")


@pytest.mark.parametrize("inner", ["shape", "decision", "weights", "saturation", "activations"])
def test_what_lies_inside_is_told_of_what_is_shown(lab: Lab, inner: str) -> None:
    text = of_lab(lab, "inside", inner=inner, layer=2)
    expected = {
        "shape": "g(z) = 1 / (1 + e^-z)",
        "decision": "p(x) = σ(z(x))",
        "weights": "‖W(2)‖ = ",
        "saturation": "sup |g′| = 0.25, so a slope under 0.0125",
        "activations": "A(2) = 0.",
    }
    assert expected[inner] in text


def test_a_loss_is_told_by_its_own_equation() -> None:
    assert "(1 - p)" in loss_equations(SIGMOID, 1)[0]
    assert "ln p_t" in loss_equations(SIGMOID, 3)[0]
    assert "(zₖ - tₖ)²" in loss_equations(load("deep-sigmoid", ["network.loss=squared"]), 1)[0]
    assert loss_equations(load("gan-saturating"), 1)[0] == "J_G = mean ln(1 - D(G(z)))"
    assert "ln p_t" in said("learning"), "the made-up network has eight outputs"


_NAMES = {
    "α": "0.2",
    "λα": "1.7580993408473766",
    "λ": "1.0507009873554805",
}


@pytest.mark.parametrize("name", [*ACTIVATIONS])
def test_activations_are_as_their_formulas_say(name: str) -> None:
    def value(text: str, z: float) -> float:
        if " for z > 0, else " in text:
            text = text.split(" for z > 0, else ")[z <= 0]
        text = text.split(" ≤ ")[0]
        plain_ = {"λα(": "1.7580993408473766*(", "λα e": "1.7580993408473766*e", "λz": "λ*z"}
        for sign, meant in plain_.items():
            text = text.replace(sign, meant)
        for sign, meant in {
            **_NAMES,
            "²": "**2",
            "^": "**",
            "αz": "0.2*z",
            "/ √(2π)": "/r",
        }.items():
            text = text.replace(sign, meant)
        text = (
            text.replace("0.2z", "0.2*z").replace("tanh z", "tanh(z)").replace("e**-z", "exp(-z)")
        )
        text = text.replace("P(x < z), x ~ N(0, 1)", "*P").replace("P(x < z)", "P")
        text = text.replace("e**(-z**2/2)", "*exp(-z**2/2)").replace("e**z", "exp(z)")
        text = text.replace("z σ(z)", "z*σ(z)").replace("σ(z) (", "σ(z)*(").replace("z (1", "z*(1")
        text = text.replace("g (1", "g*(1").replace("|z|", "abs(z)").split(" = ")[0]
        sigma = 1 / (1 + math.exp(-z))
        known = {
            **{"z": z, "σ": lambda _z: sigma, "exp": math.exp, "tanh": math.tanh, "ln": math.log},
            **{
                "abs": abs,
                "max": max,
                "P": 0.5 * math.erfc(-z / math.sqrt(2)),
                "r": math.sqrt(2 * math.pi),
            },
            "g": made(name, z)[0],
        }
        return eval(text, {"__builtins__": {}}, known)

    facts = ACTIVATION_FACTS[name]
    g, slope = facts.formula, facts.slope
    for z in (-1.5, -0.25, 0.75, 2.0):
        assert np.allclose([value(g, z), value(slope, z)], made(name, z), rtol=1e-6), (name, z)


def made(name: str, z: float) -> tuple[float, float]:
    """g and g′ by the engine."""
    Z = np.array([[[z]]])
    A, S = np.empty_like(Z), np.empty_like(Z)
    chosen = activation(name, 0.2)
    chosen.apply(Z, A)
    chosen.slope(Z, A, S)
    return float(A[0, 0, 0]), float(S[0, 0, 0])


def test_every_equation_can_be_written_in_ascii() -> None:
    pairs = [text for facts in ACTIVATION_FACTS.values() for text in (facts.formula, facts.slope)]
    games = [line for lines in OBJECTIVES.values() for line in lines]
    rest = [
        line
        for explanation in EXPLANATIONS.values()
        for line in explanation.equations(scene(), SIGMOID)
    ]
    assert not [text for text in (*pairs, *games, *rest) if "?" in to_ascii(text)]
    assert "D^(l)" in to_ascii(said("layers", glyphs=ASCII))


async def test_the_page_goes_with_the_training_the_layer_and_the_focus(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("?")
        assert isinstance(bench.app.screen, Page)
        assert [want.panel for want in bench.ear.last(View).wants][-1] == "about layers"
        assert "run or pause the training" in bench.screen()
        for figure_ in ("0.25", "0.125"):
            told = Picture([], [], [[(f"Δ = {figure_}", 0)]])
            bench.ear.answer(bench.frame(pictures={"about layers": told}))
            await pilot.pause()
            assert f"Δ = {figure_}" in bench.screen()
        assert "run or pause the training" in bench.screen(), "the keys stand under it"
        await pilot.press("left", "left")
        assert bench.ear.last(View).layer is not None
        await pilot.press("tab")
        assert bench.ear.last(View).wants[-1].panel == "about history"
        await pilot.press("?")
        assert bench.app.screen is bench.app.bench
        assert not any("about" in want.panel for want in bench.ear.last(View).wants)


async def test_a_room_is_explained_too_and_f1_shows_the_keys_alone(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("w", "?")
        assert bench.ear.last(View).wants[-1].panel == "about walk"
        await pilot.press("escape", "f1")
        assert "run or pause the training" in bench.screen()
        assert not any("about" in want.panel for want in bench.ear.last(View).wants)


@pytest.fixture
def bench() -> Bench:
    return Bench()
