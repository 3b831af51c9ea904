"""The commands of `vglab`, one file and one row of COMMANDS each.

A file is loaded when its command is called. Its head imports what the command needs, except NumPy
and what is optional (Rich, Dask, pyarrow, textual-serve, matplotlib): those are imported where they
are used.
"""

from collections.abc import Mapping

from ....scenarios.i18n import N_

COMMANDS: Mapping[str, str] = {
    "run": N_("Train a scenario and print a report. With --json one JSON document."),
    "lab": N_("Open the lab on a scenario. Without X on the first preset."),
    "scenarios": N_("List the presets. Each with its title and what it changes against its base."),
    "show": N_(
        "Print a scenario. Every key is resolved, and what differs from its base is marked."
    ),
    "check": N_("Check scenario files. A line for each fault, and exit status 2 if there is one."),
    "compare": N_(
        "Hold scenarios against each other. Each trains on the same data and seeds, those of the"
        " first."
    ),
    "remedies": N_(
        "Hold a tournament of remedies. The scenario as it is, each remedy alone and the promising"
        " pairs, on the same data and seeds, ranked by what was measured."
    ),
    "claims": N_(
        "Put textbook claims to the test. Each is an experiment over several networks, and the rule"
        " that decides stands beside it: the claim holds, holds when …, or fails. Without ID all of"
        " them are tested."
    ),
    "glossary": N_(
        "Say what terms mean. Those of charts, verdicts and JSON, in plain words, with the sign"
        " that each is drawn by."
    ),
    "sweep": N_(
        "Carry out a grid of runs. Each is a line of the file once it is finished; the same command"
        " goes on where it was stopped."
    ),
    "plot": N_(
        "Draw a chart as a figure. Trains the scenarios and draws them together, as vectors (SVG,"
        " PDF) or pixels (PNG); needs matplotlib."
    ),
    "export": N_("Turn a sweep's file into a table. A row a run, a column a figure."),
    "watch": N_(
        "Watch real training runs. Recordings and logs of other tools are followed as they grow, in"
        " the lab, with the verdict on each layer; --once prints the report."
    ),
    "grade": N_(
        "Grade scenario files by a rubric. Data, seeds and steps are the rubric's, and each file"
        " runs in a process of its own with so much time and memory."
    ),
    "hook": N_(
        "Print the recorder as one file. To copy to where vglab cannot be installed; what it"
        " writes, `vglab watch` reads."
    ),
    "schema": N_("Print a JSON Schema. Of what a run prints, or of what a scenario file states."),
    "serve": N_("Serve the lab to browsers. Each visitor has an own one, in kiosk mode."),
}
"""The help of each command by its name; `compare` is the function `compare` in compare.py."""
