"""The figures that claims speak of, in words: `birth.ratio` is "error signal, first/last layer, at
birth"."""

from collections.abc import Mapping

from .verdicts import condition
from .words import N_, _

FIGURES: Mapping[str, str] = {
    "rate": N_("factor a layer of the error signal"),
    "ratio": N_("error signal, first/last layer"),
    "step_ratio": N_("error signal, first/last step"),
    "decades": N_("decades lost by the error signal"),
    "slowest": N_("how far the slowest layer can move, in its length"),
    "gradient_first": N_("gradient's norm, first layer"),
    "gradient_last": N_("gradient's norm, last hidden layer"),
    "delta_first": N_("error signal, first layer"),
    "delta_last": N_("error signal, last hidden layer"),
    "weight_first": N_("weights' norm, first layer"),
    "slope": N_("mean factor of the slopes alone"),
    "saturated": N_("share of saturated units"),
    "dead": N_("share of dead units"),
    "accuracy": N_("accuracy"),
    "loss_first": N_("first loss"),
    "loss_last": N_("last loss"),
    "moved": N_("how far the weights moved, in their length"),
    "moved_first": N_("how far the first layer moved, in its length"),
    "moved_last": N_("how far the last layer moved, in its length"),
    "distance": N_("distance from the real points"),
    "gradient_own": N_("generator's gradient"),
    "gradient": N_("gradient of the unit"),
    "share_vanishing": N_("share of networks that vanish a thousandfold"),
    "share_exploding": N_("share of networks that explode a thousandfold"),
    "update_error": N_("relative error of the step"),
    "product_error": N_("relative error of the product"),
    "recursion_error": N_("relative error of the recursion"),
    "elementwise_error": N_("relative error of the product of slopes"),
    "output_error": N_("relative error of p - y"),
    "forward_change": N_("change of the weights going forward"),
    "lowest_output": N_("smallest output"),
    "highest_output": N_("largest output"),
    "gradient_zero_or_one": N_("share of gradients that are 0 or 1"),
    "steepest_of_sigmoid": N_("steepest slope of the sigmoid"),
    "flattest_of_sigmoid": N_("flattest slope of the sigmoid"),
    "flattest_of_tanh": N_("flattest slope of tanh"),
    "flattest_of_relu": N_("flattest slope of ReLU"),
    "slope_of_sigmoid": N_("typical slope of the sigmoid"),
    "slope_of_tanh": N_("typical slope of tanh"),
    "slope_of_relu": N_("typical slope of ReLU"),
    "relu_zero_or_one": N_("share of points where it is so"),
    "relu_slope_above": N_("ReLU's slope above 0"),
    "relu_slope_below": N_("ReLU's slope below 0"),
}
WHEN: Mapping[str, str] = {
    "birth": N_("{figure}, at birth"),
    "end": N_("{figure}, at the end"),
    "other": N_("{figure} [compared with]"),
}


def name(figure: str) -> str:
    """A figure in words."""
    *prefixes, base = figure.split(".")
    said = _(FIGURES[base])
    for prefix in reversed(prefixes):
        said = _(WHEN[prefix]).format(figure=said)
    return said


def ruled(text: str) -> str:
    """A condition in words and signs."""
    c = condition(text)
    factor = f"{c.factor:g}"
    if not c.right:
        return f"{name(c.left)} {SIGNS[c.comparison]} {factor}"
    times = f"{factor} × " if c.factor != 1 else ""
    return f"{name(c.left)} {SIGNS[c.comparison]} {times}{name(c.right)}"


SIGNS: Mapping[str, str] = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
