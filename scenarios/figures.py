"""What claims speak of, in words: `birth.ratio` is "error signal, first/last layer, at birth"."""

from collections.abc import Mapping

from .words import N_, _

FIGURES: Mapping[str, str] = {
    "rate": N_("error signal, factor a layer"),
    "ratio": N_("error signal, first/last layer"),
    "step_ratio": N_("error signal, first/last step"),
    "decades": N_("decades lost by the error signal"),
    "slowest": N_("budget of the slowest layer"),
    "gradient_first": N_("gradient norm, first layer"),
    "gradient_last": N_("gradient norm, last hidden layer"),
    "delta_first": N_("error signal, first layer"),
    "delta_last": N_("error signal, last hidden layer"),
    "weight_first": N_("norm of the weights, first layer"),
    "slope": N_("slopes alone, factor a layer"),
    "saturated": N_("share of saturated units"),
    "dead": N_("share of dead units"),
    "accuracy": N_("accuracy"),
    "loss_first": N_("first loss"),
    "loss_last": N_("last loss"),
    "moved": N_("relative movement of the weights"),
    "moved_first": N_("relative movement of the first layer"),
    "moved_last": N_("relative movement of the last layer"),
    "distance": N_("distance from the real points"),
    "gradient_own": N_("generator's gradient"),
    "gradient": N_("gradient that reaches the unit"),
    "share_vanishing": N_("share of networks that vanish a thousandfold"),
    "share_exploding": N_("share of networks that explode a thousandfold"),
    "update_error": N_("relative error of the step"),
    "product_error": N_("relative error of Xᵀ Δ⁽¹⁾"),
    "recursion_error": N_("relative error of the recursion"),
    "elementwise_error": N_("relative error of the product of slopes"),
    "output_error": N_("relative error of p - y"),
    "forward_change": N_("change of the weights in a forward pass"),
    "lowest_output": N_("smallest output"),
    "highest_output": N_("largest output"),
    "gradient_zero_or_one": N_("share of the loss's derivatives that are 0 or 1"),
    "steepest_of_sigmoid": N_("largest slope of the sigmoid"),
    "flattest_of_sigmoid": N_("smallest slope of the sigmoid"),
    "flattest_of_tanh": N_("smallest slope of tanh"),
    "flattest_of_relu": N_("smallest slope of ReLU"),
    "slope_of_sigmoid": N_("rms slope of the sigmoid, z ~ N(0, 1)"),
    "slope_of_tanh": N_("rms slope of tanh, z ~ N(0, 1)"),
    "slope_of_relu": N_("rms slope of ReLU, z ~ N(0, 1)"),
    "relu_zero_or_one": N_("share of points where both are so"),
    "relu_slope": N_("slope of ReLU"),
    "relu_slope_above": N_("ReLU's slope above 0"),
}
WHEN: Mapping[str, str] = {
    "birth": N_("{figure}, at birth"),
    "end": N_("{figure}, at the end"),
    "other": N_("{figure} [other]"),
}
PROBES: Mapping[str, str] = {
    "equations": N_("a small network, by finite differences"),
    "activations": N_("the activations, on a fine grid"),
    "random_gains": N_("200 random networks of 20 layers"),
    "dead_units": N_("the units of a ReLU network"),
}
"""What is looked at where no preset is run."""


def name(figure: str) -> str:
    """A figure in words."""
    *prefixes, base = figure.split(".")
    said = _(FIGURES[base])
    for prefix in reversed(prefixes):
        said = _(WHEN[prefix]).format(figure=said)
    return said
