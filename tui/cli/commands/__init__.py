"""The commands of `vglab`, one file and one row of COMMANDS each.

A file is loaded when its command is called. Its head imports what the command needs, except NumPy
and what is optional (Rich, Dask, pyarrow, textual-serve, matplotlib): those are imported where they
are used.
"""

from collections.abc import Mapping

from ....scenarios.i18n import N_

COMMANDS: Mapping[str, str] = {
    "run": N_("Train a scenario and print a report. With --json one JSON document."),
    "lab": N_(
        "Open the lab on a scenario. Without X on the first preset; on a folder as a course of your"
        " own."
    ),
    "scenarios": N_("List the presets. Each with its title and what it changes against its base."),
    "show": N_(
        "Print a scenario. Every key is resolved, and what differs from its base is marked."
    ),
    "check": N_("Check scenario files. A line for each fault, and exit status 2 if there is one."),
    "compare": N_(
        "Compare scenarios side by side. All are trained on the first one's data and seeds."
    ),
    "remedies": N_(
        "Try every remedy and rank the results. Trains the scenario as it is, with each remedy "
        "alone and with promising pairs, on the same data and seeds."
    ),
    "claims": N_(
        "Put textbook claims to the test. Each is an experiment over several networks, and the rule"
        " that decides stands beside it: the claim holds, holds when …, or fails. Without ID all of"
        " them are tested."
    ),
    "glossary": N_(
        "Explain terms. Those of charts, verdicts and JSON, in plain words, with the symbol each "
        "is drawn with."
    ),
    "sweep": N_(
        "Train a grid of runs. Each is written to the file as it finishes; the same command"
        " resumes."
    ),
    "plot": N_(
        "Draw a chart as a figure. Trains the scenarios and draws them together, as vectors (SVG,"
        " PDF) or pixels (PNG); needs matplotlib."
    ),
    "export": N_("Turn a sweep's file into a table. One row per run, one column per figure."),
    "watch": N_(
        "Watch real training runs. Recordings and logs of other tools are followed as they grow, in"
        " the lab, with the verdict on each layer; --once prints the report."
    ),
    "grade": N_(
        "Grade scenario files by a rubric. Data, seeds and steps are the rubric's, and each file "
        "runs in its own process with limited time and memory."
    ),
    "hook": N_(
        "Print the recorder as one file. Copy it to where vglab cannot be installed; `vglab "
        "watch` reads what it writes."
    ),
    "schema": N_(
        "Print a JSON Schema. For what a run prints, or for what a scenario file may state."
    ),
    "serve": N_("Serve the lab to browsers. Each visitor gets their own lab, in kiosk mode."),
}
"""The help of each command by its name; `compare` is the function `compare` in compare.py."""
