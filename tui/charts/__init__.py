"""The lab's charts: pure functions of a scene and a size, a file each.

`registry` names them all. `base` holds what each is made from, `plotting` the kinds of plots.
The lab's panels: `gradient_by_layer`, `gradient_by_step`, `loss`; in the fourth panel by turns
`update_ratio`, `activations`, `saturation`, `activation_shape`, `weights`, `decision_boundary`,
`gan_game`, `time_steps`, `precision`; in rooms of their own `chain_rule` and `signals`; under them
all `layer_line`; of recordings alone `recorded`. `side_by_side` draws several runs in one. Every
other file ends with its record, `CHART` (see `base.chart`).
"""
